// The sum of two vectors of ten numbers: the smallest program worth compiling.
//
//   inputs   10xf32=0,1,2,3,4,5,6,7,8,9   10xf32=90,80,70,60,50,40,30,20,10,0
//   result   10xf32=90 81 72 63 54 45 36 27 18 9
func.func public @main(%lhs: tensor<10xf32>, %rhs: tensor<10xf32>) -> tensor<10xf32> {
  %sum = stablehlo.add %lhs, %rhs : tensor<10xf32>
  return %sum : tensor<10xf32>
}
