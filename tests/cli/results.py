#!/usr/bin/env python3
"""Black-box tests of what a run leaves behind: results.py PATH/TO/systole [unittest options]."""
import csv
import json
import os
import resource
import subprocess
import sys
import unittest

import run
from run import TINY, CliTest

VECTOR_COUNTS = {"multiply": "multiplies", "add": "adds", "shift": "shifts", "special": "special", "other": "other"}
ACTIVITIES = ["busy", "fill_drain", "wait_input", "wait_output", "idle"]
LAYER_KEYS = ["name", "type", "repeat", "algorithm", "algorithm_asked", "winner", "dataflow", "format", "formats", "inner_formats", "cycles",
              "seconds", "macs", "utilization", "array_utilization", "bounds", "bound", "stages", "ops", "pe_array", "dram", "sram",
              "workspace_bytes", "energy_pj", "power_w", "tops_per_w", "edp", "check", "mapping"]
HOST_KEYS = ["cpu_seconds", "wall_seconds", "setup_seconds", "data_seconds", "check_seconds", "cycles_per_second",
             "macs_per_second", "peak_rss_bytes"]


class Results(CliTest):
    def test_a_run_of_every_kind_of_layer(self):
        results = self.results(*TINY)
        self.assertEqual(sorted(p.name for p in (self.dir / "out").iterdir()),
                         ["host.json", "report.html", "results.csv", "results.json", "summary.csv"])
        self.assertEqual(len(results["layers"]), 8)
        for layer in results["layers"]:
            with self.subTest(layer=layer["name"]):
                self.assertEqual(list(layer), LAYER_KEYS)
                self.assertEqual(layer["check"]["status"], "pass")
                self.assert_consistent(layer)
        self.assert_consistent(results["totals"])
        self.assertEqual(results["totals"]["macs"], 16582)
        self.assertEqual(results["totals"]["check"], {"status": "pass", "layers": {"pass": 8, "fail": 0, "skipped": 0}, "max_abs_error_fp64": None})
        for key in ("cycles", "macs"):
            self.assertEqual(results["totals"][key], sum(layer[key] for layer in results["layers"]))

    def assert_consistent(self, entry):
        self.assertEqual(list(entry["pe_array"]), ACTIVITIES)
        self.assertEqual(sum(entry["pe_array"].values()), entry["cycles"])
        self.assertEqual(entry["seconds"], entry["cycles"] / 1e9)
        peak = 4
        self.assert_close(entry["utilization"], entry["macs"] / (entry["cycles"] * peak))
        energy = entry["energy_pj"]
        self.assert_close(sum(energy["by_component"].values()), energy["total"])
        self.assert_close(sum(energy["by_tensor"].values()), energy["total"])
        dram = entry["dram"]
        asked = sum(dram["read_bytes"].values()) + sum(dram["write_bytes"].values())
        self.assertLessEqual(asked, dram["bus_bytes"])
        self.assertEqual(sum(dram["bus_bytes_by_tensor"].values()), dram["bus_bytes"])
        self.assert_close(dram["bandwidth_gbps"], dram["bus_bytes"] / entry["seconds"] / 1e9)
        for buffer in entry["sram"].values():
            self.assertEqual(sum(buffer["reads_by_tensor"].values()), buffer["reads"])
            self.assertEqual(sum(buffer["writes_by_tensor"].values()), buffer["writes"])
        self.assert_close(entry["edp"], energy["total"] * 1e-12 * entry["seconds"])
        for bound in entry["bounds"].values():
            self.assertLessEqual(bound, entry["cycles"])
        self.assert_close(dram["burst_efficiency"], asked / dram["bus_bytes"])

    def test_a_memory_too_small_for_a_layer_says_by_how_much(self):
        workload = self.write("big.yaml", "layers: [{name: big, type: gemm, m: 512, n: 512, k: 512}]")
        memory = ("--set", "dram=ddr4_3200", "--set", "dram.rows=16", "--set", "dram.timing.trfc=560")  # 2 MiB for three tensors of 1 MiB
        self.assert_refused("run", "--arch", "edge_16x16", "--workload", workload, *memory, start=f"{workload}: error: ",
                            holds="take 3145728 bytes of DRAM, 1048576 more than its capacity")

    def test_dram_by_channel_and_bank_sums_to_the_whole(self):
        results = self.results(*TINY, "--set", "dram=hbm2")
        for entry in [*results["layers"], results["totals"]]:
            dram = entry["dram"]
            channels, banks = dram["channels"], dram["banks"]
            for figure in ("bursts_read", "bursts_written", "row_hits", "row_misses", "row_conflicts", "activates",
                           "refreshes", "turnarounds", "queued_read_cycles", "queued_write_cycles"):
                self.assertEqual(len(channels[figure]), 8)
                self.assertEqual(sum(channels[figure]), dram[figure], figure)
            for reason, cycles in channels["bus_cycles"].items():
                self.assertEqual(sum(cycles), dram["bus_cycles"][reason], reason)
            for figure in ("row_hits", "row_misses", "row_conflicts", "activates"):
                self.assertEqual(len(banks[figure]), 8 * 16)
                for channel in range(8):
                    self.assertEqual(sum(banks[figure][16 * channel:16 * (channel + 1)]), channels[figure][channel])
            self.assertGreater(dram["bursts_read"], 0)
            self.assertEqual(sum(dram["read_latency"]["histogram"]), dram["read_latency"]["reads"])
            every = [dram["bursts_" + what] for what in ("read", "written", "forwarded", "merged")]
            self.assertEqual(sum(every) * 64, dram["bus_bytes"])
            self.assertLessEqual(sum(dram["bus_read_bytes_by_tensor"].values()), dram["bus_bytes"])
            self.assertGreater(dram["queued_writes"], 0)  # posted, then written when nothing else comes
        # All channels' buses live equally long: as long as the layer, in cycles of a memory at the core's 1 GHz.
        for layer in results["layers"]:
            buses = layer["dram"]["channels"]["bus_cycles"]
            self.assertEqual({sum(cycles[c] for cycles in buses.values()) for c in range(8)}, {layer["cycles"]})

    def test_the_energy_can_be_priced_again_from_the_results_alone(self):
        results = self.results(*TINY)
        prices = results["energy"]
        word = prices["sram"][0]["access"]
        for layer in results["layers"]:
            ops, inner = layer["ops"], layer["inner_formats"]
            self.assertEqual(inner["input"], inner["weight"])
            multiply, add = prices["array"][inner["input"]]["multiply"], prices["array"][inner["accumulator"]]["add"]
            parts = {
                "array": ops["array"]["multiplies"] * multiply + ops["array"]["adds"] * add,
                "accumulators": ops["array"]["accumulator_accesses"] * prices["accumulator_access"],
                "registers": sum(sum(ops["array"][bits].values()) for bits in ("operand_reads", "operand_writes")) / 64 * prices["registers"]["operand"]
                + (ops["array"]["sum_reads"] + ops["array"]["sum_writes"]) / 2 * prices["registers"]["accumulator"],
                "hops": (sum(ops["array"]["operand_hops"].values()) / 64 + ops["array"]["sum_hops"] / 2) * prices["hop"],
                "vector": sum(ops["vector_" + number][count] * price[action] for number, price in prices["vector"].items()
                              for action, count in VECTOR_COUNTS.items() if action in price),
                "index": ops["index"]["divmods"] * prices["index"]["divmod"]
                + ops["index"]["multiplies"] * prices["index"]["multiply"]
                + ops["index"]["adds"] * prices["index"]["add"],
                "dram": layer["dram"]["bus_bytes"] / 8 * prices["dram"],
                "static": layer["cycles"] * prices["static_cycle"]}
            parts.update({"dram_" + part: 0 for part in ("activate", "read", "write", "refresh", "background")})
            for name, buffer in layer["sram"].items():
                parts["sram_" + name] = (buffer["reads"] + buffer["writes"]) * word
            self.assertEqual(set(parts), set(layer["energy_pj"]["by_component"]))
            for name, energy in layer["energy_pj"]["by_component"].items():
                self.assert_close(parts[name], energy)

    def test_a_run_can_be_repeated_from_its_own_results(self):
        first = self.results(*TINY, "--set", "pe_array.rows=3", "--set", "clock_mhz=333.333", "--layer", "conv_odd",
                             "--layer", "gemm_int8", "--dataflow", "weight_stationary")
        arch = self.write("again_arch.yaml", json.dumps(first["arch"]))
        workload = self.write("again_workload.yaml", json.dumps(first["workload"]))
        again = self.results("--arch", arch, "--workload", workload, "--seed", first["seed"], out="again")
        self.assertEqual(again, first)

    def test_reruns_jobs_and_single_layers_give_the_same_bytes(self):
        text = {}
        for jobs in ("1", "2", "3", "8"):
            self.results(*TINY, "--jobs", jobs, out="jobs" + jobs)
            text[jobs] = [(self.dir / ("jobs" + jobs) / name).read_bytes() for name in ("results.json", "results.csv")]
            self.assertEqual(text[jobs], text["1"])
        all_layers = json.loads(text["1"][0])["layers"]
        for layer in all_layers[1::3]:
            alone = self.results(*TINY, "--layer", layer["name"], out=layer["name"])
            self.assertEqual(alone["layers"], [layer])

    def test_the_seed_changes_the_data_and_no_count(self):
        one, two = (self.results(*TINY, "--seed", seed, out="seed" + seed) for seed in ("1", "2"))
        self.assertNotEqual([layer["check"] for layer in one["layers"]], [layer["check"] for layer in two["layers"]])
        for layer in one["layers"] + two["layers"]:
            del layer["check"]
        self.assertEqual(one["layers"], two["layers"])
        self.assertNotEqual(one["run"], two["run"])

    def test_no_check(self):
        results = self.results(*TINY, "--no-check")
        self.assertEqual({layer["check"]["status"] for layer in results["layers"]}, {"skipped"})
        self.assertEqual(results["totals"]["check"]["status"], "skipped")

    def test_the_error_against_fp64_changes_nothing_else(self):
        runs = [self.results(*TINY, *options, out=str(len(options))) for options in ((), ("--fp64",))]
        self.assertEqual([run["fp64"] for run in runs], [False, True])
        self.assertNotEqual(*[run["run"] for run in runs])
        for layer in runs[0]["layers"]:
            self.assertEqual((layer["check"].pop("max_abs_error_fp64"), layer["check"].pop("outputs_fp64")), (None, 0))
        for layer in runs[1]["layers"]:
            error, outputs = layer["check"].pop("max_abs_error_fp64"), layer["check"].pop("outputs_fp64")
            self.assertGreater(outputs, 0)
            self.assertEqual(error == 0, layer["formats"]["input"] == "int8", layer["name"])
        self.assertEqual(runs[0]["layers"], runs[1]["layers"])
        self.assertIsNone(runs[0]["totals"]["check"]["max_abs_error_fp64"])
        self.assertRegex(self.run_good("run", *TINY, "--fp64", "--out", "1"), r"\nlargest error against fp64 \d\.\d+e-0\d\n")

    def test_without_values_all_else_is_the_same(self):
        roomy = [word for buffer in ("input", "weight", "output") for word in ("--set", f"buffers.{buffer}.size=8KiB")]
        cases = {name: ["--algorithm", name] for name in ("direct", "winograd", "fft", "auto")}
        cases.update({"sram": ["--set", "residency=sram", *roomy], "trace": ["--trace", "perfetto"]})
        for name, options in cases.items():
            with self.subTest(name):
                written = []
                for option in ("--no-check", "--no-values"):
                    self.results(*TINY, "--layer", "conv3x3", *options, option, out=name + option)
                    files = {path.name: path.read_bytes() for path in (self.dir / (name + option)).iterdir()}
                    del files["host.json"]
                    written.append(files)
                self.assertEqual(*map(sorted, written))
                self.assertEqual("trace.json" in written[0], name == "trace")
                for file in written[0]:
                    self.assertEqual(written[0][file], written[1][file], file)

    def test_without_values_no_tensor_takes_memory(self):
        self.skip_if_sanitized("the address sanitizer's own memory exceeds the limit")
        workload = self.write("w.yaml", "layers: [{name: a, type: gemm, m: 1, n: 8192, k: 8192}]")
        limit = lambda: resource.setrlimit(resource.RLIMIT_DATA, (200 << 20, 200 << 20))
        arguments = [run.SYSTOLE, "run", "--arch", "tpu_like_128x128", "--workload", workload, "--out", "big"]
        small = subprocess.run([*arguments, "--no-values"], cwd=self.dir, preexec_fn=limit, capture_output=True, text=True)
        self.assertEqual((small.returncode, small.stderr), (0, ""))
        before = (self.dir / "big/results.json").read_bytes()
        large = subprocess.run([*arguments, "--no-check"], cwd=self.dir, preexec_fn=limit, capture_output=True, text=True)
        self.assertEqual((large.returncode, large.stdout, large.stderr), (2, "", "layer 'a': error: out of memory\n"))
        self.assertEqual((self.dir / "big/results.json").read_bytes(), before)

    def test_what_needs_values_is_refused_without(self):
        for option in ("--no-values", "--no-check"):
            self.assert_refused("run", *TINY, "--fp64", option, start=f"--fp64: error: is part of the check, legal: without {option}\n")
        for options in (["--exact-step"], ["--show"], ["--dump", "arrays"]):
            self.assert_refused("run", *TINY, "--no-values", *options, start=options[0] + ": error: needs values")

    def test_repeats_count_in_the_totals_only(self):
        workload = self.write("w.yaml", "layers: [{name: a, type: gemm, m: 3, n: 4, k: 5, repeat: 7}]")
        results = self.results("--arch", "tiny_2x2", "--workload", workload)
        layer, totals = results["layers"][0], results["totals"]
        self.assertEqual((layer["repeat"], layer["macs"], totals["macs"]), (7, 60, 420))
        self.assertEqual(totals["cycles"], 7 * layer["cycles"])
        self.assert_close(totals["energy_pj"]["total"], 7 * layer["energy_pj"]["total"])
        self.assertEqual(totals["utilization"], layer["utilization"])
        host = json.loads((self.dir / "out/host.json").read_text())
        self.assertEqual(host["totals"]["cycles"], layer["cycles"])

    def test_csv(self):
        results = self.results(*TINY)
        with open(self.dir / "out/results.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["name"] for row in rows], [layer["name"] for layer in results["layers"]])
        for row, layer in zip(rows, results["layers"]):
            self.assertEqual(int(row["pe_array.busy"]), layer["pe_array"]["busy"])
            self.assertEqual(float(row["energy_pj.by_tensor.input"]), layer["energy_pj"]["by_tensor"]["input"])
            self.assertNotIn(None, row.values())

    def test_summary(self):
        results = self.results(*TINY, "--algorithm", "all", "--layer", "conv*", "--layer", "gemm", "--set", "dram=lpddr4_3200",
                               "--set", "dram_energy=currents")
        with open(self.dir / "out/summary.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), len(results["layers"]))
        self.assertEqual(list(rows[0]), (
            "layer algorithm winner repeat macs cycles seconds utilization busy fill_drain wait_input wait_output idle energy energy_array "
            "energy_accumulators energy_registers energy_hops energy_vector energy_index energy_sram energy_dram energy_static dram_bus_bytes burst_efficiency "
            "bound bound_cycles check").split())
        for row, layer in zip(rows, results["layers"]):
            self.assertEqual((row["layer"], row["algorithm"], row["check"]), (layer["name"], layer["algorithm"], "pass"))
            self.assertEqual(row["winner"], str(layer["winner"]).lower())
            self.assertEqual(sum(int(row[state]) for state in layer["pe_array"]), layer["cycles"])
            self.assertEqual(float(row["energy"]), layer["energy_pj"]["total"])
            self.assert_close(sum(float(value) for key, value in row.items() if key.startswith("energy_")), layer["energy_pj"]["total"])
            parts = layer["energy_pj"]["by_component"]
            self.assertGreater(float(row["energy_dram"]), parts["dram_read"])
            self.assert_close(float(row["energy_sram"]), sum(parts[f"sram_{name}"] for name in layer["sram"]))
            self.assertEqual(int(row["dram_bus_bytes"]), layer["dram"]["bus_bytes"])
            self.assertEqual(float(row["burst_efficiency"]), layer["dram"]["burst_efficiency"])
            self.assertEqual((row["bound"], int(row["bound_cycles"])), (layer["bound"]["by"], layer["bound"]["cycles"]))
            stages = {stage["name"]: stage for stage in layer["stages"]}
            longest = max(layer["stages"], key=lambda stage: stage["cycles"], default=None)
            self.assertEqual(layer["bound"]["stage"], longest and longest["name"])
            bounds = stages[longest["name"]]["bounds"] if longest else layer["bounds"]
            self.assertEqual(bounds[row["bound"] + "_cycles"], max(bounds.values()))
            self.assertEqual(sum(stage["cycles"] for stage in layer["stages"]), layer["cycles"] if layer["stages"] else 0)

    def test_host_figures(self):
        self.results(*TINY, "--jobs", "2")
        host = json.loads((self.dir / "out/host.json").read_text())
        for entry in host["layers"] + [host["totals"]]:
            for key in HOST_KEYS:
                self.assertGreaterEqual(entry[key], 0, key)
        self.assertGreater(host["totals"]["process_cpu_seconds"], host["totals"]["cpu_seconds"])
        self.assertGreater(host["totals"]["cycles_per_second"], 0)

    def test_audit(self):
        asked = (*TINY, "--algorithm", "all")
        text = self.run_good("run", *asked, "--audit", "--out", "audited")
        host = json.loads((self.dir / "audited/host.json").read_text())
        for entry in host["layers"]:
            self.assertGreater(entry["audited_instructions"], 0, entry)
        totals = {key: sum(entry[key] for entry in host["layers"]) for key in ("audited_instructions", "unordered_pairs")}
        self.assertEqual({key: host["totals"][key] for key in totals}, totals)
        self.assertIn(f"audit: waits order all {totals['audited_instructions']:,} instructions; {totals['unordered_pairs']:,} pairs", text)
        self.assertNotIn("audit", self.run_good("run", *asked, "--out", "plain"))
        self.assertNotIn("audit", (self.dir / "plain/host.json").read_text())
        for name in ("results.json", "results.csv", "summary.csv", "report.html"):
            self.assertEqual((self.dir / "audited" / name).read_bytes(), (self.dir / "plain" / name).read_bytes(), name)

    def test_a_relative_energy_table_gives_no_watts(self):
        results = self.results(*TINY, "--set", "energy=eyeriss_relative")
        self.assertEqual(results["energy"]["unit"], "MAC")
        self.assertIsNone(results["totals"]["power_w"])


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
