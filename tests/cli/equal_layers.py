#!/usr/bin/env python3
"""Black-box tests of equal layers, which are timed once: equal_layers.py PATH/TO/systole [unittest options]."""
import json
import os
import sys
import unittest

import run
from run import CliTest

NETWORK = """layers:
  - {name: a, type: conv, C: 8, H: 9, W: 9, M: 12, R: 3, S: 3, pad: 1}
  - {name: b, type: conv, C: 8, H: 9, W: 9, M: 12, R: 3, S: 3, pad: 1, data: integers}
  - {name: c, type: conv, C: 8, H: 9, W: 9, M: 12, R: 3, S: 3, pad: 1, stride: 2}
  - {name: d, type: conv, C: 8, H: 9, W: 9, M: 12, R: 3, S: 3, pad: 1, repeat: 2}
"""


class EqualLayers(CliTest):
    def outcome(self, *arguments, out="out"):
        self.told = self.run_good("run", *arguments, "--out", out)
        return (self.dir / out / "results.json").read_bytes(), json.loads((self.dir / out / "host.json").read_text())

    def test_a_run_times_equal_layers_once_and_only_host_json_tells(self):
        subject = ("--arch", "tiny_2x2", "--workload", self.write("network.yaml", NETWORK))
        results, host = self.outcome(*subject)
        self.assertIn("; 2 of 4 layers timed, the rest equal them", " ".join(self.told.split()))
        self.assertEqual([layer.get("timed_as") for layer in host["layers"]], [None, "a", None, "a"])
        self.assertEqual((host["totals"]["layers"], host["totals"]["timed_layers"]), (4, 2))
        a, b, _, d = json.loads(results)["layers"]
        self.assertEqual(a["cycles"], d["cycles"])
        self.assertEqual([layer["check"]["status"] for layer in (a, b, d)], ["pass"] * 3)
        self.assertEqual(len({layer["check"]["max_abs_error"] for layer in (a, b, d)}), 3)  # of numbers of its own each
        for options in (["--audit"], ["--exact-step"], ["--trace", "perfetto"]):
            same, all_timed = self.outcome(*subject, *options, out=options[0][2:])
            self.assertEqual(same, results, options)
            self.assertEqual(all_timed["totals"]["timed_layers"], 4, options)
            self.assertNotIn("layers timed", self.told)
            compared = [layer.get("compared_with") for layer in all_timed["layers"]]
            self.assertEqual(compared, [None, "a", None, "a"] if options == ["--audit"] else [None] * 4)
        self.assertEqual(self.outcome(*subject, "--jobs", "2", out="jobs")[0], results)

    def test_resnet50_audited(self):
        for arch in ("edge_16x16", "systolic_32x32", "tensor_core_16x16"):
            with self.subTest(arch):
                subject = ("--arch", arch, "--workload", "resnet50", "--no-values")
                results, host = self.outcome(*subject, out=arch)
                audited, all_timed = self.outcome(*subject, "--audit", "--jobs", "2", out=arch + "-audited")
                self.assertEqual(audited, results)
                self.assertEqual((host["totals"]["layers"], host["totals"]["timed_layers"]), (54, 24))
                timed_as = [layer.get("timed_as") for layer in host["layers"]]
                self.assertEqual([layer.get("compared_with") for layer in all_timed["layers"]], timed_as)


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
