#!/usr/bin/env python3
"""Black-box tests of infinities, NaNs and overflow: non_finite.py PATH/TO/systole [unittest options]."""
import json
import os
import struct
import sys
import unittest

import run
from run import CliTest

INF, NAN = float("inf"), float("nan")
PLAIN = ["direct", "implicit_gemm", "implicit_precomp_gemm", "explicit_gemm"]
TRANSFORMING = ["winograd", "winograd_nonfused", "fft", "fft_tiling"]
CENTRE = [0] * 4 + [1] + [0] * 4


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


class NonFinite(CliTest):
    def npy(self, name, shape, values):
        header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple(shape)}, }}".ljust(117) + "\n"
        data = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(values)}f", *values)
        (self.dir / name).write_bytes(data)
        return name

    def conv(self, inputs, weights, more=""):
        """A 3 x 3 filter over 6 x 6 inputs, padded by one."""
        self.npy("input.npy", (1, 6, 6, 1), inputs)
        self.npy("weight.npy", (1, 3, 3, 1), weights)
        return self.write("w.yaml", "layers:\n  - {name: a, type: conv, C: 1, H: 6, W: 6, M: 1, R: 3, S: 3, pad: 1, "
                          f"data: {{input: input.npy, weight: weight.npy}}{more}}}\n")

    def outcome(self, workload, *options, code, out="out", arch="edge_16x16"):
        """results.json, read as strictly as its standard is, and stderr."""
        done = self.systole("run", "--arch", arch, "--workload", workload, "--out", out, *options)
        self.assertEqual(done.returncode, code, done.stderr)
        self.stdout = done.stdout
        return json.loads((self.dir / out / "results.json").read_text(), parse_constant=refuse_constant), done.stderr

    def test_a_transform_that_overflows_is_wrong(self):
        workload = self.conv([1e38] * 36, CENTRE)
        for algorithm in TRANSFORMING:
            results, told = self.outcome(workload, "--algorithm", algorithm, code=3, out=algorithm)
            check = results["layers"][0]["check"]
            self.assertEqual((check["status"], check["reference"]), ("fail", "ordered+fp64"))
            self.assertEqual((check["max_abs_error"], check["max_rel_error"], check["worst_index"]), (None, None, [0] * 4))
            self.assertGreater(check["tolerance"], 0)
            self.assertEqual(results["totals"]["check"]["status"], "fail")
            self.assertRegex(told, "layer 'a': 36 of 36 outputs differ from fp64 in class .*, first at "
                             r"\[0, 0, 0, 0\]: .*, expected 9.99999968e\+37: fp32 overflows in '")
        for algorithm in PLAIN:
            results, told = self.outcome(workload, "--algorithm", algorithm, code=0, out=algorithm)
            self.assertEqual((results["layers"][0]["check"]["status"], results["layers"][0]["check"]["max_abs_error"], told), ("pass", 0, ""))

    def test_all_and_auto_do_not_take_it(self):
        workload = self.conv([1e38] * 36, CENTRE)
        results, told = self.outcome(workload, "--algorithm", "all", code=3)
        statuses = {layer["algorithm"]: layer["check"]["status"] for layer in results["layers"]}
        self.assertEqual({a: statuses[a] for a in TRANSFORMING + PLAIN}, {**dict.fromkeys(TRANSFORMING, "fail"), **dict.fromkeys(PLAIN, "pass")})
        (winner,) = [layer for layer in results["layers"] if layer["winner"]]
        self.assertEqual((winner["algorithm"], winner["check"]["status"]), (results["choices"][0]["winner"], "pass"))
        self.assertEqual(winner["check"]["max_abs_error_fp64"], 0)
        for candidate in results["choices"][0]["candidates"]:
            self.assertEqual(candidate["check"], statuses.get(candidate["algorithm"]))
        for algorithm in TRANSFORMING:
            self.assertRegex(self.stdout, rf"(?m)^  {algorithm} .* fail$")
            self.assertIn(f"layer 'a', algorithm {algorithm}: 36 of 36 outputs", told)
        for layer in results["layers"]:
            if layer["check"]["status"] == "fail":
                self.assertIsNone(layer["check"]["max_abs_error_fp64"])
                self.assertEqual(layer["check"]["outputs_fp64"], 36)
        chosen, _ = self.outcome(workload, "--algorithm", "auto", code=3, out="auto")
        self.assertEqual(chosen["choices"], [{**results["choices"][0], "asked": "auto"}])
        self.assertNotIn("inf", (self.dir / "out/results.csv").read_text())
        self.run_good("compare", "out", "auto", "--html", "c.html")
        self.run_good("report", "out")

    def test_the_fastest_is_not_taken_when_its_result_is_lost(self):
        count = 16 * 32 * 32
        self.npy("input.npy", (1, 32, 32, 16), [1e38] * count)
        self.npy("weight.npy", (16, 3, 3, 16), [1 if i % 145 == 64 else 0 for i in range(16 * 9 * 16)])
        workload = self.write("w.yaml", "layers:\n  - {name: a, type: conv, C: 16, H: 32, W: 32, M: 16, R: 3, S: 3, pad: 1, "
                              "data: {input: input.npy, weight: weight.npy}}\n")
        results, _ = self.outcome(workload, "--algorithm", "all", "--objective", "energy", code=3)
        energies = {layer["algorithm"]: layer["energy_pj"]["total"] for layer in results["layers"]}
        winner = results["choices"][0]["winner"]
        self.assertIn(winner, PLAIN)
        self.assertLess(energies["winograd"], energies[winner])

    def test_operands_that_are_not_finite(self):
        ones = [1] * 36
        odd = [INF if i == 14 else 1 for i in range(36)]  # (2, 2)
        for algorithm in PLAIN:
            for inputs, weights in ((odd, [1] * 9), ([NAN] + ones[1:], [1] * 9), (ones, [INF] + [1] * 8), (ones, [1] * 8 + [-INF])):
                results, _ = self.outcome(self.conv(inputs, weights), "--algorithm", algorithm, code=0, out=algorithm + str(hash(str((inputs, weights)))))
                check = results["layers"][0]["check"]
                self.assertEqual((check["status"], check["reference"], check["max_abs_error"], check["worst_index"]), ("pass", "ordered+fp64", 0, []))
        for algorithm in TRANSFORMING:
            _, told = self.outcome(self.conv(odd, [1] * 9), "--algorithm", algorithm, code=3, out=algorithm + "input")
            self.assertIn(": input [0, 2, 2, 0] is inf\n", told)
            _, told = self.outcome(self.conv(ones, [1] * 8 + [INF]), "--algorithm", algorithm, code=3, out=algorithm + "weight")
            self.assertIn(": weight [0, 2, 2, 0] is inf\n", told)

    def test_a_sum_that_overflows(self):
        self.npy("a.npy", (1, 1, 3), [3e38, 3e38, -3e38])
        self.npy("b.npy", (1, 3, 1), [1, 1, 1])
        workload = self.write("w.yaml", "layers:\n  - {name: a, type: gemm, m: 1, n: 1, k: 3, data: {input: a.npy, weight: b.npy}}\n")
        _, told = self.outcome(workload, code=3, arch="tiny_2x2", out="lost")
        self.assertIn("1 of 1 outputs differ from fp64 in class (finite, infinite, NaN), first at [0, 0, 0]: inf, expected 3", told)
        self.assertIn(": fp32 overflows in the machine's order of summation\n", told)
        self.npy("a.npy", (1, 1, 3), [3e38, -3e38, 3e38])
        results, told = self.outcome(workload, code=0, arch="tiny_2x2", out="kept")
        self.assertEqual((results["layers"][0]["check"]["status"], told), ("pass", ""))

    def test_an_infinity_within_the_bound_is_right_and_shown(self):
        self.npy("a.npy", (1, 1, 3), [2.0**128 - 2.0**104, 2.0**103, -(2.0**102)])
        self.npy("b.npy", (1, 3, 1), [1, 1, 1])
        workload = self.write("w.yaml", "layers:\n  - {name: a, type: gemm, m: 1, n: 1, k: 3, data: {input: a.npy, weight: b.npy}}\n")
        results, told = self.outcome(workload, "--algorithm", "all", code=0, arch="tiny_2x2")
        check = results["layers"][0]["check"]
        self.assertEqual((check["status"], check["max_abs_error"], check["max_abs_error_fp64"], check["outputs_fp64"], told),
                         ("pass", 2.0**102, None, 1, ""))
        self.assertRegex(self.stdout, r"(?m)^\* direct .* inf$")

    def test_stepping_does_not_show(self):
        odd = [NAN if i % 11 == 3 else INF if i % 13 == 5 else i for i in range(36)]
        workload = self.conv(odd, [1, -INF] + [2] * 7, ", relu: true")
        texts = []
        for options in ((), ("--exact-step",)):
            self.outcome(workload, *options, code=0, arch="tiny_2x2", out="out" + "".join(options))
            texts.append((self.dir / ("out" + "".join(options)) / "results.json").read_bytes())
        self.assertEqual(texts[0], texts[1])


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
