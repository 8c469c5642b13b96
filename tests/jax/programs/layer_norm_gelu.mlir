module @jit_layer_norm_gelu attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32xf32>) -> (tensor<4x32xf32> {jax.result_info = "result"}) {
    %cst = stablehlo.constant dense<1.12837911> : tensor<4x32xf32>
    %cst_0 = stablehlo.constant dense<-0.37612626> : tensor<4x32xf32>
    %cst_1 = stablehlo.constant dense<0.112835854> : tensor<4x32xf32>
    %cst_2 = stablehlo.constant dense<-0.0268538129> : tensor<4x32xf32>
    %cst_3 = stablehlo.constant dense<0.00518832775> : tensor<4x32xf32>
    %cst_4 = stablehlo.constant dense<-8.0101937E-4> : tensor<4x32xf32>
    %cst_5 = stablehlo.constant dense<7.85386146E-5> : tensor<4x32xf32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<4x32xf32>
    %cst_7 = stablehlo.constant dense<-88.7228394> : tensor<4x32xf32>
    %cst_8 = stablehlo.constant dense<0.564189494> : tensor<4x32xf32>
    %cst_9 = stablehlo.constant dense<-0.282076746> : tensor<4x32xf32>
    %cst_10 = stablehlo.constant dense<0.42184633> : tensor<4x32xf32>
    %cst_11 = stablehlo.constant dense<-1.01526523> : tensor<4x32xf32>
    %cst_12 = stablehlo.constant dense<2.92101908> : tensor<4x32xf32>
    %cst_13 = stablehlo.constant dense<-7.49551868> : tensor<4x32xf32>
    %cst_14 = stablehlo.constant dense<1.297720e+01> : tensor<4x32xf32>
    %cst_15 = stablehlo.constant dense<-10.477664> : tensor<4x32xf32>
    %cst_16 = stablehlo.constant dense<0.563825965> : tensor<4x32xf32>
    %cst_17 = stablehlo.constant dense<-0.274112701> : tensor<4x32xf32>
    %cst_18 = stablehlo.constant dense<3.404880e-01> : tensor<4x32xf32>
    %cst_19 = stablehlo.constant dense<-0.494451523> : tensor<4x32xf32>
    %cst_20 = stablehlo.constant dense<0.621000468> : tensor<4x32xf32>
    %cst_21 = stablehlo.constant dense<-0.582473278> : tensor<4x32xf32>
    %cst_22 = stablehlo.constant dense<0.368742466> : tensor<4x32xf32>
    %cst_23 = stablehlo.constant dense<-0.138703942> : tensor<4x32xf32>
    %cst_24 = stablehlo.constant dense<2.326820e-02> : tensor<4x32xf32>
    %cst_25 = stablehlo.constant dense<2.000000e+00> : tensor<4x32xf32>
    %cst_26 = stablehlo.constant dense<1.000000e+00> : tensor<4x32xf32>
    %cst_27 = stablehlo.constant dense<0.707106769> : tensor<f32>
    %cst_28 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %0 = call @standardize(%arg0) : (tensor<4x32xf32>) -> tensor<4x32xf32>
    %1 = stablehlo.broadcast_in_dim %arg1, dims = [1] : (tensor<32xf32>) -> tensor<1x32xf32>
    %2 = stablehlo.broadcast_in_dim %1, dims = [0, 1] : (tensor<1x32xf32>) -> tensor<4x32xf32>
    %3 = stablehlo.multiply %0, %2 : tensor<4x32xf32>
    %4 = stablehlo.broadcast_in_dim %arg2, dims = [1] : (tensor<32xf32>) -> tensor<1x32xf32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<1x32xf32>) -> tensor<4x32xf32>
    %6 = stablehlo.add %3, %5 : tensor<4x32xf32>
    %7 = stablehlo.broadcast_in_dim %cst_28, dims = [] : (tensor<f32>) -> tensor<4x32xf32>
    %8 = stablehlo.multiply %7, %6 : tensor<4x32xf32>
    %9 = stablehlo.negate %6 : tensor<4x32xf32>
    %10 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<4x32xf32>
    %11 = stablehlo.multiply %9, %10 : tensor<4x32xf32>
    %12 = stablehlo.multiply %11, %11 : tensor<4x32xf32>
    %13 = stablehlo.negate %12 : tensor<4x32xf32>
    %14 = stablehlo.abs %11 : tensor<4x32xf32>
    %15 = stablehlo.divide %cst_26, %12 : tensor<4x32xf32>
    %16 = stablehlo.exponential %13 : tensor<4x32xf32>
    %17 = stablehlo.divide %cst_26, %14 : tensor<4x32xf32>
    %18 = stablehlo.multiply %16, %17 : tensor<4x32xf32>
    %19 = stablehlo.compare LT, %14, %cst_25 : (tensor<4x32xf32>, tensor<4x32xf32>) -> tensor<4x32xi1>
    %20 = stablehlo.multiply %cst_24, %15 : tensor<4x32xf32>
    %21 = stablehlo.add %20, %cst_23 : tensor<4x32xf32>
    %22 = stablehlo.multiply %21, %15 : tensor<4x32xf32>
    %23 = stablehlo.add %22, %cst_22 : tensor<4x32xf32>
    %24 = stablehlo.multiply %23, %15 : tensor<4x32xf32>
    %25 = stablehlo.add %24, %cst_21 : tensor<4x32xf32>
    %26 = stablehlo.multiply %25, %15 : tensor<4x32xf32>
    %27 = stablehlo.add %26, %cst_20 : tensor<4x32xf32>
    %28 = stablehlo.multiply %27, %15 : tensor<4x32xf32>
    %29 = stablehlo.add %28, %cst_19 : tensor<4x32xf32>
    %30 = stablehlo.multiply %29, %15 : tensor<4x32xf32>
    %31 = stablehlo.add %30, %cst_18 : tensor<4x32xf32>
    %32 = stablehlo.multiply %31, %15 : tensor<4x32xf32>
    %33 = stablehlo.add %32, %cst_17 : tensor<4x32xf32>
    %34 = stablehlo.multiply %33, %15 : tensor<4x32xf32>
    %35 = stablehlo.add %34, %cst_16 : tensor<4x32xf32>
    %36 = stablehlo.multiply %cst_15, %15 : tensor<4x32xf32>
    %37 = stablehlo.add %36, %cst_14 : tensor<4x32xf32>
    %38 = stablehlo.multiply %37, %15 : tensor<4x32xf32>
    %39 = stablehlo.add %38, %cst_13 : tensor<4x32xf32>
    %40 = stablehlo.multiply %39, %15 : tensor<4x32xf32>
    %41 = stablehlo.add %40, %cst_12 : tensor<4x32xf32>
    %42 = stablehlo.multiply %41, %15 : tensor<4x32xf32>
    %43 = stablehlo.add %42, %cst_11 : tensor<4x32xf32>
    %44 = stablehlo.multiply %43, %15 : tensor<4x32xf32>
    %45 = stablehlo.add %44, %cst_10 : tensor<4x32xf32>
    %46 = stablehlo.multiply %45, %15 : tensor<4x32xf32>
    %47 = stablehlo.add %46, %cst_9 : tensor<4x32xf32>
    %48 = stablehlo.multiply %47, %15 : tensor<4x32xf32>
    %49 = stablehlo.add %48, %cst_8 : tensor<4x32xf32>
    %50 = stablehlo.select %19, %35, %49 : tensor<4x32xi1>, tensor<4x32xf32>
    %51 = stablehlo.multiply %18, %50 : tensor<4x32xf32>
    %52 = stablehlo.compare LT, %13, %cst_7 : (tensor<4x32xf32>, tensor<4x32xf32>) -> tensor<4x32xi1>
    %53 = stablehlo.select %52, %cst_6, %51 : tensor<4x32xi1>, tensor<4x32xf32>
    %54 = stablehlo.compare LT, %11, %cst_6 : (tensor<4x32xf32>, tensor<4x32xf32>) -> tensor<4x32xi1>
    %55 = stablehlo.subtract %cst_25, %53 : tensor<4x32xf32>
    %56 = stablehlo.select %54, %55, %53 : tensor<4x32xi1>, tensor<4x32xf32>
    %57 = stablehlo.multiply %11, %11 : tensor<4x32xf32>
    %58 = stablehlo.multiply %cst_5, %57 : tensor<4x32xf32>
    %59 = stablehlo.add %58, %cst_4 : tensor<4x32xf32>
    %60 = stablehlo.multiply %59, %57 : tensor<4x32xf32>
    %61 = stablehlo.add %60, %cst_3 : tensor<4x32xf32>
    %62 = stablehlo.multiply %61, %57 : tensor<4x32xf32>
    %63 = stablehlo.add %62, %cst_2 : tensor<4x32xf32>
    %64 = stablehlo.multiply %63, %57 : tensor<4x32xf32>
    %65 = stablehlo.add %64, %cst_1 : tensor<4x32xf32>
    %66 = stablehlo.multiply %65, %57 : tensor<4x32xf32>
    %67 = stablehlo.add %66, %cst_0 : tensor<4x32xf32>
    %68 = stablehlo.multiply %67, %57 : tensor<4x32xf32>
    %69 = stablehlo.add %68, %cst : tensor<4x32xf32>
    %70 = stablehlo.multiply %11, %69 : tensor<4x32xf32>
    %71 = stablehlo.subtract %cst_26, %70 : tensor<4x32xf32>
    %72 = stablehlo.abs %11 : tensor<4x32xf32>
    %73 = stablehlo.compare LT, %72, %cst_26 : (tensor<4x32xf32>, tensor<4x32xf32>) -> tensor<4x32xi1>
    %74 = stablehlo.select %73, %71, %56 : tensor<4x32xi1>, tensor<4x32xf32>
    %75 = stablehlo.multiply %8, %74 : tensor<4x32xf32>
    return %75 : tensor<4x32xf32>
  }
  func.func private @standardize(%arg0: tensor<4x32xf32>) -> tensor<4x32xf32> {
    %cst = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %cst_0 = stablehlo.constant dense<3.200000e+01> : tensor<f32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.reduce(%arg0 init: %cst_1) applies stablehlo.add across dimensions = [1] : (tensor<4x32xf32>, tensor<f32>) -> tensor<4xf32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<4xf32>) -> tensor<4x1xf32>
    %2 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<4x1xf32>
    %3 = stablehlo.divide %1, %2 : tensor<4x1xf32>
    %4 = stablehlo.multiply %arg0, %arg0 : tensor<4x32xf32>
    %5 = stablehlo.reduce(%4 init: %cst_1) applies stablehlo.add across dimensions = [1] : (tensor<4x32xf32>, tensor<f32>) -> tensor<4xf32>
    %6 = stablehlo.broadcast_in_dim %5, dims = [0] : (tensor<4xf32>) -> tensor<4x1xf32>
    %7 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<4x1xf32>
    %8 = stablehlo.divide %6, %7 : tensor<4x1xf32>
    %9 = stablehlo.multiply %3, %3 : tensor<4x1xf32>
    %10 = stablehlo.subtract %8, %9 : tensor<4x1xf32>
    %11 = call @clip(%10, %c) : (tensor<4x1xf32>, tensor<i32>) -> tensor<4x1xf32>
    %12 = stablehlo.broadcast_in_dim %3, dims = [0, 1] : (tensor<4x1xf32>) -> tensor<4x32xf32>
    %13 = stablehlo.subtract %arg0, %12 : tensor<4x32xf32>
    %14 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<4x1xf32>
    %15 = stablehlo.add %11, %14 : tensor<4x1xf32>
    %16 = stablehlo.rsqrt %15 : tensor<4x1xf32>
    %17 = stablehlo.broadcast_in_dim %16, dims = [0, 1] : (tensor<4x1xf32>) -> tensor<4x32xf32>
    %18 = stablehlo.multiply %13, %17 : tensor<4x32xf32>
    return %18 : tensor<4x32xf32>
  }
  func.func private @clip(%arg0: tensor<4x1xf32>, %arg1: tensor<i32>) -> tensor<4x1xf32> {
    %0 = stablehlo.convert %arg1 : (tensor<i32>) -> tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<4x1xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<4x1xf32>
    return %2 : tensor<4x1xf32>
  }
}
