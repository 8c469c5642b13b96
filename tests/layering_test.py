"""Fails on an #include that points upward in the order of folders, or across from backend to backend."""
import pathlib, re, sys

# From the top down; a folder includes only what is below it. One line holds siblings.
ORDER = ["cli capi", "api", "config", "backend/isolation backend/iree backend/null backend/reference backend/xla",
         "backend", "cache", "mlir", "module", "parameters", "tensor", "base"]
LEVEL = {folder: i for i, line in enumerate(ORDER) for folder in line.split()}
ROOT = pathlib.Path(sys.argv[1])


def folder_of(path):
    parts = path.split("/")
    return next((f for f in ("/".join(parts[:2]), parts[0]) if f in LEVEL), None)


# Facts about targets are data that commands print; they pull in neither compiler nor runtime.
EXEMPT = {("cli", "backend/iree/target_table.h"), ("config", "backend/iree/target_table.h")}
errors, seen = [], 0
for root in (ROOT / "src", ROOT / "include" / "tundish"):
    for file in sorted([*root.rglob("*.h"), *root.rglob("*.cc")]):
        mine = folder_of(str(file.relative_to(root)))
        for name in re.findall(r'^#include "(?:tundish/)?([^"]+)"', file.read_text(), re.M):
            theirs = folder_of(name)
            seen += theirs is not None
            if mine is None or theirs is None or mine == theirs or (mine, name) in EXEMPT:
                continue
            if LEVEL[theirs] <= LEVEL[mine] or (mine == "cli" and theirs == "backend/iree"):
                errors.append(f"{file.relative_to(ROOT)}: {mine} must not include {name} ({theirs})")
print("\n".join(errors) or f"{seen} includes point downward")
sys.exit(bool(errors) or seen < 100)
