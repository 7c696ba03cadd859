"""What mutations start from: the shipped files, and what the program makes of them."""
import json
import pathlib
import subprocess
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARCHS = ["tiny_2x2", "edge_16x16", "tensor_core_4x4"]
SWEEP = """name: s
arch: tiny_2x2
workload: tiny
layers: [gemm]
axes: {dataflow: [output_stationary, weight_stationary]}
zip: {buffers.input.size: [1KiB], buffers.weight.size: [1KiB]}
points: [{pe_array.cols: 2}]
where: ['pe_array.rows * pe_array.cols <= 8', 'dataflow != weight_stationary || buffers.input.size >= 1KiB']
objectives: [cycles, energy]
"""
SMALL_LAYERS = """layers:
- {name: h, type: conv, C: 3, H: 9, W: 8, M: 4, R: 3, S: 3, pad: 1, algorithm: fft_tiling, fft: {n: 8}}
- {name: d, type: gemm, m: 2, n: 2, k: 2, data: {input: [1, -2.5, 3e38, 0], weight: [[1, 2], [3, 4]]}}
- {name: s, type: gemm, m: 8, n: 8, k: 8, algorithm: strassen, strassen: {levels: 1}}
- {name: g, type: gemm, m: 3, n: 4, k: 5, batch: 2, transpose_a: true, mapping: {tile: {m: 3, n: 2}, order: [n, m, k]}}
- {name: c, type: conv, N: 1, C: 4, H: 6, W: 5, M: 4, R: 3, S: 3, stride: [1, 2], pad: [1, 0, 2, 1], groups: 2, bias: true, relu: true, algorithm: auto, objective: energy}
- {name: f, type: fc, N: 2, C: 8, M: 3, format: int8, scale: 0.125, repeat: 3}
- {name: w, type: conv, C: 2, H: 5, W: 5, M: 2, R: 3, S: 3, pad: 1, algorithm: winograd, winograd: {m: 2}}
"""


def shipped(path):
    return (ROOT / path).read_bytes()


def tree(text):
    return yaml.safe_load(text)


def files_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Base:
    """`systole`: the program. Runs it a few times."""

    def __init__(self, systole):
        with tempfile.TemporaryDirectory() as scratch:
            def make(*arguments):
                subprocess.run([systole, *arguments], cwd=scratch, check=True, capture_output=True, stdin=subprocess.DEVNULL)
            tiny = ("run", "--arch", "tiny_2x2", "--workload", "tiny")
            make(*tiny, "--layer", "gemm", "--layer", "fc", "--out", "a")
            make(*tiny, "--layer", "conv3x3", "--algorithm", "all", "--set", "dram=ddr4_3200", "--set", "dram_energy=currents", "--out", "b")
            pathlib.Path(scratch, "s.yaml").write_text(SWEEP)
            make("sweep", "s.yaml", "--out", "s")
            held = files_below(pathlib.Path(scratch))
            self.schemas = {kind: json.loads(subprocess.run([systole, "schema", kind], check=True, capture_output=True).stdout) for kind in ("arch", "workload")}
        conv = self.schemas["workload"]["properties"]["layers"]["items"]["oneOf"][0]["properties"]
        self.legal_words = {key: conv[key]["enum"] for key in ("dataflow", "algorithm")}
        self.legal_words["format"] = conv["format"]["anyOf"][0]["enum"]  # words; else a map
        self.runs = {name: text for name, text in held.items() if name in ("a/results.json", "b/results.json")}
        self.sweep = {name: text for name, text in held.items() if name.startswith("s/") and not name.endswith(".html")}
        self.sweep["s.yaml"] = SWEEP.encode()
        self.archs = {name: tree(shipped(f"arch_configs/{name}.yaml")) for name in ARCHS}
        self.workloads = [tree(shipped("workloads/tiny.yaml")), tree(SMALL_LAYERS), tree(SMALL_LAYERS)]
        self.energy = tree(shipped("arch_configs/energy/horowitz_45nm.yaml"))
        self.dram = tree(shipped("arch_configs/dram/ddr4_3200.yaml"))
        self.problem, self.mapping = (tree(shipped(f"tests/import/conv3{end}.yaml")) for end in ("", "_mapping"))
        self.topology, self.settings = shipped("tests/import/warts.csv"), shipped("tests/import/machine.cfg")
