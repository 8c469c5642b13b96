module @jit_f16_softmax attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x17xf16>) -> (tensor<3x17xf16> {jax.result_info = "result[0]"}, tensor<f16> {jax.result_info = "result[1]"}) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f16>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_1 = stablehlo.constant dense<0xFC00> : tensor<f16>
    %0 = stablehlo.reduce(%arg0 init: %cst_1) applies stablehlo.maximum across dimensions = [1] : (tensor<3x17xf16>, tensor<f16>) -> tensor<3xf16>
    %1 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f16>) -> tensor<3xf16>
    %2 = stablehlo.maximum %1, %0 : tensor<3xf16>
    %3 = stablehlo.broadcast_in_dim %2, dims = [0] : (tensor<3xf16>) -> tensor<3x1xf16>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0, 1] : (tensor<3x1xf16>) -> tensor<3x17xf16>
    %5 = stablehlo.subtract %arg0, %4 : tensor<3x17xf16>
    %6 = stablehlo.exponential %5 : tensor<3x17xf16>
    %7 = stablehlo.convert %6 : (tensor<3x17xf16>) -> tensor<3x17xf32>
    %8 = stablehlo.reduce(%7 init: %cst_0) applies stablehlo.add across dimensions = [1] : (tensor<3x17xf32>, tensor<f32>) -> tensor<3xf32>
    %9 = stablehlo.broadcast_in_dim %8, dims = [0] : (tensor<3xf32>) -> tensor<3x1xf32>
    %10 = stablehlo.convert %9 : (tensor<3x1xf32>) -> tensor<3x1xf16>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0, 1] : (tensor<3x1xf16>) -> tensor<3x17xf16>
    %12 = stablehlo.divide %6, %11 : tensor<3x17xf16>
    %13 = stablehlo.reduce(%arg0 init: %cst_1) applies stablehlo.maximum across dimensions = [0, 1] : (tensor<3x17xf16>, tensor<f16>) -> tensor<f16>
    %14 = stablehlo.maximum %cst_1, %13 : tensor<f16>
    %15 = stablehlo.is_finite %14 : (tensor<f16>) -> tensor<i1>
    %16 = stablehlo.select %15, %14, %cst : tensor<i1>, tensor<f16>
    %17 = stablehlo.broadcast_in_dim %16, dims = [] : (tensor<f16>) -> tensor<1x1xf16>
    %18 = stablehlo.broadcast_in_dim %17, dims = [0, 1] : (tensor<1x1xf16>) -> tensor<3x17xf16>
    %19 = stablehlo.subtract %arg0, %18 : tensor<3x17xf16>
    %20 = stablehlo.exponential %19 : tensor<3x17xf16>
    %21 = stablehlo.convert %20 : (tensor<3x17xf16>) -> tensor<3x17xf32>
    %22 = stablehlo.reduce(%21 init: %cst_0) applies stablehlo.add across dimensions = [0, 1] : (tensor<3x17xf32>, tensor<f32>) -> tensor<f32>
    %23 = stablehlo.convert %22 : (tensor<f32>) -> tensor<f16>
    %24 = stablehlo.abs %23 : tensor<f16>
    %25 = stablehlo.log %24 : tensor<f16>
    %26 = stablehlo.add %25, %16 : tensor<f16>
    return %12, %26 : tensor<3x17xf16>, tensor<f16>
  }
}
