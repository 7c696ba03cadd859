#!/usr/bin/env python3
"""Tests of scripts/plots: plots.py PATH/TO/systole [unittest options]."""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/cli"), str(ROOT / "scripts")]
import run  # noqa: E402
from run import TINY, CliTest  # noqa: E402

from figures import comparison, layers, run as run_figures, style, sweep as sweep_figures  # noqa: E402

SWEEP = """{name: s, arch: tiny_2x2, workload: tiny, layers: [gemm, conv3x3],
 axes: {pe_array.rows: [2, 3, 4], pe_array.cols: [2, 4], dataflow: [output_stationary, weight_stationary]}}"""


class Plots(CliTest):
    def tearDown(self):
        style.pyplot.close("all")

    def plots(self, *arguments):
        return subprocess.run([ROOT / "scripts/plots", *map(str, arguments)], cwd=self.dir, capture_output=True, text=True, timeout=300)

    def good(self, *arguments):
        done = self.plots(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [self.dir / name for name in done.stdout.split()]

    def sweep(self):
        self.write("s.yaml", SWEEP)
        self.run_good("sweep", "s.yaml", "--out", "s")
        return json.loads((self.dir / "s/sweep.json").read_text())

    def bars(self, figure, scale=1):
        """The length of each part's bars, summed, in the first run's order of parts."""
        lengths = {}
        for container in figure.axes[0].containers:
            part = container.patches[0].get_gid()
            lengths[part] = sum(patch.get_width() for patch in container.patches) / scale
        return lengths

    def test_bars_are_as_long_as_the_results_say(self):
        results = self.results(*TINY, out="a")
        drawn = dict(run_figures.figures(results, self.dir / "a", 3.5))
        self.assertEqual(list(drawn), ["energy_by_component", "energy_by_tensor", "cycles", "dram_traffic", "bounds", "utilization", "roofline"])
        for by in ("component", "tensor"):
            lengths = self.bars(drawn["energy_by_" + by], 1e-12)
            for part, energy in results["totals"]["energy_pj"]["by_" + by].items():
                self.assertAlmostEqual(lengths.get("0 " + part, 0), energy, delta=1e-6 * results["totals"]["energy_pj"]["total"])
        self.assertEqual(sum(self.bars(drawn["cycles"]).values()), results["totals"]["cycles"])
        self.assertEqual(sum(self.bars(drawn["dram_traffic"]).values()), results["totals"]["dram"]["bus_bytes"])

    def test_the_roofline_lies_over_the_layers(self):
        results = self.results(*TINY, out="a")
        figure = dict(run_figures.figures(results, self.dir / "a", 3.5))["roofline"]
        lines = {line.get_gid() or line.get_label(): line for line in figure.axes[0].lines}
        xs, ys = lines["dram"].get_data()
        self.assertEqual(list(ys), [layer["macs"] / layer["seconds"] for layer in results["layers"] if layer["dram"]["bus_bytes"]])
        self.assertEqual(list(xs), [layer["macs"] / layer["dram"]["bus_bytes"] for layer in results["layers"] if layer["dram"]["bus_bytes"]])
        self.assertEqual(lines["peak of the PEs"].get_ydata()[0], 4 * results["arch"]["clock_mhz"] * 1e6)
        self.assertLessEqual(max(ys), lines["peak of the PEs"].get_ydata()[0])

    def test_the_pareto_front_is_the_sweeps(self):
        sweep = self.sweep()
        figure = dict(sweep_figures.figures(sweep, None, None, None, None, 3.5))["pareto"]
        front = next(line for line in figure.axes[0].lines if line.get_gid() == "front").get_xydata().tolist()
        expected = sorted([p["totals"]["cycles"], p["totals"]["energy"] * 1e-12] for p in sweep["points"] if p["pareto"])
        self.assertEqual(front, [one for i, one in enumerate(expected) if i == 0 or one != expected[i - 1]])
        shown = sum(len(line.get_xdata()) for line in figure.axes[0].lines if (line.get_gid() or "").startswith("points"))
        self.assertEqual(shown, len(sweep["points"]))

    def test_heat_map_and_main_effects(self):
        sweep = self.sweep()
        drawn = dict(sweep_figures.figures(sweep, "utilization", "cycles", "pe_array.cols", "pe_array.rows", 3.5))
        cells = drawn["heat_map_cycles"].axes[0].images[0].get_array().tolist()
        for r, rows in enumerate("234"):
            for c, cols in enumerate("24"):
                own = [p["totals"]["cycles"] for p in sweep["points"] if (p["values"]["pe_array.rows"], p["values"]["pe_array.cols"]) == (rows, cols)]
                self.assertAlmostEqual(cells[r][c], sum(own) / len(own))
        titles = [axes.get_title() for axes in drawn["main_effects_utilization"].axes]
        self.assertEqual(titles, ["pe_array.rows", "pe_array.cols", "dataflow"])

    def test_curves_join_the_means_along_a_setting(self):
        sweep = self.sweep()
        axes = dict(sweep_figures.figures(sweep, "cycles", "energy", "pe_array.rows", "dataflow", 3.5))["curves_cycles"].axes[0]
        self.assertEqual([label.get_text() for label in axes.get_xticklabels()], ["2", "3", "4"])
        for line in (line for line in axes.lines if (line.get_gid() or "").startswith("curve ")):
            for rows, shown in zip("234", line.get_ydata()):
                own = [p["totals"]["cycles"] for p in sweep["points"] if (p["values"]["pe_array.rows"], "curve " + p["values"]["dataflow"]) == (rows, line.get_gid())]
                self.assertAlmostEqual(shown, sum(own) / len(own))
        self.assertEqual(len(axes.lines), 2)

    def test_settings_are_in_their_order_and_those_that_move_together_are_one(self):
        points = [{"status": "done", "values": {"a": size, "b": size, "c": word, "d": str(number)}, "energy_unit": "pJ", "totals": {"cycles": 1, "energy": 1}}
                  for size, word, number in (("64KiB", "z", 10), ("1MiB", "a", 9), ("512B", "m", 100))]
        sweep = sweep_figures.Sweep({"points": points, "objectives": ["cycles", "energy"]})
        self.assertEqual(sweep.groups(), [["a", "b"], ["c"], ["d"]])
        self.assertEqual([sweep.values(key) for key in "acd"], [["512B", "64KiB", "1MiB"], ["z", "a", "m"], ["9", "10", "100"]])

    def test_a_comparison_has_a_bar_a_run(self):
        runs = [("a", self.results(*TINY, out="a")), ("b", self.results(*TINY, "--layer", "gemm", out="b"))]
        lengths = self.bars(dict(comparison.figures(runs, 3.5))["cycles"])
        for r, (_, results) in enumerate(runs):
            self.assertEqual(sum(v for part, v in lengths.items() if part.startswith(f"{r} ")), results["totals"]["cycles"])
        self.assertEqual(layers.labels(runs[1][1]), ["gemm"])

    def test_files_for_a_paper(self):
        self.results(*TINY, out="a")
        self.results(*TINY, "--dataflow", "weight_stationary", out="b")
        self.sweep()
        for arguments, some in ((["a"], "roofline"), (["a/results.json", "b"], "energy_by_tensor"), (["s"], "pareto")):
            for form, start in (("pdf", b"%PDF-"), ("svg", b"<?xml")):
                paths = self.good(*arguments, "--format", form, "--out", "one")
                self.assertIn(f"{some}.{form}", [path.name for path in paths])
                first = [path.read_bytes() for path in paths]
                self.assertTrue(all(text.startswith(start) for text in first))
                self.good(*arguments, "--format", form, "--out", "one")
                self.assertEqual([path.read_bytes() for path in paths], first, "the same results give the same bytes")
        text = (self.dir / "one/pareto.svg").read_text()
        self.assertTrue(re.search(r"<text[^>]*>energy</text>", text), "text stays text")

    def test_mistakes(self):
        self.results(*TINY, "--layer", "gemm", out="a")
        self.results(*TINY, "--layer", "gemm", "--set", "energy=eyeriss_relative", out="relative")
        self.sweep()
        self.write("text.json", "hello")
        self.write("later.json", '{"tool": {"results_version": 9}}')
        for arguments, what in [
                (["none"], "none: error: holds neither"), (["text.json"], "text.json: error: is neither"),
                (["later.json"], "later.json: error: made by results version 9, run it again"), (["a", "s"], "a: error: a sweep among several"),
                (["a", "relative"], "a: error: energies in"), (["s", "-x", "beauty"], "s: error: has no figure 'beauty', legal: cycles"),
                (["s", "--down", "arch"], "s: error: has no setting 'arch' that varies, legal: pe_array.rows"),
                (["a", "--out", "/proc/x"], "--out: error: cannot write '/proc/x'")]:
            with self.subTest(arguments=arguments):
                done = self.plots(*arguments)
                self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
                self.assertTrue(done.stderr.startswith(what), done.stderr)

    def test_damaged_files(self):
        whole = self.results(*TINY, "--layer", "gemm", out="a")
        self.sweep()
        swept = json.loads((self.dir / "s/sweep.json").read_text())
        torn = [("a/results.json", {**whole, "layers": value}) for value in (None, 3, [{}], [{**whole["layers"][0], "pe_array": {"busy": "x"}}])]
        torn += [("a/results.json", {**whole, "energy": {}}), ("a/results.json", {"tool": whole["tool"]}), ("s/sweep.json", {**swept, "points": [{"status": "done"}]}),
                 ("s/sweep.json", {"tool": swept["tool"]}), ("s/sweep.json", {**swept, "points": [{**point, "values": 3} for point in swept["points"]]})]
        self.write("whole.json", json.dumps(whole))
        for name, value in torn:
            folder = name.split("/")[0]
            self.write(name, json.dumps(value))
            for arguments in ([folder], ["whole.json", folder]) if folder == "a" else ([folder],):
                with self.subTest(value=str(value)[:80], arguments=arguments):
                    done = self.plots(*arguments, "--out", "drawn")
                    self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
                    self.assertTrue(done.stderr.startswith(f"{folder}: error: is not complete: "), done.stderr)
                    self.assertFalse((self.dir / "drawn").exists(), "nothing is left of figures before the first that fails")


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
