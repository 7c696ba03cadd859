"""The runs of a comparison, drawn by seed and number."""
import collections
import dataclasses
import json
import random
import sys

from . import coverage, layers, machines, networks, rules

RUNS = 2000
FEWEST = 3  # runs of a whole sample in which each registered value stands
MOST_DRAWN = 40  # times as many as RUNS, in search of what is rare
KINDS = {"machine": 9, "network": 3, "shipped": 3, "resident": 2}
RESIDENT_BUFFERS = (65536, 131072)


@dataclasses.dataclass
class Run:
    number: int
    arch: str
    settings: dict = dataclasses.field(default_factory=dict)  # of --set
    workload: str = ""  # shipped; empty: `top` and `layers`
    names: list = dataclasses.field(default_factory=list)  # of --layer; empty: all
    options: dict = dataclasses.field(default_factory=dict)  # of all layers, on the command line
    top: dict = dataclasses.field(default_factory=dict)
    layers: list = dataclasses.field(default_factory=list)
    more: list = dataclasses.field(default_factory=list)

    @property
    def arguments(self):
        words = ["--arch", self.arch, "--workload", self.workload or "w.yaml"]
        for name in self.names:
            words += ["--layer", name]
        for key, value in self.settings.items():
            words += ["--set", f"{key}={value if isinstance(value, str) else json.dumps(value)}"]
        for key, value in self.options.items():
            words += [f"--{key}", str(value)]
        return words + self.more

    @property
    def text(self):
        """The workload's file: YAML as JSON, a layer a line."""
        above = "".join(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in self.top.items())
        return "{" + above + '"layers": [\n' + ",\n".join(json.dumps(layer) for layer in self.layers) + "]}\n"

    @property
    def first_line(self):
        """Where the layers begin in it."""
        return len(self.top) + 2

    @property
    def wording(self):
        """All of it in one line, for --filter."""
        return " ".join([*self.arguments, *map(json.dumps, self.layers)])


def hoisted(draw, run):
    """Now and then the first layer's words stand above all layers instead."""
    for key in ("format", "algorithm", "data", "objective", "scale"):
        word = run.layers[0].get(key)
        if word is None or isinstance(word, dict) or draw.random() < 0.8:
            continue
        run.top[key] = word
        for layer in run.layers:
            if layer.get(key) == word:
                del layer[key]
    return run


class Sample:
    def __init__(self, registry, data, seed):
        self.registry, self.data, self.seed = registry, data, seed
        self.grid = [(arch, dataflow, format) for arch in registry.archs for dataflow in registry.words("dataflow")
                     for format in machines.formats(registry, data, arch)]

    def layer(self, draw, name, algorithms, formats, **limits):
        algorithm = draw.choice(algorithms)
        format = draw.choice([format for format in formats if not rules.rule(algorithm).formats or format in rules.rule(algorithm).formats] or formats)
        size = {} if algorithm != "all" else {"size": 3, "most": 30_000}
        return layers.layer(draw, name, algorithm, format, self.registry.layer_keys, **{**limits, **size})

    def set_dataflow(self, draw, layer):
        """In one of its places, or left to the array."""
        if draw.random() < 0.6:
            place = layer if draw.random() < 0.8 else layer.setdefault("mapping", {})
            place["dataflow"] = draw.choice(self.registry.words("dataflow"))

    def drawn(self, draw, run, algorithms):
        formats = self.registry.words("format") if "pe_array.mma.sum" in run.settings else machines.formats(self.registry, self.data, run.arch)
        for i in range(draw.randint(3, 6)):
            large = {"size": 6, "most": 2_000_000} if draw.random() < 0.07 else {}
            is_mapped = "residency" not in run.settings  # what is resident is one tile
            run.layers.append(self.layer(draw, f"l{i}", algorithms, formats, **large, is_mapped=is_mapped))
            self.set_dataflow(draw, run.layers[-1])
        return hoisted(draw, run)

    def all_algorithms(self, draw, run, dataflow, format):
        """Each on a layer or two, small enough for the smallest machine."""
        names = [name for name in self.registry.algorithms for _ in range(2) if not rules.rule(name).formats or format in rules.rule(name).formats]
        run.layers = [self.layer(draw, f"l{i}", [name], [format], size=3, most=20_000) for i, name in enumerate(names)]
        run.options = {"dataflow": dataflow}
        return run

    def one(self, number):
        """The run of a number: first the grid, then every workload, then any."""
        draw = random.Random(f"{self.seed} {number}")
        registry, every = self.registry, [*self.registry.algorithms, "auto", "all"]
        more = ["--seed", str(draw.randint(2, 999))] if draw.random() < 0.2 else ["--no-check"] if draw.random() < 0.05 else []
        if number < len(self.grid):
            arch, dataflow, format = self.grid[number]
            return self.all_algorithms(draw, Run(number, arch, more=more), dataflow, format)
        place = number - len(self.grid)
        kind = draw.choices(list(KINDS), KINDS.values())[0] if place >= len(registry.workloads) else "network"
        if kind == "network":
            workload = registry.workloads[place] if place < len(registry.workloads) else draw.choice(registry.workloads)
            arch, names, options = networks.pick(draw, registry, self.data, workload)
            return Run(number, arch, workload=workload, names=names, options=options, more=more)
        run = Run(number, draw.choice(registry.archs), more=more)
        if kind == "machine":
            run.settings = machines.machine(draw, registry, self.data)
        if kind == "shipped":
            run.settings = machines.outside(draw, registry, self.data, machines.largest_buffer(self.data, run.arch)) if draw.random() < 0.5 else {}
        if kind == "resident":
            run.settings = {**machines.machine(draw, registry, self.data, RESIDENT_BUFFERS), "residency": "sram"}
            every = [name for name in registry.algorithms if rules.is_resident(name)]
        return self.drawn(draw, run, every)

    def runs(self, count):
        """So many; of a whole sample as many more as every registered value needs."""
        order = list(range(RUNS))
        random.Random(self.seed).shuffle(order)
        runs = [self.one(number) for number in (order + list(range(RUNS, count)))[:count]]
        return runs if count < RUNS else runs + self.rare(runs, max(RUNS, count))

    def rare(self, runs, first):
        met = collections.Counter(item for run in runs for item in coverage.of(run, self.registry))
        missing = {item: FEWEST - met[item] for item in coverage.wanted(self.registry) if met[item] < FEWEST}
        more = []
        for number in range(first, first + MOST_DRAWN * RUNS):
            if not missing:
                return more
            run = self.one(number)
            helps = coverage.of(run, self.registry) & missing.keys()
            if helps:
                more.append(run)
                missing = {item: left - (item in helps) for item, left in missing.items() if left > (item in helps)}
        print("same_results: error: no run is drawn that has", ", ".join(map(coverage.wording, sorted(missing))), file=sys.stderr)
        sys.exit(2)
