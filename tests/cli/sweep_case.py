"""What the tests of sweeps share."""
import csv
import json

from run import CliTest

SHAPES = """
name: shapes
arch: tiny_2x2
workload: tiny
layers: [gemm, conv3x3]
axes:
  pe_array.rows: [2, 4]
  dataflow: [output_stationary, weight_stationary]
zip: {buffers.input.size: [4KiB, 8KiB], buffers.weight.size: [8KiB, 4KiB]}
points: [{pe_array.cols: 2}, {pe_array.cols: 4, pe_array.mma: {k: 2}}]
"""
SLOW_WORKLOAD = "layers: [{name: a, type: gemm, m: 96, n: 96, k: 96}, {name: b, type: gemm, m: 64, n: 80, k: 96}]"
SLOW = """
arch: tiny_2x2
workload: slow.yaml
axes: {pe_array.rows: [2, 3, 4, 5], pe_array.cols: [2, 3, 4], dataflow: [output_stationary, weight_stationary]}
check: false
"""


class SweepTest(CliTest):
    def sweep(self, text, *options, out="out", code=0, name="sweep.yaml"):
        self.write(name, text)
        done = self.systole("sweep", name, "--out", out, *options)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def json(self, out="out"):
        return json.loads((self.dir / out / "sweep.json").read_text())

    def rows(self, out="out"):
        with open(self.dir / out / "sweep.csv", newline="") as file:
            return list(csv.DictReader(file))

    def files(self, out="out"):
        return {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in (self.dir / out / "points").iterdir()}

    def bytes(self, out="out"):
        return [(self.dir / out / name).read_bytes() for name in ("sweep.csv", "sweep.json")]
