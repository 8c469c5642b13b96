func.func @main(%a: tensor<16xi32>, %b: tensor<16xi32>) -> tensor<16xi32> {
  %0 = stablehlo.add %a, %b : tensor<16xi32>
  return %0 : tensor<16xi32>
}
