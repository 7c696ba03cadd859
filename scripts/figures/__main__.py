"""The command line of scripts/plots."""
import argparse
import json
import pathlib
import sys

from figures import bars, comparison, layers, run, style, sweep

DESCRIPTION = """Draws figures for a paper. Of one run: energy by component and by tensor, cycles by state, DRAM traffic, bounds and
utilization of each layer, roofline. Of a sweep: Pareto scatter, main effects and heat map. Of several runs: the layers'
energy, cycles and traffic side by side."""

# What taking apart a file ends in that lacks something, or holds something else.
DAMAGED = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError)


def fail(what):
    print(f"{what}", file=sys.stderr)
    sys.exit(2)


def read(path):
    """Results of a run or a sweep, and the folder they are in."""
    given = pathlib.Path(path)
    candidates = [given / name for name in ("results.json", "sweep.json")] if given.is_dir() else [given]
    file = next((one for one in candidates if one.is_file()), None)
    if file is None:
        fail(f"{path}: error: holds neither results.json nor sweep.json, legal: what a run or a sweep wrote")
    try:
        results = json.loads(file.read_text())
        tool = results["tool"]
        kind, legal = ("results_version", 4) if "results_version" in tool else ("sweep_version", 2)
        if tool[kind] != legal:
            fail(f"{path}: error: made by {kind.replace('_', ' ')} {tool[kind]}, run it again, legal: version {legal}")
        part = "layers" if kind == "results_version" else "points"
        if part not in results:
            fail(f"{path}: error: is not complete: no {part}")
        return results, file.parent
    except (*DAMAGED, OSError, RecursionError):
        fail(f"{path}: error: is neither a results.json nor a sweep.json")


def check_comparable(path, results):
    """Takes all that a comparison takes of one run: what is wrong with it has that run's name."""
    try:
        layers.labels(results), layers.energy_unit(results), layers.cycles(results), layers.dram_bytes(results)
        bars.parts_of([layers.energy(results, "component"), layers.energy(results, "tensor")])
        bars.parts_of([layers.cycles(results), layers.dram_bytes(results)])
    except DAMAGED as error:
        fail_damaged(path, error)


def fail_damaged(path, error):
    fail(f"{path}: error: is not complete: {type(error).__name__}: {' '.join(str(error).split())[:60]}")


def positive(text):
    value = float(text)
    if not 1 <= value <= 40:
        raise argparse.ArgumentTypeError("legal: 1 to 40 inches")
    return value


def parse():
    parser = argparse.ArgumentParser(prog="scripts/plots", description=DESCRIPTION)
    parser.add_argument("results", nargs="+", metavar="RUN-or-SWEEP", help="a directory of results, or its results.json or sweep.json")
    parser.add_argument("--out", default="plots", metavar="DIR", help="where figures go (default: plots)")
    parser.add_argument("--format", choices=("pdf", "svg"), default="pdf")
    parser.add_argument("--width", type=positive, default=3.5, metavar="INCHES", help="of a figure (default: 3.5, a column)")
    parser.add_argument("-x", metavar="FIGURE", help="of a sweep: figure across (default: its first objective)")
    parser.add_argument("-y", metavar="FIGURE", help="of a sweep: figure upwards (default: its second objective)")
    parser.add_argument("--across", metavar="KEY", help="setting across the heat map")
    parser.add_argument("--down", metavar="KEY", help="setting down the heat map")
    return parser.parse_args()


def figures_of(arguments, loaded):
    if len(loaded) > 1:
        if any("layers" not in results for results, _ in loaded):
            raise style.Refused("a sweep among several, legal: one sweep, or runs")
        for path, (results, _) in zip(arguments.results, loaded):
            check_comparable(path, results)
        names = [pathlib.Path(path).name for path in arguments.results]
        return comparison.figures(list(zip(names, (results for results, _ in loaded))), arguments.width)
    results, folder = loaded[0]
    if "layers" in results:
        return run.figures(results, folder, arguments.width)
    return sweep.figures(results, arguments.x, arguments.y, arguments.across, arguments.down, arguments.width)


def main():
    arguments = parse()
    loaded = [read(path) for path in arguments.results]
    out = pathlib.Path(arguments.out)
    try:
        drawn = [(name, style.drawn(figure, arguments.format)) for name, figure in figures_of(arguments, loaded)]
    except style.Refused as error:
        fail(f"{arguments.results[0]}: error: {error}")
    except DAMAGED as error:
        fail_damaged(arguments.results[0], error)
    try:
        for name, content in drawn:
            out.mkdir(parents=True, exist_ok=True)
            path = out / f"{name}.{arguments.format}"
            path.write_bytes(content)
            print(path)
    except OSError as error:
        fail(f"--out: error: cannot write '{out}': {error.strerror}")


main()
