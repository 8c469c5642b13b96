module @jit_conv_depthwise_dilated attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<1x9x9x4xf32>, %arg1: tensor<3x3x1x8xf32>) -> (tensor<1x9x9x8xf32> {jax.result_info = "result"}) {
    %0 = stablehlo.convolution(%arg0, %arg1) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {pad = [[2, 2], [2, 2]], rhs_dilate = [2, 2]} {batch_group_count = 1 : i64, feature_group_count = 4 : i64, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]} : (tensor<1x9x9x4xf32>, tensor<3x3x1x8xf32>) -> tensor<1x9x9x8xf32>
    return %0 : tensor<1x9x9x8xf32>
  }
}
