"""Layers of the shipped workloads, the cheap ones more often."""
import functools

from . import machines, rules, shapes
from .files import shipped

MOST_CYCLES = 400_000  # of a layer, at full use of the array
MOST_WORK = 160_000_000
MOST_STAGED, MOST_GROUPS = 12_000_000, 8  # of one that works in passes, or by several algorithms
OF_A_NUMBER = 4  # MACs that take as long as drawing, moving and checking a number of a tensor
CONV = {"N": 1, "stride": 1, "pad": 0, "dilation": 1, "groups": 1}


def sides(value):
    return {int: lambda: [value] * 4, list: lambda: value if len(value) == 4 else value * 2}[type(value)]()


def work(layer):
    """MACs and what takes as long."""
    whole = {**CONV, "batch": 1, **layer} if layer["type"] != "gemm" else {"batch": 1, **layer}
    if layer["type"] == "conv":
        whole.update(pad=sides(whole["pad"]), stride=sides(whole["stride"])[:2], dilation=sides(whole["dilation"])[:2])
    return shapes.macs(layer["type"], whole) + OF_A_NUMBER * sum(shapes.tensor_sizes(layer["type"], whole).values())


@functools.lru_cache(maxsize=None)
def network(data, name):
    """[(layer, its work)], the cheapest first."""
    layers = shipped(data, "workloads", name)["layers"]
    return sorted(((layer, work(layer)) for layer in layers), key=lambda pair: pair[1])


@functools.lru_cache(maxsize=None)
def peak(data, arch):
    array = shipped(data, "arch_configs", arch)["pe_array"]
    mma = array.get("mma", {})
    return array["rows"] * array["cols"] * mma.get("m", 1) * mma.get("n", 1) * mma.get("k", 1)


def is_cheap(layer, work, peak, algorithm):
    its = rules.rule(algorithm)
    if its.is_staged or not its.orders:
        return work <= min(MOST_STAGED, MOST_CYCLES * peak) and layer.get("groups", 1) <= MOST_GROUPS
    return work <= min(MOST_WORK, MOST_CYCLES * peak)


def fits(layer, peak):
    """A tile has all taps of a channel, and the smallest machine has little room."""
    return peak > 16 or layer.get("R", 1) * layer.get("S", 1) <= 16


def drawn_layers(draw, layers):
    """One to three of them, each the more likely the cheaper it is."""
    names = []
    weights = [1 / (work + 3e5) for _, work in layers]
    for _ in range(draw.choice((1, 1, 2, 3))):
        name = draw.choices(layers, weights)[0][0]["name"]
        names += [name] if name not in names else []
    return names


def options(draw, registry):
    found = {"algorithm": draw.choice(registry.algorithms)} if draw.random() < 0.5 else {}
    if draw.random() < 0.5:
        found["dataflow"] = draw.choice(registry.words("dataflow"))
    if draw.random() < 0.35:
        found["format"] = draw.choice(registry.words("format"))
    if found.get("format") in rules.BYTES and draw.random() < 0.5:
        found["scale"] = 0.01
    if draw.random() < 0.1:
        found["algorithm"] = draw.choice(("auto", "all"))
        if draw.random() < 0.6:
            found["objective"] = draw.choice(registry.words("objective"))
    return found


def pick(draw, registry, data, name):
    """An architecture, names of layers, and options of the command line that all of them take."""
    layers = network(data, name)
    for _ in range(100):
        wanted, arch = options(draw, registry), draw.choice(registry.archs)
        legal = machines.formats(registry, data, arch)
        if wanted.get("format", "fp32") not in legal:
            wanted["format"] = draw.choice(legal)
        algorithm = wanted.get("algorithm", "direct")
        taken = [(layer, work) for layer, work in layers if rules.takes(algorithm, {**layer, **wanted}) and fits(layer, peak(data, arch))
                 and is_cheap(layer, work, peak(data, arch), algorithm)]
        if taken:
            return arch, drawn_layers(draw, taken), wanted
    largest = max(registry.archs, key=lambda arch: peak(data, arch))
    return largest, [layers[0][0]["name"]], {"dataflow": draw.choice(registry.words("dataflow")), "format": draw.choice(machines.formats(registry, data, largest))}
