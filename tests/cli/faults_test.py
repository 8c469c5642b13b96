"""Bad input and faults: the right exit code, one actionable message, nothing lost or half-written.

usage: faults_test.py TUNDISH SOURCE_FOLDER
"""
import os, pathlib, signal, subprocess, sys, tempfile, time, unittest

TUNDISH, SOURCE = (pathlib.Path(sys.argv.pop(1)).resolve() for _ in range(2))
ADD = """func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.add %a, %a : tensor<4xf32>
  return %0 : tensor<4xf32>
}
"""


class FaultsTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="faults-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.environment = dict(
            os.environ, TUNDISH_CACHE_DIR=str(self.folder / "cache"), TMPDIR=str(self.temporary),
            TUNDISH_REPRODUCER_DIR=str(self.folder / "reproducers"))

    def compile(self, text, *flags, name="m.mlir", output="out.vmfb", target="cpu"):
        model = self.folder / name
        if text is not None:
            model.write_bytes(text if isinstance(text, bytes) else text.encode())
        return subprocess.run([TUNDISH, "compile", name, "-o", output, "--target", target, *flags],
                              cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              timeout=120)

    def refused(self, done, status, *words):
        self.assertEqual(done.returncode, status, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertFalse((self.folder / "out.vmfb").exists())
        self.assertEqual(list(self.temporary.iterdir()), [], "temporary files stay behind")

    def test_malformed_programs_name_their_place(self):
        bytecode = (SOURCE / "models" / "mlp.mlirbc").read_bytes()
        nested = "module {\n" + "scf.execute_region {\n" * 20000 + "}\n" * 20000 + "}"
        for name, text, place in [
            ("an empty file", "", "m.mlir:1:1"),
            ("binary junk", bytes(range(1, 200)), "m.mlir:1:1"),
            ("truncated bytecode", bytecode[:1000], "m.mlir:1:1"),
            ("deep brackets", "module {\n  " + "[" * 200000, "m.mlir:2:"),
            ("deep regions", nested, "m.mlir:5"),
            ("a syntax error", ADD.replace("return", "retrun"), "m.mlir:3:"),
            ("a type error", ADD.replace("%a, %a : tensor<4xf32>", "%a, %a : tensor<3xf32>"), "m.mlir:2:"),
            ("an unknown dialect", ADD.replace("stablehlo.add", "nosuch.add"), "m.mlir:2:"),
            ("no public function", ADD.replace("@main", "private @main"), "m.mlir:1:1"),
        ]:
            with self.subTest(name):
                self.refused(self.compile(text), 2, place)

    def test_an_op_that_the_compiler_refuses_leaves_a_reproducer(self):
        text = ADD.replace("stablehlo.add %a, %a : tensor<4xf32>",
                           '"stablehlo.cholesky"(%b) {lower = true} : (tensor<4x4xf32>) -> tensor<4x4xf32>')
        text = text.replace("@main(%a: tensor<4xf32>) -> tensor<4xf32>",
                            "@main(%b: tensor<4x4xf32>) -> tensor<4x4xf32>").replace("%0 : tensor<4xf32>", "%0 : tensor<4x4xf32>")
        self.refused(self.compile(text), 4, "m.mlir:2:", "cholesky", "reproducers")
        [folder] = (self.folder / "reproducers").iterdir()
        self.assertIn("tundish compile", (folder / "README.md").read_text())

    def test_unknown_words_offer_the_nearest(self):
        self.refused(self.compile(ADD, target="cuda:sm_8"), 2, "sm_80")
        self.refused(self.compile(ADD, "--iree-flag=--iree-opt-levl=O1"), 2, "--iree-opt-level")
        self.refused(self.compile(ADD, "--profile", "agressive"), 2, "aggressive")

    def test_paths_that_cannot_be_used(self):
        self.refused(self.compile(None, name="missing.mlir"), 2, "missing.mlir")
        self.refused(self.compile(ADD, output="no/such/folder/o.vmfb"), 2, "no/such/folder")
        self.refused(self.compile(ADD, output="m.mlir"), 2, "the input file")
        self.assertEqual((self.folder / "m.mlir").read_text(), ADD)

    def test_a_full_disk_is_said(self):
        done = self.compile(ADD, output="/dev/full")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("No space left", done.stderr)

    def test_limits_stop_the_compiler(self):
        self.refused(self.compile(ADD, "--timeout", "0.05"), 4, "time limit")
        self.refused(self.compile(ADD, "--memory-limit", "8MB"), 4, "memory")

    def test_a_cache_of_no_use_does_not_stop_a_compilation(self):
        (self.folder / "cache").write_text("in the way")
        done = self.compile(ADD)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning", done.stderr)

    def test_equal_programs_share_one_entry_and_equal_bits(self):
        (self.folder / "elsewhere").mkdir()
        self.assertEqual(self.compile(ADD).returncode, 0)
        second = self.compile(ADD, "-v", name="elsewhere/n.mlir", output="second.vmfb")
        self.assertIn("from the cache", second.stdout)
        third = self.compile(ADD, "--no-cache", name="elsewhere/n.mlir", output="third.vmfb")
        self.assertEqual(third.returncode, 0, third.stderr)
        first = (self.folder / "out.vmfb").read_bytes()
        for name in ("second.vmfb", "third.vmfb"):
            self.assertEqual((self.folder / name).read_bytes(), first)

    def test_an_interrupt_leaves_nothing(self):
        (self.folder / "m.mlir").write_text((SOURCE / "models" / "lenet.mlir").read_text())
        child = subprocess.Popen(
            [TUNDISH, "compile", "m.mlir", "-o", "out.vmfb", "--target", "cpu"], cwd=self.folder,
            env=self.environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
        time.sleep(0.5)
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=20)
        self.assertEqual(child.returncode, 130, errors)
        self.assertFalse((self.folder / "out.vmfb").exists())
        self.assertEqual(list(self.temporary.iterdir()), [])
        left = subprocess.run(["pgrep", "-s", str(child.pid)], capture_output=True, text=True)
        self.assertEqual(left.stdout, "", "processes stay behind")


if __name__ == "__main__":
    unittest.main()
