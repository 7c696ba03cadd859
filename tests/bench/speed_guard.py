#!/usr/bin/env python3
"""Counts the host's instructions for each simulated cycle of three small cases, under valgrind (whose machine has AVX2),
and compares them with the stored counts: speed cannot rot unseen. After a change that is meant to cost or save
instructions, `speed_guard.py SYSTOLE DIR --store` stores anew."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
STORED = HERE / "instructions.json"
TOLERANCE = 0.10
SKIPPED = 77  # as tests/CMakeLists.txt says
CASES = {
    "conv on 16x16": ("edge_16x16", "conv", ()),
    "gemm on weight-stationary 32x32": ("systolic_32x32", "gemm", ("pe_array.dataflow=weight_stationary",)),
    "int8 conv on 4x4 of 4x4x4": ("tensor_core_4x4", "conv_int8", ()),
}


def instructions_per_cycle(systole, scratch, arch, layer, settings, workload=HERE / "guard.yaml", options=()):
    """Of the simulated stretch alone: what Accelerator::run() and all below it execute."""
    out = scratch / "guard"
    shutil.rmtree(out, ignore_errors=True)
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
               "--toggle-collect=systole::Accelerator::run(systole::InstructionSource&)",
               systole, "run", "--arch", arch, "--workload", workload, "--no-check", "--out", out, *options]
    command += ["--layer", layer] if layer else []
    for setting in settings:
        command += ["--set", setting]
    done = subprocess.run(command, capture_output=True, text=True)
    collected = [int(count) for count in re.findall(r"Collected : (\d+)", done.stderr)]  # of each process
    if done.returncode != 0 or not any(collected):
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    cycles = json.loads((out / "results.json").read_text())["totals"]["cycles"]
    shutil.rmtree(out)
    return sum(collected) / cycles


def main():
    systole, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    if shutil.which("valgrind") is None:
        print("skipped: no valgrind here")
        return SKIPPED
    if "avx2" not in Path("/proc/cpuinfo").read_text():
        print("skipped: the stored counts are of AVX2 code, which this processor does not have")
        return SKIPPED
    counts = {name: round(instructions_per_cycle(systole, scratch, *case), 1) for name, case in CASES.items()}
    if "--store" in sys.argv:
        STORED.write_text(json.dumps(counts, indent=2) + "\n")
        return 0
    stored = json.loads(STORED.read_text())
    off = 0
    for name, count in counts.items():
        change = count / stored[name] - 1
        print(f"{name}: {count} instructions a cycle, stored {stored[name]} ({change:+.1%})")
        off += abs(change) > TOLERANCE
    if off:
        print(f"more than {TOLERANCE:.0%} off; if that is meant: {__file__} SYSTOLE DIR --store")
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(main())
