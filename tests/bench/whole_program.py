"""What a user pays around the simulation: the check, the start, points of a sweep, memory."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ARCH = "edge_16x16"
GEMM_TENSORS = 4 * (4096 * 1024 + 1024 * 4096 + 4096 * 4096)  # bytes
POINTS = 40  # along each of two axes
SWEEP = f"""name: tiny_points
arch: tiny_2x2
workload: tiny
layers: [gemm]
axes: {{accumulators.entries: {list(range(1, POINTS + 1))}, dma.outstanding: {list(range(1, POINTS + 1))}}}
"""


def run(systole, scratch, workload, *options):
    out = scratch / "whole"
    shutil.rmtree(out, ignore_errors=True)
    command = [systole, "run", "--arch", ARCH, "--workload", workload, "--jobs", "1", "--out", out, *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return json.loads((out / "results.json").read_text()), json.loads((out / "host.json").read_text())["totals"]


def points_a_second(systole, scratch):
    folder = scratch / "points"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "sweep.yaml").write_text(SWEEP)
    command = [systole, "sweep", folder / "sweep.yaml", "--jobs", "2", "--out", folder / "out"]
    begin = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return POINTS ** 2 / (time.monotonic() - begin)


def measure(systole, scratch, native_seconds):
    """Name, figure, its text, the bar and whether it is met, of each. `native_seconds`: oneDNN's time for ResNet-50."""
    checked = run(systole, scratch, "resnet50")[1]["check_seconds"]
    alone = run(systole, scratch, "resnet50", "--no-check")[1]
    around = alone["process_cpu_seconds"] - alone["cpu_seconds"]
    results, gemm = run(systole, scratch, HERE / "gemm_17g.yaml", "--no-check")
    dram = results["layers"][0]["dram"]
    burst = 1e9 * gemm["cpu_seconds"] / (dram["bursts_read"] + dram["bursts_written"])
    ratio, memory = checked / native_seconds(), gemm["peak_rss_bytes"] / GEMM_TENSORS
    rate = points_a_second(systole, scratch)
    return [(name, value, text, bar, met) for name, value, text, bar, met in (
        ("the default check of ResNet-50, × oneDNN's own time", ratio, f"{ratio:.1f}", "≤ 4", ratio <= 4),
        ("CPU s of ResNet-50's process outside the simulation", around, f"{around:.3f}", "≤ 0.1", around <= 0.1),
        ("tiny points of a sweep a second, two jobs", rate, f"{rate:.0f}", "≥ 800", rate >= 800),
        ("memory of a 17 G MAC gemm, × its tensors", memory, f"{memory:.2f}", "≤ 1.4", memory <= 1.4),
        ("ns of CPU time a burst of that gemm", burst, f"{burst:.0f}", "≤ 100", burst <= 100))]
