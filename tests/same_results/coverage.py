"""Which registered values a run has: names, the words of keys, keys whose values are numbers."""
import collections

from .keys import flat

AXES = {"algorithm": "algorithms", "dataflow": "dataflows", "format": "formats", "energy": "energy tables", "dram.preset": "DRAM presets"}
UNDRAWN = ("name", "dram", "energy", "dram.preset")  # texts, and what has names of its own


def key_items(keys, of):
    """Items of a table of keys."""
    for key, words in keys.items():
        axis = AXES.get(key, "words of keys")
        yield from ((axis, word_of(axis, of, key, word)) for word in words)
        if not words and key not in UNDRAWN:
            yield "other keys", f"{of} {key}"


def word_of(axis, of, key, word):
    return str(word) if axis != "words of keys" else f"{of} {key}={word}"


def wanted(registry):
    items = {("architectures", name) for name in registry.archs} | {("workloads", name) for name in registry.workloads}
    items |= {("DRAM presets", name) for name in registry.dram} | {("energy tables", name) for name in registry.energy}
    return items | set(key_items(registry.arch_keys, "arch")) | set(key_items(registry.layer_keys, "layer"))


def met(values, keys, of):
    for key, value in values.items():
        axis = AXES.get(key, "words of keys")
        if key in AXES or keys.get(key) and not isinstance(value, list):
            yield axis, word_of(axis, of, key, value)
        else:
            yield "other keys", f"{of} {key}"


def of(run, registry):
    """Those that are registered; others (a path, a default) are none of the sample's business."""
    items = {("architectures", run.arch), ("workloads", run.workload)}
    items |= set(met(flat(run.settings), registry.arch_keys, "arch"))
    for values in [*run.layers, run.top, run.options]:
        items |= set(met(flat(values), registry.layer_keys, "layer"))
    return items


def wording(item):
    return f"{item[1]} ({item[0]})"


def line(wanted, covered):
    """How many of how many, an axis each."""
    totals, reached = (collections.Counter(axis for axis, _ in items) for items in (wanted, wanted & covered))
    return "covered: " + ", ".join(f"{reached[axis]} of {total} {axis}" for axis, total in sorted(totals.items()))
