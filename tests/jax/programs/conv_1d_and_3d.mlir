module @jit_conv_1d_and_3d attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<1x2x11xf32>, %arg1: tensor<4x2x3xf32>, %arg2: tensor<1x4x4x4x1xf32>, %arg3: tensor<2x2x2x1x3xf32>) -> (tensor<1x4x6xf32> {jax.result_info = "result[0]"}, tensor<1x3x3x3x3xf32> {jax.result_info = "result[1]"}) {
    %0 = stablehlo.convolution(%arg0, %arg1) dim_numbers = [b, f, 0]x[o, i, 0]->[b, f, 0], window = {stride = [2], pad = [[1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]} : (tensor<1x2x11xf32>, tensor<4x2x3xf32>) -> tensor<1x4x6xf32>
    %1 = stablehlo.convolution(%arg2, %arg3) dim_numbers = [b, 0, 1, 2, f]x[0, 1, 2, i, o]->[b, 0, 1, 2, f], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]} : (tensor<1x4x4x4x1xf32>, tensor<2x2x2x1x3xf32>) -> tensor<1x3x3x3x3xf32>
    return %0, %1 : tensor<1x4x6xf32>, tensor<1x3x3x3x3xf32>
  }
}
