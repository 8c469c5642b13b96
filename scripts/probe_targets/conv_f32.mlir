func.func @main(%a: tensor<1x16x16x32xf32>, %b: tensor<3x3x32x64xf32>) -> tensor<1x14x14x64xf32> {
  %0 = stablehlo.convolution(%a, %b)
      dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {}
      {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
      : (tensor<1x16x16x32xf32>, tensor<3x3x32x64xf32>) -> tensor<1x14x14x64xf32>
  return %0 : tensor<1x14x14x64xf32>
}
