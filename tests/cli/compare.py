#!/usr/bin/env python3
"""Black-box tests of 'systole compare': compare.py PATH/TO/systole [unittest options]."""
import csv
import json
import os
import sys
import unittest

import run
from run import TINY, CliTest


class Compare(CliTest):
    def setUp(self):
        super().setUp()
        self.a = self.results(*TINY, out="a")
        self.b = self.results(*TINY, "--dataflow", "weight_stationary", "--set", "pe_array.cols=4", out="b")

    def rows(self, *arguments):
        self.run_good("compare", *arguments, "--csv", "out.csv")
        path = self.dir / "out.csv"
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        path.unlink()
        return {(row["section"], row["figure"], row["run"]): row for row in rows}

    def test_wider_operands_inside_int8_keep_their_price_when_priced_again(self):
        chosen = [*TINY, "--layer", "conv3x3", "--format", "int8", "--algorithm", "winograd"]
        run = self.results(*chosen, out="int8")
        self.assertEqual(run["layers"][0]["inner_formats"], {"input": "int16", "weight": "int16", "accumulator": "int32", "transforms": "int32"})
        priced = self.results(*chosen, "--set", "energy=horowitz_45nm", out="horowitz")
        rows = self.rows("int8", "horowitz", "--reprice", "horowitz_45nm")
        for name in ("int8", "horowitz"):
            value = rows["totals", "energy", name]["value"]
            self.assertEqual(float(value), priced["totals"]["energy_pj"]["total"])

    def test_figures_differences_and_ratios(self):
        rows = self.rows("a", "b/results.json")
        first, second = self.a["totals"], self.b["totals"]
        row = rows["totals", "cycles", "b/results.json"]
        self.assertEqual(row["value"], str(second["cycles"]))
        self.assertEqual(int(row["difference"]), second["cycles"] - first["cycles"])
        self.assertEqual(float(row["ratio"]), second["cycles"] / first["cycles"])
        for view in ("component", "tensor"):
            for part, energy in second["energy_pj"]["by_" + view].items():
                if energy or first["energy_pj"]["by_" + view][part]:
                    self.assertEqual(float(rows["energy_by_" + view, part, "b/results.json"]["value"]), energy)
        for layer in self.b["layers"]:
            row = rows["energy_by_layer", layer["name"], "b/results.json"]
            self.assertEqual(float(row["value"]), layer["energy_pj"]["total"])
            self.assertEqual(int(rows["cycles_by_layer", layer["name"], "b/results.json"]["value"]), layer["cycles"])
        states = [int(row["value"]) for key, row in rows.items() if key[0] == "pe_array" and key[2] == "a"]
        self.assertEqual(sum(states), first["cycles"])

    def test_the_chart_shows_the_view_asked_for(self):
        for view, part in (("component", "sram_output"), ("tensor", "psum"), ("layer", "conv_odd")):
            text = self.run_good("compare", "a", "b", "--by", view)
            self.assertIn("energy by " + view, text)
            self.assertIn("x0.", text)
            for other in {"component", "tensor", "layer"} - {view}:
                self.assertNotIn("energy by " + other, text)
            for line in text.splitlines():
                self.assertLessEqual(len(line), 110, line)
            self.assertNotIn("\033", text)
        self.assertTrue(self.systole("compare", "a", "b", LC_ALL="C").stdout.isascii())

    def test_single_layers_and_layers_only_one_run_has(self):
        only = self.results(*TINY, "--layer", "gemm", out="only")
        rows = self.rows("only", "a", "--layer", "gemm")
        self.assertEqual(rows["totals", "energy", "a"]["value"], rows["totals", "energy", "only"]["value"])
        self.assertEqual(float(rows["totals", "edp", "a"]["value"]), only["totals"]["edp"])
        rows = self.rows("only", "a")
        self.assertEqual(rows["cycles_by_layer", "fc", "only"]["value"], "")
        self.assertEqual(rows["cycles_by_layer", "fc", "a"]["ratio"], "")

    def test_layers_within_runs(self):
        first, second = ({layer["name"]: layer for layer in results["layers"]} for results in (self.a, self.b))
        rows = self.rows("a:gemm", "a/results.json:conv3x3", "b:gemm")
        self.assertEqual(rows["totals", "cycles", "a:gemm"]["value"], str(first["gemm"]["cycles"]))
        self.assertEqual(rows["totals", "cycles", "a/results.json:conv3x3"]["value"], str(first["conv3x3"]["cycles"]))
        self.assertEqual(rows["ops", "array_multiplies", "b:gemm"]["value"], str(second["gemm"]["ops"]["array"]["multiplies"]))
        self.assertEqual(float(rows["totals", "energy", "b:gemm"]["ratio"]), second["gemm"]["energy_pj"]["total"] / first["gemm"]["energy_pj"]["total"])
        (self.dir / "a:gemm").symlink_to("b")  # a path that exists is a path
        self.assertEqual(self.rows("a", "a:gemm")["totals", "cycles", "a:gemm"]["value"], str(self.b["totals"]["cycles"]))

    def test_algorithms_of_a_layer_within_a_run(self):
        results = self.results(*TINY, "--layer", "conv3x3", "--layer", "gemm", "--algorithm", "all", out="all")
        entries = {entry["algorithm"]: entry for entry in results["layers"] if entry["name"] == "conv3x3"}
        self.assertGreater(len(entries), 2)
        runs = ["all:conv3x3:" + algorithm for algorithm in entries]
        for options, table in (([], "lecture"), (["--reprice", "horowitz_45nm"], "horowitz_45nm")):
            rows = self.rows(*runs, *options)
            for run_name, entry in zip(runs, entries.values()):
                self.assertEqual(rows["totals", "cycles", run_name]["value"], str(entry["cycles"]), table)
            if not options:
                self.assertEqual(float(rows["totals", "energy", runs[1]]["value"]), list(entries.values())[1]["energy_pj"]["total"])
        best = min(entry["cycles"] for entry in entries.values())
        self.assertEqual(self.rows("all:conv3x3", runs[0], "--reprice", "horowitz_45nm")["totals", "cycles", "all:conv3x3"]["value"], str(best))

    def test_repeats_count(self):
        workload = self.write("w.yaml", "layers: [{name: a, type: gemm, m: 3, n: 4, k: 5, repeat: 7}]")
        results = self.results("--arch", "tiny_2x2", "--workload", workload, out="r")
        rows = self.rows("r", "r")
        self.assertEqual(int(rows["cycles_by_layer", "a", "r"]["value"]), results["totals"]["cycles"])

    def test_repricing_gives_what_a_run_with_that_table_gives(self):
        for table in ("eyeriss_relative", "horowitz_45nm"):
            real = self.results(*TINY, "--set", "energy=" + table, out=table)
            rows = self.rows("a", "b", "--reprice", table)
            direct = self.rows(table, "b", "--reprice", table)
            self.assertEqual(float(rows["totals", "energy", "a"]["value"]), real["totals"]["energy_pj"]["total"])
            for (section, figure, name), row in rows.items():
                if name == "a" and section != "energy_before":
                    self.assertEqual(row["value"], direct[section, figure, table]["value"], (section, figure))
            for part, energy in real["totals"]["energy_pj"]["by_component"].items():
                if energy:
                    self.assertEqual(float(rows["energy_by_component", part, "a"]["value"]), energy)

    def test_repricing_keeps_what_prices_the_dram(self):
        memory = ("--set", "dram=ddr4_3200", "--set", "dram_energy=currents")
        self.results(*TINY, *memory, out="currents")
        real = self.results(*TINY, *memory, "--set", "energy=horowitz_45nm", out="both")
        rows = self.rows("currents", "both", "--reprice", "horowitz_45nm")
        for part in ("dram_read", "dram_write", "dram_activate", "dram_background"):
            energy = real["totals"]["energy_pj"]["by_component"][part]
            self.assertGreater(energy, 0)
            self.assertEqual(float(rows["energy_by_component", part, "currents"]["value"]), energy)
        for tensor, energy in real["totals"]["energy_pj"]["by_tensor"].items():
            if energy:
                self.assertAlmostEqual(float(rows["energy_by_tensor", tensor, "currents"]["value"]) / energy, 1, places=12)
        self.assert_refused("compare", "currents", "both", "--reprice", "eyeriss_relative",
                            start="--reprice: error: currents has its DRAM priced in pJ")

    def test_currents_of_different_supplies_are_named(self):
        for name, memory in (("lpddr4", "lpddr4_3200"), ("ddr4", "ddr4_3200"), ("hbm2", "hbm2")):
            self.results(*TINY, "--set", "dram=" + memory, "--set", "dram_energy=currents", out=name)
        note = "note: the DRAMs' currents are those of different supplies"
        different = self.systole("compare", "ddr4", "lpddr4")
        self.assertIn(note, different.stdout)
        self.assertTrue(different.stdout.endswith("  ddr4: core\n  lpddr4: core, wordline, io\n"), different.stdout)
        self.assertNotIn(note, self.systole("compare", "ddr4", "hbm2").stdout)
        self.assertNotIn(note, self.systole("compare", "a", "lpddr4").stdout)

    def test_what_differs_tells_runs_apart(self):
        text = self.run_good("compare", "a", "b")
        differences = text.partition("what differs in their configuration\n")[2].partition("\n\n")[0].splitlines()
        self.assertEqual(differences, ["pe_array.cols: 2 (A), 4 (B)", "dataflow of all layers: - (A), weight_stationary (B)"])
        self.assertNotIn("what differs", self.run_good("compare", "a", "a"))
        self.results(*TINY, "--layer", "conv*", "--seed", "3", "--set", "energy=horowitz_45nm", out="c")
        text = self.run_good("compare", "a", "c", "a", "--reprice", "lecture")
        self.assertIn("\nlayers: 8 layers with gemm (A, C), 3 layers (B)\nseed: 1 (A, C), 3 (B)\n", text)
        self.assertNotIn("energy: ", text)
        self.assertIn("\nenergy: lecture (A), horowitz_45nm (B)\n", self.run_good("compare", "a", "c"))
        many = [word for i, size in enumerate(("input", "weight", "output"))
                for key, value in (("size", "16KiB"), ("banks", 4), ("ports", 2), ("width_bits", 128), ("slots", 1))
                for word in ("--set", f"buffers.{size}.{key}={value}")]
        self.results(*TINY, "--layer", "gemm", *many, out="d")
        self.assertRegex(self.run_good("compare", "a", "d"), r"\nand \d+ more\n")

    def test_a_pattern_is_part_of_a_run(self):
        rows = self.rows("a:conv*", "b:conv*")
        layers = [layer for layer in self.b["layers"] if layer["name"].startswith("conv")]
        self.assertEqual(rows["totals", "cycles", "b:conv*"]["value"], str(sum(layer["cycles"] for layer in layers)))
        self.assertEqual(self.rows("a", "b", "--layer", "conv*")["totals", "cycles", "b"]["value"], rows["totals", "cycles", "b:conv*"]["value"])

    def test_repricing_shows_energies_before_and_after(self):
        text = self.run_good("compare", "a", "b", "--reprice", "horowitz_45nm")
        rows = self.rows("a", "b", "--reprice", "horowitz_45nm")
        table = text.partition("energy before and after new prices\n")[2]
        total = self.a["totals"]["energy_pj"]["total"]
        after = float(rows["totals", "energy", "a"]["value"])
        self.assertRegex(table, r"^A +lecture +horowitz_45nm +ratio\n")
        self.assertRegex(table, r"\nB +lecture +horowitz_45nm +ratio\n")
        self.assertRegex(table, rf"\n  total .*x{after / total:.3f}\n")
        self.assertEqual(float(rows["energy_before", "total", "a"]["value"]), total)
        for part, energy in self.b["totals"]["energy_pj"]["by_component"].items():
            if energy:
                self.assertEqual(float(rows["energy_before", part, "b"]["value"]), energy)
        self.assertNotIn("before", self.run_good("compare", "a", "b"))
        # Between units there is no ratio.
        text = self.run_good("compare", "a", "--reprice", "eyeriss_relative").partition("new prices\n")[2]
        self.assertRegex(text, r"\n  total .* -\n")

    def test_mistakes(self):
        self.results(*TINY, "--set", "energy=eyeriss_relative", out="relative")
        self.write("other.json", json.dumps({**self.a, "tool": {**self.a["tool"], "results_version": 99}}))
        self.write("torn.json", json.dumps({**self.a, "totals": {}}))
        self.write("text.json", "hello")
        for arguments, start in [
                (["a"], "compare: error: got 1 run"), ([], "compare: error: got 0 runs"),
                (["a", "b", "--by", "colour"], "--by: error: got 'colour', legal: component, tensor, layer"),
                (["a", "relative"], "relative: error: its energies are in MAC"),
                (["a", "none"], "none: error: no such file"), (["a", "."], ".: error: holds no results.json"),
                (["a", "text.json"], "text.json: error: is not a results.json"),
                (["a", "torn.json"], "torn.json: error: is not a complete"),
                (["a", "other.json"], "other.json: error: made by results version 99, run it again, legal: version 4"),
                (["a", "b", "--layer", "gem"], "--layer: error: no layer 'gem' in a, did you mean 'gemm'?"),
                (["a", "b:gem"], "b:gem: error: no layer 'gem' in b, did you mean 'gemm'?"),
                (["a", "b:gemm:winogrd"], "b:gemm:winogrd: error: no algorithm 'winogrd', legal: direct"),
                (["a", "c:gemm"], "c:gemm: error: no such file or directory"),
                (["a", "b", "--reprice", "lectur"], "lectur: error: no such energy table, did you mean"),
                (["a", "b", "--csv", "text.json"], "--csv: error: 'text.json' exists and holds something else"),
                (["a", "b", "--csv", "/proc/x"], "--csv: error: cannot write")]:
            with self.subTest(arguments=arguments):
                self.assert_refused("compare", *arguments, start=start)


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
