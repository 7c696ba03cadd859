"""How all figures look: the colours of the reports (Okabe and Ito), small type, true text in SVG and PDF."""
import io

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import EngFormatter, PercentFormatter  # noqa: E402

SERIES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999"]
NAMED = {
    "array": "#0072b2", "accumulators": "#56b4e9", "registers": "#9fd4f3", "hops": "#27506b", "vector": "#cc79a7", "index": "#f0e442", "sram_input": "#006b4e",
    "sram_weight": "#00a878", "sram_output": "#8fd9bf", "dram": "#d55e00", "dram_activate": "#8a3d00", "dram_read": "#d55e00",
    "dram_write": "#e69f00", "dram_refresh": "#f3c56b", "dram_background": "#b8a48c", "static": "#999999", "input": "#56b4e9",
    "weight": "#e69f00", "bias": "#f0e442", "output": "#009e73", "psum": "#cc79a7", "workspace": "#d55e00",
    "input_exponent": "#006b4e", "weight_exponent": "#8a3d00", "compute": "#0072b2", "busy": "#009e73", "fill_drain": "#56b4e9", "wait_input": "#e69f00", "wait_output": "#d55e00",
    "idle": "#b3b9c0", "read input": "#56b4e9", "read weight": "#e69f00", "read bias": "#f0e442", "read psum": "#cc79a7",
    "read workspace": "#d55e00", "read input_exponent": "#006b4e", "read weight_exponent": "#b8a48c", "read output": "#8fd9bf", "write output": "#009e73", "write psum": "#8a4470",
    "write workspace": "#8a3d00", "write input": "#1d6f9f",
}
# The same results give the same bytes: no dates, no random names.
matplotlib.rcParams.update({
    "font.size": 8, "axes.titlesize": 8, "legend.fontsize": 7, "legend.frameon": False, "axes.spines.top": False,
    "axes.spines.right": False, "axes.axisbelow": True, "lines.linewidth": 1, "svg.fonttype": "none", "pdf.fonttype": 42,
    "svg.hashsalt": "systole", "savefig.bbox": "tight", "savefig.pad_inches": 0.02,
})
WITHOUT_DATE = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}


class Refused(Exception):
    """What was asked for cannot be drawn of these results."""


def new_figure(width, height, rows=1, columns=1):
    return pyplot.subplots(rows, columns, figsize=(width, height), squeeze=False)


def colour(part, index):
    return NAMED.get(part, SERIES[index % len(SERIES)])


def words(key):
    return key.replace("_", " ")


def engineering(axis, unit):
    axis.set_major_formatter(EngFormatter(unit=unit, places=None, sep=" "))


def percent(axis):
    axis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))


def drawn(figure, kind):
    """The file's bytes."""
    file = io.BytesIO()
    figure.savefig(file, format=kind, metadata=WITHOUT_DATE[kind])
    pyplot.close(figure)
    return file.getvalue()
