#!/usr/bin/env python3
"""Exports the models of this folder, with inputs and expected outputs, and keeps manifest.json.

    models/export.py                     make every program, input and expected output
    models/export.py --only mlp lenet    only these
    models/export.py --missing           only what is not there yet or whose digest is wrong (fast when all is)
    models/export.py --check             make everything in memory and fail if it differs from what is committed

Everything follows from seeds: programs and inputs are equal to the byte for one version of JAX and NumPy (scripts/setup
--with models installs the pinned ones; the manifest names them). Their digests are in the manifest, so drift shows.
Expected outputs are the same network evaluated in float64 on the same rounded weights and inputs, then rounded to the
output's type, so they favour no compiler and depend on no machine.
"""

import argparse
import hashlib
import importlib.metadata
import io
import json
import math
import pathlib
import re
import struct
import sys
from dataclasses import dataclass
from typing import Callable

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
MANIFEST = HERE / "manifest.json"
EXTENSIONS = {"text": ".mlir", "bytecode": ".mlirbc", "portable": ".mlirbc"}
FORMATS = {"text": "stablehlo-text", "bytecode": "stablehlo-bytecode", "portable": "stablehlo-portable-artifact"}


@dataclass(frozen=True)
class Input:
    """A seeded input: uniform in [low, high) for floats, integers in the same range for integers."""
    shape: tuple
    dtype: str = "f32"
    low: float = -math.sqrt(3)  # variance 1
    high: float = math.sqrt(3)


@dataclass(frozen=True)
class Model:
    name: str
    description: str
    network: str  # function in networks.py; empty for a hand-written program
    cases: tuple  # tuples of Input: one run each
    accumulations: tuple  # length of each sum on the longest path from input to output; none: the result is exact
    dtype: str = "f32"
    form: str = "bytecode"  # how the program is written: text, bytecode, portable
    weights: str = "constants"  # constants, arguments, parameters, none
    signature: tuple = ()  # shapes as symbolic text where they are dynamic
    layout: str = ""
    seed: int = 1
    committed: bool = True
    format: str = ""  # of a hand-written program


IMAGE = Input((1, 224, 224, 3))
BLOCK_SUMS = (768, 768, 64, 128, 768, 768, 768, 3072)  # norm, q, q.k, softmax.v, output, norm, up, down
# Numbers that the README shows; everything else is drawn.
ELEMENTWISE = (np.arange(10, dtype=np.float32), np.arange(90, -1, -10, dtype=np.float32))

MODELS = [
    Model("elementwise", "element-wise sum of two vectors", "", (), (), form="text", weights="none",
          format="stablehlo-text"),
    Model("matmul_dynamic", "acc + lhs * rhs, every dimension dynamic", "",
          ((Input((4, 8)), Input((8, 4)), Input((4, 4))), (Input((33, 65)), Input((65, 17)), Input((33, 17))),
           (Input((1, 1)), Input((1, 7)), Input((1, 7)))),
          (65,), form="text", weights="none", format="linalg-text",
          signature=("rows, inner", "inner, columns", "rows, columns")),
    Model("mlp", "784-512-10 perceptron, batch 1", "mlp", ((Input((1, 784)),),), (784, 512)),
    Model("mlp_dynamic", "784-512-10 perceptron, dynamic batch", "mlp",
          ((Input((1, 784)),), (Input((7, 784)),), (Input((32, 784)),)), (784, 512), form="portable",
          signature=("batch, 784",)),
    Model("mlp_f16", "784-512-10 perceptron in f16", "mlp", ((Input((1, 784), "f16"),),), (784, 512), dtype="f16"),
    Model("mlp_portable", "784-512-10 perceptron as a portable artifact", "mlp", ((Input((1, 784)),),), (784, 512),
          form="portable"),
    Model("mlp_parameters", "784-512-10 perceptron, weights in a .safetensors file", "mlp", ((Input((1, 784)),),),
          (784, 512), form="text", weights="parameters"),
    Model("mlp_arguments", "784-512-10 perceptron, weights as arguments", "mlp", ((Input((1, 784)),),), (784, 512),
          form="text", weights="arguments", committed=False),
    Model("lenet", "LeNet-5-like convolutional network, 28x28", "lenet", ((Input((1, 1, 28, 28)),),),
          (25, 150, 400, 120, 84), form="text", layout="NCHW"),
    Model("lstm", "LSTM over 16 steps, 64 units, a while loop", "lstm", ((Input((16, 32)),),), (96,) * 16),
    Model("retrieval", "embedding gather, scores, sort, top 8", "retrieval", ((Input((12,), "i32", 0, 512),),), (12, 32)),
    Model("mobilenet_v2", "MobileNetV2-shaped network, 224x224", "mobilenet_v2", ((IMAGE,),),
          (27,) + (9, 144, 96) * 17 + (320, 49, 1280), layout="NHWC", committed=False),
    Model("resnet50", "ResNet-50-shaped network, 224x224", "resnet50", ((IMAGE,),),
          (147,) + (256, 2304, 256) * 16 + (49, 2048), layout="NHWC", committed=False),
    Model("transformer_block", "encoder block, S=128, d=768, 12 heads", "transformer_block", ((Input((128, 768)),),),
          BLOCK_SUMS, committed=False),
    Model("transformer_block_bf16", "encoder block in bf16, S=128, d=768, 12 heads", "transformer_block",
          ((Input((128, 768), "bf16"),),), BLOCK_SUMS, dtype="bf16", committed=False),
    Model("decoder_step", "one decoder step, KV cache of 64 positions in and out", "decoder_step",
          ((Input((1,), "i32", 0, 1024), Input((), "i32", 17, 18), Input((8, 64, 64)), Input((8, 64, 64))),),
          (512, 512, 64, 64, 512, 512, 512, 2048, 512, 512), committed=False),
]

# Relative rounding error of one operation.
UNIT_ROUNDOFF = {"f32": 2.0**-24, "f16": 2.0**-11, "bf16": 2.0**-8}


def numpy_type(dtype):
    import ml_dtypes
    return np.dtype({"f16": np.float16, "f32": np.float32, "i32": np.int32, "bf16": ml_dtypes.bfloat16}[dtype])


def type_name(array):
    dtype = {"float16": "f16", "float32": "f32", "int32": "i32", "bfloat16": "bf16"}[array.dtype.name]
    return "x".join([*map(str, array.shape), dtype])


def npy_bytes(array):
    """Contents of a .npy file; bf16 as its bit patterns in uint16, NumPy has no such type."""
    if array.dtype.name == "bfloat16":
        array = array.view(np.uint16)
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def safetensors_bytes(values):
    header, offset = {}, 0
    for name, value in values.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    encoded = json.dumps(header).encode()
    encoded += b" " * (-(8 + len(encoded)) % 64)  # so that a mapped file has aligned data
    return struct.pack("<Q", len(encoded)) + encoded + b"".join(value.tobytes() for value in values.values())


def draw(spec, model, case, position):
    """Input number `position` of a case. Models of one name before the first `_` differ in form only: same inputs."""
    seed = [model.seed, int.from_bytes(model.name.split("_")[0].encode(), "little"), case, position]
    generator = np.random.Generator(np.random.PCG64(seed))
    uniform = generator.random(spec.shape) * (spec.high - spec.low) + spec.low
    return np.asarray(np.floor(uniform) if spec.dtype == "i32" else uniform).astype(numpy_type(spec.dtype))


def tolerance(model, output):
    """How far a right answer may be from the float64 one, and why; integers are exact.

    A sum of K rounded products errs by about sqrt(K) unit roundoffs of its accumulator (f32), a stored result by one unit
    roundoff of its type; independent errors add in quadrature. 4 times that leaves room for the largest of many outputs
    and for other orders of summation, and stays far below what a wrong operation does.
    """
    if output.dtype.kind == "i" or not model.accumulations:
        return {"rtol": 0, "atol": 0, "reason": "integers are exact"}
    products = sum(model.accumulations)
    stored = 3 * len(model.accumulations)  # each sum is stored, and so are a bias and an activation after it
    relative = 4 * math.hypot(math.sqrt(products) * UNIT_ROUNDOFF["f32"], math.sqrt(stored) * UNIT_ROUNDOFF[model.dtype])
    rms = float(np.sqrt(np.mean(np.square(output.astype(np.float64)))))
    round_up = lambda x: float(f"{x + 0.5 * 10 ** math.floor(math.log10(x)):.0e}")
    reason = (f"{products} products summed in f32 and {stored} results stored as {model.dtype} on the longest path; "
              f"rms of the output {rms:.2g}")
    return {"rtol": round_up(relative), "atol": round_up(relative * rms), "reason": reason}


def external_parameters(text, scope, values):
    """Wraps a program that takes weights as arguments: a new @main loads them from parameter `scope` and calls it."""
    kinds = {name: f"tensor<{type_name(value)}>" for name, value in values.items()}
    symbols = {name: name.replace("/", "_") for name in values}
    before, after = text.split("func.func public @main(", 1)
    arguments, results = after.split(" -> ", 1)
    given, result = (re.search(r"tensor<[^>]*>", signature)[0] for signature in (arguments, results))
    lines = [f'  util.global private @{symbols[n]} = #flow.parameter.named<"{scope}"::"{n}"> : {kinds[n]}\n' for n in values]
    lines.append(f"  func.func public @main(%input: {given}) -> {result} {{\n")
    lines += [f"    %{symbols[n]} = util.global.load immutable @{symbols[n]} : {kinds[n]}\n" for n in values]
    lines.append(f"    %result = call @network(%input, {', '.join('%' + symbols[n] for n in values)})\n"
                 f"      : ({', '.join([given, *kinds.values()])}) -> {result}\n")
    lines.append(f"    return %result : {result}\n  }}\n")
    return before.rstrip(" ") + "".join(lines) + "  func.func private @network(" + after


def build_program(model):
    """Bytes of the program and the weights by name."""
    import jax
    import lowering
    import networks
    network = getattr(networks, model.network)
    weights = networks.Parameters(model.seed, numpy_type(model.dtype))
    inputs = [jax.ShapeDtypeStruct(spec.shape, numpy_type(spec.dtype)) for spec in model.cases[0]]
    if model.signature:
        inputs = [jax.ShapeDtypeStruct(jax.export.symbolic_shape(shape), spec.dtype)
                  for shape, spec in zip(model.signature, inputs)]
    arity = len(inputs)
    jax.eval_shape(lambda *x: network(weights, *x), *inputs)  # makes the weights
    if model.weights in ("arguments", "parameters"):
        def function(*arguments):
            given = dict(zip(weights.values, arguments[arity:]))
            return network(networks.Parameters(model.seed, numpy_type(model.dtype), given=given), *arguments[:arity])
        inputs = inputs + list(weights.values.values())
    else:
        def function(*arguments):
            return network(weights, *arguments)
    program = lowering.encode(lowering.export(function, inputs, model.name), model.form)
    if model.weights == "parameters":
        program = external_parameters(program.decode(), model.name, weights.values).encode()
    return program, weights.values


def evaluate(model, inputs):
    """Expected outputs: the network in float64, rounded to the types the program returns."""
    if model.name == "elementwise":
        return [inputs[0] + inputs[1]]
    if model.name == "matmul_dynamic":
        lhs, rhs, acc = (x.astype(np.float64) for x in inputs)
        return [(acc + lhs @ rhs).astype(np.float32)]
    import jax
    import networks
    wide = lambda x: x.astype(np.float64) if x.dtype.kind in "fV" else x
    with jax.enable_x64(True):
        weights = networks.Parameters(model.seed, numpy_type(model.dtype), np.float64)
        results = jax.jit(lambda *x: getattr(networks, model.network)(weights, *x))(*map(wide, inputs))
        results = results if isinstance(results, tuple) else (results,)
        return [np.asarray(r).astype(numpy_type(model.dtype) if r.dtype == np.float64 else r.dtype) for r in results]


def build(model):
    """The manifest entry of one model, and its files as {path relative to this folder: bytes}."""
    home = pathlib.PurePath("." if model.committed else "generated")
    files, values = {}, {}
    if model.network:
        program_path = str(home / (model.name + EXTENSIONS[model.form]))
        files[program_path], values = build_program(model)
    else:
        program_path = model.name + ".mlir"
        files[program_path] = (HERE / program_path).read_bytes()
    entry = {"name": model.name, "description": model.description, "program": program_path,
             "format": model.format or FORMATS[model.form], "function": "main", "committed": model.committed,
             "element_type": model.dtype, "dynamic": list(model.signature), "weights": model.weights, "weight_count": sum(v.size for v in values.values())}
    if model.layout:
        entry["layout"] = model.layout
    if model.weights == "parameters":
        parameter_path = str(home / (model.name + ".safetensors"))
        files[parameter_path] = safetensors_bytes(values)
        entry["parameters"] = [{"scope": model.name, "file": parameter_path}]
    drawn = [[draw(spec, model, number, position) for position, spec in enumerate(case)]
             for number, case in enumerate(model.cases)] or [list(ELEMENTWISE)]
    entry["cases"] = []
    for number, inputs in enumerate(drawn):
        outputs = evaluate(model, inputs)
        if model.weights == "arguments":
            inputs = inputs + list(values.values())
        case = {"inputs": [], "outputs": []}
        prefix = f"{model.name}.case{number}" if len(drawn) > 1 else model.name
        for position, array in enumerate(inputs):
            # A large input is made on demand like its program; outputs are always committed, they are the evidence.
            path = str((home if not model.committed else pathlib.PurePath()) / "data" / f"{prefix}.input{position}.npy")
            files[path] = npy_bytes(array)
            case["inputs"].append({"file": path, "type": type_name(array)})
        for position, array in enumerate(outputs):
            path = f"data/{prefix}.output{position}.npy"
            files[path] = npy_bytes(array)
            case["outputs"].append({"file": path, "type": type_name(array), **tolerance(model, array)})
        entry["cases"].append(case)
    entry["files"] = {path: {"size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                      for path, data in sorted(files.items())}
    return entry, files


def is_intact(path, recorded):
    """Whether a file of the manifest is there with its recorded size and digest."""
    file = HERE / path
    if not file.is_file() or file.stat().st_size != recorded["size_bytes"]:
        return False
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == recorded["sha256"]


def is_complete(entry):
    return all(is_intact(path, recorded) for path, recorded in entry["files"].items())


def versions():
    """What the bytes of programs and inputs depend on. Read without importing JAX, which takes a second."""
    return {name: importlib.metadata.version(name) for name in ("jax", "jaxlib", "numpy")}


def is_same_output(path, made):
    """Whether an expected output is the committed one up to the last bit: float64 sums may round otherwise elsewhere."""
    if ".output" not in path or not (HERE / path).is_file():
        return False
    kept, made = np.load(HERE / path), np.load(io.BytesIO(made))
    if (kept.shape, kept.dtype) != (made.shape, made.dtype):
        return False
    if kept.dtype.kind == "f":
        return np.allclose(kept, made, rtol=2 * np.finfo(kept.dtype).eps, atol=1e-12)
    if kept.dtype == np.uint16:  # bits of bf16, which are ordered like the values
        return bool(np.all(np.abs(kept.astype(np.int64) - made) <= 1))
    return np.array_equal(kept, made)


def differences(model, recorded, entry, files):
    """What of a freshly built model is not as the manifest records it."""
    if recorded is None:
        return [f"{model.name}: not in {MANIFEST.name}; run scripts/models --all"]
    found = [f"{path}: sha256 is {made['sha256'][:16]}, {MANIFEST.name} has "
             f"{recorded['files'].get(path, {}).get('sha256', 'no such file')[:16]}"
             for path, made in entry["files"].items()
             if recorded["files"].get(path) != made and not is_same_output(path, files[path])]
    if not found and {**entry, "files": None} != {**recorded, "files": None}:
        found.append(f"{model.name}: its entry in {MANIFEST.name} is out of date; run scripts/models --all")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=[m.name for m in MODELS], help="only these models")
    parser.add_argument("--missing", action="store_true", help="only what is not there with its recorded digest")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where anything differs")
    options = parser.parse_args()

    manifest = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {"made_with": {}, "models": []}
    recorded = {entry["name"]: entry for entry in manifest["models"]}
    wanted = [m for m in MODELS if not options.only or m.name in options.only]
    if options.missing:
        wanted = [m for m in wanted if m.name not in recorded or not is_complete(recorded[m.name])]
    drift = []
    for model in wanted:
        print(f"{model.name}: {model.description}", file=sys.stderr, flush=True)
        entry, files = build(model)
        if options.check or options.missing:
            drift += differences(model, recorded.get(model.name), entry, files)
        else:
            recorded[model.name] = entry
        for path, data in files.items():
            if not options.check and not (options.missing and is_intact(path, entry["files"][path])):
                (HERE / path).parent.mkdir(parents=True, exist_ok=True)
                (HERE / path).write_bytes(data)
    for line in drift:
        print(f"models: {line}", file=sys.stderr)
    if drift and versions() != manifest["made_with"]:
        print(f"models: made with {versions()}, {MANIFEST.name} with {manifest['made_with']}; "
              "scripts/setup --with models installs the pinned versions", file=sys.stderr)
    if not options.check and not options.missing:
        kept = [recorded[m.name] for m in MODELS if m.name in recorded]
        written = {"schema": 1, "made_with": versions(), "models": kept}
        MANIFEST.write_text(json.dumps(written, indent=1) + "\n")
    return 1 if drift else 0


if __name__ == "__main__":
    sys.exit(main())
