module @jit_complex_arithmetic attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<6xcomplex<f32>>, %arg1: tensor<6xcomplex<f32>>) -> (tensor<6xcomplex<f32>> {jax.result_info = "result[0]"}, tensor<6xcomplex<f32>> {jax.result_info = "result[1]"}, tensor<6xf32> {jax.result_info = "result[2]"}, tensor<6xf32> {jax.result_info = "result[3]"}) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<6xf32>
    %cst_0 = stablehlo.constant dense<5.000000e-01> : tensor<6xf32>
    %cst_1 = stablehlo.constant dense<0x7F800000> : tensor<6xf32>
    %cst_2 = stablehlo.constant dense<(2.000000e+00,0.000000e+00)> : tensor<complex<f32>>
    %0 = stablehlo.multiply %arg0, %arg1 : tensor<6xcomplex<f32>>
    %1 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<complex<f32>>) -> tensor<6xcomplex<f32>>
    %2 = stablehlo.add %arg0, %1 : tensor<6xcomplex<f32>>
    %3 = stablehlo.divide %0, %2 : tensor<6xcomplex<f32>>
    %4 = stablehlo.real %arg0 : (tensor<6xcomplex<f32>>) -> tensor<6xf32>
    %5 = stablehlo.exponential %4 : tensor<6xf32>
    %6 = stablehlo.compare EQ, %5, %cst_1 : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %7 = stablehlo.multiply %4, %cst_0 : tensor<6xf32>
    %8 = stablehlo.exponential %7 : tensor<6xf32>
    %9 = stablehlo.imag %arg0 : (tensor<6xcomplex<f32>>) -> tensor<6xf32>
    %10 = stablehlo.cosine %9 : tensor<6xf32>
    %11 = stablehlo.multiply %8, %10 : tensor<6xf32>
    %12 = stablehlo.multiply %11, %8 : tensor<6xf32>
    %13 = stablehlo.multiply %5, %10 : tensor<6xf32>
    %14 = stablehlo.select %6, %12, %13 : tensor<6xi1>, tensor<6xf32>
    %15 = stablehlo.compare EQ, %9, %cst : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %16 = stablehlo.sine %9 : tensor<6xf32>
    %17 = stablehlo.multiply %8, %16 : tensor<6xf32>
    %18 = stablehlo.multiply %17, %8 : tensor<6xf32>
    %19 = stablehlo.multiply %5, %16 : tensor<6xf32>
    %20 = stablehlo.select %6, %18, %19 : tensor<6xi1>, tensor<6xf32>
    %21 = stablehlo.select %15, %cst, %20 : tensor<6xi1>, tensor<6xf32>
    %22 = stablehlo.complex %14, %21 : tensor<6xcomplex<f32>>
    %23 = stablehlo.abs %arg0 : (tensor<6xcomplex<f32>>) -> tensor<6xf32>
    %24 = stablehlo.real %arg1 : (tensor<6xcomplex<f32>>) -> tensor<6xf32>
    %25 = stablehlo.imag %arg1 : (tensor<6xcomplex<f32>>) -> tensor<6xf32>
    %26 = stablehlo.negate %25 : tensor<6xf32>
    %27 = stablehlo.complex %24, %26 : tensor<6xcomplex<f32>>
    %28 = stablehlo.imag %27 : (tensor<6xcomplex<f32>>) -> tensor<6xf32>
    return %3, %22, %23, %28 : tensor<6xcomplex<f32>>, tensor<6xcomplex<f32>>, tensor<6xf32>, tensor<6xf32>
  }
}
