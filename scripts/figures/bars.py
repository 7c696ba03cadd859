"""Stacked bars, grouped where several runs stand side by side."""
from matplotlib.patches import Patch

from figures import style

LEAST_ROW = 0.13  # inches a bar


def parts_of(groups):
    """All parts that are more than nothing anywhere, in the order of first appearance."""
    parts = {}
    for bars in groups:
        for bar in bars:
            for part, value in bar.items():
                parts[part] = parts.get(part, 0) + value
    return [part for part, total in parts.items() if total]


def stacked(labels, runs, unit, title, width, names=None):
    """`runs`: for each run and label a map of parts. Runs share a label's place, the first on top."""
    parts = parts_of(runs)
    rows = len(labels) * (len(runs) + (0.5 if len(runs) > 1 else 0))
    figure, axes = style.new_figure(width, max(1.2, 0.7 + LEAST_ROW * rows))
    axes = axes[0][0]
    height = 0.8 / len(runs)
    for r, bars in enumerate(runs):
        places = [i - 0.4 + (r + 0.5) * height for i in range(len(labels))]
        left = [0] * len(labels)
        for index, part in enumerate(parts):
            values = [bar.get(part, 0) for bar in bars]
            axes.barh(places, values, height=0.9 * height, left=left, color=style.colour(part, index), gid=f"{r} {part}")
            left = [a + b for a, b in zip(left, values)]
        if names:
            for place, end in zip(places, left):
                axes.annotate(names[r], (end, place), (2, 0), textcoords="offset points", va="center", fontsize=5)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlabel(title)
    axes.grid(axis="x", linewidth=0.3)
    style.engineering(axes.xaxis, unit)
    handles = [Patch(color=style.colour(part, i), label=style.words(part)) for i, part in enumerate(parts)]
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1), ncol=4)
    return figure
