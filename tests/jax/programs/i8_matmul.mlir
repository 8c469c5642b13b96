module @jit_i8_matmul attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x32xi8>, %arg1: tensor<32x4xi8>) -> (tensor<4x4xi32> {jax.result_info = "result"}) {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x32xi8>, tensor<32x4xi8>) -> tensor<4x4xi32>
    return %0 : tensor<4x4xi32>
  }
}
