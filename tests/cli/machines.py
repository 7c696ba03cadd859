#!/usr/bin/env python3
"""What the shipped machines reach of their units times their clock: machines.py PATH/TO/systole [unittest options]."""
import os
import sys
import unittest

import run
from run import CliTest

ON_CHIP = [word for buffer, size in (("input", "64MiB"), ("weight", "16MiB"), ("output", "64MiB"))
           for word in ("--set", f"buffers.{buffer}.size={size}")]
# Machine, format, layer of peak_gemms, units of the chip, and the tera operations a second that its maker states.
CHIPS = [("v100_sm", "input=fp16,output=fp32", "square", 80, 125), ("a100_sm", "input=fp16,output=fp32", "square", 108, 312),
         ("a100_sm", "input=bf16,output=fp32", "square", 108, 312), ("a100_sm", "tf32", "square", 108, 156), ("a100_sm", "int8", "square", 108, 624),
         ("a100_sm", "int4", "square", 108, 1248), ("h100_sm", "input=fp16,output=fp32", "square", 132, 989),
         ("h100_sm", "input=fp8_e4m3,output=fp32", "square", 132, 1979), ("h100_sm", "int8", "square", 132, 1979), ("h100_sm", "tf32", "square", 132, 494.5),
         ("tpu_v1", "int8", "n_256", 1, 92), ("edge_npu_int8", "int8", "n_32", 1, 4.1), ("edge_npu_int8", "int16", "n_32", 1, 2.05),
         ("xnor_engine", "int1", "square", 1, 8192 * 2 * 0.5e-3)]


class Machines(CliTest):
    def test_peaks(self):
        for number, (arch, format, layer, units, peak) in enumerate(CHIPS):
            with self.subTest(arch=arch, format=format):
                results = self.results("--arch", arch, "--workload", "peak_gemms", "--layer", layer, "--format", format, "--no-values", "--set", "residency=sram",
                                       *ON_CHIP, out=str(number))
                entry = results["layers"][0]
                self.assertLess(abs(2e-12 * entry["macs"] / entry["seconds"] * units / peak - 1), 0.03)

    def tile(self, arch, layer, *options):
        """A layer of warp_tiles with its data on chip."""
        self.tiles = getattr(self, "tiles", 0) + 1
        results = self.results("--arch", arch, "--workload", "warp_tiles", "--layer", layer, "--set", "residency=sram", "--set", "buffers.input.size=64KiB",
                               "--set", "buffers.output.size=128KiB", *options, out=f"tile{self.tiles}")
        entry = results["layers"][0]
        self.assertEqual(entry["check"]["status"], "pass")
        return entry

    def test_a_warps_tile_alone_and_back_to_back(self):
        fp16_sums = ("--set", "pe_array.mma.set_gap=5", "--set", "pe_array.mma.drain=4")
        # First step to last sum. Three sets wait for the one before them, as long as the gap.
        for options, lone, gap in (((), 54, 2), (fp16_sums, 64, 5)):
            with self.subTest(lone=lone):
                one = self.tile("v100_subcore", "lone", *options)
                self.assertEqual(one["ops"]["array"]["fold_cycles"], lone)
                self.assertEqual(one["ops"]["array"]["hazard_cycles"], 3 * gap)
                pair, stream = self.tile("v100_subcore", "pair", *options), self.tile("v100_subcore", "stream", *options)
                self.assertEqual(stream["ops"]["array"]["hazard_cycles"], 0)
                self.assertEqual(stream["pe_array"]["wait_input"] + stream["pe_array"]["wait_output"], 0)
                self.assertEqual(stream["cycles"] - pair["cycles"], (64 - 2) * 32)
                exact = self.tile("v100_subcore", "stream", "--exact-step", *options)
                self.assertEqual(exact, stream)

    def test_a_unit_of_an_a100_does_an_instruction_in_8_cycles(self):
        unit = ("--set", "pe_array.rows=1", "--set", "pe_array.cols=1", "--set", "pe_array.mma.instruction={m: 16, n: 8, k: 16}")
        lone, stream = self.tile("a100_sm", "lone_16816", *unit), self.tile("a100_sm", "stream_16816", *unit)
        self.assertEqual(lone["ops"]["array"]["fold_cycles"], 8 + 9)
        self.assertEqual(stream["cycles"] - lone["cycles"], 31 * 8)

    def test_sums_that_stay_need_a_dataflow_that_keeps_them(self):
        self.assert_refused("run", "--arch", "v100_subcore", "--workload", "warp_tiles", "--layer", "lone", "--dataflow", "weight_stationary", "--out", "out", start="",
                            holds="warp_tiles.yaml: error: layer 'lone': pe_array.mma: instruction, warps, accumulate, set_gap and drain are of sums that stay in the PEs, "
                                  "legal with dataflow weight_stationary: none of them")

    def test_registers_of_a_tile(self):
        # 256 numbers of A come to both units, half of B to each; A's blocks are read once for two of B's, these for each of four of A's.
        array = self.tile("v100_subcore", "lone")["ops"]["array"]
        self.assertEqual((array["operand_writes"]["input"], array["operand_writes"]["weight"]), (2 * 256 * 16, 256 * 16))
        self.assertEqual((array["operand_reads"]["input"], array["operand_reads"]["weight"]), (2 * 256 * 16, 4 * 256 * 16))
        self.assertEqual((array["sum_writes"], array["sum_reads"]), (256 * 4, 256 * (3 + 1)))
        energy = self.tile("v100_subcore", "lone", "--set", "energy=eyeriss_relative")["energy_pj"]["by_component"]
        # Relative to a MAC, 1 for 16 bits.
        self.assertEqual(energy["registers"], 2 * 256 + 256 + 2 * 256 + 4 * 256 + 2 * 8 * 256)
        self.assertEqual(energy["hops"], 0)

    def test_what_a_chip_has_no_rule_for_is_refused(self):
        for arch, format, legal in (("v100_sm", "int8", "fp16"), ("a100_sm", "fp8_e4m3", "tf32, bf16, fp16, int8, uint8, int4"), ("tpu_v1", "fp16", "int8, uint8"),
                                    ("xnor_engine", "int8", "int1")):
            done = self.systole("run", "--arch", arch, "--workload", "tiny", "--layer", "conv3x3", "--format", format, "--out", "out")
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"pe_array.mma.sum: no rule for {format}, legal: {legal}\n", done.stderr)

    def test_layers_on_them_are_right(self):
        for arch, format in (("v100_sm", "fp16"), ("v100_subcore", "fp16"), ("a100_sm", "int4"), ("h100_sm", "fp8_e5m2"), ("tpu_v1", "uint8"), ("edge_npu_int8", "int16"), ("xnor_engine", "int1")):
            for layer in ("conv3x3", "conv_odd", "gemm_transposed"):
                with self.subTest(arch=arch, format=format, layer=layer):
                    results = self.results("--arch", arch, "--workload", "tiny", "--layer", layer, "--format", format, out=arch + layer)
                    self.assertEqual(results["layers"][0]["check"]["status"], "pass")


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
