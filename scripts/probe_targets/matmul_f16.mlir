func.func @main(%a: tensor<64x128xf16>, %b: tensor<128x64xf16>) -> tensor<64x64xf16> {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0]
      : (tensor<64x128xf16>, tensor<128x64xf16>) -> tensor<64x64xf16>
  return %0 : tensor<64x64xf16>
}
