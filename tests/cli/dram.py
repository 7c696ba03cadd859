#!/usr/bin/env python3
"""Black-box tests of 'systole dram' on memories without banks: dram.py PATH/TO/systole [unittest options]."""
import os
import re
import sys
import unittest

import run
from run import CliTest


class Dram(CliTest):
    def figures(self, preset, requests, *options):
        self.write("t.trace", "\n".join(requests) + "\n")
        text = self.run_good("dram", "--preset", preset, "--trace", "t.trace", *options)
        return {m[1]: float(m[2]) for m in re.finditer(r"(?m)^(\w+) +([\d.e-]+)", text)}, text

    def test_everything_listed_can_be_played(self):
        for line in self.run_good("list", "dram").splitlines():
            figures, text = self.figures(line.split()[0], ["R 0x0", "W 0x1000", "R 0x2000"])
            self.assertEqual((figures["reads"], figures["writes"]), (2, 1), text)
            self.assertGreater(figures["cycles"], 0)

    def test_a_fixed_memory_by_hand(self):
        # 60 ns are 96 cycles of 1600 MHz; 64 bytes at 12.8 GB/s are 5 ns, 8 cycles. The first request is taken in cycle 1.
        figures, text = self.figures("fixed_12g8", ["R 0x0"])
        self.assertEqual((figures["cycles"], figures["read_latency"]), (105, 104), text)
        figures, text = self.figures("fixed_12g8", [f"R {64 * i:#x}" for i in range(100)])
        self.assertEqual(figures["cycles"], 1 + 96 + 100 * 8, text)
        self.assertAlmostEqual(figures["bandwidth_gbps"], 6400 / (897 / 1.6), places=3)
        self.assertIn("of 12.800", text)
        # One at a time: each is taken the cycle after the answer before it.
        figures, text = self.figures("fixed_12g8", ["R 0x0", "R 0x40", "W 0x80"], "--max-outstanding", "1")
        self.assertEqual((figures["cycles"], figures["read_latency_max"]), (3 * 105, 104), text)
        figures, text = self.figures("fixed_12g8", ["0x0 READ 1000"], "--set", "latency_ns=0")
        self.assertEqual((figures["cycles"], figures["read_latency"]), (1009, 8), text)
        self.assertNotIn("row_hits", text)

    def test_a_memory_of_its_own_limit_and_an_ideal_one(self):
        memory = self.write("slow.yaml", "model: fixed\nclock_mhz: 1000\nlatency_ns: 10\ngbps: 64\nmax_outstanding: 2\n")
        figures, text = self.figures(memory, [f"R {64 * i:#x}" for i in range(4)])
        self.assertEqual(figures["cycles"], 25, text)  # taken in 1, 2 and, after the answers of 12 and 13, in 13 and 14
        ideal = self.write("ideal.yaml", "model: ideal\nclock_mhz: 1000\n")
        figures, text = self.figures(ideal, [f"R {64 * i:#x}" for i in range(4)])
        self.assertEqual((figures["cycles"], figures["read_latency_max"]), (4, 0), text)


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
