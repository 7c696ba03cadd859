#!/usr/bin/env python3
"""Black-box tests of the program: run.py PATH/TO/systole [unittest options]."""
import csv
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SYSTOLE = ""
TINY = ["--arch", "tiny_2x2", "--workload", "tiny"]
ACTIVITIES = ["busy", "fill_drain", "wait_input", "wait_output", "idle"]
LAYER_KEYS = ["name", "type", "repeat", "algorithm", "algorithm_asked", "winner", "dataflow", "format", "inner_formats", "cycles",
              "seconds", "macs", "utilization", "array_utilization", "bounds", "ops", "pe_array", "dram", "sram",
              "workspace_bytes", "energy_pj", "power_w", "tops_per_w", "edp", "check", "mapping"]
HOST_KEYS = ["cpu_seconds", "wall_seconds", "setup_seconds", "data_seconds", "check_seconds", "cycles_per_second",
             "macs_per_second", "peak_rss_bytes"]


class CliTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)

    def systole(self, *arguments, **environment):
        return subprocess.run([SYSTOLE, *map(str, arguments)], cwd=self.dir, text=True, timeout=120,
                              env={**os.environ, **environment}, capture_output=True, stdin=subprocess.DEVNULL)

    def run_good(self, *arguments):
        done = self.systole(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
        return done.stdout

    def assert_refused(self, *arguments, start, holds=""):
        """One line on stderr, exit code 2, nothing left behind."""
        before = sorted(self.dir.rglob("*"))
        done = self.systole(*arguments)
        self.assertEqual(done.returncode, 2, (arguments, done.stderr))
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith(start), done.stderr)
        self.assertIn(holds, done.stderr)
        self.assertEqual(sorted(self.dir.rglob("*")), before)

    def write(self, name, text):
        path = self.dir / name
        path.write_text(text)
        return path

    def results(self, *arguments, out="out"):
        self.run_good("run", *arguments, "--out", out)
        return json.loads((self.dir / out / "results.json").read_text())

    def assert_close(self, left, right):
        self.assertLessEqual(abs(left - right), 1e-9 * max(abs(left), abs(right)))


class Commands(CliTest):
    def test_version(self):
        self.assertRegex(self.run_good("version"), r"^systole \d+\.\d+\.\d+\n$")

    def test_help_tells_examples_and_exit_codes(self):
        for arguments in (["--help"], ["run", "--help"], ["explain", "--help"], ["list", "--help"], ["compare", "--help"], ["sweep", "--help"], ["report", "--help"],
                          ["schema", "--help"]):
            self.assertIn("systole", self.run_good(*arguments))
        text = self.run_good("run", "--help")
        self.assertIn("Examples:", text)
        for option in ("--arch", "--workload", "--layer", "--algorithm", "--dataflow", "--format", "--set", "--out",
                       "--seed", "--jobs", "--no-check", "--trace", "--trace-window"):
            self.assertIn(option, text)

    def test_list(self):
        expected = {"archs": "tiny_2x2", "workloads": "resnet50", "algorithms": "direct",
                    "dataflows": "output_stationary", "formats": "int8", "energy": "lecture"}
        for kind, name in expected.items():
            names = [line.split()[0] for line in self.run_good("list", kind).splitlines()]
            self.assertIn(name, names)
            self.assertEqual(len(names), len(set(names)))
        self.assertNotEqual(self.run_good("list", "dram"), "")

    def test_everything_listed_can_be_used(self):
        for energy in self.run_good("list", "energy").splitlines():
            self.results(*TINY, "--layer", "gemm", "--set", "energy=" + energy.split()[0], out=energy.split()[0])
        for kind, option in (("algorithms", "--algorithm"), ("dataflows", "--dataflow")):
            for line in self.run_good("list", kind).splitlines():
                name = line.split()[0]
                results = self.results(*TINY, "--layer", "conv3x3", option, name, out=name)
                key = "algorithm_asked" if kind == "algorithms" else option[2:]
                self.assertEqual(results["layers"][0][key], name)

    def test_explain(self):
        text = self.run_good("explain", *TINY, "--layer", "conv3x3")
        self.assertIn("tile", text)
        self.assertIn("lower bounds", text)
        self.assertIn("bound by compute: at least ", text)
        self.assertNotIn("simulated", text)

    def test_explain_and_simulate(self):
        text = self.run_good("explain", *TINY, "--layer", "conv3x3", "--simulate")
        layer = self.results(*TINY, "--layer", "conv3x3", "--no-check")["layers"][0]
        bound = max(layer["bounds"].values())
        self.assertIn(f"simulated: {layer['cycles']} cycles, {layer['cycles'] / bound:.3f} times the compute bound of {bound}\n",
                      text)
        for word in ("PE array: busy ", "; power ", " TOPS/W; EDP "):
            self.assertIn(word, text)
        self.assertEqual([line[2:] for line in text.splitlines()[1:1 + len(layer["mapping"])]], layer["mapping"])
        self.assertIn("chosen: ", "\n".join(layer["mapping"]))
        text = self.run_good("explain", *TINY, "--layer", "conv3x3", "--algorithm", "auto", "--simulate")
        self.assertEqual(text.count("simulated: "), text.count("algorithm ") - text.count(": declined, "))

    def test_mistakes_on_the_command_line(self):
        refused = [([], "systole: error: no command"), (["rum"], "rum: error: unknown command, did you mean 'run'?"),
                   (["--trace"], "--trace: error: "), (["run", *TINY, "--trace", "waves"], "--trace: error: got 'waves'"),
                   (["run", *TINY, "--job", "2"], "--job: error: unknown option, did you mean '--jobs'?"),
                   (["run", *TINY, "more"], "run: error: unexpected argument 'more'"),
                   (["run", "--arch", "tiny_2x2"], "--workload: error: missing"),
                   (["run", "--workload", "tiny"], "--arch: error: missing"),
                   (["run", *TINY, "--arch", "tiny_2x2"], "--arch: error: given more than once"),
                   (["run", *TINY, "--out"], "--out: error: needs a value"), (["list"], "list: error: got nothing"),
                   (["list", "arch"], "list: error: got 'arch', did you mean 'archs'?"),
                   (["run", *TINY, "--layer", "gem"], "--layer: error: no layer 'gem' in tiny, did you mean 'gemm'?"),
                   (["run", *TINY, "--algorithm", "magic"], "--algorithm: error: got 'magic'"),
                   (["run", *TINY, "--dataflow", ""], "--dataflow: error: got ''"),
                   (["run", *TINY, "--format", "fp65"], "--format: error: got 'fp65'"),
                   (["run", *TINY, "--set", "pe_array.rows"], "--set: error: got 'pe_array.rows', legal: path=value"),
                   (["run", *TINY, "--set", "pe_array.row=2"], "--set: error: pe_array.row: unknown key"),
                   (["run", *TINY, "--set", "pe_array.rows=0"], "--set: error: pe_array.rows: got '0'"),
                   (["run", *TINY, "--set", "energy=nuclear"], ""),
                   (["explain", *TINY, "--layer", "x\ny"], "--layer: error: ")]
        for number in ("0", "-1", "257", "two", "", "1.5", "99999999999999999999"):
            refused.append((["run", *TINY, "--jobs", number], "--jobs: error: got "))
        refused.append((["run", *TINY, "--seed", "18446744073709551616"], "--seed: error: got "))
        for arguments, start in refused:
            with self.subTest(arguments=arguments):
                self.assert_refused(*arguments, start=start)

    def test_the_first_of_several_bad_layers_is_named_whatever_the_jobs(self):
        layer = "  - {{name: {}, type: gemm, m: 64, n: 64, k: 64{}}}\n"
        text = "name: bad\nlayers:\n" + layer.format("good", "")
        for name in ("first", "second", "third"):
            text += layer.format(name, ", algorithm: winograd")
        path = self.write("bad.yaml", text)
        for jobs in ("1", "2", "4"):
            for _ in range(5):
                self.assert_refused("run", "--arch", "tiny_2x2", "--workload", path, "--jobs", jobs,
                                    start=f"{path}: error: layer 'first': ")

    def test_a_full_standard_output_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([SYSTOLE, "version"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))


class Results(CliTest):
    def test_a_run_of_every_kind_of_layer(self):
        results = self.results(*TINY)
        self.assertEqual(sorted(p.name for p in (self.dir / "out").iterdir()),
                         ["host.json", "report.html", "results.csv", "results.json"])
        self.assertEqual(len(results["layers"]), 8)
        for layer in results["layers"]:
            with self.subTest(layer=layer["name"]):
                self.assertEqual(list(layer), LAYER_KEYS)
                self.assertEqual(layer["check"]["status"], "pass")
                self.assert_consistent(layer)
        self.assert_consistent(results["totals"])
        self.assertEqual(results["totals"]["macs"], 16582)
        self.assertEqual(results["totals"]["check"], {"status": "pass", "layers": {"pass": 8, "fail": 0, "skipped": 0}})
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

    def test_a_memory_too_small_for_a_layer_says_by_how_much(self):
        workload = self.write("big.yaml", "layers: [{name: big, type: gemm, m: 512, n: 512, k: 512}]")
        memory = ("--set", "dram=ddr4_3200", "--set", "dram.rows=16")  # 2 MiB for three tensors of 1 MiB
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
            ops, array = layer["ops"], prices["array"][layer["inner_formats"]["operands"]]
            vector = prices["vector"][layer["format"]]
            parts = {
                "array": ops["array"]["multiplies"] * array["multiply"] + ops["array"]["adds"] * array["add"],
                "accumulators": ops["array"]["accumulator_accesses"] * prices["accumulator_access"],
                "vector": ops["vector"]["multiplies"] * vector["multiply"] + ops["vector"]["adds"] * vector["add"]
                + ops["vector"]["shifts"] * vector["shift"] + ops["vector"]["other"] * vector["other"],
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

    def test_host_figures(self):
        self.results(*TINY, "--jobs", "2")
        host = json.loads((self.dir / "out/host.json").read_text())
        for entry in host["layers"] + [host["totals"]]:
            for key in HOST_KEYS:
                self.assertGreaterEqual(entry[key], 0, key)
        self.assertGreater(host["totals"]["process_cpu_seconds"], host["totals"]["cpu_seconds"])
        self.assertGreater(host["totals"]["cycles_per_second"], 0)

    def test_a_relative_energy_table_gives_no_watts(self):
        results = self.results(*TINY, "--set", "energy=eyeriss_relative")
        self.assertEqual(results["energy"]["unit"], "MAC")
        self.assertIsNone(results["totals"]["power_w"])


class Terminal(CliTest):
    def test_the_table_fits_and_is_plain_when_piped(self):
        long = "a_layer_with_a_name_that_is_much_longer_than_any_column_should_ever_be"
        workload = self.write("w.yaml", f"layers: [{{name: {long}, type: gemm, m: 3, n: 4, k: 5, repeat: 1000000}}]")
        text = self.run_good("run", "--arch", "tiny_2x2", "--workload", workload, "--out", "out")
        for line in text.splitlines():
            self.assertLessEqual(len(line), 110, line)
        self.assertNotIn("\033", text)
        self.assertRegex(text, r"(?m)^total .* pass$")
        self.assertIn("results in out", text)

    def test_bars_need_no_unicode(self):
        done = self.systole("run", *TINY, "--out", "out", LC_ALL="C")
        self.assertTrue(done.stdout.isascii())
        self.assertIn("####", done.stdout)


class Directories(CliTest):
    def test_the_default_directory_is_named_after_the_run(self):
        self.run_good("run", *TINY, "--layer", "gemm")
        self.run_good("run", *TINY, "--layer", "gemm")
        self.run_good("run", *TINY, "--layer", "fc")
        names = [p.name for p in (self.dir / "results").iterdir()]
        self.assertEqual(len(names), 2)
        for name in names:
            self.assertRegex(name, r"^tiny@tiny_2x2-[0-9a-f]{8}$")
            results = json.loads((self.dir / "results" / name / "results.json").read_text())
            self.assertTrue(results["run"].startswith(name.rsplit("-", 1)[1]))

    def test_another_run_is_never_overwritten(self):
        self.results(*TINY, "--layer", "gemm")
        before = (self.dir / "out/results.json").read_bytes()
        self.assert_refused("run", *TINY, "--layer", "fc", "--out", "out", start="--out: error: 'out' holds", holds="another")
        self.assertEqual((self.dir / "out/results.json").read_bytes(), before)
        self.results(*TINY, "--layer", "gemm")
        self.assertEqual((self.dir / "out/results.json").read_bytes(), before)

    def test_other_peoples_files_are_never_touched(self):
        (self.dir / "out").mkdir()
        self.write("out/notes.txt", "mine")
        self.assert_refused("run", *TINY, "--out", "out", start="--out: error: 'out' is not empty")
        self.assert_refused("run", *TINY, "--out", "out/notes.txt", start="--out: error: ", holds="not a directory")

    def test_an_empty_directory_is_taken(self):
        (self.dir / "out").mkdir()
        self.results(*TINY, "--layer", "gemm")

    def test_directories_that_cannot_be_written(self):
        for path in ("/dev/null/x", "/proc/x", ""):
            self.assert_refused("run", *TINY, "--out", path, start="--out: error: cannot use")
        if os.geteuid() != 0:
            (self.dir / "locked").mkdir(mode=0o555)
            self.assert_refused("run", *TINY, "--out", "locked/x", start="--out: error: cannot use")

    def test_a_failing_run_leaves_nothing(self):
        workload = self.write("w.yaml", "layers:\n  - {name: a, type: gemm, m: 3, n: 4, k: 5}\n"
                                        "  - {name: b, type: gemm, m: 64, n: 64, k: 64, mapping: {tile: {m: 64, n: 64, k: 64}}}\n")
        self.assert_refused("run", "--arch", "tiny_2x2", "--workload", workload, "--out", "deep/out", start=str(workload),
                            holds="layer 'b'")

    def test_an_interrupted_run_leaves_nothing(self):
        for jobs in ("1", "2"):
            with self.subTest(jobs=jobs):
                command = [SYSTOLE, "run", "--arch", "edge_16x16", "--workload", "vgg16", "--jobs", jobs, "--out", "out"]
                process = subprocess.Popen(command, cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                deadline = time.monotonic() + 60
                while not (self.dir / "out").exists() and time.monotonic() < deadline:
                    time.sleep(0.01)
                time.sleep(0.2)
                self.assertIsNone(process.poll(), "it must still be at work")
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=20)
                self.assertEqual((process.returncode, out, err), (-signal.SIGINT, b"", b""))
                self.assertEqual(list(self.dir.iterdir()), [])


if __name__ == "__main__":
    SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
