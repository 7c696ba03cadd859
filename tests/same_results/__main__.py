"""scripts/same_results: does this program give the results of an older one?"""
import argparse
import multiprocessing.pool
import os
import pathlib
import re
import sys
import tempfile
import time

from . import compare, program, report, sample, trial

ROOT = pathlib.Path(__file__).resolve().parents[2]


def at_least(least, kind):
    def read(text):
        value = kind(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"got {text}, legal: at least {least}")
        return value
    return read


def regex(text):
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error


def parse():
    parser = argparse.ArgumentParser(
        prog="scripts/same_results", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Compares an older program with this checkout's on drawn runs: every architecture, workload, algorithm, dataflow and\n"
                    "format, every key of files, machines and layers drawn at random. Both read the shipped files of --data.",
        epilog="Exit code 0: no difference; 1: some; 2: a mistake in what was asked for, or the sample was cut before it reached all.")
    parser.add_argument("old", metavar="BINARY", help="the older program")
    parser.add_argument("--new", metavar="BINARY", default=str(ROOT / "build/release/sim/systole"), help="the newer one (default: this checkout's, built first)")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--bytes", action="store_true", help="compare results.json, results.csv, summary.csv and refusals byte for byte (default)")
    modes.add_argument("--values", metavar="KEY,KEY", help="only what is under these paths of results.json; * is any key or place: layers.*.cycles,totals.energy_pj")
    modes.add_argument("--no-slower", action="store_true", help="only that no layer takes more cycles")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the sample (default 1)")
    parser.add_argument("--count", type=at_least(1, int), default=sample.RUNS, metavar="N", help=f"runs (default {sample.RUNS}, and what coverage adds)")
    parser.add_argument("--jobs", type=at_least(1, int), default=len(os.sched_getaffinity(0)), metavar="N", help="at a time (default: the processors)")
    parser.add_argument("--filter", type=regex, metavar="REGEX", help="only runs whose command line or layers match")
    parser.add_argument("--exact-step", action="store_true", help="the newer program steps exactly")
    parser.add_argument("--minutes", type=at_least(0.01, float), default=15, metavar="M", help="begin no run after so many (default 15)")
    parser.add_argument("--data", metavar="DIR", default=str(ROOT), help="whose arch_configs and workloads both read (default: this checkout)")
    parser.add_argument("--keep", metavar="DIR", default=str(ROOT / "build/same_results"), help="where files of runs that differ stay")
    arguments = parser.parse_args()
    for path in (arguments.old, arguments.new):
        if not (os.path.isfile(path) and os.access(path, os.X_OK)):
            parser.error(f"{path}: no program")
    for folder in ("arch_configs/dram", "arch_configs/energy", "workloads"):
        if not list(pathlib.Path(arguments.data, folder).glob("*.yaml")):
            parser.error(f"--data {arguments.data}: no files in {folder}")
    return arguments


def mode_of(arguments):
    if arguments.values is not None:
        return compare.Values(arguments.values.split(","))
    return compare.NoSlower() if arguments.no_slower else compare.Bytes()


def compared(arguments, runs, try_one):
    """What became of each, in order, until the time is up."""
    ends = time.monotonic() + 60 * arguments.minutes
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="systole_same_", dir=memory) as try_one.scratch, multiprocessing.pool.ThreadPool(arguments.jobs) as pool:
        progress = report.Progress(len(runs))
        for told in pool.imap(lambda run: try_one(run) if time.monotonic() < ends else None, runs):
            if told is None:
                break
            progress.tell(told)
            yield told


def main():
    arguments, began = parse(), time.monotonic()
    os.environ["SYSTOLE_DATA_DIR"] = os.path.abspath(arguments.data)
    programs = [program.Program(os.path.abspath(arguments.old), "old"),
                program.Program(os.path.abspath(arguments.new), "new", ["--exact-step"] if arguments.exact_step else [])]
    registry = program.registry(*programs)
    runs = sample.Sample(registry, os.environ["SYSTOLE_DATA_DIR"], arguments.seed).runs(arguments.count)
    is_whole = arguments.filter is None and arguments.count >= sample.RUNS
    runs = [run for run in runs if arguments.filter is None or arguments.filter.search(run.wording)]
    mode = mode_of(arguments)
    all_told = list(compared(arguments, runs, trial.Trial(programs, mode, None, os.path.abspath(arguments.keep))))
    sys.exit(report.conclude(all_told, runs, registry, mode, is_whole, time.monotonic() - began))


main()
