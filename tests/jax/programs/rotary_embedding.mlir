module @jit_rotary_embedding attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<6x2x8xf32>) -> (tensor<6x2x8xf32> {jax.result_info = "result"}) {
    %cst = stablehlo.constant dense<1.000000e+04> : tensor<f32>
    %cst_0 = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %0 = stablehlo.iota dim = 0 : tensor<6xi32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %2 = stablehlo.iota dim = 0 : tensor<4xi32>
    %3 = stablehlo.convert %2 : (tensor<4xi32>) -> tensor<4xf32>
    %4 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %5 = stablehlo.divide %3, %4 : tensor<4xf32>
    %6 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %7 = stablehlo.power %6, %5 : tensor<4xf32>
    %8 = stablehlo.convert %1 : (tensor<6x1xi32>) -> tensor<6x1xf32>
    %9 = stablehlo.broadcast_in_dim %7, dims = [1] : (tensor<4xf32>) -> tensor<1x4xf32>
    %10 = stablehlo.broadcast_in_dim %8, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x4xf32>
    %11 = stablehlo.broadcast_in_dim %9, dims = [0, 1] : (tensor<1x4xf32>) -> tensor<6x4xf32>
    %12 = stablehlo.divide %10, %11 : tensor<6x4xf32>
    %13 = stablehlo.cosine %12 : tensor<6x4xf32>
    %14 = stablehlo.broadcast_in_dim %13, dims = [0, 2] : (tensor<6x4xf32>) -> tensor<6x1x4xf32>
    %15 = stablehlo.sine %12 : tensor<6x4xf32>
    %16 = stablehlo.broadcast_in_dim %15, dims = [0, 2] : (tensor<6x4xf32>) -> tensor<6x1x4xf32>
    %17 = stablehlo.slice %arg0 [0:6, 0:2, 0:8:2] : (tensor<6x2x8xf32>) -> tensor<6x2x4xf32>
    %18 = stablehlo.slice %arg0 [0:6, 0:2, 1:8:2] : (tensor<6x2x8xf32>) -> tensor<6x2x4xf32>
    %19 = stablehlo.broadcast_in_dim %14, dims = [0, 1, 2] : (tensor<6x1x4xf32>) -> tensor<6x2x4xf32>
    %20 = stablehlo.multiply %17, %19 : tensor<6x2x4xf32>
    %21 = stablehlo.broadcast_in_dim %16, dims = [0, 1, 2] : (tensor<6x1x4xf32>) -> tensor<6x2x4xf32>
    %22 = stablehlo.multiply %18, %21 : tensor<6x2x4xf32>
    %23 = stablehlo.subtract %20, %22 : tensor<6x2x4xf32>
    %24 = stablehlo.broadcast_in_dim %16, dims = [0, 1, 2] : (tensor<6x1x4xf32>) -> tensor<6x2x4xf32>
    %25 = stablehlo.multiply %17, %24 : tensor<6x2x4xf32>
    %26 = stablehlo.broadcast_in_dim %14, dims = [0, 1, 2] : (tensor<6x1x4xf32>) -> tensor<6x2x4xf32>
    %27 = stablehlo.multiply %18, %26 : tensor<6x2x4xf32>
    %28 = stablehlo.add %25, %27 : tensor<6x2x4xf32>
    %29 = stablehlo.broadcast_in_dim %23, dims = [0, 1, 2] : (tensor<6x2x4xf32>) -> tensor<6x2x4x1xf32>
    %30 = stablehlo.broadcast_in_dim %28, dims = [0, 1, 2] : (tensor<6x2x4xf32>) -> tensor<6x2x4x1xf32>
    %31 = stablehlo.concatenate %29, %30, dim = 3 : (tensor<6x2x4x1xf32>, tensor<6x2x4x1xf32>) -> tensor<6x2x4x2xf32>
    %32 = stablehlo.reshape %31 : (tensor<6x2x4x2xf32>) -> tensor<6x2x8xf32>
    return %32 : tensor<6x2x8xf32>
  }
}
