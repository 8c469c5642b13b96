#!/usr/bin/env python3
"""Writes the corpus: programs/*.mlir, data/*.npy, requests.jsonl and expected.json.

    tests/jax/export_corpus.py                  all of it
    tests/jax/export_corpus.py --only fft sgd_loop

Needs the environment that scripts/setup --with models makes. Expected outputs are what JAX computes on the CPU with the
highest precision; their last bits may depend on the machine, so commit new ones only for programs that changed.
"""

import argparse
import json
import pathlib
import sys

import jax
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "models"))
import lowering  # noqa: E402
from corpus import PROGRAMS  # noqa: E402

# rtol, atol by element type of the output; other types must be equal. The float32 row allows for polynomial
# approximations of elementary functions (a few hundred units in the last place).
TOLERANCES = {"float32": (5e-5, 1e-5), "complex64": (5e-5, 1e-5), "float64": (1e-12, 1e-12), "float16": (4e-3, 1e-3),
              "bfloat16": (3e-2, 1e-2)}


def save(path, array):
    array = np.asarray(array)
    (HERE / path).parent.mkdir(exist_ok=True)
    np.save(HERE / path, array.view(np.uint16) if array.dtype.name == "bfloat16" else array)
    return path


def export(program):
    """Writes one program with its data; returns its line of requests.jsonl and its entry of expected.json."""
    with jax.enable_x64(program.x64):
        arguments = [jax.ShapeDtypeStruct(x.shape, x.dtype) for x in program.inputs]
        if program.symbolic:
            arguments = jax.export.symbolic_args_specs(arguments, program.symbolic)
        exported = lowering.export(program.function, arguments, program.name, program.platform)
        results = jax.jit(program.function)(*program.inputs)
    module = f"programs/{program.name}.mlir"
    (HERE / module).parent.mkdir(exist_ok=True)
    (HERE / module).write_bytes(lowering.encode(exported, "text"))
    inputs = [save(f"data/{program.name}.input{n}.npy", x) for n, x in enumerate(program.inputs)]
    expected = []
    for number, result in enumerate(jax.tree.leaves(results)):
        rtol, atol = TOLERANCES.get(result.dtype.name, (0, 0))
        if rtol:
            rtol, atol = program.rtol or rtol, program.atol or atol
        path = save(f"data/{program.name}.output{number}.npy", result)
        expected.append({"actual": f"out/{program.name}.output{number}.npy", "expected": path,
                         "element_type": result.dtype.name, "rtol": rtol, "atol": atol})
    request = {"module": module, "function": "main", "inputs": inputs, "outputs": [e["actual"] for e in expected]}
    entry = {"name": program.name, "outputs": expected}
    if program.iree_fails:
        entry["iree_fails"] = program.iree_fails
    return request, entry


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=[p.name for p in PROGRAMS])
    options = parser.parse_args()
    requests_path, expected_path = HERE / "requests.jsonl", HERE / "expected.json"
    made = {}
    if expected_path.exists():
        old = zip(requests_path.read_text().splitlines(), json.loads(expected_path.read_text()))
        made = {entry["name"]: (json.loads(line), entry) for line, entry in old}
    jax.config.update("jax_default_matmul_precision", "highest")
    for program in PROGRAMS:
        if not options.only or program.name in options.only:
            made[program.name] = export(program)
    rows = [made[p.name] for p in PROGRAMS if p.name in made]
    requests_path.write_text("".join(json.dumps(request) + "\n" for request, _ in rows))
    expected_path.write_text(json.dumps([entry for _, entry in rows], indent=1) + "\n")


if __name__ == "__main__":
    main()
