module @jit_pad_reverse_concatenate attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x4xf32>) -> (tensor<5x10xf32> {jax.result_info = "result[0]"}, tensor<2x3xf32> {jax.result_info = "result[1]"}) {
    %cst = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %0 = stablehlo.pad %arg0, %cst, low = [1, -1], high = [-1, 2], interior = [1, 0] : (tensor<3x4xf32>, tensor<f32>) -> tensor<5x5xf32>
    %1 = stablehlo.reverse %0, dims = [0] : tensor<5x5xf32>
    %2 = stablehlo.concatenate %1, %0, dim = 1 : (tensor<5x5xf32>, tensor<5x5xf32>) -> tensor<5x10xf32>
    %3 = stablehlo.transpose %arg0, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>
    %4 = stablehlo.slice %3 [0:4:2, 0:3] : (tensor<4x3xf32>) -> tensor<2x3xf32>
    return %2, %4 : tensor<5x10xf32>, tensor<2x3xf32>
  }
}
