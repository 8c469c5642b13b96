"""The networks behind the exported models, one function per architecture.

Every network is a plain function `network(p, *inputs)` of JAX arrays. `p` is a `Parameters`: asking it for a weight by
name, shape and fan-in makes that weight, so an architecture is written once, straight through, and the same code serves
constants, arguments, external parameters, every element type, and the float64 evaluation behind the expected outputs.
"""

import zlib

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


class Parameters:
    """Seeded weights, made on first use and kept by name.

    A weight depends on (seed, name) only, not on the order of use. Values are uniform with variance 2 / fan_in (He), so
    that activations neither vanish nor explode through ReLU layers. Uniform rather than normal: the values come from
    random bits by exact arithmetic and are therefore the same on every machine.
    """

    def __init__(self, seed, storage_dtype, compute_dtype=None, given=None):
        self.seed = seed
        self.storage_dtype = storage_dtype  # weights are rounded to this type first...
        self.compute_dtype = compute_dtype or storage_dtype  # ...and then handed out as this one
        self.given = given or {}  # name -> array that replaces the constant (an argument)
        self.values = {}  # name -> numpy array, in order of first use

    def __call__(self, name, shape, fan_in, mean=0.0):
        if name not in self.values:
            generator = np.random.Generator(np.random.PCG64([self.seed, zlib.crc32(name.encode())]))
            bound = np.sqrt(6.0 / fan_in)
            drawn = generator.random(shape, dtype=np.float64) * (2 * bound) - bound + mean
            self.values[name] = drawn.astype(self.storage_dtype)
        if name in self.given:
            return self.given[name]
        return jnp.asarray(self.values[name].astype(self.compute_dtype))

    def weight(self, name, shape, fan_in=None):
        return self(name, shape, fan_in or shape[0])

    def bias(self, name, size):
        return self(name, (size,), 600.0)  # +-0.1

    def scale(self, name, size, mean=1.0):
        return self(name, (size,), 600.0, mean)  # mean +- 0.1


def accumulator(x):
    """The type in which sums over elements of x's type are formed: float32, or wider."""
    return jnp.promote_types(x.dtype, jnp.float32)


def matmul(x, w):
    """Last axis of x by first axis of w, accumulated in float32 or wider, rounded once to x's type."""
    dims = (((x.ndim - 1,), (0,)), ((), ()))
    product = lax.dot_general(x, w, dims, precision=lax.Precision.HIGHEST, preferred_element_type=accumulator(x))
    return product.astype(x.dtype)


def batched_matmul(x, y, contract_x, contract_y):
    """Matrix product for each index of the leading axis."""
    dims = (((contract_x,), (contract_y,)), ((0,), (0,)))
    product = lax.dot_general(x, y, dims, precision=lax.Precision.HIGHEST, preferred_element_type=accumulator(x))
    return product.astype(x.dtype)


def softmax(x):
    wide = x.astype(accumulator(x))
    exponentials = jnp.exp(wide - wide.max(axis=-1, keepdims=True))
    return (exponentials / exponentials.sum(axis=-1, keepdims=True)).astype(x.dtype)


def layer_norm(p, name, x):
    wide = x.astype(accumulator(x))
    centred = wide - wide.mean(axis=-1, keepdims=True)
    variance = (centred * centred).mean(axis=-1, keepdims=True)
    normal = (centred * lax.rsqrt(variance + 1e-5)).astype(x.dtype)
    return normal * p.scale(f"{name}/scale", x.shape[-1]) + p.bias(f"{name}/bias", x.shape[-1])


def dense(p, name, x, size):
    w = p.weight(f"{name}/weight", (x.shape[-1], size))
    return matmul(x, w) + p.bias(f"{name}/bias", size)


def convolution(p, name, x, features, window, stride=1, padding="SAME", groups=1, layout="NHWC", scale_mean=1.0):
    """Convolution with the scale and bias that a folded batch normalisation leaves."""
    channel_axis = layout.index("C")
    in_per_group = x.shape[channel_axis] // groups
    w = p.weight(f"{name}/kernel", (window, window, in_per_group, features), window * window * in_per_group)
    y = lax.conv_general_dilated(
        x, w, (stride, stride), padding, dimension_numbers=(layout, "HWIO", layout), feature_group_count=groups,
        precision=lax.Precision.HIGHEST, preferred_element_type=accumulator(x)).astype(x.dtype)
    along_channels = tuple(features if axis == channel_axis else 1 for axis in range(4))
    scale = p.scale(f"{name}/scale", features, scale_mean).reshape(along_channels)
    return y * scale + p.bias(f"{name}/bias", features).reshape(along_channels)


def max_pool(x, window, stride, padding, layout="NHWC"):
    sized = {"N": 1, "C": 1, "H": window, "W": window}
    stepped = {"N": 1, "C": 1, "H": stride, "W": stride}
    # The initial value has x's type, otherwise JAX does not recognise the maximum.
    lowest = np.array(-np.inf, x.dtype)
    return lax.reduce_window(x, lowest, lax.max, [sized[a] for a in layout], [stepped[a] for a in layout], padding)


def mlp(p, x):
    """784-512-10 perceptron, ReLU."""
    return dense(p, "output", jax.nn.relu(dense(p, "hidden", x, 512)), 10)


def lenet(p, x):
    """LeNet-5 with ReLU and max pooling, 28x28 images, NCHW."""
    x = jax.nn.relu(convolution(p, "conv1", x, 6, 5, padding=[(2, 2), (2, 2)], layout="NCHW"))
    x = max_pool(x, 2, 2, "VALID", "NCHW")
    x = jax.nn.relu(convolution(p, "conv2", x, 16, 5, padding="VALID", layout="NCHW"))
    x = max_pool(x, 2, 2, "VALID", "NCHW")
    x = x.reshape(x.shape[0], -1)
    x = jax.nn.relu(dense(p, "dense1", x, 120))
    x = jax.nn.relu(dense(p, "dense2", x, 84))
    return dense(p, "dense3", x, 10)


# Expansion, output channels, repeats, first stride of each stage of MobileNetV2.
MOBILENET_V2_STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
                       (6, 320, 1, 1)]


def relu6(x):
    return jnp.minimum(jax.nn.relu(x), 6)


def mobilenet_v2(p, x):
    """MobileNetV2 at width 1: inverted residuals of pointwise, depthwise, pointwise convolutions."""
    x = relu6(convolution(p, "stem", x, 32, 3, stride=2))
    for stage, (expansion, features, repeats, first_stride) in enumerate(MOBILENET_V2_STAGES):
        for block in range(repeats):
            name = f"stage{stage}/block{block}"
            stride = first_stride if block == 0 else 1
            y = x
            if expansion != 1:
                y = relu6(convolution(p, f"{name}/expand", y, x.shape[3] * expansion, 1))
            y = relu6(convolution(p, f"{name}/depthwise", y, y.shape[3], 3, stride=stride, groups=y.shape[3]))
            y = convolution(p, f"{name}/project", y, features, 1, scale_mean=0.7)
            x = x + y if x.shape == y.shape else y
    x = relu6(convolution(p, "head", x, 1280, 1))
    return dense(p, "classifier", x.mean(axis=(1, 2)), 1000)


# Features and repeats of each stage of ResNet-50.
RESNET50_STAGES = [(64, 3), (128, 4), (256, 6), (512, 3)]


def resnet50(p, x):
    """ResNet-50 (v1.5: the stride sits in the 3x3 convolution)."""
    x = jax.nn.relu(convolution(p, "stem", x, 64, 7, stride=2, padding=[(3, 3), (3, 3)]))
    x = max_pool(x, 3, 2, [(0, 0), (1, 1), (1, 1), (0, 0)])
    for stage, (features, repeats) in enumerate(RESNET50_STAGES):
        for block in range(repeats):
            name = f"stage{stage}/block{block}"
            stride = 2 if block == 0 and stage > 0 else 1
            shortcut = x
            if block == 0:
                shortcut = convolution(p, f"{name}/shortcut", x, 4 * features, 1, stride=stride, scale_mean=0.7)
            y = jax.nn.relu(convolution(p, f"{name}/reduce", x, features, 1))
            y = jax.nn.relu(convolution(p, f"{name}/spatial", y, features, 3, stride=stride, padding=[(1, 1), (1, 1)]))
            y = convolution(p, f"{name}/restore", y, 4 * features, 1, scale_mean=0.3)  # keeps the residual sum O(1)
            x = jax.nn.relu(shortcut + y)
    return dense(p, "classifier", x.mean(axis=(1, 2)), 1000)


def split_heads(x, heads):
    """[S, d] -> [heads, S, d / heads]"""
    return x.reshape(x.shape[0], heads, -1).transpose(1, 0, 2)


def transformer_block(p, x, heads=12):
    """Pre-norm encoder block on [S, d]: multi-head attention, then a GELU perceptron of 4 d, both residual."""
    width = x.shape[-1]
    normal = layer_norm(p, "norm1", x)
    query, key, value = (split_heads(dense(p, f"attention/{part}", normal, width), heads)
                         for part in ("query", "key", "value"))
    scores = batched_matmul(query, key, 2, 2) * np.asarray(1 / np.sqrt(width // heads), x.dtype)
    mixed = batched_matmul(softmax(scores), value, 2, 1)
    x = x + dense(p, "attention/output", mixed.transpose(1, 0, 2).reshape(x.shape), width)
    hidden = jax.nn.gelu(dense(p, "perceptron/up", layer_norm(p, "norm2", x), 4 * width))
    return x + dense(p, "perceptron/down", hidden, width)


def decoder_step(p, token, position, key_cache, value_cache):
    """One token of a decoder layer: [1] token id, [] position, caches [heads, L, d / heads] in and out, logits out.

    Writes this token's key and value into the caches at `position` and attends to positions 0..position; what the
    caches hold after it must not matter.
    """
    heads, length, head_width = key_cache.shape
    width = heads * head_width
    vocabulary = 1024
    embedding = p.weight("embedding", (vocabulary, width), 2)  # variance 1
    x = embedding[token]
    normal = layer_norm(p, "norm1", x)
    query, key, value = (split_heads(dense(p, f"attention/{part}", normal, width), heads)
                         for part in ("query", "key", "value"))
    zero = jnp.zeros_like(position)
    key_cache = lax.dynamic_update_slice(key_cache, key, (zero, position, zero))
    value_cache = lax.dynamic_update_slice(value_cache, value, (zero, position, zero))
    scores = batched_matmul(query, key_cache, 2, 2) * np.asarray(1 / np.sqrt(head_width), x.dtype)
    visible = jnp.arange(length, dtype=jnp.int32) <= position
    mixed = batched_matmul(softmax(jnp.where(visible, scores, np.array(-1e30, x.dtype))), value_cache, 2, 1)
    x = x + dense(p, "attention/output", mixed.transpose(1, 0, 2).reshape(x.shape), width)
    hidden = jax.nn.gelu(dense(p, "perceptron/up", layer_norm(p, "norm2", x), 4 * width))
    x = x + dense(p, "perceptron/down", hidden, width)
    return dense(p, "logits", layer_norm(p, "norm3", x), vocabulary), key_cache, value_cache


def lstm(p, sequence, hidden=64):
    """LSTM over [T, features] with a `while` loop; returns the hidden states [T, hidden] and the last cell."""
    w_input = p.weight("input_weight", (sequence.shape[1], 4 * hidden))
    w_hidden = p.weight("hidden_weight", (hidden, 4 * hidden))
    bias = p.bias("bias", 4 * hidden)

    def step(state, x):
        h, c = state
        i, f, g, o = jnp.split(matmul(x[None], w_input) + matmul(h[None], w_hidden) + bias, 4, axis=1)
        c = jax.nn.sigmoid(f)[0] * c + (jax.nn.sigmoid(i) * jnp.tanh(g))[0]
        h = jax.nn.sigmoid(o)[0] * jnp.tanh(c)
        return (h, c), h

    zeros = jnp.zeros((hidden,), sequence.dtype)
    (_, cell), states = lax.scan(step, (zeros, zeros), sequence)
    return states, cell


def retrieval(p, tokens, documents=256, width=32, best=8):
    """Scores of `documents` for a bag of token ids: gather, mean, product, sort; returns the best scores and their ids."""
    query = p.weight("embedding", (512, width), 2)[tokens].mean(axis=0)
    scores = matmul(p.weight("documents", (documents, width), width), query[:, None])[:, 0]
    order = jnp.argsort(-scores, stable=True).astype(jnp.int32)[:best]
    return scores[order], order
