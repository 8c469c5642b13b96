func.func @main(%a: tensor<1x16x16x32xf16>, %b: tensor<3x3x32x64xf16>) -> tensor<1x14x14x64xf16> {
  %0 = stablehlo.convolution(%a, %b)
      dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {}
      {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
      : (tensor<1x16x16x32xf16>, tensor<3x3x32x64xf16>) -> tensor<1x14x14x64xf16>
  return %0 : tensor<1x14x14x64xf16>
}
