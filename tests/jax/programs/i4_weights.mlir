module @jit_i4_weights attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<2x8xf32>, %arg1: tensor<8x4xi8>) -> (tensor<2x4xf32> {jax.result_info = "result"}) {
    %0 = stablehlo.convert %arg1 : (tensor<8x4xi8>) -> tensor<8x4xi4>
    %1 = stablehlo.convert %0 : (tensor<8x4xi4>) -> tensor<8x4xf32>
    %2 = stablehlo.dot_general %arg0, %1, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x8xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>
    return %2 : tensor<2x4xf32>
  }
}
