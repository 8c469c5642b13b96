module @jit_f64_math attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x4xf64>, %arg1: tensor<4x3xf64>) -> (tensor<3x3xf64> {jax.result_info = "result"}) {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3x4xf64>, tensor<4x3xf64>) -> tensor<3x3xf64>
    %1 = stablehlo.abs %0 : tensor<3x3xf64>
    %2 = stablehlo.sqrt %1 : tensor<3x3xf64>
    %3 = stablehlo.slice %arg0 [0:3, 0:3] : (tensor<3x4xf64>) -> tensor<3x3xf64>
    %4 = stablehlo.negate %3 : tensor<3x3xf64>
    %5 = stablehlo.exponential %4 : tensor<3x3xf64>
    %6 = stablehlo.add %2, %5 : tensor<3x3xf64>
    return %6 : tensor<3x3xf64>
  }
}
