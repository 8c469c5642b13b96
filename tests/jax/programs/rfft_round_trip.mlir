module @jit_rfft_round_trip attributes {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x32xf32>) -> (tensor<3x17xcomplex<f32>> {jax.result_info = "result[0]"}, tensor<3x32xf32> {jax.result_info = "result[1]"}) {
    %0 = call @fft(%arg0) : (tensor<3x32xf32>) -> tensor<3x17xcomplex<f32>>
    %1 = call @fft_0(%0) : (tensor<3x17xcomplex<f32>>) -> tensor<3x32xf32>
    return %0, %1 : tensor<3x17xcomplex<f32>>, tensor<3x32xf32>
  }
  func.func private @fft(%arg0: tensor<3x32xf32>) -> tensor<3x17xcomplex<f32>> {
    %0 = stablehlo.fft %arg0, type = RFFT, length = [32] : (tensor<3x32xf32>) -> tensor<3x17xcomplex<f32>>
    return %0 : tensor<3x17xcomplex<f32>>
  }
  func.func private @fft_0(%arg0: tensor<3x17xcomplex<f32>>) -> tensor<3x32xf32> {
    %0 = stablehlo.fft %arg0, type = IRFFT, length = [32] : (tensor<3x17xcomplex<f32>>) -> tensor<3x32xf32>
    return %0 : tensor<3x32xf32>
  }
}
