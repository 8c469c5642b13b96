"""scripts/validate-config.py gives the verdicts, pointers and full forms of the shared cases."""

import contextlib
import importlib.util
import io
import json
import pathlib
import subprocess
import sys
import unittest
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCRIPT = ROOT / "scripts/validate-config.py"

spec = importlib.util.spec_from_file_location("validate_config", SCRIPT)
validate_config = importlib.util.module_from_spec(spec)
spec.loader.exec_module(validate_config)


def run(*arguments):
    """The script's exit code and standard output, in this process: a hundred starts are slow."""
    output, errors = io.StringIO(), io.StringIO()
    with mock.patch.object(sys, "argv", ["validate-config.py", *map(str, arguments)]):
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            return validate_config.main(), output.getvalue()


class SharedCases(unittest.TestCase):
    def test_valid_files_normalize_to_the_expected_form(self):
        cases = sorted((HERE / "valid").glob("*.json"))
        self.assertGreater(len(cases), 10)
        for case in cases:
            with self.subTest(case.name):
                expected = case.with_suffix(".normalized")
                self.assertEqual(run(case, "--normalize"), (0, expected.read_text("utf-8")))
                self.assertEqual(run(expected, "--normalize"), (0, expected.read_text("utf-8")))

    def test_invalid_files_give_the_expected_pointers(self):
        cases = sorted((HERE / "invalid").glob("*.json"))
        self.assertGreater(len(cases), 10)
        for case in cases:
            with self.subTest(case.name):
                expected = json.loads(case.with_suffix(".expected").read_text("utf-8"))
                code, output = run(case, "--json")
                self.assertEqual(code, 2, output)
                errors = json.loads(output)["errors"]
                self.assertEqual(sorted(e["pointer"] for e in errors), expected["pointers"], errors)
                for word in expected["says"]:
                    self.assertIn(word, output)

    def test_a_missing_file_is_the_callers_mistake(self):
        self.assertEqual(run(HERE / "no_such_file.json"), (2, ""))

    def test_the_script_runs_by_itself(self):
        for case, code in (("valid/minimal.json", 0), ("invalid/empty.json", 2)):
            result = subprocess.run([sys.executable, SCRIPT, HERE / case], capture_output=True)
            self.assertEqual(result.returncode, code, result.stderr)

    def test_schemas_are_valid_in_both_drafts(self):
        import jsonschema

        for path in (ROOT / "schema").glob("*.schema.json"):
            schema = json.loads(path.read_text("utf-8"))
            jsonschema.Draft7Validator.check_schema(schema)
            jsonschema.Draft202012Validator.check_schema(schema)


if __name__ == "__main__":
    unittest.main()
