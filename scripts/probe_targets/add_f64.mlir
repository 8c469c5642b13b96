func.func @main(%a: tensor<16xf64>, %b: tensor<16xf64>) -> tensor<16xf64> {
  %0 = stablehlo.add %a, %b : tensor<16xf64>
  return %0 : tensor<16xf64>
}
