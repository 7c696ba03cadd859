"""The figures of a sweep, from its sweep.json."""
import math
import re
import statistics

from matplotlib.ticker import LogLocator

from figures import style

UNITS = {"cycles": "", "seconds": "s", "energy": "J", "edp": "J s", "power_w": "W", "dram_bus_bytes": "B"}
SHARES = ("utilization", "array_utilization")
MORE_IS_BETTER = ("tops_per_w", *SHARES)
SETTINGS_FIRST = ("arch", "workload", "layer", "algorithm", "dataflow", "format")


def amount(value):
    found = re.fullmatch(r"([0-9.]+)(B|KiB|MiB|GiB)?", value)
    return float(found[1]) * 1024 ** ("B", "KiB", "MiB", "GiB").index(found[2] or "B") if found else None


def logarithmic(axis):
    axis.axes.set(**{axis.axis_name + "scale": "log"})
    axis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
    axis.set_minor_formatter("")


class Sweep:
    """Its finished points: what varies among them, and their figures in plain units."""

    def __init__(self, sweep):
        self.points = [point for point in sweep["points"] if point["status"] == "done"]
        if not self.points:
            raise style.Refused("holds no point that is done, legal: a sweep with results")
        self.objectives = sweep["objectives"]
        self.metrics = list(self.points[0]["totals"])
        self.in_pj = self.points[0]["energy_unit"] == "pJ"
        keys = dict.fromkeys(key for point in self.points for key in point["values"])
        self.settings = [key for key in keys if len(self.values(key)) > 1]

    def values(self, key):
        """Numbers and sizes by size, words as they come."""
        values = dict.fromkeys(point["values"].get(key, "") for point in self.points)
        return sorted(values, key=amount) if all(amount(value) is not None for value in values) else list(values)

    def groups(self):
        """The settings, those that are the same at every point together."""
        groups = {}
        for key in self.settings:
            groups.setdefault(tuple(point["values"].get(key, "") for point in self.points), []).append(key)
        return list(groups.values())

    def metric(self, point, name):
        value = point["totals"][name]
        if value is None:
            return math.nan
        return value * 1e-12 if name == "energy" and self.in_pj else value

    def front(self, x, y):
        """The points that no other is better than in both, by x."""
        sign = {name: -1 if name in MORE_IS_BETTER else 1 for name in (x, y)}
        figures = [(sign[x] * self.metric(p, x), sign[y] * self.metric(p, y), i) for i, p in enumerate(self.points)]
        best, front = math.inf, []
        for _, own, i in sorted(one for one in figures if not (math.isnan(one[0]) or math.isnan(one[1]))):
            if own < best:
                best = own
                front.append(self.points[i])
        return front

    def label(self, axis, name):
        if name in SHARES:
            style.percent(axis)
        elif name in UNITS and (name != "energy" or self.in_pj):
            style.engineering(axis, UNITS[name])
        axis.set_label_text(style.words(name))


def pareto(sweep, x, y, colour_by, width):
    figure, axes = style.new_figure(width, 0.75 * width)
    axes = axes[0][0]
    front = sweep.front(x, y)
    axes.plot([sweep.metric(p, x) for p in front], [sweep.metric(p, y) for p in front], color="black", linewidth=0.8, zorder=1,
              marker="o", markersize=7, markerfacecolor="none", label="Pareto front", gid="front")
    for index, value in enumerate(sweep.values(colour_by) if colour_by else [None]):
        own = [p for p in sweep.points if value is None or p["values"].get(colour_by, "") == value]
        axes.plot([sweep.metric(p, x) for p in own], [sweep.metric(p, y) for p in own], linestyle="none",
                  marker="osD^v<>Ph*"[index % 10], markersize=3.5, alpha=0.8, color=style.SERIES[index % len(style.SERIES)],
                  label=style.words(value or "point"), gid=f"points {value}")
    for name, axis in ((x, axes.xaxis), (y, axes.yaxis)):
        if name not in SHARES:
            logarithmic(axis)
    sweep.label(axes.xaxis, x)
    sweep.label(axes.yaxis, y)
    axes.grid(which="both", linewidth=0.2)
    axes.legend(title=colour_by)
    return figure


def main_effects(sweep, metric, width):
    """For each setting the mean of the points with each of its values."""
    groups = sweep.groups()
    columns = min(3, len(groups))
    rows = math.ceil(len(groups) / columns)
    figure, grid = style.new_figure(width, 1.8 * rows + 0.2, rows, columns)
    every = [axes for row in grid for axes in row]
    for axes, group in zip(every, groups):
        key = group[0]
        means = []
        for value in sweep.values(key):
            own = [sweep.metric(p, metric) for p in sweep.points if p["values"].get(key, "") == value]
            own = [one for one in own if not math.isnan(one)]
            means.append(statistics.fmean(own) if own else math.nan)
        axes.plot(range(len(means)), means, marker="o", markersize=3, color=style.SERIES[0], gid=key)
        axes.set_xticks(range(len(means)), [style.words(v) for v in sweep.values(key)], rotation=30, ha="right", fontsize=6)
        axes.set_title("\n".join(group), fontsize=6)
        sweep.label(axes.yaxis, metric)
        axes.grid(linewidth=0.3)
    for axes in every[len(groups):]:
        axes.remove()
    lows, highs = zip(*(axes.get_ylim() for axes in every[:len(groups)]))
    for axes in every[:len(groups)]:
        axes.set_ylim(min(lows), max(highs))
    figure.tight_layout()
    return figure


def heat_map(sweep, metric, across, down, width):
    """The mean of all points at each pair of values."""
    columns, rows = sweep.values(across), sweep.values(down)
    cells = {}
    for point in sweep.points:
        cells.setdefault((point["values"].get(down, ""), point["values"].get(across, "")), []).append(sweep.metric(point, metric))
    table = [[statistics.fmean(cells.get((row, column), [math.nan])) for column in columns] for row in rows]
    figure, axes = style.new_figure(width, max(1.2, 0.3 * len(rows) + 0.9))
    axes = axes[0][0]
    image = axes.imshow(table, cmap="viridis", aspect="auto")
    axes.set_xticks(range(len(columns)), [style.words(c) for c in columns], rotation=30, ha="right")
    axes.set_yticks(range(len(rows)), [style.words(r) for r in rows])
    axes.set(xlabel=across, ylabel=down)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(image)
    sweep.label(bar.ax.yaxis, metric)
    return figure


def curves(sweep, metric, across, line, width):
    """A metric over one setting, a line for each value of another; the mean where points share a place."""
    figure, axes = style.new_figure(width, 0.75 * width)
    axes = axes[0][0]
    columns = sweep.values(across)
    heights = []
    for index, value in enumerate(sweep.values(line) if line else [""]):
        means = []
        for column in columns:
            own = [sweep.metric(p, metric) for p in sweep.points
                   if p["values"].get(across, "") == column and (not line or p["values"].get(line, "") == value)]
            own = [one for one in own if not math.isnan(one)]
            means.append(statistics.fmean(own) if own else math.nan)
        axes.plot(range(len(columns)), means, marker="osD^v<>Ph*"[index % 10], markersize=3, color=style.SERIES[index % len(style.SERIES)],
                  label=style.words(value), gid=f"curve {value}")
        heights += means
    axes.set_xticks(range(len(columns)), [style.words(c) for c in columns], rotation=30, ha="right")
    if metric not in SHARES and all(height > 0 for height in heights if not math.isnan(height)):
        logarithmic(axes.yaxis)
    sweep.label(axes.yaxis, metric)
    axes.set_xlabel(across)
    axes.grid(which="both", linewidth=0.2)
    if line:
        axes.legend(title=line)
    return figure


def figures(sweep_json, x, y, across, down, width):
    sweep = Sweep(sweep_json)
    x, y = x or sweep.objectives[0], y or sweep.objectives[1]
    for name in (x, y):
        if name not in sweep.metrics:
            raise style.Refused(f"has no figure '{name}', legal: {', '.join(sweep.metrics)}")
    for key in (across, down):
        if key and key not in sweep.settings:
            raise style.Refused(f"has no setting '{key}' that varies, legal: {', '.join(sweep.settings)}")
    settings = sorted(sweep.settings, key=lambda key: key not in SETTINGS_FIRST)
    yield "pareto", pareto(sweep, x, y, settings[0] if settings else None, width)
    if sweep.settings:
        for metric in dict.fromkeys((x, y)):
            yield f"main_effects_{metric}", main_effects(sweep, metric, 1.6 * width)
        across_curve = across or settings[-1]
        lines = down or next((key for key in settings if key != across_curve), None)
        for metric in dict.fromkeys((x, y)):
            yield f"curves_{metric}", curves(sweep, metric, across_curve, lines, 1.6 * width)
    rest = [key for key in settings if key not in (across, down)]
    if len(settings) > 1:
        down, across = down or rest.pop(0), across or rest.pop(0)
        for metric in dict.fromkeys((x, y)):
            yield f"heat_map_{metric}", heat_map(sweep, metric, across, down, width)
