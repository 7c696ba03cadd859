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

    def test_what_a_chip_has_no_rule_for_is_refused(self):
        for arch, format, legal in (("v100_sm", "int8", "fp16"), ("a100_sm", "fp8_e4m3", "tf32, bf16, fp16, int8, uint8, int4"), ("tpu_v1", "fp16", "int8, uint8"),
                                    ("xnor_engine", "int8", "int1")):
            done = self.systole("run", "--arch", arch, "--workload", "tiny", "--layer", "conv3x3", "--format", format, "--out", "out")
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"pe_array.mma.sum: no rule for {format}, legal: {legal}\n", done.stderr)

    def test_layers_on_them_are_right(self):
        for arch, format in (("v100_sm", "fp16"), ("a100_sm", "int4"), ("h100_sm", "fp8_e5m2"), ("tpu_v1", "uint8"), ("edge_npu_int8", "int16"), ("xnor_engine", "int1")):
            for layer in ("conv3x3", "conv_odd", "gemm_transposed"):
                with self.subTest(arch=arch, format=format, layer=layer):
                    results = self.results("--arch", arch, "--workload", "tiny", "--layer", layer, "--format", format, out=arch + layer)
                    self.assertEqual(results["layers"][0]["check"]["status"], "pass")


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
