#!/usr/bin/env python3
"""Black-box tests of 'systole sweep': sweep.py PATH/TO/systole [unittest options]."""
import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
import unittest

import run
from run import TINY
from sweep_case import SHAPES, SLOW, SLOW_WORKLOAD, SweepTest


class Points(SweepTest):
    def test_every_combination_is_a_point_and_every_layer_a_row(self):
        done = self.sweep(SHAPES, "--jobs", "2")
        self.assertTrue(done.stdout.startswith("shapes: 16 points\n"), done.stdout)
        self.assertEqual(done.stderr, "")
        sweep, rows = self.json(), self.rows()
        self.assertEqual((sweep["combinations"], len(sweep["points"]), len(rows)), (16, 16, 32))
        self.assertEqual({point["status"] for point in sweep["points"]}, {"done"})
        self.assertEqual(list(rows[0])[:11], ["point", "arch", "workload", "pe_array.rows", "buffers.input.size",
                                              "buffers.weight.size", "pe_array.cols", "pe_array.mma", "layer", "type",
                                              "repeat"])
        combinations = {(r["pe_array.rows"], r["dataflow"], r["buffers.input.size"], r["pe_array.cols"]) for r in rows}
        self.assertEqual(len(combinations), 16)
        self.assertEqual({(r["buffers.input.size"], r["buffers.weight.size"]) for r in rows}, {("4KiB", "8KiB"), ("8KiB", "4KiB")})
        self.assertEqual({r["layer"] for r in rows}, {"gemm", "conv3x3"})

    def test_a_point_is_what_a_run_gives(self):
        self.sweep(SHAPES)
        point = self.json()["points"][-1]
        results = self.results("--arch", "tiny_2x2", "--workload", "tiny", "--layer", "gemm", "--layer", "conv3x3",
                               "--dataflow", "weight_stationary", "--set", "pe_array.rows=4", "--set", "pe_array.cols=4",
                               "--set", "pe_array.mma={k: 2}", "--set", "buffers.input.size=8KiB",
                               "--set", "buffers.weight.size=4KiB", out="run")
        self.assertEqual(results["run"], point["point"])
        text = (self.dir / "run/results.json").read_bytes()
        self.assertEqual((self.dir / "out/points" / (point["point"] + ".json")).read_bytes(), text)
        self.assertEqual(point["totals"]["cycles"], results["totals"]["cycles"])
        self.assertEqual(point["totals"]["energy"], results["totals"]["energy_pj"]["total"])
        row = [row for row in self.rows() if row["point"] == point["point"]][1]
        self.assertEqual(float(row["energy_pj.by_component.dram"]), results["layers"][1]["energy_pj"]["by_component"]["dram"])
        text = self.run_good("compare", f"out/points/{point['point']}.json", "run")
        self.assertIn("energy by component", text)

    def test_set_changes_every_base_architecture(self):
        text = SHAPES + "where: dma.outstanding == 5\n"
        done = self.sweep(text, "--set", "dma.outstanding=5", "--set", "clock_mhz=500")
        self.assertTrue(done.stdout.startswith("shapes: 16 points, dma.outstanding = 5, clock_mhz = 500\n"), done.stdout)
        sweep = self.json()
        self.assertEqual(sweep["set"], {"dma.outstanding": "5", "clock_mhz": "500"})
        point = json.loads((self.dir / "out/points" / (sweep["points"][3]["point"] + ".json")).read_text())
        self.assertEqual((point["arch"]["dma"]["outstanding"], point["arch"]["clock_mhz"]), (5, 500))
        before = self.bytes()
        self.run_good("sweep", "out")
        self.assertEqual(self.bytes(), before)
        done = self.sweep(text.replace("== 5", "== 8"))
        self.assertIn("16 points\n", done.stdout)
        self.assertEqual(self.json()["set"], {})
        self.assertFalse({p["point"] for p in sweep["points"]} & {p["point"] for p in self.json()["points"]})
        for value, what in (("pe_array.rows=2", "pe_array.rows: 'pe_array.rows' varies in the sweep"),
                            ("pe_array.mma.k=2", "pe_array.mma.k: 'pe_array.mma' varies in the sweep"),
                            ("pe_array={rows: 2, cols: 2}", "pe_array: 'pe_array.rows' varies in the sweep"),
                            ("dataflow=weight_stationary", "dataflow: no key of the architecture, legal: a key of the sweep"),
                            ("dma.outstandin=2", "dma.outstandin: unknown key, did you mean 'outstanding'?"),
                            ("dma.outstanding", "got 'dma.outstanding', legal: path=value")):
            self.assert_refused("sweep", "sweep.yaml", "--out", "out2", "--set", value, start="--set: error: " + what)

    def test_layers_may_be_patterns_and_the_summary_has_their_rows(self):
        self.sweep("arch: tiny_2x2\nworkload: tiny\nlayers: ['conv*', fc]\naxes: {dataflow: [output_stationary, weight_stationary]}")
        rows = self.rows()
        self.assertEqual({row["layer"] for row in rows}, {"conv3x3", "conv_strided_padded", "conv_odd", "fc"})
        with open(self.dir / "out/summary.csv", newline="") as file:
            summary = list(csv.DictReader(file))
        self.assertEqual(list(summary[0])[:6], ["point", "arch", "workload", "dataflow", "layer", "algorithm"])
        for key in ("point", "layer", "dataflow", "cycles", "utilization"):
            self.assertEqual([row[key] for row in summary], [row[key] for row in rows])
        self.assertEqual([row["energy"] for row in summary], [row["energy_pj.total"] for row in rows])

    def test_points_without_the_check_take_no_memory_for_tensors(self):
        self.skip_if_sanitized("the address sanitizer takes more address space than any limit leaves")
        self.write("w.yaml", "layers: [{name: a, type: gemm, m: 1, n: 8192, k: 16384}]")  # 512 MiB of weights, and as much of DRAM
        text = "arch: tpu_like_128x128\nworkload: w.yaml\n"
        limits = ("--point-memory", "900MiB", "--point-timeout", "100")
        self.sweep(text + "check: false", *limits)
        self.assertEqual([(row["layer"], row["check.status"]) for row in self.rows()], [("a", "skipped")])
        self.sweep(text, *limits, out="checked", code=4)
        self.assertEqual([(p["status"], p["kind"]) for p in self.json("checked")["points"]], [("failed", "memory")])

    def test_shipped_sweeps_are_found_by_name(self):
        self.assertRegex(self.run_good("list", "sweeps"), r"(?m)^resnet50_shapes  228 points, by arch, workload, ")
        self.assert_refused("sweep", "resnet50_shape", start="resnet50_shape: error: no such sweep, did you mean 'resnet50_shapes'?")
        self.assert_refused("sweep", "none.yaml", start="none.yaml: error: ")
        (self.dir / "resnet50_shapes").mkdir()
        self.assert_refused("sweep", "resnet50_shapes", start="resnet50_shapes: error: holds no sweep.json")

    def test_identical_points_run_once(self):
        done = self.sweep("arch: tiny_2x2\nworkload: tiny\naxes: {layer: [gemm, fc, gemm], pe_array.rows: [2, 2, 3], clock_mhz: [1000, 1000.0]}")
        self.assertIn("4 points, 14 identical to others", done.stdout)
        self.assertEqual(len(self.rows()), 4)

    def test_conditions(self):
        axes = "axes: {pe_array.rows: [1, 2, 3, 4], pe_array.cols: [1, 2, 3, 4], dataflow: [output_stationary, weight_stationary]}"
        for condition, wanted in [
                ("pe_array.rows * pe_array.cols == 4", lambda r, c, d: r * c == 4),
                ("[pe_array.rows >= pe_array.cols, dataflow == weight_stationary]", lambda r, c, d: r >= c and d[0] == "w"),
                ("dataflow != weight_stationary || pe_array.rows % 2 == 0", lambda r, c, d: d[0] != "w" or r % 2 == 0),
                ("'!(pe_array.rows < 3) && buffers.input.size / pe_array.cols >= 1KiB'", lambda r, c, d: r >= 3 and 4096 / c >= 1024),
                ("'pe_array.overlap ? pe_array.rows == 1 : false'", lambda r, c, d: r == 1)]:
            with self.subTest(condition=condition):
                base = self.write("base.yaml", json.dumps({**self.arch(), "buffers": {b: {"size": "4KiB", "banks": 2} for b in ("input", "weight", "output")}}))
                self.assertTrue(base.exists())
                self.sweep(f"name: s\narch: base.yaml\nworkload: tiny\nlayers: gemm\n{axes}\nwhere: {condition}", out="o" + str(abs(hash(condition))))
                got = {(int(p["values"]["pe_array.rows"]), int(p["values"]["pe_array.cols"]), p["values"]["dataflow"])
                       for p in self.json("o" + str(abs(hash(condition))))["points"]}
                every = [(r, c, d) for r in range(1, 5) for c in range(1, 5) for d in ("output_stationary", "weight_stationary")]
                self.assertEqual(got, {one for one in every if wanted(*one)})

    @staticmethod
    def arch():
        return {"pe_array": {"rows": 2, "cols": 2}, "dram": "ideal"}

    def test_the_pareto_front_and_the_best(self):
        self.sweep(SHAPES + "objectives: [cycles, energy, utilization]\n")
        sweep = self.json()
        signs = {"cycles": 1, "energy": 1, "utilization": -1}
        figures = {p["point"]: [signs[o] * p["totals"][o] for o in signs] for p in sweep["points"]}
        front = [p for p, own in figures.items() if not any(
            all(a <= b for a, b in zip(other, own)) and other != own for other in figures.values())]
        self.assertEqual(len(sweep["groups"]), 1)
        self.assertEqual(sweep["groups"][0]["pareto"], front)
        self.assertEqual([p["point"] for p in sweep["points"] if p["pareto"]], front)
        for i, objective in enumerate(signs):
            best = sweep["groups"][0]["best"][objective]
            self.assertEqual(figures[best][i], min(own[i] for own in figures.values()))

    def test_points_are_judged_by_their_error_against_fp64(self):
        text = "arch: tiny_2x2\nworkload: tiny\nlayers: [conv3x3]\naxes: {format: [fp32, bf16, fp8_e4m3]}\n"
        self.sweep(text + "fp64: true\nobjectives: [energy, max_abs_error_fp64]\n")
        points = self.json()["points"]
        errors = [point["totals"]["max_abs_error_fp64"] for point in points]
        self.assertEqual(errors, sorted(errors))
        self.assertLess(100 * errors[0], errors[1])
        self.assertEqual(self.json()["groups"][0]["best"]["max_abs_error_fp64"], points[0]["point"])
        alone = self.results(*TINY, "--layer", "conv3x3", "--format", "bf16", "--fp64", out="alone")
        self.assertEqual(alone["totals"]["check"]["max_abs_error_fp64"], errors[1])
        for lines, what in (("fp64: true\ncheck: false\n", "sweep.yaml:5:7: error: fp64: got true beside check: false, legal: with a check\n"),
                            ("objectives: [cycles, max_abs_error_fp64]\n", "sweep.yaml:5:13: error: objectives: max_abs_error_fp64 is not measured, legal: with fp64: true\n")):
            self.write("sweep.yaml", text + lines)
            self.assert_refused("sweep", "sweep.yaml", start=what)

    def test_only_the_same_work_is_compared(self):
        self.sweep("arch: tiny_2x2\nworkload: tiny\naxes: {layer: [gemm, fc], energy: [lecture, eyeriss_relative], pe_array.rows: [2, 4]}")
        groups = [group["values"] for group in self.json()["groups"]]
        self.assertEqual(len(groups), 4)
        self.assertIn({"workload": "tiny", "layer": "fc", "energy": "lecture"}, groups)

    def test_archs_and_workloads_vary_and_lie_beside_the_sweep(self):
        (self.dir / "folder").mkdir()
        self.write("folder/a.yaml", json.dumps({**self.arch(), "buffers": {b: {"size": "4KiB"} for b in ("input", "weight", "output")}}))
        self.write("folder/w.yaml", "layers: [{name: g, type: gemm, m: 3, n: 4, k: 5}]")
        self.sweep("arch: [a.yaml, tiny_2x2]\nworkload: w.yaml", name="folder/s.yaml")
        self.assertEqual({(r["arch"], r["workload"], r["layer"]) for r in self.rows()},
                         {("a.yaml", "w.yaml", "g"), ("tiny_2x2", "w.yaml", "g")})


class Resuming(SweepTest):
    def test_jobs_and_directories_do_not_show(self):
        for jobs in ("1", "3"):
            self.sweep(SHAPES, "--jobs", jobs, out="jobs" + jobs)
        self.assertEqual(self.bytes("jobs1"), self.bytes("jobs3"))
        with open(self.dir / "jobs1/host.csv", newline="") as file:
            self.assertEqual(len(list(csv.DictReader(file))), 32)

    def test_what_is_done_is_never_done_again(self):
        self.sweep(SHAPES)
        files, text = self.files(), self.bytes()
        done = self.sweep(SHAPES)
        self.assertIn("16 points, 0 still to run", done.stdout)
        self.assertEqual((self.files(), self.bytes()), (files, text))
        done = self.sweep(SHAPES.replace("[2, 4]", "[2, 3, 4]"))
        self.assertIn("24 points, 8 still to run", done.stdout)
        self.assertEqual({name: self.files()[name] for name in files}, files)
        self.sweep(SHAPES)
        self.assertEqual(self.bytes(), text)

    def test_killed_at_any_moment_it_resumes(self):
        self.write("slow.yaml", SLOW_WORKLOAD)
        start = time.monotonic()
        self.sweep(SLOW, "--jobs", "2", out="calm")
        longest = (time.monotonic() - start) / 6  # ten kills, on average before the end
        self.write("sweep.yaml", SLOW)
        command = [run.SYSTOLE, "sweep", "sweep.yaml", "--out", "wild", "--jobs", "2"]
        moments = random.Random(1)
        kills, last = 0, 0
        while kills < 10:
            process = subprocess.Popen(command, cwd=self.dir, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(moments.uniform(0, longest))
            killed = process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += killed
            if not killed:
                break
            results = [n for n in self.files("wild") if n.count(".") == 1] if (self.dir / "wild/points").exists() else []
            self.assertGreaterEqual(len(results), last)
            last = len(results)
        self.assertGreaterEqual(kills, 5, "it must be killed while it works")
        self.sweep(SLOW, "--jobs", "2", out="wild")
        self.assertEqual(self.bytes("wild"), self.bytes("calm"))
        left = [name for name in self.files("wild") if name.endswith(".partial")]
        self.assertEqual(left, [])

    def test_an_interrupted_sweep_stops_its_points(self):
        workload = self.write("w.yaml", "layers: [{name: a, type: gemm, m: 2000, n: 2000, k: 500}]")
        self.write("sweep.yaml", f"arch: edge_16x16\nworkload: {workload}\naxes: {{pe_array.rows: [8, 16]}}")
        process = subprocess.Popen([run.SYSTOLE, "sweep", "sweep.yaml", "--out", "out", "--jobs", "2"], cwd=self.dir,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        children = self.wait_for_children(process.pid)
        self.assertEqual(os.listdir(f"/proc/{process.pid}/task"), [str(process.pid)], "what forks has one thread")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.communicate(timeout=20)[1], b"")
        self.assertEqual(process.returncode, -signal.SIGINT)
        for child in children:
            self.assertFalse(os.path.exists(f"/proc/{child}"), child)

    def wait_for_children(self, pid):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with open(f"/proc/{pid}/task/{pid}/children") as file:
                children = file.read().split()
            if len(children) == 2:
                time.sleep(0.1)
                return children
            time.sleep(0.01)
        self.fail("no points were started")

    def test_two_sweeps_never_share_a_directory(self):
        workload = self.write("w.yaml", "layers: [{name: a, type: gemm, m: 2000, n: 2000, k: 500}]")
        self.write("sweep.yaml", f"arch: edge_16x16\nworkload: {workload}\ncheck: false")
        process = subprocess.Popen([run.SYSTOLE, "sweep", "sweep.yaml", "--out", "out"], cwd=self.dir,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 20
            while not (self.dir / "out/sweep.json").exists() and time.monotonic() < deadline:
                time.sleep(0.01)
            done = self.systole("sweep", "sweep.yaml", "--out", "out")
        finally:
            process.kill()
            process.wait()
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
        self.assertIn("another sweep works in 'out'", done.stderr)


class Collecting(SweepTest):
    def test_a_directory_is_collected_as_it_is(self):
        self.sweep(SHAPES)
        text = self.bytes()
        (self.dir / "sweep.yaml").unlink()
        for name in ("sweep.csv", "host.csv", "report.html"):
            (self.dir / "out" / name).unlink()
        done = self.run_good("sweep", "out")
        self.assertIn("results in out\nreport: out/report.html\n", done)
        self.assertEqual(self.bytes(), text)
        self.assertTrue((self.dir / "out/host.csv").exists())

    def test_a_figure_that_only_the_last_point_has_is_a_column_of_all(self):
        self.sweep(SHAPES)
        before = self.bytes()[0].decode().splitlines()
        path = self.dir / "out/points" / (self.json()["points"][-1]["point"] + ".json")
        text = path.read_text()
        results = json.loads(text)
        for layer in results["layers"]:
            layer["more"] = {"figure": 7}
        path.write_text(json.dumps(results))
        self.run_good("sweep", "out")
        rows = self.rows()
        self.assertEqual([row["more.figure"] for row in rows], [""] * 30 + ["7"] * 2)
        self.assertEqual([len(row) for row in rows], [len(before[0].split(",")) + 1] * 32)
        path.write_text(text)
        self.run_good("sweep", "out")
        self.assertEqual(self.bytes()[0].decode().splitlines(), before)

    def test_what_is_missing_is_told(self):
        self.sweep(SHAPES)
        for point in self.json()["points"][:3]:
            (self.dir / "out/points" / (point["point"] + ".json")).unlink()
        done = self.systole("sweep", "out")
        self.assertEqual((done.returncode, done.stderr), (4, "systole: 3 of 16 points are still to run; sweep the YAML file again\n"))
        self.assertEqual(len(self.rows()), 26)

    def test_mistakes(self):
        self.results("--arch", "tiny_2x2", "--workload", "tiny", "--layer", "gemm", out="run")
        self.sweep("name: s\narch: tiny_2x2\nworkload: tiny\nlayers: gemm")
        for options in (["--jobs", "2"], ["--set", "clock_mhz=5"], ["--out", "x"], ["--executor", "slurm"], ["--retry-failed"], ["--point-timeout", "3"]):
            self.assert_refused("sweep", "out", *options, start=f"{options[0]}: error: 'out' is a directory")
        self.assert_refused("sweep", "run", start="run: error: holds no sweep.json")
        for text, what in (("{", "is not a complete sweep.json"), ('{"tool": {"sweep_version": 9}}', "is a sweep of version 9"),
                           (json.dumps({**self.json(), "combinations": "many"}), "is not a complete"), (json.dumps({**self.json(), "points": [3]}), "is not a complete")):
            (self.dir / "out/sweep.json").write_text(text)
            self.assert_refused("sweep", "out", start="out/sweep.json: error: ", holds=what)


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
