module @jit_cumulative_unsigned attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<9xui32>) -> (tensor<9xui32> {jax.result_info = "result[0]"}, tensor<9xui32> {jax.result_info = "result[1]"}) {
    %0 = call @cumsum(%arg0) : (tensor<9xui32>) -> tensor<9xui32>
    %1 = call @cummin(%arg0) : (tensor<9xui32>) -> tensor<9xui32>
    return %0, %1 : tensor<9xui32>, tensor<9xui32>
  }
  func.func private @cumsum(%arg0: tensor<9xui32>) -> tensor<9xui32> {
    %0 = call @cumsum_0(%arg0) : (tensor<9xui32>) -> tensor<9xui32>
    return %0 : tensor<9xui32>
  }
  func.func private @cumsum_0(%arg0: tensor<9xui32>) -> tensor<9xui32> {
    %c = stablehlo.constant dense<0> : tensor<ui32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<ui32>) -> tensor<ui32>
    %1 = "stablehlo.reduce_window"(%arg0, %0) <{padding = dense<[[8, 0]]> : tensor<1x2xi64>, window_dimensions = array<i64: 9>}> ({
    ^bb0(%arg1: tensor<ui32>, %arg2: tensor<ui32>):
      %2 = stablehlo.add %arg1, %arg2 : tensor<ui32>
      stablehlo.return %2 : tensor<ui32>
    }) : (tensor<9xui32>, tensor<ui32>) -> tensor<9xui32>
    return %1 : tensor<9xui32>
  }
  func.func private @cummin(%arg0: tensor<9xui32>) -> tensor<9xui32> {
    %c = stablehlo.constant dense<4294967295> : tensor<ui32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<ui32>) -> tensor<ui32>
    %1 = "stablehlo.reduce_window"(%arg0, %0) <{padding = dense<[[8, 0]]> : tensor<1x2xi64>, window_dimensions = array<i64: 9>}> ({
    ^bb0(%arg1: tensor<ui32>, %arg2: tensor<ui32>):
      %2 = stablehlo.minimum %arg1, %arg2 : tensor<ui32>
      stablehlo.return %2 : tensor<ui32>
    }) : (tensor<9xui32>, tensor<ui32>) -> tensor<9xui32>
    return %1 : tensor<9xui32>
  }
}
