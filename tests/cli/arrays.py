#!/usr/bin/env python3
"""Black-box tests of layers whose numbers come from .npy files: arrays.py PATH/TO/systole [unittest options]."""
import os
import struct
import sys
import unittest

import run
from run import CliTest

CONV = "{name: a, type: conv, N: 2, C: 3, H: 4, W: 5, M: 2, R: 3, S: 2, data: "
NHWC, NCHW = (2, 4, 5, 3), (2, 3, 4, 5)


class Arrays(CliTest):
    def npy(self, name, shape, values):
        header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple(shape)}, }}".ljust(117) + "\n"
        (self.dir / name).write_bytes(b"\x93NUMPY\x01\x00\x76\x00" + header.encode() + struct.pack(f"<{len(values)}f", *values))

    def workload(self, data, name="w.yaml"):
        return self.write(name, f"layers:\n  - {CONV}{data}}}\n")

    def checks(self, data, out):
        """The outputs' distance from the reference: tells one set of numbers from another."""
        layer = self.results("--arch", "tiny_2x2", "--workload", self.workload(data), out=out)["layers"][0]
        self.assertEqual(layer["check"]["status"], "pass")
        return layer["check"]

    def test_planes_give_the_results_of_pixels(self):
        planes = [((i * 7919) % 1000) / 997 for i in range(120)]
        pixels = [planes[((n * 3 + c) * 4 + y) * 5 + x] for n in range(2) for y in range(4) for x in range(5) for c in range(3)]
        filters = [((i * 104729) % 1000) / 991 for i in range(36)]
        taps = [filters[((m * 3 + c) * 3 + r) * 2 + s] for m in range(2) for r in range(3) for s in range(2) for c in range(3)]
        for name, shape, values in (("planes", NCHW, planes), ("pixels", NHWC, pixels), ("filters", (2, 3, 3, 2), filters),
                                    ("taps", (2, 3, 2, 3), taps), ("mixed", NHWC, planes)):
            self.npy(name + ".npy", shape, values)
        pixels = self.checks("{input: pixels.npy, weight: taps.npy}", "pixels")
        self.assertGreater(pixels["max_abs_error"], 0)
        self.assertEqual(self.checks("{input: planes.npy, weight: filters.npy, layout: NCHW}", "planes"), pixels)
        self.assertEqual(self.checks("{input: pixels.npy, weight: taps.npy, layout: NHWC}", "named"), pixels)
        self.assertNotEqual(self.checks("{input: mixed.npy, weight: taps.npy}", "mixed"), pixels)

    def test_another_layout_is_told_with_its_line(self):
        self.npy("planes.npy", NCHW, [0] * 120)
        self.npy("pixels.npy", NHWC, [0] * 120)
        column = 5 + len(CONV) + len("{input: ")
        for data, what in (("{input: planes.npy}", "has shape 2x3x4x5, expected NHWC 2x4x5x3, legal: that, or layout: NCHW beside the file"),
                           ("{input: pixels.npy, layout: NCHW}", "has shape 2x4x5x3, expected NCHW 2x3x4x5, legal: that, or no layout: NCHW beside the file")):
            path = self.workload(data)
            for command in (["run", "--arch", "tiny_2x2", "--workload", "w.yaml"], ["sweep", "s.yaml"]):
                self.write("s.yaml", "arch: tiny_2x2\nworkload: w.yaml\naxes: {pe_array.rows: [1, 2]}\n")
                self.assert_refused(*command, start=f"w.yaml:2:{column}: error: layer 'a': data.input: ", holds=f"planes.npy' {what}" if "planes" in data else what)
            path.unlink()


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
