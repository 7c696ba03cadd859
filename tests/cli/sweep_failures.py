#!/usr/bin/env python3
"""Black-box tests of sweeps that go wrong, in part or from the start: sweep_failures.py PATH/TO/systole [unittest options]."""
import json
import os
import shutil
import sys
import time
import unittest

import run
from sweep_case import SHAPES, SweepTest


class Failures(SweepTest):
    def test_points_that_take_too_long(self):
        self.write("w.yaml", "layers: [{name: a, type: gemm, m: 4, n: 4, k: 4}, {name: b, type: gemm, m: 2000, n: 1000, k: 1000}]")
        text = "arch: tiny_2x2\nworkload: w.yaml\naxes: {layer: [b, a]}\ncheck: false"
        done = self.sweep(text, "--point-timeout", "0.5", code=4)
        self.assertIn("1 of 2 points failed", done.stderr)
        self.assertIn("timeout layer b: no result within 0.5 s", done.stdout)
        slow, quick = self.json()["points"]
        self.assertEqual((slow["status"], slow["kind"], quick["status"]), ("failed", "timeout", "done"))
        self.assertEqual([row["layer"] for row in self.rows()], ["a"])
        start = time.monotonic()
        done = self.sweep(text, code=4)
        self.assertIn("0 still to run", done.stdout)
        self.assertLess(time.monotonic() - start, 10, "a failed point is not run again by itself")
        self.sweep(text, "--retry-failed", "--point-timeout", "0.2", code=4)
        self.assertEqual(self.json()["points"][0]["reason"], "no result within 0.2 s")

    def test_points_that_need_too_much_memory(self):
        self.skip_if_sanitized("the address sanitizer takes more address space than any limit leaves")
        self.write("w.yaml", "layers: [{name: a, type: gemm, m: 4, n: 4, k: 4}, {name: b, type: gemm, m: 16384, n: 16384, k: 1}]")
        done = self.sweep("arch: edge_16x16\nworkload: w.yaml\naxes: {layer: [a, b]}", "--point-memory",
                          "900MiB", "--point-timeout", "100", code=4)
        self.assertIn("memory", done.stdout)
        self.assertEqual([p["status"] for p in self.json()["points"]], ["done", "failed"])
        self.assertEqual(self.json()["points"][1]["kind"], "memory")

    def test_points_that_cannot_be_mapped(self):
        self.write("w.yaml", "layers: [{name: b, type: gemm, m: 64, n: 64, k: 64, mapping: {tile: {m: 64, n: 64, k: 64}}}]")
        self.sweep("arch: tiny_2x2\nworkload: w.yaml\nzip: {buffers.input.size: [4KiB, 64KiB], buffers.weight.size: [4KiB, 64KiB],"
                   " buffers.output.size: [4KiB, 64KiB]}", code=4)
        small, large = self.json()["points"]
        self.assertEqual((small["kind"], large["status"]), ("declined", "done"))
        self.assertIn("layer 'b'", small["reason"])

    def test_a_wrong_result_is_told(self):
        self.sweep(SHAPES)
        path = sorted((self.dir / "out/points").glob("[0-9a-f]*[0-9a-f].json"))[0]
        results = json.loads(path.read_text())
        results["totals"]["check"]["status"] = "fail"
        path.write_text(json.dumps(results))
        done = self.sweep(SHAPES, code=3)
        self.assertIn("check failed at 1 point", done.stderr)

    def test_other_directories_are_never_touched(self):
        self.results("--arch", "tiny_2x2", "--workload", "tiny", "--layer", "gemm", out="run")
        self.sweep(SHAPES)
        self.write("other.yaml", SHAPES.replace("name: shapes", "name: other"))
        self.write("s.yaml", SHAPES)
        for file, out, what in (("s.yaml", "run", "holds no sweep"), ("other.yaml", "out", "holds another sweep"),
                                ("s.yaml", "s.yaml", "is not a directory"), ("s.yaml", "/proc/x", "cannot use")):
            self.assert_refused("sweep", file, "--out", out, start="--out: error: ", holds=what)

    def test_mistakes(self):
        base = "arch: tiny_2x2\nworkload: tiny\n"
        for text, where, what in [
                ("", "", "is empty"), ("workload: tiny", "1:1", "missing key 'arch'"),
                ("arch: tiny_2x2", "1:1", "missing key 'workload'"),
                (base + "axis: {}", "3:1", "unknown key 'axis', did you mean 'axes'?"),
                (base + "axes: {pe_array.rows: 3}", "3:23", "legal: a list of values"),
                (base + "axes: {pe_array.rows: []}", "3:23", "legal: a list of values"),
                (base + "axes: {pe_array.rwos: [3]}", "3:8", "unknown key 'rwos', did you mean 'rows'?"),
                (base + "axes: {pe_array.rows: [3, 0]}", "3:27", "got '0', legal: an integer from 1 to 1024"),
                (base + "axes: {pe_array..rows: [3]}", "3:8", "not a path of keys"),
                (base + "axes: {dataflow: [weight]}", "3:19", "got 'weight'"),
                (base + "axes: {layer: [gem]}", "3:16", "layer: no layer 'gem' in tiny, did you mean 'gemm'?"),
                (base + "axes: {layer: ['conw*']}", "3:16", "layer: no layer 'conw*' in tiny, did you mean 'conv"),
                (base + "axes: {algorithm: [[direct]]}", "3:20", "got '[direct]'"),
                (base + "axes: {arch: [tiny_2x2]}", "3:8", "varies elsewhere too"),
                (base + "layers: gem", "3:9", "layers: no layer 'gem' in tiny, did you mean 'gemm'?"),
                (base + "layers: gemm\naxes: {layer: [fc]}", "3:9", "given beside the axis 'layer'"),
                (base + "zip: {clock_mhz: [1, 2], pe_array.rows: [1]}", "3:41", "1 values, legal: 2"),
                (base + "zip: {clock_mhz: [1]}\naxes: {clock_mhz: [1]}", "3:7", "varies elsewhere too"),
                (base + "axes: {dram.gbps: [5], dram: [ideal]}", "3:24", "key 'dram' replaces 'dram.gbps' before it"),
                (base + "points: [{dram.gbps: 5, dram: ideal}]", "3:25", "key 'dram' replaces 'dram.gbps' before it"),
                (base + "points: [[1]]", "3:9", "legal: a list of maps"),
                (base + "where: pe_array.rows >", "3:8", "'pe_array.rows >': "),
                (base + "where: pe_array.rows = 2", "3:8", "'=' compares nothing, legal: '=='"),
                (base + "where: pe_aray.rows == 2", "3:8", "unknown name 'pe_aray.rows', did you mean 'pe_array.rows'?"),
                (base + "where: 'pe_array.rows, pe_array.cols'", "3:8", "several values"),
                (base + "where: 0 / (pe_array.rows - 2)", "3:8", "no finite number"),
                (base + "where: '" + "(" * 900 + "'", "3:8", ""),
                (base + "where: pe_array.rows == 7", "", "no point is left"),
                (base + "objectives: [cycles]", "3:13", "a list of two or more"),
                (base + "objectives: [cycles, beauty]", "3:22", "got 'beauty'"),
                (base + "axes: {" + ", ".join(f"a{i}: {list(range(10))}" for i in range(7)) + "}", "3:", "more than 1000000 combinations")]:
            with self.subTest(text=text):
                self.write("s.yaml", text)
                self.assert_refused("sweep", "s.yaml", start="s.yaml:" + where + (":" if where and where[-1] != ":" else ""), holds=what)
        self.write("s.yaml", base)
        for options, start in ((["--jobs", "0"], "--jobs: error: got '0'"), (["--point-timeout", "-1"], "--point-timeout: error: got '-1'"),
                               (["--point-memory", "2"], "--point-memory: error: got '2'"), (["--executor", "cloud"], "--executor: error: got 'cloud', legal: local, slurm"),
                               (["--executor", "slurm", "--jobs", "2"], "--jobs: error: counts points of this machine")):
            self.assert_refused("sweep", "s.yaml", *options, start=start)

    def test_mistakes_about_slurm(self):
        base = "arch: tiny_2x2\nworkload: tiny\nslurm: {"
        for text, where, what in [
                ("partion: a}", "3:9", "unknown key 'partion', did you mean 'partition'?"),
                ("partition: a b}", "3:20", "legal: a partition's name"), ("time: soon}", "3:15", "legal: a time as Slurm writes it"),
                ("time: 0}", "3:15", "legal: a time"), ("time: '1:2:3:4'}", "3:15", "legal: a time"),
                ("memory: 3}", "3:17", "legal: a size such as 128KiB, from 1MiB"), ("throttle: 0}", "3:19", "legal: an integer from 1"),
                ("wait: maybe}", "3:15", "legal: true or false"), ("options: --a=b}", "3:18", "legal: a list of options"),
                ("options: [a]}", "3:18", "legal: a list of options"), ("options: [--array=3]}", "3:18", "legal: a list of options"),
                ("options: [--account=a, --job=x]}", "3:18", "legal: a list of options")]:
            with self.subTest(text=text):
                self.write("s.yaml", base + text)
                self.assert_refused("sweep", "s.yaml", "--executor", "slurm", start=f"s.yaml:{where}: error: ", holds=what)
        self.write("s.yaml", "arch: tiny_2x2\nworkload: tiny\nlayers: gemm")
        done = self.systole("sweep", "s.yaml", "--out", "out", "--executor", "slurm", PATH="/nowhere")
        self.assertEqual((done.returncode, done.stderr), (2, "--executor: error: no sbatch on the PATH, legal: slurm where Slurm is installed\n"))
        self.assertFalse((self.dir / "out").exists(), "nothing is begun that Slurm would have to go on with")
        if shutil.which("sbatch"):
            done = self.systole("sweep", "s.yaml", "--out", "100%", "--executor", "slurm")
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
            self.assertTrue(done.stderr.startswith("--out: error: Slurm takes the '%'"), done.stderr)
        self.assertEqual(self.sweep("name: s\narch: tiny_2x2\nworkload: tiny\nlayers: gemm").stderr, "", "nothing is thought to be queued")

    def test_the_tasks_command_is_not_for_people(self):
        self.assertNotIn("simulate-task", self.systole("--help").stdout + self.systole("simulate-tas").stderr)


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
