"""What the figures take from results.json; a layer counts as often as it repeats, as in the reports."""
STATES = ["busy", "fill_drain", "wait_input", "wait_output", "idle"]


def labels(results):
    """The layers' names; those that several share with their algorithm."""
    names = [layer["name"] for layer in results["layers"]]
    return [name if names.count(name) == 1 else f"{name} {layer['algorithm']}" for name, layer in zip(names, results["layers"])]


def times(layer, parts, scale=1):
    return {part: value * layer["repeat"] * scale for part, value in parts.items()}


def energy(results, by):
    scale = 1e-12 if results["energy"]["unit"] == "pJ" else 1
    return [times(layer, layer["energy_pj"]["by_" + by], scale) for layer in results["layers"]]


def energy_unit(results):
    return "J" if results["energy"]["unit"] == "pJ" else results["energy"]["unit"]


def cycles(results):
    return [times(layer, {state: layer["pe_array"][state] for state in STATES}) for layer in results["layers"]]


def dram_bytes(results):
    """On the bus: whole bursts."""
    def of(layer):
        both, read = layer["dram"]["bus_bytes_by_tensor"], layer["dram"]["bus_read_bytes_by_tensor"]
        return {**{f"read {tensor}": count for tensor, count in read.items()},
                **{f"write {tensor}": count - read[tensor] for tensor, count in both.items()}}
    return [times(layer, of(layer)) for layer in results["layers"]]

