#!/usr/bin/env python3
"""Tests of 'systole import': import.py PATH/TO/systole [unittest options]."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SYSTOLE = ""
FILES = pathlib.Path(__file__).resolve().parents[1] / "import"
CASES = {"warts": ["scalesim", "warts.csv"], "machine": ["scalesim", "machine.cfg"],
         "conv3": ["timeloop", "conv3.yaml", "--mapping", "conv3_mapping.yaml"]}


class Import(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)

    def systole(self, *arguments, cwd=None):
        return subprocess.run([SYSTOLE, *map(str, arguments)], cwd=cwd or self.dir, text=True, timeout=120,
                              capture_output=True, stdin=subprocess.DEVNULL)

    def good(self, *arguments, cwd=None):
        done = self.systole(*arguments, cwd=cwd)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def refused(self, *arguments, start):
        before = sorted(self.dir.rglob("*"))
        done = self.systole(*arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1), (arguments, done.stderr))
        self.assertTrue(done.stderr.startswith(start), done.stderr)
        self.assertEqual(sorted(self.dir.rglob("*")), before)

    def write(self, name, text):
        (self.dir / name).write_text(text)
        return name

    def test_what_is_written_is_what_is_expected(self):
        for name, arguments in CASES.items():
            with self.subTest(name=name):
                expected = (FILES / "expected" / (name + ".yaml")).read_text()
                done = self.good("import", *arguments, cwd=FILES)
                self.assertEqual(done.stdout, expected)
                out = self.dir / (name + ".yaml")
                again = self.good("import", *arguments, "--out", out, cwd=FILES)
                self.assertEqual((again.stdout, again.stderr, out.read_text()), ("", done.stderr, expected))

    def test_every_comment_is_a_line_on_stderr(self):
        for name, arguments in CASES.items():
            with self.subTest(name=name):
                done = self.good("import", *arguments, cwd=FILES)
                comments = [line.strip()[2:] for line in done.stdout.splitlines() if line.strip().startswith("# ")]
                notes = []
                for line in done.stderr.splitlines():
                    self.assertTrue(line.startswith(arguments[1] + ":"), line)
                    place, _, text = line[len(arguments[1]) + 1:].partition(" note: ")
                    notes.append(f"line {place[:-1]}: {text}" if place else text)
                self.assertEqual(comments[1:], notes)

    def test_what_is_written_runs(self):
        for name, arguments in CASES.items():
            self.good("import", *arguments, "--out", self.dir / (name + ".yaml"), cwd=FILES)
        self.good("run", "--arch", "machine.yaml", "--workload", "warts.yaml", "--out", "out")
        results = json.loads((self.dir / "out/results.json").read_text())
        self.assertEqual(results["totals"]["macs"], 4752)
        self.assertEqual([layer["check"]["status"] for layer in results["layers"]], ["pass"] * 4)
        explained = self.good("explain", "--arch", "edge_16x16", "--workload", "conv3.yaml").stdout
        self.assertIn("tile: m 13 (1 x 1 x 13), n 32, k 288; order m, n, k", explained)

    def test_a_fold_takes_what_scale_sim_says(self):
        """2 R + C + T - 2 cycles a fold: 2 * 4 + 8 + 16 - 2 = 30 for each of the 2 of 8 x 8 x 16 on 4 x 8."""
        self.good("import", "scalesim", FILES / "machine.cfg", "--out", "machine.yaml")
        self.write("gemm.csv", "Layer, M, N, K,\ng, 8, 8, 16,\n")
        self.good("import", "scalesim", "gemm.csv", "--out", "gemm.yaml")
        self.good("run", "--arch", "machine.yaml", "--workload", "gemm.yaml", "--format", "int8", "--out", "out")
        layer = json.loads((self.dir / "out/results.json").read_text())["layers"][0]
        self.assertEqual(layer["pe_array"]["busy"] + layer["pe_array"]["fill_drain"], 2 * 30)

    def test_options(self):
        conv = self.write("conv.csv", "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, "
                                      "Num Filter, Strides,\na,8,8,3,3,4,1,1,\n")
        self.assertIn("pad: [1, 1, 1, 1]", self.good("import", "scalesim", conv, "--sizes", "unpadded").stdout)
        self.assertIn("groups: 4", self.good("import", "scalesim", conv, "--single-filter", "depthwise").stdout)
        self.assertNotIn("groups:", self.good("import", "scalesim", conv, "--single-filter", "dense").stdout)
        for arguments in (["--sizes", "padded"], ["--single-filter", "depthwise"], []):
            self.assertNotIn("pad:", self.good("import", "scalesim", conv, *arguments).stdout)

    def test_bad_options(self):
        gemm = self.write("gemm.csv", "Layer, M, N, K,\ng, 8, 8, 16,\n")
        self.refused("import", start="import: error: got nothing, legal: scalesim, timeloop")
        self.refused("import", "scalsim", gemm, start="import: error: got 'scalsim', did you mean 'scalesim'?")
        self.refused("import", "scalesim", start="import: error: no file, legal: systole import FORMAT FILE")
        self.refused("import", "scalesim", gemm, "--sizes", "net",
                     start="--sizes: error: got 'net', legal: padded, unpadded")
        self.refused("import", "scalesim", gemm, "--single-filter", "depth",
                     start="--single-filter: error: got 'depth', did you mean 'depthwise'? legal: depthwise, dense")
        legal = "legal: with a SCALE-Sim topology of convolutions"
        for option in (["--sizes", "padded"], ["--single-filter", "dense"]):
            message = f"{option[0]}: error: of no effect here, {legal}"
            self.refused("import", "scalesim", gemm, *option, start=message)
            self.refused("import", "scalesim", FILES / "machine.cfg", *option, start=message)
            self.refused("import", "timeloop", FILES / "conv3.yaml", *option, start=message)
        self.refused("import", "scalesim", gemm, "--mapping", gemm, start="--mapping: error: of no effect here, legal")
        self.refused("import", "scalesim", gemm, "--layers", "a", start="--layers: error: unknown option")
        self.refused("import", "scalesim", gemm, gemm, start="import: error: unexpected argument")
        self.write("held.yaml", "something\n")
        self.refused("import", "scalesim", gemm, "--out", "held.yaml", start="--out: error: 'held.yaml' exists")
        self.refused("import", "scalesim", gemm, "--out", "none/x.yaml", start="--out: error: cannot write")

    def test_bad_files(self):
        header = "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
        for text, message in [
                ("", " error: is empty, legal: a SCALE-Sim topology"),
                (header, " error: holds no layer"),
                ("a,8,8,3,3,4,1,1,\n", "1:1: error: no column 'IFMAP Height', legal: "),
                (header + "a,8,8,3,3,4,6,1,\nb,8,B,3,3,4,6,1,\n", "3:5: error: IFMAP Width: got 'B', legal: "),
                (header + "a,8,8,3,3,4,6,1,\nb,8,8,9,3,4,6,1,\n", "3:7: error: layer 'b': the filter is larger"),
                ("[general]\nrun_name = x\n", " error: no ArrayHeight in [architecture_presets]"),
                ("[general]\nrun_name\n", "2:1: error: got 'run_name', legal: "),
                ("x\0y", " error: byte 1 is 0x00: a binary file, legal: text in UTF-8"),
                ("x" * (1 << 20) + "y", " error: is larger than 1 MiB")]:
            self.write("bad.csv", text)
            self.refused("import", "scalesim", "bad.csv", start="bad.csv:" + message)
        self.refused("import", "scalesim", "none.csv", start="none.csv: error: no such file")
        self.refused("import", "scalesim", ".", start=".: error: is a directory, legal: a SCALE-Sim topology")
        self.refused("import", "timeloop", "none.yaml", start="none.yaml: error: no such file")
        self.write("bad.yaml", "problem:\n  shape: cnn_layer\n  R: 3\n")
        self.refused("import", "timeloop", "bad.yaml", start="bad.yaml:2:3: error: no key 'S'")
        self.refused("import", "timeloop", FILES / "conv3.yaml", "--mapping", "bad.yaml",
                     start="bad.yaml:1:1: error: no key 'mapping'")

    def test_help_fits_80_columns(self):
        text = self.good("import", "--help").stdout
        self.assertIn("systole import timeloop", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)


if __name__ == "__main__":
    SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
