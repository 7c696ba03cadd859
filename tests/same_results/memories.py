"""DRAM drawn at random: models, presets as they are or with keys of their own, and maps of all keys."""
from .files import shipped

# The first may not exceed the second.
ORDERED = (("trcd_rd", "tras"), ("trcd_wr", "tras"), ("trrd_s", "trrd_l"), ("trrd_s", "tfaw"), ("tccd_s", "tccd_l"),
           ("twtr_s", "twtr_l"), ("trfc", "trefi"), ("trfc_pb", "trefi_pb"))


def fixed(draw):
    burst = draw.choice((8, 32, 64, 128))
    return {"model": "fixed", "latency_ns": draw.choice((0, 7.3, 60, 100)), "gbps": draw.choice((0.8, 5, 12.8, "64/5", "100/7", 200)),
            "max_outstanding": draw.choice((1, 4, 64)), "clock_mhz": draw.choice((133.333, 1000, 1600)), "burst_bytes": burst,
            "capacity": draw.choice(("64MiB", "4GiB"))}, burst


def ideal(draw):
    burst = draw.choice((8, 32, 64))
    return {"model": "ideal", "clock_mhz": draw.choice((500, 1600)), "burst_bytes": burst, "capacity": "1GiB"}, burst


def some(draw, values, most):
    return {key: values[key] for key in draw.sample(sorted(values), draw.randint(1, min(most, len(values))))}


def controller(draw, timing):
    refresh = ["per_rank", "none"] + ["per_bank"] * ("trfc_pb" in timing and "trefi_pb" in timing)
    values = {"read_queue": draw.choice((1, 4, 16, 64)), "write_queue": draw.choice((9, 16, 64)), "bank_queue": draw.choice((1, 2, 8, 32)),
              "write_low": draw.choice((0, 1, 8)), "idle_drain": draw.choice((0, 16, 1000)), "row_hit_cap": draw.choice((1, 2, 16, 1000)),
              "dual_command": draw.random() < 0.5, "refresh": draw.choice(refresh), "page_policy": draw.choice(("open", "closed"))}
    return some(draw, values, 5)


def timing(draw, preset):
    """Some of a preset's timings scaled, in an order that is possible."""
    was = preset["timing"]
    now = {**was, **{key: max(1 if value else 0, int(value * draw.choice((0.7, 0.85, 1.2, 1.6)))) for key, value in some(draw, was, 6).items()}}
    for small, large in ORDERED:
        if small in now and large in now:
            now[large] = max(now[large], now[small])
    return {key: value for key, value in now.items() if value != was[key]}


def burst_of(map):
    return map["bus_bits"] // 8 * map["burst_beats"]


def address_map(draw, preset):
    fields = draw.sample(("ro", "ra", "bg", "ba", "ch", "co"), 6)
    return draw.choice(["".join(fields)] + ["reference"] * ("reference_map" in preset))


def currents(draw, preset):
    rails = {rail: some(draw, {key: round(value * draw.choice((0.5, 1.5)), 3) for key, value in values.items()}, 2)
             for rail, values in preset["currents"].items() if isinstance(values, dict)}
    return some(draw, rails, 2)


def beside(draw, name, preset):
    """A preset's name with keys beside it that its other figures allow."""
    own = {"preset": name}
    banks = preset["bank_groups"] * preset["banks"]
    if draw.random() < 0.4:
        own["channels"] = draw.choice((1, 2, 4))
    if draw.random() < 0.3:
        own["ranks"] = draw.choice([ranks for ranks in (1, 2, 4) if ranks * banks <= 64])
    if draw.random() < 0.2:
        own["bus_bits"] = preset["bus_bits"] * 2
    if draw.random() < 0.3:
        own["address_map"] = address_map(draw, preset)
    if draw.random() < 0.6:
        own["controller"] = controller(draw, preset["timing"])
    if draw.random() < 0.5:
        own["timing"] = timing(draw, preset)
    if "currents" in preset and draw.random() < 0.5:
        own["currents"] = currents(draw, preset)
    return {key: value for key, value in own.items() if value != {}}


def whole(draw, preset):
    """A memory of all keys: a preset's with another geometry and clock."""
    map = {**preset, "clock_mhz": draw.choice((400, 933.333, 1600, 2000)), "channels": draw.choice((1, 2)), "ranks": 1,
           "bank_groups": draw.choice((1, 2, 4)), "banks": draw.choice((2, 4, 8)), "rows": draw.choice((4096, 32768)), "columns": draw.choice((256, 2048)),
           "bus_bits": draw.choice((16, 32, 64)), "burst_beats": draw.choice((4, 8, 16)), "burst_cycles": draw.choice((2, 4, 8)),
           "address_map": address_map(draw, preset), "timing": {**preset["timing"], **timing(draw, preset)},
           "controller": controller(draw, preset["timing"])}
    if "currents" in preset and draw.random() < 0.5:
        map["currents"] = {**preset["currents"], "device_bits": draw.choice((8, 16))}
    return map


def memory(draw, registry, data):
    """The map, the bytes of its burst, and whether it has currents."""
    kind = draw.choice(("fixed", "ideal", "plain", "plain", "beside", "beside", "beside", "whole"))
    if kind in ("fixed", "ideal"):
        return *(fixed(draw) if kind == "fixed" else ideal(draw)), False
    name = draw.choice(registry.dram)
    preset = shipped(data, "arch_configs/dram", name)
    if kind == "plain" or preset["model"] != "banked":
        return {"preset": name}, preset.get("burst_bytes") or burst_of(preset), "currents" in preset
    map = whole(draw, preset) if kind == "whole" else beside(draw, name, preset)
    return map, burst_of({**preset, **map}), "currents" in preset
