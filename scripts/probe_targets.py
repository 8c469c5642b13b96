#!/usr/bin/env python3
"""Asks the IREE compiler what it can compile for and writes down what it answered.

    scripts/probe_targets.py [--compiler FOLDER] [--jobs N] [--part features|table]

Takes every name of src/backend/target_names.def, compiles the programs of scripts/probe_targets/
for it in child processes (some names crash the compiler), and generates

    src/backend/cpu_implied.inc          which features a CPU name implies
    src/backend/iree/target_table.inc    flags, note, and what does not compile, per target
    docs/targets.md                      the same for people

FOLDER holds iree-compile; default: what scripts/setup installed. Flags are decided in `variants`
below and nowhere else; where a target has several, the first that compiles the most programs wins.
Run it again after a change of the compiler's version or of the .def files and review the diff.
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = sorted((ROOT / "scripts/probe_targets").glob("*.mlir"))
TIMEOUT_SECONDS = 180

# For every target. The first keeps f64 what it is; the other two take the user's paths and source
# locations out of the result, so that equal programs give bit-equal executables. GPU targets keep
# name and line of a function even so: the compiler must be given a canonical text under a fixed
# name. WebAssembly keeps the name of a temporary file.
BASE_FLAGS = [
    "--iree-input-demote-f64-to-f32=false",
    "--iree-vm-bytecode-module-strip-source-map",
    "--iree-llvmcpu-debug-symbols=false",
]
ASYNC_FLAG = "--iree-execution-model=async-external"

# Accumulates f16 products in f32: the only f16 matrix instructions of CDNA GPUs do that, and
# without it an f16 result is refused.
PROMOTE_F16 = "iree-preprocessing-promote-linalg-outputs{operation=all type=f16}"

LOCAL = ["--iree-hal-target-device=local", "--iree-hal-local-target-device-backends=llvm-cpu"]
CPU = {  # architecture: triple, LLVM name of the bare architecture, ABI flags, baseline features
    "kX86_64": ("x86_64-unknown-linux-gnu", None, [], ""),
    "kAarch64": ("aarch64-unknown-linux-gnu", "generic", [], ""),
    "kRiscv64": ("riscv64-unknown-linux-gnu", "generic-rv64",
                 ["--iree-llvmcpu-target-abi=lp64d"], "+m,+a,+f,+d,+c"),
    "kWasm32": ("wasm32-unknown-emscripten", "generic", [], ""),
}
THUMB = {  # CPU: the architecture in its triple
    "cortex-m0": "armv6m", "cortex-m0plus": "armv6m", "cortex-m3": "armv7m",
    "cortex-m4": "armv7em", "cortex-m7": "armv7em", "cortex-m33": "armv8m.main",
    "cortex-m55": "armv8.1m.main", "cortex-m85": "armv8.1m.main",
}
REASONS = {
    "kWebgpu": "this IREE compiler has no WebGPU code generator",
    "kTpu": "IREE does not generate code for TPUs; use --backend xla",
    "kReference": "the reference backend runs modules directly, nothing is compiled",
}


@dataclasses.dataclass
class Name:
    """One row of target_names.def."""
    family: str
    architecture: str
    name: str
    description: str

    def __str__(self):
        family = self.family[1:].lower()
        return f"{family}:{self.name}" if self.name else family


@dataclasses.dataclass
class Variant:
    """One way to compile for a target."""
    flags: list
    features: str = ""       # for --iree-llvmcpu-target-cpu-features, before the user's own
    preprocessing: str = ""  # passes on util.func that run first
    note: str = ""


@dataclasses.dataclass
class Answer:
    """What came of one compilation."""
    kind: str  # "ok", "refused", "crashed", "timed out"
    message: str = ""


@dataclasses.dataclass
class Row:
    name: Name
    variant: Variant = None
    answers: dict = None
    reason: str = ""
    object_facts: str = ""
    is_async: bool = False
    is_reproducible: bool = False
    checks: str = ""

    def compiled(self):
        return [p for p, answer in (self.answers or {}).items() if answer.kind == "ok"]

    def failures(self):
        return [(p, answer) for p, answer in (self.answers or {}).items() if answer.kind != "ok"]


def variants(name):
    """The ways to compile for a target, best first; empty where there is none."""
    if name.family == "kCpu":
        triple, generic, abi, features = CPU[name.architecture]
        is_architecture = name.name in ("aarch64", "riscv64", "wasm32")
        cpu = generic if is_architecture else name.name
        return [Variant(LOCAL + [f"--iree-llvmcpu-target-triple={triple}",
                                 f"--iree-llvmcpu-target-cpu={cpu}"] + abi,
                        features if is_architecture else "")]
    if name.family == "kBare":
        triple = f"{THUMB[name.name]}-pc-linux-elf"
        return [Variant(LOCAL + [f"--iree-llvmcpu-target-triple={triple}",
                                 f"--iree-llvmcpu-target-cpu={name.name}"])]
    if name.family == "kCuda":
        def compiled_as(chip, note=""):
            return Variant(["--iree-hal-target-device=cuda", f"--iree-cuda-target={chip}"],
                           note=note)
        finish = f"compiled as {{}} PTX, which the driver finishes for {name.name}"
        number = int(name.name.removeprefix("sm_"))
        ways = [compiled_as(name.name)]
        if number > 89:
            ways.append(compiled_as("sm_89", finish.format("sm_89")))
        if 60 < number < 80:
            ways.append(compiled_as("sm_60", finish.format("sm_60") +
                                    "; f16 products are computed in f32"))
        return ways
    if name.family == "kRocm":
        flags = ["--iree-hal-target-device=hip", f"--iree-rocm-target={name.name}",
                 "--iree-rocm-bc-dir={compiler}/iree_platform_libs/rocm"]
        return [Variant(flags), Variant(flags, preprocessing=PROMOTE_F16,
                                        note="f16 products are accumulated in f32")]
    if name.family == "kVulkan":
        return [Variant(["--iree-hal-target-device=vulkan"] +
                        ([f"--iree-vulkan-target={name.name}"] if name.name else []))]
    if name.family == "kMetal":
        return [Variant(["--iree-hal-target-device=metal",
                         f"--iree-metal-target-platform={name.name or 'macos'}"])]
    return []


class Compiler:
    def __init__(self, folder):
        self.folder = folder
        self.tool = folder / "iree-compile"
        out = subprocess.run([self.tool, "--version"], capture_output=True, text=True, check=True)
        self.version = re.search(r"version (\S+)", out.stdout).group(1)

    def command(self, program, output, variant, extra=()):
        flags = [flag.replace("{compiler}", str(self.folder)) for flag in variant.flags]
        if variant.features:
            flags.append(f"--iree-llvmcpu-target-cpu-features={variant.features}")
        if variant.preprocessing:
            flags.append("--iree-preprocessing-pass-pipeline="
                         f"builtin.module(util.func({variant.preprocessing}))")
        return [self.tool, program, "-o", output, *BASE_FLAGS, *flags, *extra]

    def compile(self, program, output, variant, extra=()):
        """An Answer, and everything the compiler printed."""
        try:
            done = subprocess.run(self.command(program, output, variant, extra),
                                  capture_output=True, text=True, errors="replace",
                                  timeout=TIMEOUT_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return Answer("timed out", f"after {TIMEOUT_SECONDS} s"), ""
        if done.returncode == 0:
            return Answer("ok"), done.stdout + done.stderr
        kind = "crashed" if done.returncode < 0 else "refused"
        return Answer(kind, first_diagnostic(done.stderr)), done.stdout + done.stderr


def first_diagnostic(text):
    """The first error, without places and MLIR dumps, in at most 100 characters."""
    for pattern in (r"(undefined symbol: \S+)", r"error: (.*)", r"LLVM ERROR: (.*)",
                    r"what\(\):\s*(.*)"):
        found = re.search(pattern, text)
        if found:
            message = re.sub(r"\s+", " ", found.group(1)).strip().replace('"', "'")
            return message if len(message) <= 100 else message[:99] + "…"
    return "no message"


def object_facts(path):
    """What kind of machine code a dumped executable is, read from its own header."""
    data = path.read_bytes()
    if data[:4] == b"\x7fELF":
        machines = {40: "Arm", 62: "x86-64", 183: "AArch64", 224: "AMDGPU", 243: "RISC-V"}
        machine = struct.unpack_from("<H", data, 18)[0]
        return f"ELF{64 if data[4] == 2 else 32} {machines.get(machine, machine)}"
    if data[:4] == b"\0asm":
        return "WebAssembly"
    if data[:4] == b"\x03\x02\x23\x07":
        version = struct.unpack_from("<I", data, 4)[0]
        return f"SPIR-V {version >> 16 & 255}.{version >> 8 & 255}"
    text = data.decode("utf-8", "replace")
    ptx = re.search(r"\.version (\S+)\s+\.target (\w+)", text)
    if ptx:
        return f"PTX {ptx.group(1)} {ptx.group(2)}"
    return "MSL source" if "#include <metal_stdlib>" in text else "unknown"


def assemble(ptxas, name, dumps):
    """Whether NVIDIA's assembler accepts the PTX for the real chip, as the driver will have to."""
    for path in dumps:
        done = subprocess.run([ptxas, f"-arch={name.name}", path, "-o", os.devnull],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return f"ptxas refuses: {done.stderr.strip().splitlines()[0]}"
    return f"ptxas makes {name.name} code of it"


def is_representative(name):
    """False for a CPU whose architecture another row stands for: it gets the short probe."""
    return name.family != "kCpu" or name.name.startswith("x86-64") or (
        name.name in ("aarch64", "riscv64", "wasm32"))


def programs_for(name):
    if is_representative(name):
        return PROGRAMS
    return [p for p in PROGRAMS if p.stem in ("matmul_f16", "matmul_f32")]


def joined(programs, folder):
    """One module with all of `programs`: where it compiles, each of them does."""
    path = folder / "joined.mlir"
    path.write_text("\n".join(p.read_text().replace("@main", f"@{p.stem}") for p in programs))
    return path


def ask(compiler, variant, programs, work, dump):
    """An Answer per program. Compiles few modules where little fails: that is much faster."""
    answers = {}
    f64 = [p for p in programs if p.stem.endswith("_f64")]
    for group in (f64, [p for p in programs if p not in f64]):
        to_dump = f"--iree-hal-dump-executable-binaries-to={dump}"
        answer = compiler.compile(joined(group, work), work / "a.vmfb", variant,
                                  [f"{to_dump}/joined"])[0] if group else Answer("ok")
        for program in group:
            answers[program.stem] = answer
            if answer.kind != "ok" and len(group) > 1:
                answers[program.stem] = compiler.compile(program, work / "a.vmfb", variant,
                                                         [f"{to_dump}/{program.stem}"])[0]
    return answers


def probe(compiler, ptxas, name):
    row = Row(name, reason=REASONS.get(name.family, ""))
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for number, variant in enumerate(variants(name)):
            dump = work / f"dump{number}"
            tried = Row(name, variant, ask(compiler, variant, programs_for(name), work, dump))
            if row.answers is None or len(tried.compiled()) > len(row.compiled()):
                row, best = tried, dump
            if not row.failures():
                break
        if not row.compiled():
            if row.answers:
                row.reason = next(iter(row.failures()))[1].message
            return row
        sample = ROOT / "scripts/probe_targets" / f"{row.compiled()[0]}.mlir"
        dumps = sorted(f for f in best.rglob("*") if f.is_file())
        row.object_facts = ", ".join(sorted({object_facts(f) for f in dumps}))
        if not is_representative(name):
            return row
        renamed = work / "renamed.mlir"
        renamed.write_text("// The same program, elsewhere.\n\n" + sample.read_text())
        results = [work / "b.vmfb", work / "c.vmfb"]
        row.is_async = all(
            compiler.compile(program, result, row.variant, [ASYNC_FLAG])[0].kind == "ok"
            for program, result in zip((sample, renamed), results))
        row.is_reproducible = row.is_async and results[0].read_bytes() == results[1].read_bytes()
        if name.family == "kCuda" and ptxas:
            row.checks = assemble(ptxas, name, dumps)
    return row


def vocabulary():
    """Features per architecture, from cpu_features.def."""
    text = (ROOT / "src/backend/cpu_features.def").read_text()
    found = {}
    for macro, architecture in (("X86_FEATURE", "kX86_64"), ("AARCH64_FEATURE", "kAarch64"),
                                ("RISCV_FEATURE", "kRiscv64"),
                                ("RISCV_VLEN_FEATURE", "kRiscv64")):
        names = re.findall(rf'^TUNDISH_{macro}\("([^"]+)"', text, re.M)
        found.setdefault(architecture, set()).update(names)
    for architecture, name in re.findall(r'^TUNDISH_OTHER_FEATURE\((\w+), "([^"]+)"', text, re.M):
        found.setdefault(architecture, set()).add(name)
    return found


def implied_features(compiler, name, known):
    """The features that the compiler gives a CPU by its name, within our vocabulary."""
    variant = variants(name)[0]
    with tempfile.TemporaryDirectory() as folder:
        _, text = compiler.compile(ROOT / "scripts/probe_targets/add_i32.mlir",
                                   pathlib.Path(folder) / "out.mlir", variant,
                                   ["--compile-to=executable-targets"])
        listed = (pathlib.Path(folder) / "out.mlir").read_text()
    found = re.search(r'cpu_features = "([^"]*)"', listed).group(1)
    if "not a recognized" in text:
        sys.exit(f"{name}: the compiler does not know this CPU")
    names = {f[1:] for f in found.split(",") if f.startswith("+")}
    if name.name == "aarch64":  # what Armv8-A cannot be without
        names |= {"fp-armv8", "neon"}
    return sorted(names & known)


def check_feature(compiler, architecture, feature):
    """None, or why the compiler does not understand the feature."""
    base = next(n for n in names() if n.architecture == architecture)
    base = dataclasses.replace(base, name={"kAarch64": "aarch64", "kRiscv64": "riscv64",
                                           "kWasm32": "wasm32"}.get(architecture, base.name))
    variant = variants(base)[0]
    needed = "+v" if feature.startswith("zvl") else ""
    variant.features = ",".join(filter(None, [variant.features, needed, f"+{feature}"]))
    with tempfile.TemporaryDirectory() as folder:
        answer, text = compiler.compile(ROOT / "scripts/probe_targets/add_i32.mlir",
                                        pathlib.Path(folder) / "a.vmfb", variant)
    if answer.kind != "ok" or "not a recognized" in text:
        return f"{architecture} +{feature}: {answer.kind} {first_diagnostic(text)}"
    return None


def names():
    text = (ROOT / "src/backend/target_names.def").read_text()
    return [Name(*match) for match in
            re.findall(r'^TUNDISH_TARGET\((\w+), (\w+), "([^"]*)", "([^"]*)"\)', text, re.M)]


def write_implied(compiler, rows):
    lines = ["// Generated by scripts/probe_targets.py: what each CPU name implies, "
             f"says IREE {compiler.version}.",
             "// Features outside cpu_features.def are left out: code generation never depends on "
             "them.", "//", '//   TUNDISH_CPU_IMPLIES("name", "feature,feature,…")',
             "// clang-format off", ""]
    lines += [f'TUNDISH_CPU_IMPLIES("{name.name}", "{",".join(features)}")'
              for name, features in rows]
    lines += ["", "#undef TUNDISH_CPU_IMPLIES", ""]
    (ROOT / "src/backend/cpu_implied.inc").write_text("\n".join(lines))


def write_table(compiler, rows):
    lines = [f"// Generated by scripts/probe_targets.py from the answers of IREE "
             f"{compiler.version}.",
             "// clang-format off", "",
             f'TUNDISH_IREE_COMPILER_VERSION("{compiler.version}")', "",
             "// flags of every target"]
    lines += [f'TUNDISH_IREE_BASE_FLAG("{flag}")' for flag in BASE_FLAGS]
    lines += ["", "// target; flags; CPU features before the user's; passes on util.func that run "
              "first;", "// asynchronous; free of source locations; machine code; note; or: target and why "
              "it cannot be compiled for"]
    for row in rows:
        if not row.compiled():
            lines.append(f'TUNDISH_IREE_REFUSED("{row.name}", "{row.reason}")')
            continue
        v = row.variant
        lines.append(f'TUNDISH_IREE_TARGET("{row.name}", "{" ".join(v.flags)}", "{v.features}", '
                     f'"{v.preprocessing}", {str(row.is_async).lower()}, '
                     f'{str(row.is_reproducible).lower()}, "{row.object_facts}", "{v.note}")')
    lines += ["", "// target, program of the probe, and what the compiler says to it"]
    for row in rows:
        lines += [f'TUNDISH_IREE_FAILS("{row.name}", "{program}", "{answer.kind}: '
                  f'{answer.message}")' for program, answer in row.failures() if row.compiled()]
    lines += [""] + [f"#undef TUNDISH_IREE_{macro}" for macro in
                     ("COMPILER_VERSION", "BASE_FLAG", "TARGET", "REFUSED", "FAILS")] + [""]
    (ROOT / "src/backend/iree/target_table.inc").write_text("\n".join(lines))


def checked_elsewhere():
    """docs/targets_checked.tsv: target, tab, how its results were compared; may be absent."""
    path = ROOT / "docs/targets_checked.tsv"
    if not path.exists():
        return {}
    return dict(line.split("\t", 1) for line in path.read_text().splitlines() if "\t" in line)


def write_document(compiler, rows):
    checked = checked_elsewhere()
    lines = ["# Targets", "",
             f"Generated by `scripts/probe_targets.py` with IREE {compiler.version}; do not edit.",
             "", "`compiles` counts the programs of `scripts/probe_targets/` that the compiler "
             "accepts; what it refuses is named. A CPU "
             "whose architecture has a row of its own gets a short probe.",
             "`code` is read from the header of the machine code it made. `async` says whether the "
             "executable can be submitted on fences.", "",
             "| target | is | compiles | code | async | notes | how results were checked |",
             "|---|---|---|---|---|---|---|"]
    for row in rows:
        name = f"`{row.name}`"
        if not row.compiled():
            lines.append(f"| {name} | {row.name.description} | no | | | {row.reason} | |")
            continue
        fails = ", ".join(f"{p} {a.kind}" for p, a in row.failures())
        notes = "; ".join(filter(None, [row.variant.note, fails]))
        how = "; ".join(filter(None, [checked.get(str(row.name), ""), row.checks]))
        lines.append(f"| {name} | {row.name.description} | "
                     f"{len(row.compiled())} of {len(row.answers)} | "
                     f"{row.object_facts} | {'yes' if row.is_async else 'no'} | {notes} | {how} |")
    lines += ["", "`cpu` alone is this host; `cuda`, `rocm` and `tpu` alone are `cuda:sm_80`, "
              "`rocm:gfx942` and `tpu:v5e`.", "",
              "## Features", "",
              "A CPU may be followed by features, `cpu:x86-64-v3+avx512f`, or by what it must do "
              "without, `cpu:znver4+no-avx512f`.", ""]
    for architecture, features in vocabulary().items():
        lines.append(f"- {architecture[1:].lower()}: {', '.join(sorted(features))}")
    (ROOT / "docs/targets.md").write_text("\n".join(lines) + "\n")


def probe_features(compiler, pool):
    known = vocabulary()
    doubts = pool.map(lambda pair: check_feature(compiler, *pair),
                      [(a, f) for a, fs in known.items() for f in sorted(fs)])
    doubts = [doubt for doubt in doubts if doubt]
    if doubts:
        sys.exit("features the compiler does not understand:\n" + "\n".join(doubts))
    cpus = [n for n in names() if n.family == "kCpu" and n.architecture != "kWasm32"]
    write_implied(compiler, zip(cpus, pool.map(
        lambda n: implied_features(compiler, n, known[n.architecture]), cpus)))


def probe_table(compiler, ptxas, pool):
    rows = []
    for row in pool.map(lambda n: probe(compiler, ptxas, n), names()):
        rows.append(row)
        if not is_representative(row.name):  # its architecture's first row answered for it
            first = next(r for r in rows if r.name.architecture == row.name.architecture)
            row.is_async, row.is_reproducible = first.is_async, first.is_reproducible
        said = f"{len(row.compiled())} of {len(row.answers)}" if row.compiled() else row.reason
        extra = "" if row.is_reproducible or not row.compiled() else "; NOT REPRODUCIBLE"
        print(f"{row.name}: {said}; {row.object_facts}{extra}; {row.checks}", flush=True)
    write_table(compiler, rows)
    write_document(compiler, rows)


def main():
    deps = os.environ.get("TUNDISH_DEPS_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "tundish/deps")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", type=pathlib.Path,
                        default=pathlib.Path(deps) / "iree-compiler")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--part", choices=["features", "table", "all"], default="all")
    options = parser.parse_args()
    compiler = Compiler(options.compiler.resolve())
    ptxas = pathlib.Path(deps) / "cuda/bin/ptxas"
    ptxas = ptxas if ptxas.exists() else None
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        if options.part != "table":
            probe_features(compiler, pool)
        if options.part != "features":
            probe_table(compiler, ptxas, pool)


if __name__ == "__main__":
    main()
