#!/usr/bin/env python3
"""Black-box tests of layers whose numbers come from .npy files: arrays.py PATH/TO/systole [unittest options]."""
import ast
import json
import os
import shutil
import struct
import sys
import unittest
from fractions import Fraction

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

    def loaded(self, path):
        """Shape and numbers of a .npy file."""
        data = (self.dir / path).read_bytes()
        self.assertEqual(data[:8], b"\x93NUMPY\x01\x00")
        size = struct.unpack("<H", data[8:10])[0]
        self.assertEqual((10 + size) % 64, 0)
        header = ast.literal_eval(data[10:10 + size].decode())
        self.assertFalse(header["fortran_order"])
        count = len(data) - 10 - size
        code, width = {"<f4": ("f", 4), "<f2": ("e", 2), "<i4": ("i", 4), "<i2": ("h", 2), "|i1": ("b", 1)}[header["descr"]]
        return header["shape"], list(struct.unpack(f"<{count // width}{code}", data[10 + size:]))

    def dumped(self, *arguments, out="out"):
        self.run_good("run", "--arch", "tiny_2x2", *arguments, "--dump", "dump", "--out", out)
        return {path.relative_to(self.dir / "dump").as_posix(): self.loaded(path.relative_to(self.dir)) for path in (self.dir / "dump").rglob("*.npy")}

    def test_the_example_of_the_lectures(self):
        text = self.run_good("run", "--arch", "tiny_2x2", "--workload", "conv_2x2_on_3x3", "--algorithm", "explicit_gemm", "--show",
                             "--dump", "dump", "--out", "out")
        self.assertTrue(text.startswith("conv by explicit_gemm\ninput, 1 x 3 x 3 x 1\n  1 2 3\n  4 5 6\n  7 8 9\nweight, 1 x 2 x 2 x 1\n  1 2\n  3 4\n"
                                        "toeplitz_matrix, 1 x 4 x 4\n  1 2 4 5\n  2 3 5 6\n  4 5 7 8\n  5 6 8 9\n"
                                        "output, 1 x 2 x 2 x 1\n  37 47\n  67 77\n\n"), text)
        self.assertIn("\narrays: dump\n", text)
        self.assertEqual(self.loaded("dump/conv/output.npy"), ((1, 2, 2, 1), [37, 47, 67, 77]))
        self.assertEqual(self.loaded("dump/conv/toeplitz_matrix.npy"), ((1, 4, 4), [1, 2, 4, 5, 2, 3, 5, 6, 4, 5, 7, 8, 5, 6, 8, 9]))

    def test_numbers_flat_or_nested_in_either_layout_are_the_same(self):
        conv = "layers: [{name: a, type: conv, C: 2, H: 2, W: 2, M: 1, R: 1, S: 1, data: "
        outputs = []
        for i, data in enumerate(("{input: [1, 2, 3, 4, 5, 6, 7, 8], weight: [10, 1]}", "{input: [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], weight: [[10, 1]]}",
                                  "{input: [[[[1, 3], [5, 7]], [[2, 4], [6, 8]]]], weight: [10, 1], layout: NCHW}")):
            path = self.write("w.yaml", f"{conv}{data}}}]\n")
            outputs.append(self.dumped("--workload", path, out=f"out{i}")["a/output.npy"])
            resolved = json.loads((self.dir / f"out{i}/results.json").read_text())["workload"]
            again = self.write("again.yaml", json.dumps(resolved))
            self.assertEqual(self.results("--arch", "tiny_2x2", "--workload", again, out=f"again{i}")["workload"], resolved)
            shutil.rmtree(self.dir / "dump")
        self.assertEqual(outputs, [((1, 2, 2, 1), [12, 34, 56, 78])] * 3)

    def test_what_algorithms_make_between_input_and_output_is_dumped(self):
        arrays = self.dumped("--workload", "tiny", "--layer", "conv3x3", "--algorithm", "all", "--format", "int8", "--scale", "0.1", "--jobs", "2")
        outputs = [numbers for name, numbers in arrays.items() if name.endswith("/output.npy")]
        self.assertGreater(len(outputs), 5)
        self.assertEqual([one for one in outputs if one != outputs[0]], [])
        for name in ("explicit_gemm/toeplitz_matrix", "winograd/data_transform", "winograd_nonfused/filter_transform", "implicit_precomp_gemm/index_table"):
            self.assertIn(f"conv3x3@{name}.npy", arrays)
        shape, matrix = arrays["conv3x3@explicit_gemm/toeplitz_matrix.npy"]
        (_, rows, columns, channels), pixels = arrays["conv3x3@explicit_gemm/input.npy"]
        outs = [(y, x) for y in range(rows - 2) for x in range(columns - 2)]  # of 3 x 3 taps, without padding
        self.assertEqual(shape, (1, len(outs), 9 * channels))
        self.assertEqual(matrix, [pixels[((y + r) * columns + x + s) * channels + c] for y, x in outs
                                  for r in range(3) for s in range(3) for c in range(channels)])

    def test_the_error_against_fp64_is_that_of_exact_sums_of_the_arrays(self):
        gemm = "layers: [{name: a, type: gemm, m: 3, n: 5, k: 700, format: fp16}, {name: b, type: gemm, m: 2, n: 2, k: 2000, repeat: 2}]"
        arrays = self.dumped("--workload", self.write("w.yaml", gemm), "--format", "accumulator=fp32,output=fp32", "--fp64")
        results = json.loads((self.dir / "out/results.json").read_text())
        largest = []
        for layer in results["layers"]:
            (_, m, k), a = arrays[layer["name"] + "/input.npy"]
            (_, _, n), b = arrays[layer["name"] + "/weight.npy"]
            _, c = arrays[layer["name"] + "/output.npy"]
            sums = [sum(Fraction(a[i * k + l]) * Fraction(b[l * n + j]) for l in range(k)) for i in range(m) for j in range(n)]
            largest.append(max(abs(float(Fraction(got) - exact)) for got, exact in zip(c, sums)))
            self.assertGreater(largest[-1], 1e-6)
            self.assertLess(abs(layer["check"]["max_abs_error_fp64"] - largest[-1]), 1e-5 * largest[-1])
            self.assertEqual(layer["check"]["outputs_fp64"], m * n)
        told = results["totals"]["check"]["max_abs_error_fp64"]
        self.assertEqual(told, max(layer["check"]["max_abs_error_fp64"] for layer in results["layers"]))

    def test_a_number_is_rounded_once(self):
        arrays = self.dumped("--workload", self.write("w.yaml", "layers: [{name: a, type: gemm, m: 1, n: 1, k: 2, format: fp16, data: {input: [1.0004882812509095, 1.00048828125],"
                                                      " weight: [-1.0014648437509, 1.0014648437499]}}]"))
        self.assertEqual(arrays["a/input.npy"][1], [1 + 2**-10, 1])
        self.assertEqual(arrays["a/weight.npy"][1], [-1 - 2 * 2**-10, 1 + 2**-10])

    def test_formats_that_are_given_twice(self):
        self.assert_refused("run", "--arch", "tiny_2x2", "--workload", "tiny", "--format", "input=int8,input=int4", start="--format: error: format: 'input' is given twice, legal: once\n")

    def test_large_arrays_are_not_shown(self):
        text = self.run_good("run", "--arch", "edge_16x16", "--workload", "resnet50", "--layer", "fc", "--show", "--out", "out")
        self.assertIn("weight, 1000 x 1 x 1 x 2048: more than 256 numbers, see --dump\n", text)

    def test_mistakes(self):
        conv = "layers: [{name: a, type: conv, C: 1, H: 2, W: 2, M: 1, R: 1, S: 1, data: "
        column = len(conv) + len("{input: ") + 1
        for data, what in (("{input: [1, 2, 3]}}", "layer 'a': data.input: has shape 3, expected NHWC 1x2x2x1, or 4 numbers in a flat list"),
                           ("{input: [[1, 2, 3, 4]], weight: [1]}}", "layer 'a': data.input: has shape 1x4, expected NHWC 1x2x2x1"),
                           ("{input: [[1, 2], [3]]}}", "input: got a list, legal: a .npy file, or up to 4096 numbers"),
                           ("{input: [[1, 2], 3, 4]}}", "input: got"), ("{input: [a, b, c, d]}}", "input: got"),
                           ("{input: []}}", "input: got"), ("{input: [1e39, 1, 1, 1]}}", "layer 'a': data.input: holds a number beyond fp32"),
                           ("{input: [1, 2, 3, 128]}, format: int8}", "layer 'a': data.input: holds a number that is no int8"),
                           ("{input: [1, 2, 3, 0.5]}, format: int8}", "layer 'a': data.input: holds a number that is no int8"),
                           (f"{{input: {[1] * 4097}}}}}", "input: got")):
            with self.subTest(data=data[:60]):
                self.write("w.yaml", f"{conv}{data}]\n")
                self.assert_refused("run", "--arch", "tiny_2x2", "--workload", "w.yaml", start=f"w.yaml:1:{column}: error: {what}")
        (self.dir / "full").mkdir()
        self.write("full/file", "")
        self.assert_refused("run", "--arch", "tiny_2x2", "--workload", "tiny", "--dump", "full", start="--dump: error: 'full' exists and is no empty directory")
        self.assertEqual(sorted(path.name for path in self.dir.iterdir()), ["full", "w.yaml"])


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
