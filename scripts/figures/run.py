"""The figures of one run."""
import json
import re

from figures import bars, layers, style

LEVELS = {"dram": ("DRAM", "#d55e00", "o"), "sram": ("SRAM", "#009e73", "D")}
BOUNDS = {"compute_cycles": ("compute", "#0072b2", "o"), "vector_cycles": ("vector unit", "#cc79a7", "v"),
          "dram_cycles": ("DRAM", "#d55e00", "s"), "dma_cycles": ("DMA", "#e69f00", "D"), "sram_cycles": ("SRAM", "#009e73", "^")}


def machine_of(folder):
    """The roofs, as the run's report states them; None where there is no report."""
    report = folder / "report.html"
    found = report.exists() and re.search(r'<script type="application/json" id="data">\n(.*)\n</script>', report.read_text())
    return json.loads(found[1])["machine"] if found else None


def roofline(results, machine, width):
    figure, axes = style.new_figure(width, 0.7 * width)
    axes = axes[0][0]
    hertz = machine["clock_hz"]
    peak = machine["macs_per_cycle"] * hertz
    slopes = {level: machine[f"{level}_bytes_per_cycle"] for level in LEVELS}
    knees = [peak / (slope * hertz) for slope in slopes.values() if slope]
    points = {level: [] for level in LEVELS}
    for layer in results["layers"]:
        for level, moved in (("dram", layer["dram"]["bus_bytes"]), ("sram", layer["bounds"]["sram_cycles"] * machine["sram_bytes_per_cycle"])):
            if moved:
                points[level].append((layer["macs"] / moved, layer["macs"] / layer["seconds"]))
    intensities = [x for level in points.values() for x, _ in level] + knees
    ends = (min(intensities) / 2, max(intensities) * 2)
    axes.plot(ends, (peak, peak), color="black", label="peak of the PEs")
    for level, (name, colour, marker) in LEVELS.items():
        if slopes[level]:
            xs = (ends[0], peak / (slopes[level] * hertz))
            axes.plot(xs, [x * slopes[level] * hertz for x in xs], color=colour, label=f"{name} bandwidth")
        if points[level]:
            axes.plot(*zip(*points[level]), linestyle="none", marker=marker, markersize=3, markerfacecolor="none", color=colour,
                      label=f"layers, {name} bytes", gid=level)
    rates = [y for level in points.values() for _, y in level]
    axes.set(xscale="log", yscale="log", xlim=ends, ylim=(min(rates + [peak / 10]) / 2, 2 * peak), xlabel="MACs a byte moved")
    axes.set_ylabel("rate")
    style.engineering(axes.yaxis, "MAC/s")
    axes.grid(linewidth=0.3)
    axes.legend(loc="lower right")
    return figure


def bounds(results, width):
    """Simulated cycles, and the lower bounds as marks."""
    figure = bars.stacked(layers.labels(results), [[{"simulated": layer["cycles"] * layer["repeat"]} for layer in results["layers"]]],
                          "", "cycles", width)
    axes = figure.axes[0]
    for patch in axes.patches:
        patch.set_color("#d0d4d8")
    for key, (name, colour, marker) in BOUNDS.items():
        values = [layer["bounds"][key] * layer["repeat"] for layer in results["layers"]]
        if any(values):
            axes.plot(values, range(len(values)), linestyle="none", marker=marker, markersize=2.5, color=colour, label=f"{name} bound", gid=key)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncol=4)
    return figure


def utilization(results, width):
    figure = bars.stacked(layers.labels(results), [[{"utilization": layer["utilization"]} for layer in results["layers"]]], "",
                          "MACs over cycles times peak MACs a cycle", width)
    axes = figure.axes[0]
    style.percent(axes.xaxis)
    axes.get_legend().remove()
    return figure


def figures(results, folder, width):
    """Name and figure, one after the other: each is saved before the next is drawn."""
    names, unit = layers.labels(results), layers.energy_unit(results)
    for by in ("component", "tensor"):
        yield f"energy_by_{by}", bars.stacked(names, [layers.energy(results, by)], unit, f"energy by {by}", width)
    yield "cycles", bars.stacked(names, [layers.cycles(results)], "", "cycles of the PE array", width)
    yield "dram_traffic", bars.stacked(names, [layers.dram_bytes(results)], "B", "DRAM traffic", width)
    yield "bounds", bounds(results, width)
    yield "utilization", utilization(results, width)
    machine = machine_of(folder)
    if machine:
        yield "roofline", roofline(results, machine, width)
