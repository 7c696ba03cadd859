"""The figures of runs side by side, layer by layer."""
import string

from figures import bars, layers, style


def aligned(all_names, names, values):
    """A run's bars in the places of all layers; nothing where the run has no such layer."""
    own = dict(zip(names, values))
    return [own.get(name, {}) for name in all_names]


def figures(runs, width):
    """`runs`: name and results.json of each."""
    names = list(dict.fromkeys(name for _, results in runs for name in layers.labels(results)))
    units = {layers.energy_unit(results) for _, results in runs}
    if len(units) > 1:
        raise style.Refused(f"energies in {' and '.join(sorted(units))}, legal: runs priced alike")
    letters = string.ascii_uppercase[:len(runs)]
    legend = "   ".join(f"{letter}: {name}" for letter, (name, _) in zip(letters, runs))
    for name, of, unit, title in (("energy_by_component", lambda r: layers.energy(r, "component"), units.pop(), "energy"),
                                  ("energy_by_tensor", lambda r: layers.energy(r, "tensor"), layers.energy_unit(runs[0][1]), "energy"),
                                  ("cycles", layers.cycles, "", "cycles of the PE array"), ("dram_traffic", layers.dram_bytes, "B", "DRAM traffic")):
        groups = [aligned(names, layers.labels(results), of(results)) for _, results in runs]
        yield name, bars.stacked(names, groups, unit, f"{title}\n{legend}", width, letters)
