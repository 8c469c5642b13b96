#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.10"
# dependencies = ["jsonschema>=4.18,<5"]
# ///
"""Checks a Tundish configuration file as `tundish config check` does, without the program.

    scripts/validate-config.py FILE               exit code 0: valid, 2: not
    scripts/validate-config.py FILE --normalize   prints the full form, every default filled in
    scripts/validate-config.py FILE --json        {"valid": …, "errors": [{"pointer", "message"}]}

It reads the published schema and the target table from the folder schema/ beside the script's own
folder, or from share/tundish/schema of an installation. Works under `uv run` and with any Python
that has jsonschema.
"""

import argparse
import difflib
import json
import math
import pathlib
import posixpath
import re
import sys

from jsonschema import Draft202012Validator, validators

MAX_BYTES = 256 << 10
MAX_DEPTH = 16
ENDINGS = {"vmfb": ".vmfb", "xla": ".xla", "package": ".tundish"}
SPACE = " \t\r\n"


class Invalid(Exception):
    """One or more problems: a list of (pointer, message)."""

    def __init__(self, problems):
        super().__init__(problems)
        self.problems = problems


def schema_file(name):
    here = pathlib.Path(__file__).resolve().parent
    for folder in (here.parent / "schema", here.parent / "share/tundish/schema", here / "schema"):
        if (folder / name).is_file():
            return json.loads((folder / name).read_text(encoding="utf-8"))
    sys.exit(f"validate-config: {name} not found beside {here}; run it from a Tundish checkout")


def child(pointer, key):
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def did_you_mean(word, known):
    near = difflib.get_close_matches(word, list(known), n=3)
    return f"; did you mean {' or '.join(map(json.dumps, near))}?" if near else ""


# --- reading ----------------------------------------------------------------------------------


class Object(dict):
    """A JSON object that remembers the keys it was given twice."""

    def __init__(self, pairs):
        super().__init__(pairs)
        seen = set()
        self.duplicates = []
        for key, _ in pairs:
            if key in seen and key not in self.duplicates:
                self.duplicates.append(key)
            seen.add(key)


def number(text):
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"number overflow parsing '{text[:40]}'")
    return value


def integer(text):
    value = number(text)
    # Beyond 64 bits the program reads a floating-point number, too.
    return int(text) if abs(value) < 2**63 else value


def refuse_constant(text):
    raise ValueError(f"{text} is not JSON")


def check_depth(text):
    """Before the recursive parser sees it: brackets outside strings."""
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text, re.DOTALL):
        if token.group() in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"values are nested more than {MAX_DEPTH} deep")
        elif token.group() in "]}":
            depth -= 1


def walk(value, pointer=""):
    yield pointer, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from walk(member, child(pointer, key))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from walk(element, child(pointer, index))


def check_text(text):
    # "\ud800" alone is no character; encoding it says so.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Invalid([("", "a string holds half a surrogate pair")]) from error


def read(data):
    if len(data) > MAX_BYTES:
        raise Invalid([("", f"{len(data)} bytes; a configuration has at most {MAX_BYTES}")])
    try:
        text = data.decode("utf-8-sig")
        check_depth(text)
        value = json.loads(
            text,
            object_pairs_hook=Object,
            parse_float=number,
            parse_int=integer,
            parse_constant=refuse_constant,
        )
    except ValueError as error:
        raise Invalid([("", str(error))]) from error
    duplicates = []
    for pointer, part in walk(value):
        if isinstance(part, str):
            check_text(part)
        elif isinstance(part, dict):
            for key in part:
                check_text(key)
            for key in part.duplicates:
                message = f"the key {json.dumps(key)} appears twice; keep one"
                duplicates.append((child(pointer, key), message))
    return value, duplicates


# --- the schema -------------------------------------------------------------------------------


def is_integer(_, value):
    return isinstance(value, int) and not isinstance(value, bool)


# An integer is written as one: 3, not 3.0.
Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", is_integer),
)


def explain(error):
    """The (pointer, message) pairs of one violation."""
    pointer = ""
    for step in error.absolute_path:
        pointer = child(pointer, step)
    if error.validator == "additionalProperties" and error.validator_value is False:
        known = error.schema.get("properties", {})
        return [
            (child(pointer, key), f"unknown field {json.dumps(key)}{did_you_mean(key, known)}")
            for key in error.instance
            if key not in known
        ]
    if error.validator == "required":
        return [
            (child(pointer, key), "required field is missing")
            for key in error.validator_value
            if key not in error.instance
        ]
    hint = ""
    if error.validator == "enum" and isinstance(error.instance, str):
        hint = did_you_mean(error.instance, error.validator_value)
    return [(pointer, f"found {error.message}{hint}")]


def check_schema(value, schema):
    errors = list(Validator(schema).iter_errors(value))
    mistyped = {tuple(error.absolute_path) for error in errors if error.validator == "type"}
    # What has the wrong type is none of the allowed words either; one message is enough.
    errors = [e for e in errors if e.validator == "type" or tuple(e.absolute_path) not in mistyped]
    problems = [pair for error in errors for pair in explain(error)]
    return list(dict.fromkeys(problems))  # each missing field comes once for each missing field


# --- targets ----------------------------------------------------------------------------------


class Targets:
    """Target strings, checked with the generated table (schema/targets.json)."""

    def __init__(self, table):
        self.families = table["families"]
        self.features = {name: text.split() for name, text in table["features"].items()}
        self.implied = {name: set(text.split()) for name, text in table["implied_features"].items()}

    def parse(self, text):
        """(family, name, architecture, features that differ); raises ValueError."""
        text = text.strip(SPACE)
        if not text:
            raise ValueError("target is empty; for example: cpu, cuda:sm_80, vulkan")
        if len(text.encode()) > 4096:
            raise ValueError("target is longer than 4096 characters")
        head, *words = text.split("+")
        family, colon, name = head.partition(":")
        row = self.families.get(family)
        if row is None:
            hint = did_you_mean(head, [*self.families, *self.spellings()])
            raise ValueError(f"unknown target {json.dumps(text)}{hint}")
        if not colon:
            name = row["default"] or ""
            if family == "cpu":
                if words:
                    raise ValueError("cpu takes all features of this host; name a CPU first")
                return family, "", "", frozenset()
        if name not in row["names"] or (colon and not name):
            hint = did_you_mean(head, self.spellings())
            raise ValueError(f"unknown target {json.dumps(text)}{hint}")
        architecture = row["names"][name]
        return family, name, architecture, self.differences(name, architecture, words)

    def spellings(self):
        return [f"{f}:{n}" for f, row in self.families.items() for n in row["names"] if n]

    def differences(self, cpu, architecture, words):
        known = self.features.get(architecture, [])
        wanted = {}
        for word in words:
            name = word.removeprefix("no-")
            if not known:
                raise ValueError(f"this target takes no features, found {json.dumps(word)}")
            if name not in known:
                raise ValueError(f"unknown feature {json.dumps(name)}{did_you_mean(name, known)}")
            is_enabled = word == name
            if wanted.setdefault(name, is_enabled) != is_enabled:
                raise ValueError(f"feature {json.dumps(name)} is both asked for and forbidden")
        implied = self.implied.get(cpu, set())
        return frozenset((name, on) for name, on in wanted.items() if (name in implied) != on)


def check_targets(config, targets, problems):
    parsed = []
    for index, text in enumerate(config["target"]):
        pointer = f"/target/{index}"
        try:
            target = targets.parse(text)
        except ValueError as error:
            problems.append((pointer, str(error)))
            continue
        if target in parsed:
            problems.append((pointer, f"target {json.dumps(text)} is listed twice"))
        else:
            parsed.append(target)
    if config["target_features"] and len(parsed) == len(config["target"]):
        if len(parsed) > 1:
            problems.append(("/target_features", "found features beside several targets"))
        else:
            check_features(config, targets, parsed[0], problems)


def check_features(config, targets, target, problems):
    family, _, architecture, _ = target
    text = config["target"][0]
    if ":" not in text:
        known, negation = [name for name in targets.families[family]["names"] if name], ""
    elif family in ("cpu", "bare"):
        known, negation = targets.features.get(architecture, []), "no-"
    else:
        message = f"found features beside {json.dumps(text)}; expected target {json.dumps(family)}"
        problems.append(("/target_features", message))
        return
    before, taken = len(problems), []
    for index, word in enumerate(config["target_features"]):
        name = word.removeprefix(negation)
        pointer = f"/target_features/{index}"
        if name not in known:
            what = f"a feature of {text}{did_you_mean(name, known)}" if known else "none"
            problems.append((pointer, f"found {json.dumps(word)}, expected {what}"))
        elif name in taken:
            problems.append((pointer, f"{json.dumps(name)} is listed twice"))
        else:
            taken.append(name)
    if negation and len(problems) == before:
        try:
            targets.parse("+".join([text.rstrip(SPACE), *config["target_features"]]))
        except ValueError as error:
            problems.append(("/target_features", str(error)))


# --- the full form ----------------------------------------------------------------------------

ORDER = """input_file target target_features output_file output_format backend profile
    optimization_level flags parameters emit deterministic cache validation benchmark inputs rtol
    atol timeout_seconds memory_limit_mb""".split()


def complete(value, schema):
    """The configuration with every default, in the order of the full form."""
    config = {key: value.get(key, row.get("default")) for key, row in schema["properties"].items()}
    if isinstance(config["target"], str):
        config["target"] = [config["target"]]
    flags = config["flags"]
    if isinstance(flags, list):
        flags = {"xla" if config["backend"] == "xla" else "iree": flags}
    config["flags"] = {"iree": flags.get("iree", []), "xla": flags.get("xla", [])}
    by_bytes = sorted(config["parameters"].items(), key=lambda item: item[0].encode())
    config["parameters"] = dict(by_bytes)
    config["output_format"] = config["output_format"] or default_format(config)
    if config["output_file"] is None:
        config["output_file"] = stem(config["input_file"]) + ENDINGS[config["output_format"]]
    for key in ("rtol", "atol", "timeout_seconds", "memory_limit_mb"):
        limit = config[key]
        if isinstance(limit, float) and limit.is_integer() and abs(limit) < 1e15:
            config[key] = int(limit)
    return {key: config[key] for key in ORDER}


def default_format(config):
    for name, ending in ENDINGS.items():
        if (config["output_file"] or "").endswith(ending):
            return name
    if len(config["target"]) > 1:
        return "package"
    return "xla" if config["backend"] == "xla" else "vmfb"


def stem(path):
    name = path.rpartition("/")[2]
    if name.rfind(".") > 0:
        name = name[: name.rfind(".")]
    return "model" if name in ("", ".", "..") else name


def normal(path):
    """As std::filesystem's lexically_normal(): a final slash counts."""
    plain = re.sub("^//+", "/", posixpath.normpath(path))
    is_folder = path.endswith(("/", "/.")) and plain not in (".", "/")
    return plain + "/" if is_folder and not plain.endswith("..") else plain


# --- what the schema cannot say ---------------------------------------------------------------


def check_nul(value, config, problems):
    texts = [(f"/{key}", value.get(key, "")) for key in ("input_file", "output_file")]
    for pointer in ("/flags/iree", "/flags/xla", "/inputs"):
        row = config["inputs"] if pointer == "/inputs" else config["flags"][pointer[7:]]
        texts += [(f"{pointer}/{index}", text) for index, text in enumerate(row)]
    problems += [(pointer, "found a NUL character") for pointer, text in texts if "\0" in text]


def check_format(value, config, problems):
    output, form, backend = config["output_file"], config["output_format"], config["backend"]
    for name, ending in ENDINGS.items():
        if name != form and output.endswith(ending):
            message = f"found {json.dumps(form)} beside {json.dumps(output)}, expected {name}"
            problems.append(("/output_format", message))
    if (backend, form) in (("iree", "xla"), ("xla", "vmfb")):
        pointer = "/output_format" if "output_format" in value else "/output_file"
        problems.append((pointer, f"the format {form} is not what backend {backend} makes"))


def check_paths(config, problems):
    if normal(config["output_file"]) == normal(config["input_file"]):
        problems.append(("/output_file", "names the input file; expected another path"))
    for scope, path in config["parameters"].items():
        pointer = child("/parameters", scope)
        problems += [(pointer, "found a NUL character") for text in (path, scope) if "\0" in text]
        if not path.endswith((".irpa", ".safetensors")):
            message = f"found {json.dumps(path)}, expected a file that ends in .irpa or .safetensors"
            problems.append((pointer, message))


def check_flags(value, config, problems):
    backend = config["backend"]
    for other, used in (("iree", "xla"), ("xla", "iree")):
        if backend == used and config["flags"][other]:
            problems.append((f"/flags/{other}", f"backend {used} never sees flags of {other}"))
    if backend == "auto" and isinstance(value.get("flags"), list) and value["flags"]:
        problems.append(("/flags", 'backend "auto" does not say whose flags these are'))


def check_meaning(value, config, targets):
    problems = []
    check_nul(value, config, problems)
    check_targets(config, targets, problems)
    check_format(value, config, problems)
    check_paths(config, problems)
    check_flags(value, config, problems)
    return [(written_pointer(pointer, value), message) for pointer, message in problems]


def written_pointer(pointer, value):
    """The pointer in the user's document, which may hold a target or flags in short form."""
    if pointer == "/target/0" and isinstance(value["target"], str):
        return "/target"
    if isinstance(value.get("flags"), list):
        return re.sub(r"^/flags/(iree|xla)", "/flags", pointer)
    return pointer


def check(data):
    """The completed configuration; raises Invalid."""
    schema = schema_file("compile_config.schema.json")
    value, problems = read(data)
    problems += check_schema(value, schema)
    if problems:
        raise Invalid(problems)
    config = complete(value, schema)
    problems = check_meaning(value, config, Targets(schema_file("targets.json")))
    if problems:
        raise Invalid(problems)
    return config


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("file", metavar="FILE")
    arguments.add_argument("--normalize", action="store_true", help="print the full form")
    arguments.add_argument("--json", action="store_true", help="print the verdict as JSON")
    options = arguments.parse_args()
    try:
        data = pathlib.Path(options.file).read_bytes()
    except OSError as error:
        print(f"{options.file}: {error.strerror}", file=sys.stderr)
        return 2
    try:
        config, problems = check(data), []
    except Invalid as error:
        config, problems = None, error.problems
    if options.json:
        errors = [{"pointer": pointer, "message": message} for pointer, message in problems]
        print(json.dumps({"valid": not problems, "errors": errors}, ensure_ascii=False))
    elif options.normalize and config is not None:
        print(json.dumps(config, indent=2, ensure_ascii=False))
    for pointer, message in problems:
        print(f"{options.file}: {pointer + ': ' if pointer else ''}{message}", file=sys.stderr)
    return 2 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
