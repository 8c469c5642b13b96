module @jit_grad_attention attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<6x8xf32>, %arg1: tensor<6x8xf32>, %arg2: tensor<6x8xf32>) -> (tensor<6x8xf32> {jax.result_info = "result[0]"}, tensor<6x8xf32> {jax.result_info = "result[1]"}, tensor<6x8xf32> {jax.result_info = "result[2]"}) {
    %cst = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_2 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %0 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<6x8xf32>) -> tensor<8x6xf32>
    %1 = stablehlo.dot_general %arg0, %0, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6x8xf32>, tensor<8x6xf32>) -> tensor<6x6xf32>
    %2 = stablehlo.reduce(%1 init: %cst_2) applies stablehlo.maximum across dimensions = [1] : (tensor<6x6xf32>, tensor<f32>) -> tensor<6xf32>
    %3 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %4 = stablehlo.maximum %3, %2 : tensor<6xf32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
    %6 = stablehlo.broadcast_in_dim %5, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x6xf32>
    %7 = stablehlo.subtract %1, %6 : tensor<6x6xf32>
    %8 = stablehlo.exponential %7 : tensor<6x6xf32>
    %9 = stablehlo.reduce(%8 init: %cst_1) applies stablehlo.add across dimensions = [1] : (tensor<6x6xf32>, tensor<f32>) -> tensor<6xf32>
    %10 = stablehlo.broadcast_in_dim %9, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x6xf32>
    %12 = stablehlo.divide %8, %11 : tensor<6x6xf32>
    %13 = stablehlo.multiply %10, %10 : tensor<6x1xf32>
    %14 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<6x1xf32>
    %15 = stablehlo.divide %14, %13 : tensor<6x1xf32>
    %16 = stablehlo.dot_general %12, %arg2, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6x6xf32>, tensor<6x8xf32>) -> tensor<6x8xf32>
    %17 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %18 = stablehlo.multiply %17, %16 : tensor<6x8xf32>
    %19 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %20 = stablehlo.multiply %19, %18 : tensor<6x8xf32>
    %21 = stablehlo.dot_general %20, %12, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6x8xf32>, tensor<6x6xf32>) -> tensor<8x6xf32>
    %22 = stablehlo.transpose %21, dims = [1, 0] : (tensor<8x6xf32>) -> tensor<6x8xf32>
    %23 = stablehlo.dot_general %20, %arg2, contracting_dims = [1] x [1], precision = [HIGHEST, HIGHEST] : (tensor<6x8xf32>, tensor<6x8xf32>) -> tensor<6x6xf32>
    %24 = stablehlo.broadcast_in_dim %15, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x6xf32>
    %25 = stablehlo.multiply %23, %24 : tensor<6x6xf32>
    %26 = stablehlo.multiply %25, %8 : tensor<6x6xf32>
    %27 = stablehlo.reduce(%26 init: %cst_1) applies stablehlo.add across dimensions = [1] : (tensor<6x6xf32>, tensor<f32>) -> tensor<6xf32>
    %28 = stablehlo.reshape %27 : (tensor<6xf32>) -> tensor<6x1xf32>
    %29 = stablehlo.negate %28 : tensor<6x1xf32>
    %30 = stablehlo.broadcast_in_dim %10, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x6xf32>
    %31 = stablehlo.divide %23, %30 : tensor<6x6xf32>
    %32 = stablehlo.reduce(%29 init: %cst_1) applies stablehlo.add across dimensions = [1] : (tensor<6x1xf32>, tensor<f32>) -> tensor<6xf32>
    %33 = stablehlo.broadcast_in_dim %32, dims = [0] : (tensor<6xf32>) -> tensor<6x6xf32>
    %34 = stablehlo.add %31, %33 : tensor<6x6xf32>
    %35 = stablehlo.multiply %34, %8 : tensor<6x6xf32>
    %36 = stablehlo.dot_general %35, %arg0, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6x6xf32>, tensor<6x8xf32>) -> tensor<6x8xf32>
    %37 = stablehlo.transpose %36, dims = [1, 0] : (tensor<6x8xf32>) -> tensor<8x6xf32>
    %38 = stablehlo.dot_general %35, %0, contracting_dims = [1] x [1], precision = [HIGHEST, HIGHEST] : (tensor<6x6xf32>, tensor<8x6xf32>) -> tensor<6x8xf32>
    %39 = stablehlo.transpose %37, dims = [1, 0] : (tensor<8x6xf32>) -> tensor<6x8xf32>
    return %38, %39, %22 : tensor<6x8xf32>, tensor<6x8xf32>, tensor<6x8xf32>
  }
}
