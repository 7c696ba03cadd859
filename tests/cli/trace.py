#!/usr/bin/env python3
"""Black-box tests of 'systole run --trace': trace.py PATH/TO/systole [unittest options]."""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from trace_files import FEMTOSECONDS, Timeline, Waves

SYSTOLE = ""
TINY = ["--arch", "tiny_2x2", "--workload", "tiny"]
FIRST = "layers:\n  - {name: first, type: gemm, m: 2, n: 2, k: 2}\n"
STATES = ["busy", "fill_drain", "wait_input", "wait_output"]


def bytes_of(size):
    """Of a size as the configuration spells it."""
    return size if isinstance(size, int) else int(size[:-3]) * {"KiB": 2**10, "MiB": 2**20}[size[-3:]]


def part_series(timeline, counter):
    return list(next(e["args"] for e in timeline.of("C") if e["name"] == counter))


class TraceTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)
        (self.dir / "first.yaml").write_text(FIRST)

    def systole(self, *arguments):
        return subprocess.run([SYSTOLE, *map(str, arguments)], cwd=self.dir, text=True, timeout=120, capture_output=True,
                              stdin=subprocess.DEVNULL)

    def run_good(self, *arguments, out="out"):
        done = self.systole("run", *arguments, "--out", out)
        self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
        self.assertEqual([p.name for p in (self.dir / out).iterdir() if p.name.startswith((".", "trace-"))], [])
        return done.stdout

    def timeline(self, *arguments, out="out"):
        text = self.run_good(*arguments, "--trace", "perfetto", out=out)
        self.assertIn(f"trace: {out}/trace.json\n", text)
        return Timeline(self, self.dir / out / "trace.json")

    def waves(self, *arguments, out="out"):
        text = self.run_good(*arguments, "--trace", "vcd", out=out)
        self.assertIn(f"trace: {out}/trace.vcd\n", text)
        return Waves(self, self.dir / out / "trace.vcd")

    def results(self, out="out"):
        return json.loads((self.dir / out / "results.json").read_text())

    def assert_close(self, left, right, what=None):
        self.assertLessEqual(abs(left - right), 1e-9 * max(abs(left), abs(right), 1e-6), what)


class ByHand(TraceTest):
    """The layer that docs/machine.md counts through, cycle by cycle."""
    ARGUMENTS = ["--arch", "tiny_2x2", "--workload", "first.yaml"]

    def test_timeline(self):
        timeline = self.timeline(*self.ARGUMENTS)
        self.assertEqual(sorted(timeline.slices()), sorted([
            ("issue load", 0, 1), ("issue load", 1, 2), ("issue MatMul", 2, 3), ("issue store", 3, 4),
            ("load input", 1, 32), ("DRAM read input", 1, 32),    # asked for in 1, lands in 31
            ("load weight", 2, 40), ("DRAM read weight", 3, 40),  # taken in 2, asked for in 3, lands in 39
            ("MatMul", 40, 42), ("results output", 42, 46),       # waves in 40 and 41, results leave until 45
            ("store output", 46, 78), ("DRAM write output", 47, 78)]))
        matmul = next(e["args"] for e in timeline.operations if e["name"] == "MatMul")
        self.assertEqual(matmul, {"layer": "first", "tile": {"group": 0, "m": 0, "n": 0, "k": 0}, "tensor": "output",
                                  "dataflow": "output_stationary", "m": 2, "n": 2, "k": 2, "macs": 8})
        counters = lambda name, series: [(e["ts"], e["args"][series]) for e in timeline.of("C") if e["name"] == name]
        self.assertEqual(counters("DRAM bandwidth (GB/s)", "read"),
                         [(0, 0), (31, 64), (32, 0), (39, 64), (40, 0), (77, 0), (78, 0)])
        self.assertEqual([v for _, v in counters("DRAM bandwidth (GB/s)", "write")], [0, 0, 0, 0, 0, 64, 0])
        at = lambda name, series, cycle: [v for ts, v in counters(name, series) if ts <= cycle][-1]
        # 16 bytes each: an operand from the load's first cycle to the last wave, the result until it is stored.
        for buffer, begin, end in (("input", 1, 42), ("weight", 2, 42), ("output", 40, 78)):
            self.assertEqual([at("buffers (bytes)", buffer, c) for c in (begin - 1, begin, end - 1, end)], [0, 16, 16, 0])
        # 8 MACs in two cycles of 4 PEs; the states of docs/machine.md.
        self.assertEqual([at("PE array (%)", "utilization", c) for c in (39, 40, 41, 42)], [0, 100, 100, 0])
        for state, begin, end in (("wait_input", 3, 40), ("busy", 40, 44), ("fill_drain", 44, 46)):
            self.assertEqual([at("PE array (%)", state, c) for c in (begin - 1, begin, end - 1, end)], [0, 100, 100, 0])
        # Cycle 40, a pJ a ns: half of the array's 240 pJ; of each operand's words half, 52 pJ, in two cycles; of
        # the result's as much in the MatMul's six. Cycle 77: a burst, and a 32nd of what the store reads.
        self.assertAlmostEqual(at("power (W)", "total", 40), (120 + 2 * 52 / 2 + 52 / 6) / 1000, 5)
        self.assertAlmostEqual(at("power (W)", "total", 77), (8 * 1200 + 52 / 32) / 1000, 6)

    def test_waves(self):
        waves = self.waves(*self.ARGUMENTS)
        self.assertEqual(waves.of("layer"), [(0, "first")])
        self.assertEqual(waves.times[-1], 78 * FEMTOSECONDS)
        self.assertEqual(waves.of("compute_core.state"),
                         [(0, "idle"), (3, "wait_input"), (40, "busy"), (44, "fill_drain"), (46, "idle")])
        self.assertEqual(waves.of("load_engine.under_way"), [(0, 0), (1, 1), (2, 2), (32, 1), (40, 0)])
        # Pushed in 2, seen from 3; popped in 40, gone in 41.
        self.assertEqual(waves.of("compute_core.queue.occupancy"), [(0, 0), (3, 1), (41, 0)])
        self.assertEqual(waves.of("compute_core.queue.valid"), [(0, 0), (3, 1), (41, 0)])
        self.assertEqual(waves.of("compute_core.queue.ready"), [(0, 1)])
        self.assertEqual(waves.of("load_engine.port.requests"), [(0, 0), (2, 1), (4, 2), (32, 1), (40, 0)])
        self.assertEqual(waves.of("tokens.load_done"), [(0, 0), (32, 1), (40, 2)])
        self.assertEqual(waves.of("tokens.matmul_read"), [(0, 0), (42, 1)])
        self.assertEqual(waves.of("tokens.matmul_done"), [(0, 0), (46, 1)])
        self.assertEqual(waves.of("tokens.store_done"), [(0, 0)])


class Sums(TraceTest):
    """What a trace shows adds up to what results.json says."""

    def check(self, *arguments, out="out"):
        timeline, results = self.timeline(*arguments, out=out), self.results(out)
        rates = results["arch"]
        peak = rates["pe_array"]["rows"] * rates["pe_array"]["cols"]
        seconds = 1 / (rates["clock_mhz"] * 1e6)
        begin = 0
        self.assertEqual(len(timeline.layers), len(results["layers"]))
        for bar, layer in zip(timeline.layers, results["layers"]):
            cycles = layer["cycles"]
            end = begin + cycles
            self.assertEqual((bar["name"], bar["ts"], bar["dur"]), (layer["name"], begin, cycles))
            self.check_operations([e for e in timeline.in_layer(layer["name"]) if begin <= e["ts"] < end], layer, end)
            integral = lambda counter, series: timeline.integral(counter, series, begin, end)
            served = sum(integral("DRAM bandwidth (GB/s)", way) for way in ("read", "write")) * 1e9 * seconds
            self.assert_close(served, layer["dram"]["bus_bytes"])
            self.assert_close(integral("PE array (%)", "utilization") / 100 * peak, layer["ops"]["array"]["multiplies"])
            for state in STATES:
                self.assert_close(integral("PE array (%)", state) / 100, layer["pe_array"][state], state)
            self.assert_close(integral("power (W)", "total") * seconds, layer["energy_pj"]["total"] * 1e-12)
            begin = end
        for event in timeline.of("C"):
            if event["name"] == "buffers (bytes)":
                for buffer, value in event["args"].items():
                    self.assertLessEqual(value, bytes_of(rates["buffers"][buffer]["size"]))
                    self.assertGreaterEqual(value, 0)
        for buffer in ("input", "weight", "output"):
            self.assertGreater(timeline.integral("buffers (bytes)", buffer, 0, begin), 0)
        return timeline

    def check_operations(self, operations, layer, end):
        sums = {name: collections.Counter() for name in ("load", "store", "DRAM read", "DRAM write")}
        macs = 0
        for event in operations:
            self.assertLessEqual(event["ts"] + event["dur"], end)
            args = event["args"]
            macs += args.get("macs", 0)
            for name, sum_of in sums.items():
                if event["name"] == f"{name} {args.get('tensor')}":
                    sum_of[args["tensor"]] += args["bytes"]
        some = lambda counts: {name: count for name, count in counts.items() if count}
        self.assertEqual(macs, layer["ops"]["array"]["multiplies"])
        self.assertEqual(some(sums["load"]), some(layer["dram"]["read_bytes"]))
        self.assertEqual(some(sums["store"]), some(layer["dram"]["write_bytes"]))
        self.assertEqual(some(sums["DRAM read"] + sums["DRAM write"]), some(layer["dram"]["bus_bytes_by_tensor"]))

    def test_tiny(self):
        timeline = self.check(*TINY)
        issued = collections.Counter(e["name"] for e in timeline.operations if timeline.track(e) == "sequencer")
        done = collections.Counter(e["name"].split()[0] for e in timeline.operations)
        self.assertEqual(issued["issue load"], done["load"] + done["copy"])
        self.assertEqual(issued["issue store"], done["store"])
        self.assertEqual(issued["issue MatMul"], done["MatMul"])
        self.assertEqual(issued["issue vector"], done["lane"])

    def test_dataflows_and_algorithms(self):
        for dataflow in ("weight_stationary", "input_stationary"):
            self.check(*TINY, "--dataflow", dataflow, out=dataflow)
        timeline = self.check("--arch", "edge_16x16", "--workload", "filter_sizes", "--layer", "r3", "--algorithm", "all")
        stages = {e["args"]["stage"] for e in timeline.operations if "stage" in e["args"]}
        self.assertGreater(len(stages), 2)
        self.assertTrue(any(e["name"] == "barrier" for e in timeline.operations))
        self.assertTrue(any(e["name"] == "lane program" for e in timeline.operations))

    def test_slow_clocks_banked_dram_and_currents(self):
        self.check("--arch", "tensor_core_4x4", "--workload", "tiny", "--layer", "conv_strided_padded",
                   "--set", "clock_mhz=700", "--set", "pe_array.mma={m: 1, n: 1, k: 1}", "--set", "dram_energy=currents",
                   "--set", "dram={preset: lpddr4_3200}")

    def test_tile_coordinates(self):
        timeline = self.timeline(*TINY, "--layer", "conv_odd")
        tiles = [tuple(e["args"]["tile"].values()) for e in timeline.operations if e["name"] == "MatMul"]
        self.assertEqual(len(set(tiles)), len(tiles))
        self.assertEqual({tile[0] for tile in tiles}, {0, 1})  # its two groups

    def test_waves(self):
        waves, layers = self.waves(*TINY), self.results()["layers"]
        self.assertEqual([name for _, name in waves.of("layer")], [layer["name"] for layer in layers])
        for state in STATES + ["idle"]:
            self.assertEqual(waves.cycles_in("compute_core.state", state),
                             sum(layer["pe_array"][state] for layer in layers), state)
        self.assertEqual(waves.times[-1] // FEMTOSECONDS, sum(layer["cycles"] for layer in layers))

    def test_a_table_without_joules_has_no_power(self):
        timeline = self.timeline(*TINY, "--layer", "gemm", "--set", "energy=eyeriss_relative")
        self.assertNotIn("power (W)", {e["name"] for e in timeline.of("C")})


class Same(TraceTest):
    def bytes_of(self, out, name):
        return (self.dir / out / name).read_bytes()

    def test_results_do_not_know_of_traces(self):
        self.run_good(*TINY, out="plain")
        for kind, file in (("perfetto", "trace.json"), ("vcd", "trace.vcd")):
            self.run_good(*TINY, "--trace", kind, out=kind)
            for name in ("results.json", "results.csv", "report.html"):
                self.assertEqual(self.bytes_of(kind, name), self.bytes_of("plain", name))
            self.run_good(*TINY, "--trace", kind, "--jobs", 4, out=kind + "4")
            self.run_good(*TINY, "--trace", kind, "--exact-step", out=kind + "exact")
            for other in ("4", "exact"):
                self.assertEqual(self.bytes_of(kind, file), self.bytes_of(kind + other, file))

    def test_the_run_of_a_directory_gets_its_trace_later(self):
        self.run_good(*TINY, "--layer", "gemm")
        self.run_good(*TINY, "--layer", "gemm", "--trace", "vcd")
        self.run_good(*TINY, "--layer", "gemm")
        self.assertTrue((self.dir / "out" / "trace.vcd").is_file())


class Window(TraceTest):
    LAYER = [*TINY, "--layer", "conv3x3", "--layer", "fc"]

    def test_timeline(self):
        whole, part = self.timeline(*self.LAYER, out="whole"), self.timeline(*self.LAYER, "--trace-window", "200:500")
        begins = [bar["ts"] for bar in whole.layers]
        inside = lambda e: any(e["ts"] < b + 500 and e["ts"] + e["dur"] > b + 200 for b in begins)
        self.assertEqual(part.slices(), [s for s, e in zip(whole.slices(), whole.operations) if inside(e)])
        self.assertEqual([bar["ts"] for bar in part.layers], begins)
        for counter in {e["name"] for e in part.of("C")}:
            for begin, series in ((b, s) for b in begins for s in part_series(part, counter)):
                within = [t.integral(counter, series, begin + 200, begin + 500) for t in (whole, part)]
                self.assertLess(abs(within[0] - within[1]), 0.1 * within[0] + 10, (counter, series))
            self.assertEqual(part.integral(counter, part_series(part, counter)[0], 0, begins[0] + 200), 0)

    def test_waves(self):
        whole, part = self.waves(*self.LAYER, out="whole"), self.waves(*self.LAYER, "--trace-window", "200:500")
        self.assertEqual(whole.times[-1], part.times[-1])
        for name in ("compute_core.state", "load_engine.queue.occupancy", "tokens.load_done", "store_engine.port.requests"):
            at = lambda waves, cycle: [v for ts, v in waves.of(name) if ts <= cycle][-1]
            for cycle in (0, 199, 500):
                self.assertIn(at(part, cycle), ("x", "left_out"))
            for cycle in range(200, 500):
                self.assertEqual(at(part, cycle), at(whole, cycle), (name, cycle))

    def test_behind_the_end(self):
        timeline = self.timeline(*self.LAYER, "--trace-window", "100000000:", out="timeline")
        self.assertEqual((timeline.operations, len(timeline.layers)), ([], 2))
        self.waves(*self.LAYER, "--trace-window", "100000000:", out="waves")
        for window, told in (("100000000:", 1), ("0:10", 0)):
            said = self.run_good(*self.LAYER, "--trace", "vcd", "--trace-window", window, out=f"told{told}")
            self.assertEqual(said.count("the trace is empty: its window begins at cycle 100,000,000, the longest layer"), told)


class Mistakes(TraceTest):
    def test_one_line_each(self):
        cases = [(["--trace", "chrome"], "--trace: error: got 'chrome', legal: perfetto, vcd"),
                 (["--trace", ""], "--trace: error: got ''"), (["--trace"], "--trace: error: needs a value"),
                 (["--trace-window", "0:10"], "--trace-window: error: no trace, legal: with --trace")]
        for window in ("10", "10:10", "20:10", "-1:10", "a:b", "1.5:2", "0:10:20", "", "0:99999999999999999999"):
            cases.append((["--trace", "vcd", "--trace-window", window],
                          f"--trace-window: error: got '{window}', legal: BEGIN:END"))
        for arguments, start in cases:
            with self.subTest(arguments=arguments):
                done = self.systole("run", *TINY, *arguments)
                self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1), done.stderr)
                self.assertTrue(done.stderr.startswith(start), done.stderr)
                self.assertEqual([p.name for p in self.dir.iterdir()], ["first.yaml"])


if __name__ == "__main__":
    SYSTOLE = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
