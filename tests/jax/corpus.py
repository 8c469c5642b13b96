"""Small JAX programs of the kinds people export: the corpus. export_corpus.py writes them to files.

Add new ones at the end of the file: all inputs come from one stream of random numbers.
"""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

_rng = np.random.Generator(np.random.PCG64(38))


def floats(*shape, dtype=np.float32, low=-1.5, high=1.5):
    return (_rng.random(shape) * (high - low) + low).astype(dtype)


def integers(low, high, *shape, dtype=np.int32):
    return _rng.integers(low, high, shape).astype(dtype)


@dataclass
class Program:
    name: str
    function: callable
    inputs: list
    symbolic: list = field(default_factory=list)  # shapes as text, where dimensions are dynamic
    rtol: float = 0.0  # 0: the default of the output's type
    atol: float = 0.0
    platform: str = "cpu"  # "tpu" lowers what the CPU lowers to library calls to StableHLO operations
    x64: bool = False
    iree_fails: str = ""  # what plain IREE 3.13 does wrong on the CPU, beginning with `compile:` or `wrong:`


PROGRAMS = []


def program(name, *inputs, **options):
    """Registers the decorated function."""
    def register(function):
        PROGRAMS.append(Program(name, function, list(inputs), **options))
        return function
    return register


# ---- networks


@program("cnn", floats(2, 12, 12, 3), floats(3, 3, 3, 8), floats(8), floats(200, 10, low=-.2, high=.2))
def cnn(x, kernel, bias, dense):
    y = jax.nn.relu(lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + bias)
    y = lax.reduce_window(y, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    return jax.nn.softmax(y.reshape(2, -1) @ dense)


@program("batch_norm_inference", floats(2, 4, 4, 6), floats(6), floats(6), floats(6), floats(6, low=.5, high=2))
def batch_norm_inference(x, scale, bias, mean, variance):
    return (x - mean) * lax.rsqrt(variance + 1e-5) * scale + bias


@program("batch_norm_training", floats(4, 3, 3, 5), floats(5), floats(5))
def batch_norm_training(x, scale, bias):
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    return (x - mean) * lax.rsqrt(variance + 1e-5) * scale + bias, mean, variance


@program("attention", floats(2, 8, 16), floats(2, 8, 16), floats(2, 8, 16))
def attention(q, k, v):
    return jnp.einsum("bst,btd->bsd", jax.nn.softmax(jnp.einsum("bsd,btd->bst", q, k) / 4), v)


@program("attention_causal", floats(1, 10, 4, 8), floats(1, 10, 4, 8), floats(1, 10, 4, 8))
def attention_causal(q, k, v):
    scores = jnp.einsum("bshd,bthd->bhst", q, k) * 8**-0.5
    scores = jnp.where(jnp.tril(jnp.ones((10, 10), bool)), scores, -jnp.inf)
    return jnp.einsum("bhst,bthd->bshd", jax.nn.softmax(scores), v)


@program("rotary_embedding", floats(6, 2, 8))
def rotary_embedding(x):
    angles = jnp.arange(6)[:, None] / (10000 ** (jnp.arange(4) / 4))
    cos, sin = jnp.cos(angles)[:, None], jnp.sin(angles)[:, None]
    even, odd = x[..., ::2], x[..., 1::2]
    return jnp.stack([even * cos - odd * sin, even * sin + odd * cos], -1).reshape(x.shape)


@program("layer_norm_gelu", floats(4, 32), floats(32), floats(32))
def layer_norm_gelu(x, scale, bias):
    return jax.nn.gelu(jax.nn.standardize(x, axis=-1) * scale + bias, approximate=False)


@program("lstm_scan", floats(7, 2, 5), floats(5, 16), floats(4, 16), floats(16))
def lstm_scan(x, w, u, b):
    def step(state, row):
        h, c = state
        i, f, g, o = jnp.split(row @ w + h @ u + b, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h
    zeros = jnp.zeros((2, 4))
    return lax.scan(step, (zeros, zeros), x)


@program("kv_cache_update", floats(2, 8, 4), floats(2, 1, 4), np.int32(5))
def kv_cache_update(cache, row, position):
    return lax.dynamic_update_slice(cache, row, (0, position, 0))


# ---- gradients


@program("grad_mlp", floats(8, 6), floats(6, 5), floats(5, 3), floats(3), integers(0, 3, 8), rtol=1e-4)
def grad_mlp(x, w1, w2, b2, labels):
    def loss(w1, w2, b2):
        logits = jnp.tanh(x @ w1) @ w2 + b2
        return -jnp.mean(jnp.sum(jax.nn.log_softmax(logits) * jax.nn.one_hot(labels, 3), -1))
    return jax.value_and_grad(loss, argnums=(0, 1, 2))(w1, w2, b2)


@program("grad_conv", floats(1, 6, 6, 2), floats(3, 3, 2, 4), rtol=1e-4)
def grad_conv(x, kernel):
    def loss(x, kernel):
        y = lax.conv_general_dilated(x, kernel, (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        return jnp.sum(jnp.sin(y))
    return jax.grad(loss, argnums=(0, 1))(x, kernel)


@program("grad_max_pool", floats(1, 6, 6, 2))
def grad_max_pool(x):
    pool = lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    return jax.grad(lambda x: jnp.sum(pool(x) ** 2))(x)


@program("grad_attention", floats(6, 8), floats(6, 8), floats(6, 8), rtol=1e-4)
def grad_attention(q, k, v):
    return jax.grad(lambda *a: jnp.sum((jax.nn.softmax(a[0] @ a[1].T) @ a[2]) ** 2), argnums=(0, 1, 2))(q, k, v)


@program("hessian", floats(5))
def hessian(x):
    return jax.hessian(lambda x: jnp.sum(jnp.exp(-x**2)) * jnp.prod(jnp.cos(x)))(x)


@program("sgd_loop", floats(16, 4), floats(16), floats(4), rtol=1e-4)
def sgd_loop(x, y, w):
    gradient = jax.grad(lambda w: jnp.mean((x @ w - y) ** 2))
    return lax.fori_loop(0, 20, lambda _, w: w - 0.1 * gradient(w), w)


# ---- sorting and searching


@program("sort_two_keys", integers(0, 4, 12), floats(12))
def sort_two_keys(keys, values):
    return lax.sort((keys, values), num_keys=2)


@program("argsort_stable", integers(0, 5, 3, 8),
         iree_fails="wrong: equal keys change order though the sort is stable")
def argsort_stable(x):
    return jnp.argsort(x, axis=1, stable=True)


@program("top_k", floats(3, 20))
def top_k(x):
    return lax.top_k(x, 5)


@program("argmax_one_hot", floats(4, 6))
def argmax_one_hot(x):
    return jax.nn.one_hot(x.argmax(1), 6), x.argmin(0)


@program("searchsorted", np.sort(floats(16)), floats(9))
def searchsorted(table, x):
    return jnp.searchsorted(table, x)


@program("median", floats(5, 7))
def median(x):
    return jnp.median(x, axis=1), jnp.quantile(x, 0.3, axis=0)


# ---- indexing


@program("gather_embedding", floats(10, 4), integers(0, 10, 2, 3))
def gather_embedding(table, ids):
    return table[ids]


@program("gather_out_of_bounds", floats(6, 3), np.array([-9, -1, 0, 5, 6, 100], np.int32),
         iree_fails="wrong: indices out of bounds are not clamped, it reads other memory")
def gather_out_of_bounds(table, ids):
    return jnp.take(table, ids, axis=0, mode="clip"), jnp.take(table, ids, axis=0, mode="fill")


@program("take_along_axis", floats(4, 5), integers(0, 5, 4, 2))
def take_along_axis(x, ids):
    return jnp.take_along_axis(x, ids, axis=1)


@program("scatter_add", floats(6, 3), np.array([[1], [4], [1]], np.int32), floats(3, 3))
def scatter_add(x, ids, updates):
    return x.at[ids[:, 0]].add(updates)


@program("scatter_set_window", floats(5, 6), floats(2, 3))
def scatter_set_window(x, window):
    return x.at[1:3, 2:5].set(window).at[0, 0].multiply(3.0)


@program("scatter_out_of_bounds", floats(5), np.array([0, 7, -8, 4], np.int32), floats(4))
def scatter_out_of_bounds(x, ids, updates):
    return x.at[ids].add(updates, mode="drop")


@program("scatter_max_batched", floats(3, 5), integers(0, 5, 3), floats(3))
def scatter_max_batched(x, ids, updates):
    return jax.vmap(lambda row, i, u: row.at[i].max(u))(x, ids, updates)


@program("histogram", integers(0, 6, 40))
def histogram(x):
    return jnp.zeros(6, jnp.int32).at[x].add(1)


@program("dynamic_slice_clamped", floats(6, 6), np.int32(4), np.int32(-2))
def dynamic_slice_clamped(x, row, column):
    return lax.dynamic_slice(x, (row, column), (3, 4))


@program("pad_reverse_concatenate", floats(3, 4))
def pad_reverse_concatenate(x):
    padded = lax.pad(x, np.float32(0.5), [(1, -1, 1), (-1, 2, 0)])
    return jnp.concatenate([lax.rev(padded, (0,)), padded], axis=1), x.T[::2]


# ---- scans and windows


@program("cumulative", floats(4, 9), integers(0, 9, 9))
def cumulative(x, n):
    return jnp.cumsum(x, 1), jnp.cumprod(x, 0), lax.cummax(x, 1), jnp.cumsum(n)


@program("cumulative_unsigned", integers(0, 9, 9, dtype=np.uint32),
         iree_fails="compile: reduce_window on unsigned integers is not legalised")
def cumulative_unsigned(n):
    return jnp.cumsum(n), lax.cummin(n)


@program("associative_scan", floats(13), floats(13))
def associative_scan(a, b):
    return lax.associative_scan(lambda l, r: (l[0] * r[0], r[0] * l[1] + r[1]), (a, b))


@program("average_pool", floats(1, 7, 7, 2))
def average_pool(x):
    window = lambda x: lax.reduce_window(x, 0.0, lax.add, (1, 3, 3, 1), (1, 2, 2, 1), "SAME")
    return window(x) / window(jnp.ones_like(x))


@program("reduce_variadic", floats(5, 7))
def reduce_variadic(x):
    index = lax.broadcasted_iota(jnp.int32, x.shape, 1)
    pick = lambda l, r: (jnp.where(l[0] >= r[0], l[0], r[0]), jnp.where(l[0] >= r[0], l[1], r[1]))
    return lax.reduce((x, index), (np.float32(-np.inf), np.int32(0)), pick, (1,))


# ---- convolutions


@program("conv_depthwise_dilated", floats(1, 9, 9, 4), floats(3, 3, 1, 8))
def conv_depthwise_dilated(x, kernel):
    return lax.conv_general_dilated(x, kernel, (1, 1), "SAME", rhs_dilation=(2, 2), feature_group_count=4,
                                    dimension_numbers=("NHWC", "HWIO", "NHWC"))


@program("conv_transposed", floats(1, 4, 4, 3), floats(3, 3, 3, 2))
def conv_transposed(x, kernel):
    return lax.conv_transpose(x, kernel, (2, 2), "SAME")


@program("conv_1d_and_3d", floats(1, 2, 11), floats(4, 2, 3), floats(1, 4, 4, 4, 1), floats(2, 2, 2, 1, 3))
def conv_1d_and_3d(x, k, volume, k3):
    return (lax.conv_general_dilated(x, k, (2,), [(1, 1)]),
            lax.conv_general_dilated(volume, k3, (1, 1, 1), "VALID", dimension_numbers=("NDHWC", "DHWIO", "NDHWC")))


# ---- control flow


@program("while_collatz", np.int32(27))
def while_collatz(n):
    step = lambda s: (jnp.where(s[0] % 2 == 0, s[0] // 2, 3 * s[0] + 1), s[1] + 1)
    return lax.while_loop(lambda s: s[0] != 1, step, (n, jnp.int32(0)))


@program("cond_and_switch", floats(4), np.int32(2), np.bool_(False))
def cond_and_switch(x, branch, flag):
    y = lax.switch(branch, [lambda x: x + 1, lambda x: x * 2, lambda x: x**3], x)
    return lax.cond(flag, lambda y: y, lambda y: -y, y)


# ---- transforms, complex numbers, linear algebra


@program("fft", floats(2, 16))
def fft(x):
    return jnp.fft.fft(x.astype(jnp.complex64))


@program("rfft_round_trip", floats(3, 32))
def rfft_round_trip(x):
    spectrum = jnp.fft.rfft(x)
    return spectrum, jnp.fft.irfft(spectrum)


@program("fft_2d", floats(8, 8),
         iree_fails="compile: fft of rank 2 is not legalised")
def fft_2d(x):
    return jnp.abs(jnp.fft.fft2(x))


@program("complex_arithmetic", (floats(6) + 1j * floats(6)).astype(np.complex64), (floats(6) + 2j).astype(np.complex64))
def complex_arithmetic(a, b):
    return a * b / (a + 2), jnp.exp(a), jnp.abs(a), jnp.conj(b).imag


@program("triangular_solve", np.tril(floats(4, 4)) + 3 * np.eye(4, dtype=np.float32), floats(4, 2), platform="tpu",
         iree_fails="compile: triangular_solve is not legalised")
def triangular_solve(a, b):
    return lax.linalg.triangular_solve(a, b, left_side=True, lower=True)


@program("conjugate_gradient", floats(6, 6), floats(6), rtol=1e-3, atol=1e-3)
def conjugate_gradient(a, b):
    matrix = a @ a.T + 2 * jnp.eye(6)
    return jax.scipy.sparse.linalg.cg(lambda x: matrix @ x, b, maxiter=12)[0]


@program("einsum_batched", floats(2, 3, 4), floats(2, 5, 4))
def einsum_batched(a, b):
    return jnp.einsum("nij,nkj->kni", a, b)


# ---- element types


@program("bf16_matmul", floats(4, 16).astype(jnp.bfloat16), floats(16, 5).astype(jnp.bfloat16))
def bf16_matmul(a, b):
    return jax.nn.silu(a @ b)


@program("f16_softmax", floats(3, 17, dtype=np.float16))
def f16_softmax(x):
    return jax.nn.softmax(x), jax.nn.logsumexp(x)


@program("f64_math", floats(3, 4, dtype=np.float64), floats(4, 3, dtype=np.float64), x64=True)
def f64_math(a, b):
    return jnp.sqrt(jnp.abs(a @ b)) + jnp.exp(-a[:, :3])


@program("i8_matmul", integers(-128, 128, 4, 32, dtype=np.int8), integers(-128, 128, 32, 4, dtype=np.int8))
def i8_matmul(a, b):
    return lax.dot(a, b, preferred_element_type=jnp.int32)


@program("i4_weights", floats(2, 8), integers(-8, 8, 8, 4, dtype=np.int8))
def i4_weights(x, w):
    return x @ w.astype(jnp.int4).astype(jnp.float32)


@program("integer_ops", integers(-1000, 1000, 16), np.array([1, 3, -7, 2] * 4, np.int32), integers(0, 2**32, 16, dtype=np.uint32))
def integer_ops(a, b, u):
    return a // b, lax.rem(a, b), (a << 3) ^ (b >> 1), lax.population_count(u), lax.clz(u), u >> 5, a.astype(jnp.int8)


@program("nan_and_infinity", np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-30, 3.0], np.float32))
def nan_and_infinity(x):
    return jnp.isnan(x), jnp.nan_to_num(x), jnp.maximum(x, 1), jnp.sign(x), x > 0


@program("special_functions", floats(12, low=-2, high=2), rtol=1e-4)
def special_functions(x):
    positive = jnp.abs(x) + 0.5
    return (lax.erf(x), lax.erf_inv(x / 3), lax.lgamma(positive), lax.digamma(positive), jnp.sinh(x), jnp.arctan2(x, positive),
            jnp.cbrt(x), jnp.log1p(positive), jnp.expm1(x), positive**x)


@program("rounding", np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4, -2.6], np.float32))
def rounding(x):
    return jnp.round(x), jnp.floor(x), jnp.ceil(x), jnp.trunc(x), x.astype(jnp.int32), x.astype(jnp.bfloat16)


# ---- random numbers


@program("rng_uniform", np.array([0, 42], np.uint32))
def rng_uniform(key):
    return jax.random.uniform(key, (8,)), jax.random.randint(key, (6,), 0, 100)


@program("rng_normal_split", np.array([7, 9], np.uint32))
def rng_normal_split(key):
    first, second = jax.random.split(key)
    return jax.random.normal(first, (4, 3)), jax.random.permutation(second, 10), jax.random.bernoulli(second, 0.3, (9,))


# ---- dynamic shapes


@program("dynamic_mlp", floats(3, 6), floats(6, 8), floats(8, 2), symbolic=["b, 6", "6, 8", "8, 2"])
def dynamic_mlp(x, w1, w2):
    return jnp.tanh(x @ w1) @ w2


@program("dynamic_attention", floats(5, 8), floats(5, 8), floats(5, 8), symbolic=["s, 8", "s, 8", "s, 8"],
         iree_fails="compile: this dynamic_broadcast_in_dim is not legalised")
def dynamic_attention(q, k, v):
    return jax.nn.softmax(q @ k.T) @ v


@program("dynamic_mean_reshape", floats(4, 3, 2), symbolic=["a, b, 2"],
         iree_fails="compile: dynamic_reshape is not legalised")
def dynamic_mean_reshape(x):
    return x.reshape(-1, 2).mean(0), x.reshape(x.shape[0], -1)


@program("dynamic_cumsum_slice", floats(9), symbolic=["n"],
         iree_fails="compile: custom call stablehlo.dynamic_reduce_window is not legalised")
def dynamic_cumsum_slice(x):
    return jnp.cumsum(x), x[1:] - x[:-1]
