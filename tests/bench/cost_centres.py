"""Where the host's instructions of a run go: callgrind's counts by function, each function put to a centre by the object
file that defines it."""

import collections
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

class Case(NamedTuple):
    arch: str
    workload: str
    most: float  # bar on the instructions of the whole run


CASES = (Case("edge_16x16", "resnet50", 4e9), Case("systolic_32x32", "resnet50", 2.8e9),
         Case("tensor_core_16x16", "resnet50", 2.2e9), Case("tpu_like_128x128", "resnet50", 3.2e9),
         Case("edge_16x16", "mobilenet_v1", 2.0e9))
MOST_A_BURST = 400  # bar on the memory path
CENTRES = ("values", "memory path", "core", "clock", "planning", "check", "copies", "start and report")
# The first that matches the path of the object file, below the build directory, and the function's mangled name.
RULES = [(re.compile(path), re.compile(name), centre) for path, name, centre in (
    (r"models/.*functional|models/.*/number/|k_table", r"", "values"),
    (r"models/", r"ClockDomain|Sequencer|AccessOrder|TokenBoard|footprint|share_bytes", "clock"),
    (r"models/.*(memory/|unity_control|systole_dram)", r"", "memory path"),
    (r"models/", r"", "core"),
    (r"sim/.*/(mapping|lowering|program|workload)/|run/(plan|equal_layers)", r"", "planning"),
    (r"sim/.*/reference/", r"", "check"),
)]
COPIES = re.compile(r"mem(cpy|move|set)")


def centre_of(path, name):
    if path is None:
        return "copies" if COPIES.search(name) else "start and report"
    for where, what, centre in RULES:
        if where.search(path) and what.search(name):
            return centre
    return "start and report"


def defined_in(build):
    """The object file of each function."""
    paths = {}
    for path in sorted(build.glob("models/**/*.o")) + sorted(build.glob("sim/**/*.o")):
        done = subprocess.run(["nm", "--defined-only", "--format=posix", path], capture_output=True, text=True, check=True)
        for line in done.stdout.splitlines():
            name, kind = line.split()[:2]
            if kind in "TtWi":
                paths.setdefault(name, str(path.relative_to(build)))
    return paths


def by_function(file):
    """Instructions of each function itself, from a file of callgrind's."""
    counts, names, name, inside_call = collections.Counter(), {}, None, False
    for line in file.open():
        if line.startswith("fn="):
            number, text = re.match(r"fn=(\(\d+\))(?: (.*))?", line).groups()
            name = names.setdefault(number, text)
        elif line.startswith("cfn="):
            number, text = re.match(r"cfn=(\(\d+\))(?: (.*))?", line).groups()
            names.setdefault(number, text)
        elif line.startswith("calls="):
            inside_call = True
        elif line[0] in "0123456789+-*":
            if not inside_call:
                counts[name] += int(line.split()[1])
            inside_call = False
    return counts


def measure(build, scratch, arch, workload, options=()):
    """Instructions by centre, bursts of the layers that were timed, and the run's host.json."""
    out = scratch / "costs"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    command = ["valgrind", "--tool=callgrind", "--demangle=no", f"--callgrind-out-file={out}/counts", build / "sim/systole",
               "run", "--arch", arch, "--workload", workload, "--no-check", "--jobs", "1", "--out", out / "run", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    paths = defined_in(build)
    centres = dict.fromkeys(CENTRES, 0)
    for name, count in by_function(out / "counts").items():
        # Clones and parts of a function bear its name and more.
        centres[centre_of(paths.get(name, paths.get(re.split(r"[.']", name)[0])), name)] += count
    layers = json.loads((out / "run/results.json").read_text())["layers"]
    host = json.loads((out / "run/host.json").read_text())
    timed = [layer for layer, seen in zip(layers, host["layers"]) if "timed_as" not in seen]
    bursts = sum(layer["dram"]["bursts_read"] + layer["dram"]["bursts_written"] for layer in timed)
    shutil.rmtree(out)
    return centres, bursts, host


def figures(build, scratch, case):
    centres, bursts, host = measure(build, scratch, case.arch, case.workload)
    total, a_burst = sum(centres.values()), centres["memory path"] / bursts
    return {**case._asdict(), "instructions": total, "met": total <= case.most, "bursts": bursts, "instructions_a_burst": a_burst,
            "burst_met": a_burst <= MOST_A_BURST, "layers": host["totals"]["layers"],
            "timed_layers": host["totals"]["timed_layers"], "centres": centres}


HEADER = ("machine, network", "G instructions", "bar", "memory path a burst", f"bar {MOST_A_BURST}",
          *(f"{centre} %" for centre in CENTRES))


def row(result):
    share = [f"{100 * count / result['instructions']:.0f}" for count in result["centres"].values()]
    return [f"{result['arch']}, {result['workload']}", f"{result['instructions'] / 1e9:.2f}",
            f"{result['most'] / 1e9:g}: {'met' if result['met'] else 'missed'}", f"{result['instructions_a_burst']:.0f}",
            "met" if result["burst_met"] else "missed", *share]
