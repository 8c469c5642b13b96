#!/usr/bin/env python3
"""The commands that look and measure, as a user calls them: tools_test.py TUNDISH SOURCE_FOLDER.

Text that is promised is compared with tests/cli/golden; paths, times, sizes, digests and versions
are masked. TUNDISH_UPDATE_GOLDEN=1 rewrites the files.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

TUNDISH, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
GOLDEN = SOURCE / "tests/cli/golden"
MODEL = "models/elementwise.mlir"


def mask(text):
    text = text.replace(str(SOURCE), "<source>")
    text = re.sub(r"/\S*/cache-\w+", "<cache>", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "<sha256>", text)
    text = re.sub(r"\b\d+(\.\d+)?(ns|us|ms|s)\b", "<time>", text)
    text = re.sub(r"\b\d+(\.\d+)?([kMG]?B)\b", "<size>", text)
    text = re.sub(r"(throughput +)\S+", r"\1<number>", text)
    text = re.sub(r"(runs +)\d+", r"\1<count>", text)
    text = re.sub(r"\(cache (hit|miss)\)", "(cache <hit or miss>)", text)
    return re.sub(r"\b(cpu:)?(x86-64|znver|sapphire|skylake|icelake|cascade)\S*", "<host>", text)


class ToolsTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="cache-")
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def run_tool(self, *arguments, status=0):
        environment = {**os.environ, "TUNDISH_CACHE_DIR": self.path("cache")}
        environment.pop("TUNDISH_EXIT_UNSUPPORTED", None)
        done = subprocess.run([TUNDISH, *arguments], cwd=SOURCE, env=environment, text=True,
                              capture_output=True, timeout=300)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def expect_golden(self, name, text):
        path = GOLDEN / f"{name}.txt"
        if os.environ.get("TUNDISH_UPDATE_GOLDEN"):
            path.write_text(mask(text))
        self.assertEqual(path.read_text(), mask(text), f"TUNDISH_UPDATE_GOLDEN=1 rewrites {path}")

    def test_inspect_prints_a_program(self):
        self.expect_golden("inspect_program", self.run_tool("inspect", MODEL).stdout)

    def test_inspect_prints_parameters(self):
        text = self.run_tool("inspect", "models/mlp_parameters.safetensors").stdout
        self.expect_golden("inspect_parameters", text)

    def test_inspect_tells_the_target_of_an_executable(self):
        out = self.path("m.vmfb")
        self.run_tool("compile", MODEL, "-o", out, "--target", "cpu")
        found = json.loads(self.run_tool("inspect", out, "--json").stdout)
        self.assertEqual(found["functions"][0]["name"], "main")
        self.assertEqual(found["size_bytes"], os.path.getsize(out))

    def test_explain_tells_what_sm_90_becomes(self):
        text = self.run_tool("explain", MODEL, "--target", "cuda:sm_90").stdout
        self.assertIn("sm_89", text)
        self.expect_golden("explain_sm_90", text)

    def test_validate_is_unsupported_for_now(self):
        done = self.run_tool("validate", MODEL, "--target", "cpu", status=3)
        self.assertIn("reference backend", done.stderr)

    def test_targets_and_doctor_speak_json(self):
        targets = json.loads(self.run_tool("targets", "--json").stdout)
        self.assertIn("cuda:sm_80", [row["target"] for row in targets["targets"]])
        self.assertTrue(json.loads(self.run_tool("doctor", "--json").stdout)["ready"])

    def test_doctor_fails_without_a_compiler(self):
        os.environ["TUNDISH_IREE_COMPILER_LIB"] = self.path("none.so")
        self.addCleanup(os.environ.pop, "TUNDISH_IREE_COMPILER_LIB")
        self.assertIn("to mend", self.run_tool("doctor", status=3).stdout)

    def test_bench_finds_a_regression_against_its_baseline(self):
        bench = ("bench", MODEL, "--min-time", "0.1")
        self.expect_golden("bench", self.run_tool(*bench).stdout)
        baseline = json.loads(self.run_tool(*bench, "--json").stdout)
        self.assertLessEqual(len(baseline["samples_seconds"]), 1000)
        doctored = self.path("baseline.json")
        for factor, status in ((0.1, 1), (10, 0)):
            changed = [seconds * factor for seconds in baseline["samples_seconds"]]
            pathlib.Path(doctored).write_text(json.dumps({**baseline, "samples_seconds": changed}))
            self.run_tool(*bench, "--baseline", doctored, status=status)
        pathlib.Path(doctored).write_text(json.dumps({**baseline, "function": "other"}))
        done = self.run_tool(*bench, "--baseline", doctored, status=2)
        self.assertIn("function", done.stderr)

    def test_bench_measures_cold_concurrent_and_pinned(self):
        cpu = str(min(os.sched_getaffinity(0)))
        for flags in (["--cold"], ["--concurrency", "2"], ["--pin", cpu]):
            done = self.run_tool("bench", MODEL, "--min-time", "0.05", "--json", *flags)
            self.assertGreater(json.loads(done.stdout)["runs"], 0)
        self.run_tool("bench", MODEL, "--pin", "x", status=2)
        self.run_tool("bench", MODEL, "--per-dispatch", status=3)

    def test_cache_verify_removes_a_flipped_bit(self):
        self.run_tool("compile", MODEL, "-o", self.path("m.vmfb"), "--target", "cpu")
        self.run_tool("cache", "verify")
        blob = max(pathlib.Path(self.path("cache/cas")).rglob("*"),
                   key=lambda path: path.stat().st_size if path.is_file() else -1)
        data = bytearray(blob.read_bytes())
        data[len(data) // 2] ^= 1
        blob.chmod(0o600)
        blob.write_bytes(data)
        found = json.loads(self.run_tool("cache", "verify", "--json", status=1).stdout)
        self.assertEqual((found["sound"], found["damaged_blobs"]), (False, 1))
        self.run_tool("cache", "verify")
        self.run_tool("cache", "gc", "--max-size", "0")
        self.run_tool("cache", "clear")
        stats = json.loads(self.run_tool("cache", "stats", "--json").stdout)
        self.assertEqual(stats["entries"], 0)

    def test_config_names_the_pointer_of_a_mistake(self):
        for path in sorted((SOURCE / "tests/config/invalid").glob("*.json")):
            with self.subTest(path.name):
                expected = json.loads(path.with_suffix(".expected").read_text())["pointers"]
                done = self.run_tool("config", "check", str(path), "--json", status=2)
                errors = json.loads(done.stdout)["errors"]
                self.assertEqual([error["pointer"] for error in errors], expected)

    def test_config_prints_the_full_form(self):
        for path in sorted((SOURCE / "tests/config/valid").glob("*.json")):
            with self.subTest(path.name):
                self.run_tool("config", "check", str(path))
                done = self.run_tool("config", "normalize", str(path))
                self.assertEqual(done.stdout, path.with_suffix(".normalized").read_text())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
