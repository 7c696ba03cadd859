"""scripts/mutate: one-token mutants of the sources against the tests that reach them."""

import argparse
import os
import re
import signal
import sys
from pathlib import Path

from . import coverage, draw, inventory, suite, table, verdicts
from .population import Population, say
from .workspace import BuildError, Workspace

HERE = Path(__file__).resolve().parent


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/mutate", description="Mutates single tokens of models/, sim/lowering, sim/mapping and sim/energy, builds "
        "all drawn mutants into one program (build/mutants) and runs each against the tests that reach it.",
        epilog="Exit code 0: none survived; 1: some did, and nobody argued that they are equivalent; 2: a mistake in what was "
        "asked for, or a build that fails.")
    parser.add_argument("--count", type=int, metavar="N", help="mutants to draw (default 60; 0 with --named or --mutant)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the draw (default 1)")
    parser.add_argument("--only", metavar="REGEX", help="draw those only whose FILE:LINE or function matches")
    parser.add_argument("--mutant", action="append", default=[], metavar="KEY", help="this one; may be given again")
    parser.add_argument("--named", nargs="?", const="", metavar="REGEX", help="those of named.yaml (whose name matches)")
    parser.add_argument("--tests", default="", metavar="REGEX", help="run the tests only whose name matches (ctest -N lists them)")
    parser.add_argument("--run-equivalent", action="store_true", help="run those argued to be equivalent as well")
    parser.add_argument("--list", action="store_true", help="print what would be run, and stop")
    parser.add_argument("--resume", action="store_true", help="keep the verdicts of a run that was stopped, if nothing changed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="at a time (default: processors)")
    parser.add_argument("--patience", type=int, default=10, metavar="SECONDS",
                        help="CPU time a test may take beyond five times its usual (default 10)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="results (default build/mutants/results.json)")
    parser.add_argument("--root", type=Path, default=HERE.parent.parent, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.count is None:
        arguments.count = 0 if arguments.named is not None or arguments.mutant else 60
    if arguments.jobs < 1 or arguments.count < 0:
        parser.error("--jobs: at least 1; --count: at least 0")
    return arguments


def choose(arguments, workspace):
    """What must be run, what may be drawn in order, why some are equivalent, and what is amiss."""
    lists = workspace.root / "tests/mutation"
    found, complaints = inventory.collect(workspace.root, workspace.base, workspace.flags(), arguments.jobs)
    reasons, stale = draw.equivalents(lists / "equivalent.yaml", found)
    wanted = [draw.Choice(m.key, [m]) for m in draw.by_key(found, arguments.mutant)]
    if arguments.named is not None:
        wanted += [c for c in draw.named(workspace.root, lists / "named.yaml") if arguments.named in c.key]
    asked = {choice.key for choice in wanted}
    pool = draw.matching(found, arguments.only) if arguments.only else found
    queue = [draw.Choice(m.key, [m]) for m in draw.shuffled(pool, arguments.seed) if m.key not in asked]
    complaints += [f"equivalent.yaml argues for a mutant that these sources do not have: {entry}" for entry in stale]
    return wanted, queue, reasons, complaints, len(found)


def main():
    arguments = parse_arguments()
    workspace = Workspace(arguments.root.resolve(), arguments.jobs)
    workspace.prepare()
    if not (workspace.build / "build.ninja").exists():
        workspace.write({})
        workspace.configure()
    say("looking for mutants, which takes a few minutes the first time")
    wanted, queue, reasons, complaints, total = choose(arguments, workspace)
    for complaint in complaints:
        say(complaint)
    if arguments.list:
        for choice in wanted + queue[:arguments.count]:
            print(f"{choice.key}  {choice.where}  {choice.places[0].function}  {table.readable(choice.change)}")
        return 1 if complaints else 0
    argued = {} if arguments.run_equivalent else {c.key: c for c in queue[:arguments.count] if c.key in reasons}
    population = Population(workspace, wanted, [c for c in queue if c.key not in argued], arguments.count - len(argued))
    members = population.build()
    cases = [case for case in suite.cases(workspace.build) if re.search(arguments.tests, case.name)]
    state = f"{verdicts.fingerprint(workspace.root)} {arguments.tests}"
    records = verdicts.Records(workspace.base / "verdicts.jsonl", state, arguments.resume)
    tiers = [[case for case in cases if case.name.startswith("unit/") == cheap] for cheap in (True, False)]
    found = verdicts.run(members, tiers, lambda tier: coverage.measure(workspace, tier, arguments.jobs), records, arguments.jobs,
                         arguments.patience)
    found.update({key: verdicts.Verdict(key, "equivalent", "", reasons[key]) for key in argued})
    wrong = [key for key, verdict in found.items() if key in reasons and verdict.verdict == "killed"]
    for key in [key for key, verdict in found.items() if key in reasons and verdict.verdict == "survived"]:
        found[key] = found[key]._replace(verdict="equivalent", how=reasons[key])
    choices = [*members.values(), *argued.values()]
    totals = table.summary(found, population.dropped, total)
    table.print_table(choices, found)
    table.print_summary(totals)
    table.write_json(arguments.json or workspace.base / "results.json", arguments, choices, found, totals)
    for key in wrong:
        say(f"{key} is argued to be equivalent and was killed by {found[key].by}")
    return 1 if totals["survived"] or wrong or complaints else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that what was begun is ended
    try:
        sys.exit(main())
    except (draw.UsageError, BuildError) as error:
        print(f"scripts/mutate: error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
