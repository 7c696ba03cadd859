"""Machines as settings of keys: {path: value}, of which `dram` is a map."""
import re

from . import memories, numbers
from .files import shipped

SIDES = (1, 2, 3, 4, 5, 8, 8, 12, 16, 16, 24, 32)


def array(draw, registry):
    settings = {"pe_array.rows": draw.choice(SIDES), "pe_array.cols": draw.choice(SIDES), "pe_array.interconnect": draw.choice(("systolic", "broadcast")),
                "pe_array.overlap": draw.random() < 0.7}
    if draw.random() < 0.4:
        settings.update({"pe_array.mma.m": draw.choice((1, 2, 4, 5)), "pe_array.mma.n": draw.choice((1, 2, 3, 4)),
                         "pe_array.mma.k": draw.choice((1, 2, 3, 4, 8)), "pe_array.mma.latency": draw.randint(1, 9)})
    numbers.unit(draw, registry, settings)
    if "pe_array.mma.interval" in registry.arch_keys and draw.random() < 0.25:
        instructions(draw, settings)
    if draw.random() < 0.5:
        settings["accumulators.entries"] = draw.choice((0, 1, 7, 64, 256, 4096))
    if draw.random() < 0.3:
        settings["feeder.index_rate"] = draw.choice((1, 2, 8, 100))
    return settings


def instructions(draw, settings):
    """Steps that wait, and now and then sums that stay in the PEs."""
    settings["pe_array.mma.interval"] = draw.randint(1, 3)
    if draw.random() < 0.4:
        return
    rows, cols, m, n, k = (settings.get(f"pe_array.{key}", 1) for key in ("rows", "cols", "mma.m", "mma.n", "mma.k"))
    settings.update({"pe_array.mma.accumulate": draw.choice((1, 2, 5, 9)), "pe_array.mma.set_gap": draw.choice((0, 1, 4)), "pe_array.mma.drain": draw.choice((0, 3)),
                     "pe_array.mma.instruction.m": rows * m * draw.randint(0, 3), "pe_array.mma.instruction.n": cols * n * draw.randint(0, 3),
                     "pe_array.mma.instruction.k": k * draw.randint(0, 3), "pe_array.mma.warps": draw.randint(1, 3)})


def buffer(draw, name, bytes):
    slots, banks = draw.randint(1, 2), draw.choice((1, 2, 4, 8, 8, 16, 16, 32))
    ports, width = draw.choice((1, 1, 1, 2, 3, 4)), draw.choice((64, 64, 64, 128, 256, 512))
    unit = slots * banks * width // 8
    values = {"size": max(1, bytes // unit) * unit, "banks": banks, "ports": ports, "width_bits": width, "slots": slots}
    return {f"buffers.{name}.{key}": value for key, value in values.items()}


BUFFERS = (4096, 8192, 16384, 16384, 40000, 65536, 131072, 300000)
LARGEST = 1 << 19


def buffers(draw, sizes):
    settings = {}
    for name in ("input", "weight", "output"):
        settings.update(buffer(draw, name, draw.choice(sizes)))
    return settings


def vector_unit(draw):
    settings = {"vector_unit.lanes": draw.choice((1, 2, 3, 8, 16, 20, 64))}
    if draw.random() < 0.3:
        settings["vector_unit.registers"] = draw.choice((512, 600, 1024, 4096))
    if draw.random() < 0.2:
        settings["vector_unit.special_cycles"] = draw.choice((1, 2, 9))
    return settings


def bytes_of(size):
    number, unit = re.fullmatch(r"(\d+)([KMG]?)(?:i?B)?", str(size)).groups()
    return int(number) << {"": 0, "K": 10, "M": 20, "G": 30}[unit]


def largest_buffer(data, arch):
    return max(bytes_of(buffer["size"]) for buffer in shipped(data, "arch_configs", arch)["buffers"].values())


def formats(registry, data, arch):
    """Those whose products a shipped machine sums."""
    rules = shipped(data, "arch_configs", arch)["pe_array"].get("mma", {}).get("sum")
    return [format for format in registry.words("format") if not isinstance(rules, dict) or format in rules]


def priced(data, table):
    """The largest buffer that a table prices, and its unit."""
    tree = shipped(data, "arch_configs/energy", table)
    return max(bytes_of(entry["up_to"]) for entry in tree["sram"]), tree.get("unit", "pJ")


def prices(draw, registry, data, has_currents, largest):
    table = draw.choice([table for table in registry.energy if priced(data, table)[0] >= largest])
    words = [word for word in registry.words("dram_energy") if word != "currents" or has_currents]
    return {"energy": table, "dram_energy": draw.choice(words) if priced(data, table)[1] == "pJ" else "flat"}


def outside(draw, registry, data, largest):
    """DRAM, the engines that reach it and what it costs beside buffers of up to so many bytes: a request is at least one burst long."""
    map, burst, has_currents = memories.memory(draw, registry, data)
    settings = {"dram": map, "dma.burst_bytes": min(4096, burst * draw.choice((1, 1, 2, 4))), "dma.outstanding": draw.choice((1, 2, 3, 8, 32, 100)), "dma.ports": draw.choice((1, 1, 1, 2, 4))}
    return {**settings, **prices(draw, registry, data, has_currents, largest)}


def is_known(key, keys):
    """A key, or a map of keys."""
    return any(one == key or one.startswith(key + ".") for one in keys)


def machine(draw, registry, data, sizes=BUFFERS):
    settings = {**array(draw, registry), **buffers(draw, sizes)}
    for part in (vector_unit(draw), outside(draw, registry, data, LARGEST), {"clock_mhz": draw.choice((200, 700, 1000, 1370.5, 2000))},
                 {"pe_array.dataflow": draw.choice(registry.words("pe_array.dataflow"))}, {"residency": "dram"}):
        if draw.random() < 0.7:
            settings.update(part)
    return {key: value for key, value in settings.items() if key.split(".")[0] == "dram" or is_known(key, registry.arch_keys)}
