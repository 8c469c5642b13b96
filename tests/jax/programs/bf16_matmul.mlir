module @jit_bf16_matmul attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x16xbf16>, %arg1: tensor<16x5xbf16>) -> (tensor<4x5xbf16> {jax.result_info = "result"}) {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x16xbf16>, tensor<16x5xbf16>) -> tensor<4x5xbf16>
    %1 = call @silu(%0) : (tensor<4x5xbf16>) -> tensor<4x5xbf16>
    return %1 : tensor<4x5xbf16>
  }
  func.func private @silu(%arg0: tensor<4x5xbf16>) -> tensor<4x5xbf16> {
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<bf16>
    %0 = stablehlo.negate %arg0 : tensor<4x5xbf16>
    %1 = stablehlo.exponential %0 : tensor<4x5xbf16>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<4x5xbf16>
    %3 = stablehlo.add %2, %1 : tensor<4x5xbf16>
    %4 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<4x5xbf16>
    %5 = stablehlo.divide %4, %3 : tensor<4x5xbf16>
    %6 = stablehlo.multiply %arg0, %5 : tensor<4x5xbf16>
    return %6 : tensor<4x5xbf16>
  }
}
