module @jit_mlp_parameters attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  util.global private @hidden_weight = #flow.parameter.named<"mlp_parameters"::"hidden/weight"> : tensor<784x512xf32>
  util.global private @hidden_bias = #flow.parameter.named<"mlp_parameters"::"hidden/bias"> : tensor<512xf32>
  util.global private @output_weight = #flow.parameter.named<"mlp_parameters"::"output/weight"> : tensor<512x10xf32>
  util.global private @output_bias = #flow.parameter.named<"mlp_parameters"::"output/bias"> : tensor<10xf32>
  func.func public @main(%input: tensor<1x784xf32>) -> tensor<1x10xf32> {
    %hidden_weight = util.global.load immutable @hidden_weight : tensor<784x512xf32>
    %hidden_bias = util.global.load immutable @hidden_bias : tensor<512xf32>
    %output_weight = util.global.load immutable @output_weight : tensor<512x10xf32>
    %output_bias = util.global.load immutable @output_bias : tensor<10xf32>
    %result = call @network(%input, %hidden_weight, %hidden_bias, %output_weight, %output_bias)
      : (tensor<1x784xf32>, tensor<784x512xf32>, tensor<512xf32>, tensor<512x10xf32>, tensor<10xf32>) -> tensor<1x10xf32>
    return %result : tensor<1x10xf32>
  }
  func.func private @network(%arg0: tensor<1x784xf32>, %arg1: tensor<784x512xf32>, %arg2: tensor<512xf32>, %arg3: tensor<512x10xf32>, %arg4: tensor<10xf32>) -> (tensor<1x10xf32> {jax.result_info = "result"}) {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<1x784xf32>, tensor<784x512xf32>) -> tensor<1x512xf32>
    %1 = stablehlo.broadcast_in_dim %arg2, dims = [1] : (tensor<512xf32>) -> tensor<1x512xf32>
    %2 = stablehlo.add %0, %1 : tensor<1x512xf32>
    %3 = call @relu(%2) : (tensor<1x512xf32>) -> tensor<1x512xf32>
    %4 = stablehlo.dot_general %3, %arg3, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<1x512xf32>, tensor<512x10xf32>) -> tensor<1x10xf32>
    %5 = stablehlo.broadcast_in_dim %arg4, dims = [1] : (tensor<10xf32>) -> tensor<1x10xf32>
    %6 = stablehlo.add %4, %5 : tensor<1x10xf32>
    return %6 : tensor<1x10xf32>
  }
  func.func private @relu(%arg0: tensor<1x512xf32>) -> tensor<1x512xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x512xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<1x512xf32>
    return %1 : tensor<1x512xf32>
  }
}
