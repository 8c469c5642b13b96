module @jit_hessian attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<5xf32>) -> (tensor<5x5xf32> {jax.result_info = "result"}) {
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_1 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.iota dim = 0 : tensor<5x5xi32>
    %1 = stablehlo.iota dim = 1 : tensor<5x5xi32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<5x5xi32>
    %3 = stablehlo.add %0, %2 : tensor<5x5xi32>
    %4 = stablehlo.compare EQ, %3, %1, SIGNED : (tensor<5x5xi32>, tensor<5x5xi32>) -> tensor<5x5xi1>
    %5 = stablehlo.convert %4 : (tensor<5x5xi1>) -> tensor<5x5xf32>
    %6 = stablehlo.slice %5 [0:5, 0:5] : (tensor<5x5xf32>) -> tensor<5x5xf32>
    %7 = stablehlo.convert %6 : tensor<5x5xf32>
    %8 = stablehlo.multiply %arg0, %arg0 : tensor<5xf32>
    %9 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %10 = stablehlo.multiply %9, %arg0 : tensor<5xf32>
    %11 = stablehlo.broadcast_in_dim %10, dims = [1] : (tensor<5xf32>) -> tensor<1x5xf32>
    %12 = stablehlo.broadcast_in_dim %11, dims = [0, 1] : (tensor<1x5xf32>) -> tensor<5x5xf32>
    %13 = stablehlo.multiply %7, %12 : tensor<5x5xf32>
    %14 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %15 = stablehlo.multiply %14, %arg0 : tensor<5xf32>
    %16 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<5x5xf32>
    %17 = stablehlo.multiply %16, %7 : tensor<5x5xf32>
    %18 = stablehlo.negate %8 : tensor<5xf32>
    %19 = stablehlo.negate %13 : tensor<5x5xf32>
    %20 = stablehlo.exponential %18 : tensor<5xf32>
    %21 = stablehlo.broadcast_in_dim %20, dims = [1] : (tensor<5xf32>) -> tensor<1x5xf32>
    %22 = stablehlo.broadcast_in_dim %21, dims = [0, 1] : (tensor<1x5xf32>) -> tensor<5x5xf32>
    %23 = stablehlo.multiply %19, %22 : tensor<5x5xf32>
    %24 = stablehlo.reduce(%20 init: %cst_0) applies stablehlo.add across dimensions = [0] : (tensor<5xf32>, tensor<f32>) -> tensor<f32>
    %25 = stablehlo.reduce(%23 init: %cst_0) applies stablehlo.add across dimensions = [1] : (tensor<5x5xf32>, tensor<f32>) -> tensor<5xf32>
    %26 = stablehlo.cosine %arg0 : tensor<5xf32>
    %27 = stablehlo.sine %arg0 : tensor<5xf32>
    %28 = stablehlo.broadcast_in_dim %27, dims = [1] : (tensor<5xf32>) -> tensor<1x5xf32>
    %29 = stablehlo.broadcast_in_dim %28, dims = [0, 1] : (tensor<1x5xf32>) -> tensor<5x5xf32>
    %30 = stablehlo.multiply %7, %29 : tensor<5x5xf32>
    %31 = stablehlo.negate %30 : tensor<5x5xf32>
    %32 = stablehlo.sine %arg0 : tensor<5xf32>
    %33 = stablehlo.cosine %arg0 : tensor<5xf32>
    %34 = stablehlo.broadcast_in_dim %33, dims = [1] : (tensor<5xf32>) -> tensor<1x5xf32>
    %35 = stablehlo.broadcast_in_dim %34, dims = [0, 1] : (tensor<1x5xf32>) -> tensor<5x5xf32>
    %36 = stablehlo.multiply %7, %35 : tensor<5x5xf32>
    %37 = stablehlo.slice %26 [0:3] : (tensor<5xf32>) -> tensor<3xf32>
    %38 = stablehlo.slice %31 [0:5, 0:3] : (tensor<5x5xf32>) -> tensor<5x3xf32>
    %39 = stablehlo.slice %26 [3:5] : (tensor<5xf32>) -> tensor<2xf32>
    %40 = stablehlo.slice %31 [0:5, 3:5] : (tensor<5x5xf32>) -> tensor<5x2xf32>
    %41 = stablehlo.pad %39, %cst, low = [0], high = [1], interior = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<3xf32>
    %42 = stablehlo.pad %40, %cst_0, low = [0, 0], high = [0, 1], interior = [0, 0] : (tensor<5x2xf32>, tensor<f32>) -> tensor<5x3xf32>
    %43 = stablehlo.multiply %37, %41 : tensor<3xf32>
    %44 = stablehlo.broadcast_in_dim %41, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %45 = stablehlo.broadcast_in_dim %44, dims = [0, 1] : (tensor<1x3xf32>) -> tensor<5x3xf32>
    %46 = stablehlo.multiply %38, %45 : tensor<5x3xf32>
    %47 = stablehlo.broadcast_in_dim %37, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %48 = stablehlo.broadcast_in_dim %47, dims = [0, 1] : (tensor<1x3xf32>) -> tensor<5x3xf32>
    %49 = stablehlo.multiply %48, %42 : tensor<5x3xf32>
    %50 = stablehlo.add %46, %49 : tensor<5x3xf32>
    %51 = stablehlo.slice %43 [0:2] : (tensor<3xf32>) -> tensor<2xf32>
    %52 = stablehlo.slice %50 [0:5, 0:2] : (tensor<5x3xf32>) -> tensor<5x2xf32>
    %53 = stablehlo.slice %43 [2:3] : (tensor<3xf32>) -> tensor<1xf32>
    %54 = stablehlo.slice %50 [0:5, 2:3] : (tensor<5x3xf32>) -> tensor<5x1xf32>
    %55 = stablehlo.pad %53, %cst, low = [0], high = [1], interior = [0] : (tensor<1xf32>, tensor<f32>) -> tensor<2xf32>
    %56 = stablehlo.pad %54, %cst_0, low = [0, 0], high = [0, 1], interior = [0, 0] : (tensor<5x1xf32>, tensor<f32>) -> tensor<5x2xf32>
    %57 = stablehlo.multiply %51, %55 : tensor<2xf32>
    %58 = stablehlo.broadcast_in_dim %55, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
    %59 = stablehlo.broadcast_in_dim %58, dims = [0, 1] : (tensor<1x2xf32>) -> tensor<5x2xf32>
    %60 = stablehlo.multiply %52, %59 : tensor<5x2xf32>
    %61 = stablehlo.broadcast_in_dim %51, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
    %62 = stablehlo.broadcast_in_dim %61, dims = [0, 1] : (tensor<1x2xf32>) -> tensor<5x2xf32>
    %63 = stablehlo.multiply %62, %56 : tensor<5x2xf32>
    %64 = stablehlo.add %60, %63 : tensor<5x2xf32>
    %65 = stablehlo.slice %57 [0:1] : (tensor<2xf32>) -> tensor<1xf32>
    %66 = stablehlo.slice %64 [0:5, 0:1] : (tensor<5x2xf32>) -> tensor<5x1xf32>
    %67 = stablehlo.slice %57 [1:2] : (tensor<2xf32>) -> tensor<1xf32>
    %68 = stablehlo.slice %64 [0:5, 1:2] : (tensor<5x2xf32>) -> tensor<5x1xf32>
    %69 = stablehlo.multiply %65, %67 : tensor<1xf32>
    %70 = stablehlo.broadcast_in_dim %67, dims = [1] : (tensor<1xf32>) -> tensor<1x1xf32>
    %71 = stablehlo.broadcast_in_dim %70, dims = [0, 1] : (tensor<1x1xf32>) -> tensor<5x1xf32>
    %72 = stablehlo.multiply %66, %71 : tensor<5x1xf32>
    %73 = stablehlo.broadcast_in_dim %65, dims = [1] : (tensor<1xf32>) -> tensor<1x1xf32>
    %74 = stablehlo.broadcast_in_dim %73, dims = [0, 1] : (tensor<1x1xf32>) -> tensor<5x1xf32>
    %75 = stablehlo.multiply %74, %68 : tensor<5x1xf32>
    %76 = stablehlo.add %72, %75 : tensor<5x1xf32>
    %77 = stablehlo.reshape %69 : (tensor<1xf32>) -> tensor<f32>
    %78 = stablehlo.reshape %76 : (tensor<5x1xf32>) -> tensor<5xf32>
    %79 = stablehlo.iota dim = 0 : tensor<1x1xi32>
    %80 = stablehlo.iota dim = 1 : tensor<1x1xi32>
    %81 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1x1xi32>
    %82 = stablehlo.add %79, %81 : tensor<1x1xi32>
    %83 = stablehlo.compare EQ, %82, %80, SIGNED : (tensor<1x1xi32>, tensor<1x1xi32>) -> tensor<1x1xi1>
    %84 = stablehlo.convert %83 : (tensor<1x1xi1>) -> tensor<1x1xf32>
    %85 = stablehlo.slice %84 [0:1, 0:1] : (tensor<1x1xf32>) -> tensor<1x1xf32>
    %86 = stablehlo.reshape %85 : (tensor<1x1xf32>) -> tensor<1xf32>
    %87 = stablehlo.convert %86 : tensor<1xf32>
    %88 = stablehlo.broadcast_in_dim %24, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %89 = stablehlo.multiply %88, %87 : tensor<1xf32>
    %90 = stablehlo.broadcast_in_dim %87, dims = [1] : (tensor<1xf32>) -> tensor<1x1xf32>
    %91 = stablehlo.broadcast_in_dim %25, dims = [0] : (tensor<5xf32>) -> tensor<5x1xf32>
    %92 = stablehlo.broadcast_in_dim %90, dims = [0, 1] : (tensor<1x1xf32>) -> tensor<5x1xf32>
    %93 = stablehlo.multiply %91, %92 : tensor<5x1xf32>
    %94 = stablehlo.broadcast_in_dim %77, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %95 = stablehlo.multiply %87, %94 : tensor<1xf32>
    %96 = stablehlo.broadcast_in_dim %87, dims = [1] : (tensor<1xf32>) -> tensor<1x1xf32>
    %97 = stablehlo.broadcast_in_dim %78, dims = [0] : (tensor<5xf32>) -> tensor<5x1xf32>
    %98 = stablehlo.broadcast_in_dim %96, dims = [0, 1] : (tensor<1x1xf32>) -> tensor<5x1xf32>
    %99 = stablehlo.multiply %98, %97 : tensor<5x1xf32>
    %100 = stablehlo.broadcast_in_dim %89, dims = [0] : (tensor<1xf32>) -> tensor<1x1xf32>
    %101 = stablehlo.broadcast_in_dim %93, dims = [0, 1] : (tensor<5x1xf32>) -> tensor<5x1x1xf32>
    %102 = stablehlo.broadcast_in_dim %65, dims = [1] : (tensor<1xf32>) -> tensor<1x1xf32>
    %103 = stablehlo.broadcast_in_dim %66, dims = [0, 2] : (tensor<5x1xf32>) -> tensor<5x1x1xf32>
    %104 = stablehlo.multiply %102, %100 : tensor<1x1xf32>
    %105 = stablehlo.broadcast_in_dim %100, dims = [1, 2] : (tensor<1x1xf32>) -> tensor<1x1x1xf32>
    %106 = stablehlo.broadcast_in_dim %105, dims = [0, 1, 2] : (tensor<1x1x1xf32>) -> tensor<5x1x1xf32>
    %107 = stablehlo.multiply %103, %106 : tensor<5x1x1xf32>
    %108 = stablehlo.broadcast_in_dim %102, dims = [1, 2] : (tensor<1x1xf32>) -> tensor<1x1x1xf32>
    %109 = stablehlo.broadcast_in_dim %108, dims = [0, 1, 2] : (tensor<1x1x1xf32>) -> tensor<5x1x1xf32>
    %110 = stablehlo.multiply %109, %101 : tensor<5x1x1xf32>
    %111 = stablehlo.add %107, %110 : tensor<5x1x1xf32>
    %112 = stablehlo.broadcast_in_dim %67, dims = [1] : (tensor<1xf32>) -> tensor<1x1xf32>
    %113 = stablehlo.broadcast_in_dim %68, dims = [0, 2] : (tensor<5x1xf32>) -> tensor<5x1x1xf32>
    %114 = stablehlo.multiply %100, %112 : tensor<1x1xf32>
    %115 = stablehlo.broadcast_in_dim %112, dims = [1, 2] : (tensor<1x1xf32>) -> tensor<1x1x1xf32>
    %116 = stablehlo.broadcast_in_dim %115, dims = [0, 1, 2] : (tensor<1x1x1xf32>) -> tensor<5x1x1xf32>
    %117 = stablehlo.multiply %101, %116 : tensor<5x1x1xf32>
    %118 = stablehlo.broadcast_in_dim %100, dims = [1, 2] : (tensor<1x1xf32>) -> tensor<1x1x1xf32>
    %119 = stablehlo.broadcast_in_dim %118, dims = [0, 1, 2] : (tensor<1x1x1xf32>) -> tensor<5x1x1xf32>
    %120 = stablehlo.multiply %119, %113 : tensor<5x1x1xf32>
    %121 = stablehlo.add %117, %120 : tensor<5x1x1xf32>
    %122 = stablehlo.pad %104, %cst_0, low = [0, 1], high = [0, 0], interior = [0, 0] : (tensor<1x1xf32>, tensor<f32>) -> tensor<1x2xf32>
    %123 = stablehlo.pad %111, %cst_0, low = [0, 0, 1], high = [0, 0, 0], interior = [0, 0, 0] : (tensor<5x1x1xf32>, tensor<f32>) -> tensor<5x1x2xf32>
    %124 = stablehlo.pad %114, %cst_0, low = [0, 0], high = [0, 1], interior = [0, 0] : (tensor<1x1xf32>, tensor<f32>) -> tensor<1x2xf32>
    %125 = stablehlo.pad %121, %cst_0, low = [0, 0, 0], high = [0, 0, 1], interior = [0, 0, 0] : (tensor<5x1x1xf32>, tensor<f32>) -> tensor<5x1x2xf32>
    %126 = stablehlo.add %122, %124 : tensor<1x2xf32>
    %127 = stablehlo.add %123, %125 : tensor<5x1x2xf32>
    %128 = stablehlo.broadcast_in_dim %51, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
    %129 = stablehlo.broadcast_in_dim %52, dims = [0, 2] : (tensor<5x2xf32>) -> tensor<5x1x2xf32>
    %130 = stablehlo.multiply %128, %126 : tensor<1x2xf32>
    %131 = stablehlo.broadcast_in_dim %126, dims = [1, 2] : (tensor<1x2xf32>) -> tensor<1x1x2xf32>
    %132 = stablehlo.broadcast_in_dim %131, dims = [0, 1, 2] : (tensor<1x1x2xf32>) -> tensor<5x1x2xf32>
    %133 = stablehlo.multiply %129, %132 : tensor<5x1x2xf32>
    %134 = stablehlo.broadcast_in_dim %128, dims = [1, 2] : (tensor<1x2xf32>) -> tensor<1x1x2xf32>
    %135 = stablehlo.broadcast_in_dim %134, dims = [0, 1, 2] : (tensor<1x1x2xf32>) -> tensor<5x1x2xf32>
    %136 = stablehlo.multiply %135, %127 : tensor<5x1x2xf32>
    %137 = stablehlo.add %133, %136 : tensor<5x1x2xf32>
    %138 = stablehlo.broadcast_in_dim %55, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
    %139 = stablehlo.broadcast_in_dim %56, dims = [0, 2] : (tensor<5x2xf32>) -> tensor<5x1x2xf32>
    %140 = stablehlo.multiply %126, %138 : tensor<1x2xf32>
    %141 = stablehlo.broadcast_in_dim %138, dims = [1, 2] : (tensor<1x2xf32>) -> tensor<1x1x2xf32>
    %142 = stablehlo.broadcast_in_dim %141, dims = [0, 1, 2] : (tensor<1x1x2xf32>) -> tensor<5x1x2xf32>
    %143 = stablehlo.multiply %127, %142 : tensor<5x1x2xf32>
    %144 = stablehlo.broadcast_in_dim %126, dims = [1, 2] : (tensor<1x2xf32>) -> tensor<1x1x2xf32>
    %145 = stablehlo.broadcast_in_dim %144, dims = [0, 1, 2] : (tensor<1x1x2xf32>) -> tensor<5x1x2xf32>
    %146 = stablehlo.multiply %145, %139 : tensor<5x1x2xf32>
    %147 = stablehlo.add %143, %146 : tensor<5x1x2xf32>
    %148 = stablehlo.pad %130, %cst_0, low = [0, 0], high = [0, -1], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x1xf32>
    %149 = stablehlo.pad %137, %cst_0, low = [0, 0, 0], high = [0, 0, -1], interior = [0, 0, 0] : (tensor<5x1x2xf32>, tensor<f32>) -> tensor<5x1x1xf32>
    %150 = stablehlo.slice %148 [0:1, 0:1] : (tensor<1x1xf32>) -> tensor<1x1xf32>
    %151 = stablehlo.slice %149 [0:5, 0:1, 0:1] : (tensor<5x1x1xf32>) -> tensor<5x1x1xf32>
    %152 = stablehlo.pad %150, %cst_0, low = [0, 2], high = [0, 0], interior = [0, 0] : (tensor<1x1xf32>, tensor<f32>) -> tensor<1x3xf32>
    %153 = stablehlo.pad %151, %cst_0, low = [0, 0, 2], high = [0, 0, 0], interior = [0, 0, 0] : (tensor<5x1x1xf32>, tensor<f32>) -> tensor<5x1x3xf32>
    %154 = stablehlo.pad %140, %cst_0, low = [0, 0], high = [0, 1], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x3xf32>
    %155 = stablehlo.pad %147, %cst_0, low = [0, 0, 0], high = [0, 0, 1], interior = [0, 0, 0] : (tensor<5x1x2xf32>, tensor<f32>) -> tensor<5x1x3xf32>
    %156 = stablehlo.add %152, %154 : tensor<1x3xf32>
    %157 = stablehlo.add %153, %155 : tensor<5x1x3xf32>
    %158 = stablehlo.broadcast_in_dim %37, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %159 = stablehlo.broadcast_in_dim %38, dims = [0, 2] : (tensor<5x3xf32>) -> tensor<5x1x3xf32>
    %160 = stablehlo.multiply %158, %156 : tensor<1x3xf32>
    %161 = stablehlo.broadcast_in_dim %156, dims = [1, 2] : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
    %162 = stablehlo.broadcast_in_dim %161, dims = [0, 1, 2] : (tensor<1x1x3xf32>) -> tensor<5x1x3xf32>
    %163 = stablehlo.multiply %159, %162 : tensor<5x1x3xf32>
    %164 = stablehlo.broadcast_in_dim %158, dims = [1, 2] : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
    %165 = stablehlo.broadcast_in_dim %164, dims = [0, 1, 2] : (tensor<1x1x3xf32>) -> tensor<5x1x3xf32>
    %166 = stablehlo.multiply %165, %157 : tensor<5x1x3xf32>
    %167 = stablehlo.add %163, %166 : tensor<5x1x3xf32>
    %168 = stablehlo.broadcast_in_dim %41, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %169 = stablehlo.broadcast_in_dim %42, dims = [0, 2] : (tensor<5x3xf32>) -> tensor<5x1x3xf32>
    %170 = stablehlo.multiply %156, %168 : tensor<1x3xf32>
    %171 = stablehlo.broadcast_in_dim %168, dims = [1, 2] : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
    %172 = stablehlo.broadcast_in_dim %171, dims = [0, 1, 2] : (tensor<1x1x3xf32>) -> tensor<5x1x3xf32>
    %173 = stablehlo.multiply %157, %172 : tensor<5x1x3xf32>
    %174 = stablehlo.broadcast_in_dim %156, dims = [1, 2] : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
    %175 = stablehlo.broadcast_in_dim %174, dims = [0, 1, 2] : (tensor<1x1x3xf32>) -> tensor<5x1x3xf32>
    %176 = stablehlo.multiply %175, %169 : tensor<5x1x3xf32>
    %177 = stablehlo.add %173, %176 : tensor<5x1x3xf32>
    %178 = stablehlo.pad %160, %cst_0, low = [0, 0], high = [0, -1], interior = [0, 0] : (tensor<1x3xf32>, tensor<f32>) -> tensor<1x2xf32>
    %179 = stablehlo.pad %167, %cst_0, low = [0, 0, 0], high = [0, 0, -1], interior = [0, 0, 0] : (tensor<5x1x3xf32>, tensor<f32>) -> tensor<5x1x2xf32>
    %180 = stablehlo.slice %178 [0:1, 0:2] : (tensor<1x2xf32>) -> tensor<1x2xf32>
    %181 = stablehlo.slice %179 [0:5, 0:1, 0:2] : (tensor<5x1x2xf32>) -> tensor<5x1x2xf32>
    %182 = stablehlo.pad %180, %cst_0, low = [0, 3], high = [0, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x5xf32>
    %183 = stablehlo.pad %181, %cst_0, low = [0, 0, 3], high = [0, 0, 0], interior = [0, 0, 0] : (tensor<5x1x2xf32>, tensor<f32>) -> tensor<5x1x5xf32>
    %184 = stablehlo.pad %170, %cst_0, low = [0, 0], high = [0, 2], interior = [0, 0] : (tensor<1x3xf32>, tensor<f32>) -> tensor<1x5xf32>
    %185 = stablehlo.pad %177, %cst_0, low = [0, 0, 0], high = [0, 0, 2], interior = [0, 0, 0] : (tensor<5x1x3xf32>, tensor<f32>) -> tensor<5x1x5xf32>
    %186 = stablehlo.add %182, %184 : tensor<1x5xf32>
    %187 = stablehlo.add %183, %185 : tensor<5x1x5xf32>
    %188 = stablehlo.negate %186 : tensor<1x5xf32>
    %189 = stablehlo.negate %187 : tensor<5x1x5xf32>
    %190 = stablehlo.broadcast_in_dim %32, dims = [1] : (tensor<5xf32>) -> tensor<1x5xf32>
    %191 = stablehlo.broadcast_in_dim %36, dims = [0, 2] : (tensor<5x5xf32>) -> tensor<5x1x5xf32>
    %192 = stablehlo.broadcast_in_dim %190, dims = [1, 2] : (tensor<1x5xf32>) -> tensor<1x1x5xf32>
    %193 = stablehlo.broadcast_in_dim %192, dims = [0, 1, 2] : (tensor<1x1x5xf32>) -> tensor<5x1x5xf32>
    %194 = stablehlo.multiply %189, %193 : tensor<5x1x5xf32>
    %195 = stablehlo.broadcast_in_dim %188, dims = [1, 2] : (tensor<1x5xf32>) -> tensor<1x1x5xf32>
    %196 = stablehlo.broadcast_in_dim %195, dims = [0, 1, 2] : (tensor<1x1x5xf32>) -> tensor<5x1x5xf32>
    %197 = stablehlo.multiply %196, %191 : tensor<5x1x5xf32>
    %198 = stablehlo.add %194, %197 : tensor<5x1x5xf32>
    %199 = stablehlo.broadcast_in_dim %95, dims = [0] : (tensor<1xf32>) -> tensor<1x5xf32>
    %200 = stablehlo.broadcast_in_dim %99, dims = [0, 1] : (tensor<5x1xf32>) -> tensor<5x1x5xf32>
    %201 = stablehlo.broadcast_in_dim %20, dims = [1] : (tensor<5xf32>) -> tensor<1x5xf32>
    %202 = stablehlo.broadcast_in_dim %23, dims = [0, 2] : (tensor<5x5xf32>) -> tensor<5x1x5xf32>
    %203 = stablehlo.multiply %199, %201 : tensor<1x5xf32>
    %204 = stablehlo.broadcast_in_dim %201, dims = [1, 2] : (tensor<1x5xf32>) -> tensor<1x1x5xf32>
    %205 = stablehlo.broadcast_in_dim %204, dims = [0, 1, 2] : (tensor<1x1x5xf32>) -> tensor<5x1x5xf32>
    %206 = stablehlo.multiply %200, %205 : tensor<5x1x5xf32>
    %207 = stablehlo.broadcast_in_dim %199, dims = [1, 2] : (tensor<1x5xf32>) -> tensor<1x1x5xf32>
    %208 = stablehlo.broadcast_in_dim %207, dims = [0, 1, 2] : (tensor<1x1x5xf32>) -> tensor<5x1x5xf32>
    %209 = stablehlo.multiply %208, %202 : tensor<5x1x5xf32>
    %210 = stablehlo.add %206, %209 : tensor<5x1x5xf32>
    %211 = stablehlo.negate %203 : tensor<1x5xf32>
    %212 = stablehlo.negate %210 : tensor<5x1x5xf32>
    %213 = stablehlo.broadcast_in_dim %15, dims = [1] : (tensor<5xf32>) -> tensor<1x5xf32>
    %214 = stablehlo.broadcast_in_dim %17, dims = [0, 2] : (tensor<5x5xf32>) -> tensor<5x1x5xf32>
    %215 = stablehlo.broadcast_in_dim %213, dims = [1, 2] : (tensor<1x5xf32>) -> tensor<1x1x5xf32>
    %216 = stablehlo.broadcast_in_dim %215, dims = [0, 1, 2] : (tensor<1x1x5xf32>) -> tensor<5x1x5xf32>
    %217 = stablehlo.multiply %212, %216 : tensor<5x1x5xf32>
    %218 = stablehlo.broadcast_in_dim %211, dims = [1, 2] : (tensor<1x5xf32>) -> tensor<1x1x5xf32>
    %219 = stablehlo.broadcast_in_dim %218, dims = [0, 1, 2] : (tensor<1x1x5xf32>) -> tensor<5x1x5xf32>
    %220 = stablehlo.multiply %219, %214 : tensor<5x1x5xf32>
    %221 = stablehlo.add %217, %220 : tensor<5x1x5xf32>
    %222 = stablehlo.add %198, %221 : tensor<5x1x5xf32>
    %223 = stablehlo.slice %222 [0:5, 0:1, 0:5] : (tensor<5x1x5xf32>) -> tensor<5x1x5xf32>
    %224 = stablehlo.reshape %223 : (tensor<5x1x5xf32>) -> tensor<5x5xf32>
    %225 = stablehlo.transpose %224, dims = [1, 0] : (tensor<5x5xf32>) -> tensor<5x5xf32>
    %226 = stablehlo.slice %225 [0:5, 0:5] : (tensor<5x5xf32>) -> tensor<5x5xf32>
    return %226 : tensor<5x5xf32>
  }
}
