"""Architectures, workloads, energy tables, DRAM presets, sweeps and Timeloop files."""
import copy

import yaml

from . import legal, mutate
from .base import SWEEP, tree
from .case import Case

KINDS = ("arch", "arch", "workload", "workload", "workload", "energy", "dram", "sweep", "sweep", "timeloop")


def text_of(random, value):
    """The tree as YAML, in one of its styles, now and then with bytes out of place."""
    style = random.choice((None, False, True))
    text = yaml.safe_dump(value, default_flow_style=style, allow_unicode=random.random() < 0.5, sort_keys=False, width=10**6).encode()
    return mutate.broken(random, text) if random.random() < 0.12 else text


def some(random, value, schema=None):
    """Legal changes where there is a schema to draw them from, others, or both."""
    value = copy.deepcopy(value)
    for _ in range(random.randint(1, 6) if schema else 0):
        legal.changed(random, value, schema)
    if random.random() < (0.4 if schema else 0.9):
        value = mutate.changed(random, value, random.choice((1, 1, 2, 3)))
    return text_of(random, value)


def of_run(random, base):
    """Most are explained, which simulates nothing."""
    more = []
    for options in (("--dataflow", base.legal_words["dataflow"]), ("--algorithm", base.legal_words["algorithm"]), ("--format", base.legal_words["format"])):
        if random.random() < 0.15:
            more += [options[0], random.choice(options[1])]
    if random.random() < 0.5:
        return ["explain", *more], ()
    for option in (["--no-check"], ["--jobs", "2"], ["--exact-step"], ["--audit"], ["--trace", "perfetto"], ["--trace", "vcd"], ["--seed", "7"], ["--show"], ["--dump", "arrays"]):
        if random.random() < 0.12 and option[0] not in more:
            more += option
    return ["run", "--out", "out", *more], ("out", "arrays")


def of_arch(random, base):
    command, makes = of_run(random, base)
    return Case("arch", [*command, "--arch", "a.yaml", "--workload", "tiny", "--layer", random.choice(("gemm", "conv3x3", "gemm_int8"))],
                {"a.yaml": some(random, base.archs[random.choice(list(base.archs))], base.schemas["arch"])}, makes)


def of_workload(random, base):
    command, makes = of_run(random, base)
    return Case("workload", [*command, "--arch", "tiny_2x2", "--workload", "w.yaml"], {"w.yaml": some(random, random.choice(base.workloads), base.schemas["workload"])}, makes)


def of_energy(random, base):
    return Case("energy", ["run", "--out", "out", "--arch", "tiny_2x2", "--workload", "tiny", "--layer", "gemm", "--set", "energy=./e.yaml"],
                {"e.yaml": some(random, base.energy)}, ("out",))


def of_dram(random, base):
    return Case("dram", ["dram", "--preset", "d.yaml", "--trace", "t"], {"d.yaml": some(random, base.dram), "t": b"R 0x40\nW 0x1040\n0x80 READ 500\n" * 4})


def varied(random, base, sweep):
    """Keys of the architecture with legal values, and those of the subject."""
    leaves = legal.leaves(base.schemas["arch"])
    axes = {key: [legal.draw(random, leaves[key]) for _ in range(random.randint(1, 2))] for key in random.sample(sorted(leaves), random.randint(1, 2))}
    for key, words in base.legal_words.items():
        if random.random() < 0.2:
            axes[key] = random.sample(words, 2)
    sweep[random.choice(("axes", "axes", "zip"))] = axes
    return sweep


def of_sweep(random, base):
    sweep = varied(random, base, tree(SWEEP)) if random.random() < 0.6 else tree(SWEEP)
    text = some(random, sweep) if random.random() < 0.6 else text_of(random, sweep)
    return Case("sweep", ["sweep", "s.yaml", "--out", "out", "--jobs", "1", "--point-timeout", "2"], {"s.yaml": text}, ("out",))


def of_timeloop(random, base):
    files = {"p.yaml": some(random, base.problem), "m.yaml": some(random, base.mapping)}
    return Case("timeloop", ["import", "timeloop", "p.yaml", *random.choice(([], ["--mapping", "m.yaml"])), "--out", "o.yaml"], files, ("o.yaml",))


def generate(random, base):
    return globals()["of_" + random.choice(KINDS)](random, base)
