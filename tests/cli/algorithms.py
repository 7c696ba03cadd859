#!/usr/bin/env python3
"""Black-box tests of --algorithm auto and all: algorithms.py PATH/TO/systole [unittest options]."""
import csv
import json
import os
import sys
import unittest

import run
from run import TINY, CliTest

LAYERS = ["--layer", "conv3x3", "--layer", "gemm"]
FIGURES = {"cycles": lambda layer: layer["cycles"], "energy": lambda layer: layer["energy_pj"]["total"],
           "edp": lambda layer: layer["cycles"] * layer["energy_pj"]["total"]}


def best(layers, objective):
    return min(layers, key=FIGURES[objective])  # the first of equals


class Algorithms(CliTest):
    def of_layer(self, results, name):
        return [layer for layer in results["layers"] if layer["name"] == name]

    def names(self):
        names = [line.split()[0] for line in self.run_good("list", "algorithms").splitlines()]
        self.assertEqual(names[-2:], ["auto", "all"])
        return names[:-2]

    def test_offsets_beyond_the_index_table(self):
        workload = self.write("w.yaml", "layers: [{name: a, type: conv, C: 80, H: 65536, W: 16, M: 1, R: 2, S: 1, dilation: [65535, 1], mapping: {tile: {m: 16}}}]")
        self.assert_refused("run", "--arch", "tensor_core_4x4", "--workload", workload, "--set", "buffers.input={size: 1GiB, slots: 1, width_bits: 128}", "--algorithm",
                            "implicit_precomp_gemm", "--no-values", start=f"{workload}: error: layer 'a': ", holds="offsets in the index table reach 2818529280 bits, legal: up to 2^31 - 1")

    def test_all_keeps_every_algorithm_that_takes_the_layer(self):
        results = self.results(*TINY, *LAYERS, "--algorithm", "all")
        self.assertEqual([choice["layer"] for choice in results["choices"]], ["gemm", "conv3x3"])
        for choice in results["choices"]:
            layers = self.of_layer(results, choice["layer"])
            self.assertEqual((choice["asked"], choice["objective"]), ("all", "cycles"))
            self.assertEqual([c["algorithm"] for c in choice["candidates"]], self.names())
            taken = [c for c in choice["candidates"] if c["declined"] is None]
            self.assertEqual([c["algorithm"] for c in taken], [layer["algorithm"] for layer in layers])
            self.assertEqual([layer["algorithm"] for layer in layers if layer["winner"]], [choice["winner"]])
            self.assertEqual(choice["winner"], best(layers, "cycles")["algorithm"])
            for candidate, layer in zip(taken, layers):
                self.assertEqual((candidate["cycles"], candidate["energy"], candidate["edp"], candidate["check"]),
                                 (layer["cycles"], layer["energy_pj"]["total"], layer["edp"], "pass"))
                self.assertEqual(layer["algorithm_asked"], "all")
                self.assertEqual(layer["check"]["outputs_fp64"], 16 if choice["layer"] == "gemm" else 64)
        winners = [layer for layer in results["layers"] if layer["winner"]]
        self.assertEqual(results["totals"]["layers"], 2)
        self.assertEqual(results["totals"]["cycles"], sum(layer["cycles"] for layer in winners))

    def test_each_row_is_what_a_run_of_that_algorithm_gives(self):
        for layer in self.results(*TINY, *LAYERS, "--algorithm", "all")["layers"]:
            name = layer["algorithm"]
            alone = self.results(*TINY, "--layer", layer["name"], "--algorithm", name, out=layer["name"] + name)["layers"][0]
            self.assertEqual((alone["algorithm_asked"], alone["winner"]), (name, True))
            self.assertIsNone(alone["check"]["max_abs_error_fp64"])
            for key in set(layer) - {"algorithm_asked", "winner", "check"}:
                self.assertEqual(layer[key], alone[key], key)

    def test_auto_keeps_the_best_by_the_objective(self):
        every = self.results(*TINY, *LAYERS, "--algorithm", "all", out="all")
        for objective in FIGURES:
            results = self.results(*TINY, *LAYERS, "--algorithm", "auto", "--objective", objective, out=objective)
            self.assertEqual([layer["name"] for layer in results["layers"]], ["gemm", "conv3x3"])
            for layer in results["layers"]:
                wanted = best(self.of_layer(every, layer["name"]), objective)
                self.assertEqual(layer, {**wanted, "algorithm_asked": "auto", "winner": True})
            for choice, other in zip(results["choices"], every["choices"]):
                self.assertEqual(choice["objective"], objective)
                self.assertEqual(choice["candidates"], other["candidates"])

    def test_the_workload_may_leave_some_layers_open(self):
        workload = self.write("w.yaml", "algorithm: auto\nobjective: energy\nlayers:\n"
                              "  - {name: a, type: gemm, m: 3, n: 4, k: 5}\n"
                              "  - {name: b, type: gemm, m: 3, n: 4, k: 5, algorithm: direct}\n"
                              "  - {name: c, type: gemm, m: 3, n: 4, k: 5, algorithm: all, objective: edp, repeat: 3}\n")
        results = self.results("--arch", "tiny_2x2", "--workload", workload)
        self.assertEqual([(c["layer"], c["asked"], c["objective"]) for c in results["choices"]],
                         [("a", "auto", "energy"), ("c", "all", "edp")])
        self.assertEqual([layer.get("objective") for layer in results["workload"]["layers"]], ["energy", None, "edp"])
        self.assertEqual(len(self.of_layer(results, "b")), 1)
        self.assertEqual(results["totals"]["macs"], 5 * 60)
        again = self.write("again.yaml", json.dumps(results["workload"]))
        self.assertEqual(self.results("--arch", "tiny_2x2", "--workload", again, out="again"), results)

    def test_jobs_do_not_show(self):
        texts = []
        for jobs in ("1", "3", "8"):
            self.results(*TINY, "--algorithm", "all", "--jobs", jobs, out="jobs" + jobs)
            texts.append([(self.dir / ("jobs" + jobs) / name).read_bytes() for name in ("results.json", "results.csv")])
        self.assertEqual(texts, texts[:1] * 3)

    def test_files_tell_rows_apart(self):
        results = self.results(*TINY, "--algorithm", "all")
        with open(self.dir / "out/results.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        keys = [(row["name"], row["algorithm"]) for row in rows]
        self.assertEqual(keys, [(layer["name"], layer["algorithm"]) for layer in results["layers"]])
        self.assertEqual(len(set(keys)), len(keys))
        for row in rows:
            self.assertNotIn(None, row.values())
        host = json.loads((self.dir / "out/host.json").read_text())
        self.assertEqual([(entry["name"], entry["algorithm"]) for entry in host["layers"]], keys)

    def test_the_table_for_people(self):
        text = self.run_good("run", *TINY, *LAYERS, "--algorithm", "all", "--objective", "energy", "--out", "out")
        results = json.loads((self.dir / "out/results.json").read_text())
        self.assertIn("algorithms chosen by energy; the totals are those of the chosen", text)
        for line in text.splitlines():
            if ": declined, " not in line:
                self.assertLessEqual(len(line), 110, line)
        for choice in results["choices"]:
            self.assertRegex(text, rf"(?m)^{choice['layer']} +cycles +mult\. +adds +other +DRAM bus +SRAM +workspace +energy +error$")
        for layer in results["layers"]:
            mark = r"\*" if layer["winner"] else " "
            self.assertRegex(text, rf"(?m)^{mark} {layer['algorithm']} +{layer['cycles']:,} ")
        lines = text.splitlines()
        row = lines[[i for i, line in enumerate(lines) if line.startswith("gemm  ")][-1] + 1].split()
        self.assertEqual(row[:6], ["*", "direct", f"{self.of_layer(results, 'gemm')[0]['cycles']:,}", "64", "48", "0"])
        for choice in results["choices"]:
            for candidate in choice["candidates"]:
                if candidate["declined"]:
                    self.assertIn(f"  {candidate['algorithm']}: declined, {candidate['declined']}", text)

    def test_compare_holds_algorithms_apart(self):
        every = self.results(*TINY, "--algorithm", "all", out="every")
        self.results(*TINY, "--algorithm", "auto", out="auto")
        named = self.results(*TINY, out="named")
        self.run_good("compare", "named", "every", "auto", "--csv", "out.csv")
        with open(self.dir / "out.csv", newline="") as file:
            rows = {(r["section"], r["figure"], r["run"]): r["value"] for r in csv.DictReader(file)}
        for layer in every["layers"]:
            self.assertEqual(rows["cycles_by_layer", f"{layer['name']} {layer['algorithm']}", "every"], str(layer["cycles"]))
        for layer in named["layers"]:
            self.assertEqual(rows["cycles_by_layer", layer["name"] + " direct", "named"], str(layer["cycles"]))
        self.assertEqual(rows["totals", "cycles", "every"], rows["totals", "cycles", "auto"])
        text = self.run_good("compare", "named", "auto", "--by", "layer")
        self.assertIn("conv3x3", text)
        self.assert_refused("compare", "every", "auto", "--layer", "gem", start="--layer: error: no layer 'gem' in every, did you "
                            "mean 'gemm'? legal: gemm, gemm_transposed, conv3x3, conv_strided_padded, conv_odd, depthwise, fc, gemm_int8")

    def test_other_prices_choose_again_where_all_counts_were_kept(self):
        for asked, objective in (("all", "energy"), ("auto", "cycles")):
            self.results(*TINY, "--algorithm", asked, "--objective", objective, out="old")
            new = self.results(*TINY, "--algorithm", asked, "--objective", objective, "--set", "energy=horowitz_45nm", out="new")
            self.run_good("compare", "old", "new", "--reprice", "horowitz_45nm", "--csv", "out.csv")
            with open(self.dir / "out.csv", newline="") as file:
                energies = {r["run"]: float(r["value"]) for r in csv.DictReader(file) if (r["section"], r["figure"]) == ("totals", "energy")}
            self.assertEqual(energies, {"old": new["totals"]["energy_pj"]["total"], "new": new["totals"]["energy_pj"]["total"]})
            for name in ("old", "new"):
                for path in (self.dir / name).iterdir():
                    path.unlink()
            (self.dir / "out.csv").unlink()
        self.results(*TINY, "--algorithm", "auto", "--objective", "edp", out="old")
        self.assert_refused("compare", "old", "--reprice", "horowitz_45nm",
                            start="old: error: layer 'gemm' has the algorithm of the best edp")

    def test_sweeps_vary_algorithms_and_objectives(self):
        self.write("s.yaml", "arch: tiny_2x2\nworkload: tiny\nlayers: [gemm, conv3x3]\n"
                   "axes: {algorithm: [direct, auto, all], objective: [cycles, energy]}")
        self.assertIn("5 points, 1 identical to others", self.run_good("sweep", "s.yaml", "--out", "out"))
        points = {tuple(p["values"][key] for key in ("algorithm", "objective")): p for p in
                  json.loads((self.dir / "out/sweep.json").read_text())["points"]}
        for objective in ("cycles", "energy"):
            results = self.results(*TINY, *LAYERS, "--algorithm", "all", "--objective", objective, out=objective)
            self.assertEqual(points["all", objective]["point"], results["run"])
            for asked in ("all", "auto"):
                self.assertEqual(points[asked, objective]["totals"]["cycles"], results["totals"]["cycles"])
        with open(self.dir / "out/sweep.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        keys = [(r["point"], r["layer"], r["algorithm"]) for r in rows]
        self.assertEqual(len(set(keys)), len(keys))
        self.assertEqual({(r["algorithm_asked"], r["objective"]) for r in rows},
                         {("direct", "cycles"), *((a, o) for a in ("auto", "all") for o in ("cycles", "energy"))})
        with open(self.dir / "out/host.csv", newline="") as file:
            host = [(r["point"], r["layer"], r["algorithm"]) for r in csv.DictReader(file)]
        self.assertEqual(len(set(host)), len(host))
        self.assertLess(set(keys), set(host))

    def test_what_has_no_effect_on_the_algorithm_asked_for_is_said(self):
        conv = "{name: a, type: conv, C: 4, H: 8, W: 8, M: 4, R: 3, S: 3"
        self.write("w.yaml", f"layers: [{conv}, algorithm: winograd, winograd: {{m: 2}}, halo: refetch}}]")
        self.write("plain.yaml", f"name: w\nlayers: [{conv}, halo: refetch}}]")
        note = "layer 'a': winograd.m has no effect on algorithm direct\n"
        options = ["--arch", "tiny_2x2", "--workload", "w.yaml", "--algorithm", "direct"]
        self.assertIn(note, self.run_good("run", *options, "--out", "out"))
        self.assertIn(note, self.run_good("explain", *options))
        layer = json.loads((self.dir / "out/results.json").read_text())["layers"][0]
        plain = self.results("--arch", "tiny_2x2", "--workload", "plain.yaml", out="plain")
        self.assertEqual(layer["mapping"][-1], "winograd.m: no effect on algorithm direct")
        self.assertEqual({**layer, "mapping": layer["mapping"][:-1]}, plain["layers"][0])
        self.write("s.yaml", "arch: tiny_2x2\nworkload: w.yaml\naxes: {algorithm: [direct, explicit_gemm, winograd]}")
        text = self.run_good("sweep", "s.yaml", "--out", "sweep")
        self.assertIn(note, text)
        self.assertIn("layer 'a': halo has no effect on algorithm explicit_gemm\n", text)
        self.assertNotIn("on algorithm winograd", text)
        self.write("all.yaml", f"algorithm: auto\nobjective: edp\nlayers: [{conv}, winograd: {{m: 2}}}}]")
        text = self.run_good("run", "--arch", "tiny_2x2", "--workload", "all.yaml", "--algorithm", "direct", "--out", "named")
        self.assertIn("layer 'a': objective has no effect on algorithm direct\n", text)
        self.assertNotIn("no effect", self.run_good("run", "--arch", "tiny_2x2", "--workload", "all.yaml", "--out", "open"))

    def test_explain_tells_every_algorithm(self):
        text = self.run_good("explain", *TINY, "--layer", "conv3x3", "--algorithm", "auto")
        heads = [line for line in text.splitlines() if line.startswith("conv3x3 on tiny_2x2, algorithm ")]
        self.assertEqual([line.split("algorithm ")[1].split(":")[0] for line in heads], self.names())
        taken = [line for line in heads if ": declined, " not in line]
        sections = dict(zip(heads, text.split("conv3x3 on tiny_2x2, algorithm ")[1:]))
        for head in taken:
            self.assertRegex(sections[head], "bound by (compute|vector unit|DRAM|DMA|SRAM)", head)

    def test_mistakes(self):
        for arguments, start in [
                (["run", *TINY, "--algorithm", "auto", "--objective", "speed"], "--objective: error: got 'speed', legal: cycles, energy, edp"),
                (["run", *TINY, "--algorithm", "auto", "--objective", "cycle"], "--objective: error: got 'cycle', did you mean 'cycles'?"),
                (["run", *TINY, "--objective", "energy"], "--objective: error: no layer leaves its algorithm open"),
                (["run", *TINY, "--algorithm", "every"], "--algorithm: error: got 'every'"),
                (["explain", *TINY, "--objective", "energy"], "--objective: error: unknown option")]:
            with self.subTest(arguments=arguments):
                self.assert_refused(*arguments, start=start)
        self.write("s.yaml", "arch: tiny_2x2\nworkload: tiny\naxes: {objective: [speed]}")
        self.assert_refused("sweep", "s.yaml", start="s.yaml:3:20: error: objective: got 'speed'")


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
