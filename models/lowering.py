"""From a JAX function to StableHLO bytes that depend on the function only: no paths, no source locations."""

import io

import jax
import jax.export
from jax._src.interpreters import mlir as jax_mlir  # the only source of a context with all dialects loaded
from jaxlib.mlir import ir, passmanager
from jaxlib.mlir.dialects import stablehlo

# Portable artifacts are written for consumers as old as this StableHLO version.
PORTABLE_VERSION = "1.8.0"


def export(function, arguments, name, platform="cpu"):
    """Exports `function` for `arguments` (arrays or ShapeDtypeStructs, also symbolic) as jax.export does.

    A program with symbolic dimensions begins with custom calls @shape_assertion, as every user of jax.export has them.
    """
    function.__name__ = name  # becomes the name of the module
    # keep_unused: the signature stays what the caller wrote.
    return jax.export.export(jax.jit(function, keep_unused=True), platforms=[platform])(*arguments)


def encode(exported, form):
    """The exported program as `text`, `bytecode` (StableHLO in MLIR bytecode) or `portable` (VHLO artifact)."""
    with jax_mlir.make_ir_context() as context, ir.Location.unknown(context):
        module = stablehlo.deserialize_portable_artifact(context, exported.mlir_module_serialized)
        passmanager.PassManager.parse("builtin.module(canonicalize,strip-debuginfo)").run(module.operation)
        if form == "text":
            return (str(module).rstrip("\n") + "\n").encode()
        if form == "portable":
            return stablehlo.serialize_portable_artifact(module, PORTABLE_VERSION)
        if form == "bytecode":
            encoded = io.BytesIO()
            module.operation.write_bytecode(encoded)
            return encoded.getvalue()
    raise ValueError(f"form is {form!r}; expected text, bytecode or portable")
