module @jit_conjugate_gradient attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<6x6xf32>, %arg1: tensor<6xf32>) -> (tensor<6xf32> {jax.result_info = "result"}) {
    %c = stablehlo.constant dense<1> : tensor<i32>
    %c_0 = stablehlo.constant dense<false> : tensor<i1>
    %c_1 = stablehlo.constant dense<12> : tensor<i32>
    %cst = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_3 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %c_4 = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.transpose %arg0, dims = [1, 0] : (tensor<6x6xf32>) -> tensor<6x6xf32>
    %1 = stablehlo.dot_general %arg0, %0, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6x6xf32>, tensor<6x6xf32>) -> tensor<6x6xf32>
    %2 = stablehlo.iota dim = 0 : tensor<6x6xi32>
    %3 = stablehlo.iota dim = 1 : tensor<6x6xi32>
    %4 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<6x6xi32>
    %5 = stablehlo.add %2, %4 : tensor<6x6xi32>
    %6 = stablehlo.compare EQ, %5, %3, SIGNED : (tensor<6x6xi32>, tensor<6x6xi32>) -> tensor<6x6xi1>
    %7 = stablehlo.convert %6 : (tensor<6x6xi1>) -> tensor<6x6xf32>
    %8 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<6x6xf32>
    %9 = stablehlo.multiply %8, %7 : tensor<6x6xf32>
    %10 = stablehlo.add %1, %9 : tensor<6x6xf32>
    %11 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %12 = stablehlo.dot_general %arg1, %arg1, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6xf32>, tensor<6xf32>) -> tensor<f32>
    %13 = stablehlo.add %cst_2, %12 : tensor<f32>
    %14 = stablehlo.multiply %cst, %cst : tensor<f32>
    %15 = stablehlo.convert %14 : tensor<f32>
    %16 = stablehlo.multiply %15, %13 : tensor<f32>
    %17 = stablehlo.multiply %cst_2, %cst_2 : tensor<f32>
    %18 = stablehlo.convert %17 : tensor<f32>
    %19 = stablehlo.maximum %16, %18 : tensor<f32>
    %20 = stablehlo.dot_general %10, %11, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6x6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %21 = stablehlo.subtract %arg1, %20 : tensor<6xf32>
    %22 = stablehlo.dot_general %21, %21, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6xf32>, tensor<6xf32>) -> tensor<f32>
    %23 = stablehlo.add %cst_2, %22 : tensor<f32>
    %24:7 = stablehlo.while(%iterArg = %19, %iterArg_5 = %10, %iterArg_6 = %11, %iterArg_7 = %21, %iterArg_8 = %23, %iterArg_9 = %21, %iterArg_10 = %c_4) : tensor<f32>, tensor<6x6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<f32>, tensor<6xf32>, tensor<i32>
    cond {
      %25 = stablehlo.compare GT, %iterArg_8, %iterArg, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %26 = stablehlo.compare LT, %iterArg_10, %c_1, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %27 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i1>) -> tensor<i1>
      %28 = stablehlo.compare NE, %26, %27, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %29 = stablehlo.convert %28 : tensor<i1>
      %30 = stablehlo.and %25, %29 : tensor<i1>
      stablehlo.return %30 : tensor<i1>
    } do {
      %25 = stablehlo.dot_general %iterArg_5, %iterArg_9, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6x6xf32>, tensor<6xf32>) -> tensor<6xf32>
      %26 = stablehlo.dot_general %iterArg_9, %25, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6xf32>, tensor<6xf32>) -> tensor<f32>
      %27 = stablehlo.add %cst_2, %26 : tensor<f32>
      %28 = stablehlo.divide %iterArg_8, %27 : tensor<f32>
      %29 = stablehlo.broadcast_in_dim %28, dims = [] : (tensor<f32>) -> tensor<6xf32>
      %30 = stablehlo.multiply %29, %iterArg_9 : tensor<6xf32>
      %31 = stablehlo.add %iterArg_6, %30 : tensor<6xf32>
      %32 = stablehlo.broadcast_in_dim %28, dims = [] : (tensor<f32>) -> tensor<6xf32>
      %33 = stablehlo.multiply %32, %25 : tensor<6xf32>
      %34 = stablehlo.subtract %iterArg_7, %33 : tensor<6xf32>
      %35 = stablehlo.dot_general %34, %34, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<6xf32>, tensor<6xf32>) -> tensor<f32>
      %36 = stablehlo.add %cst_2, %35 : tensor<f32>
      %37 = stablehlo.divide %36, %iterArg_8 : tensor<f32>
      %38 = stablehlo.broadcast_in_dim %37, dims = [] : (tensor<f32>) -> tensor<6xf32>
      %39 = stablehlo.multiply %38, %iterArg_9 : tensor<6xf32>
      %40 = stablehlo.add %34, %39 : tensor<6xf32>
      %41 = stablehlo.add %iterArg_10, %c : tensor<i32>
      stablehlo.return %iterArg, %iterArg_5, %31, %34, %36, %40, %41 : tensor<f32>, tensor<6x6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<f32>, tensor<6xf32>, tensor<i32>
    }
    return %24#2 : tensor<6xf32>
  }
}
