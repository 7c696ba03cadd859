"""scripts/fuzz: mutated inputs against the program."""
import argparse
import collections
import itertools
import multiprocessing
import os
import pathlib
import random
import resource
import shlex
import sys
import tempfile
import time

from . import gen_cli, gen_csv, gen_json, gen_npy, gen_trace, gen_yaml, judge
from .base import Base

GENERATORS = {"yaml": (gen_yaml, 8), "json": (gen_json, 5), "npy": (gen_npy, 1), "trace": (gen_trace, 2), "csv": (gen_csv, 2), "cli": (gen_cli, 3)}
MEMORY = 4 << 30
LARGEST_FILE = 256 << 20


def parse():
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description="Runs the program on mutated inputs of every kind. What it does must be told in its "
                                     "documented exit codes, an error in one line, and nothing may be left over.",
                                     epilog="Exit code 0: all inputs were taken well; 1: some were not; 2: a mistake in what was asked for.")
    parser.add_argument("systole", help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, default=2000, metavar="N", help="inputs (default 2000)")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first (default 0)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of all inputs (default 1); seed and number make the input")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="at a time (default 1)")
    parser.add_argument("--kind", action="append", choices=list(GENERATORS), help="only of these kinds")
    parser.add_argument("--only", type=int, metavar="N", help="run this number alone and print the command")
    parser.add_argument("--save", metavar="DIR", help="keep the inputs of failures in DIR/NUMBER")
    arguments = parser.parse_args()
    if arguments.count < 1 or arguments.jobs < 1:
        parser.error("--count, --jobs: at least 1")
    arguments.systole = os.path.abspath(arguments.systole)
    return arguments


def drawn_kind(seed, number):
    """The generator of random numbers that makes the whole input, and its kind."""
    draw = random.Random(f"{seed} {number}")
    return draw, draw.choices(list(GENERATORS), [weight for _, weight in GENERATORS.values()])[0]


def numbers_of(arguments):
    if arguments.only is not None:
        return [arguments.only]
    wanted = (n for n in itertools.count(arguments.first) if not arguments.kind or drawn_kind(arguments.seed, n)[1] in arguments.kind)
    return list(itertools.islice(wanted, arguments.count))


class Fuzzer:
    def __init__(self, arguments):
        self.systole, self.seed, self.kept = arguments.systole, arguments.seed, arguments.save
        self.base = Base(self.systole)
        self.is_sanitized = b"__asan_init" in pathlib.Path(self.systole).read_bytes()

    def case(self, number):
        draw, kind = drawn_kind(self.seed, number)
        return GENERATORS[kind][0].generate(draw, self.base)

    def __call__(self, number):
        case = self.case(number)
        code, wrong = judge.judge(self.systole, case, SCRATCH / "case")
        if wrong and self.kept:
            judge.save(case, pathlib.Path(self.kept) / str(number), self.systole)
        return number, case.kind, code, wrong, shlex.join(map(os.fsdecode, case.arguments))[:300] + (" " + case.shell if case.shell else "")


def begin(fuzzer, parent):
    """In each worker: a scratch directory, in memory where there is one, and limits that the program inherits."""
    global FUZZER, SCRATCH
    FUZZER = fuzzer
    SCRATCH = pathlib.Path(tempfile.mkdtemp(dir=parent))
    if not fuzzer.is_sanitized:  # the address sanitizer takes more address space than any limit leaves
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def one(number):
    return FUZZER(number)


def main():
    arguments = parse()
    fuzzer = Fuzzer(arguments)
    numbers = numbers_of(arguments)
    codes, failures, began = collections.Counter(), [], time.monotonic()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="systole_fuzz_", dir=memory) as parent:
        with multiprocessing.Pool(arguments.jobs, begin, (fuzzer, parent)) as pool:
            for number, kind, code, wrong, command in pool.imap_unordered(one, numbers, chunksize=1 if len(numbers) < 100 else 10):
                codes[kind, code] += 1
                if wrong:
                    failures.append(number)
                if wrong or arguments.only is not None:
                    print(f"seed {arguments.seed} number {number} ({kind}): {wrong or 'exit code ' + code}\n    {command}", flush=True)
    for code in sorted({code for _, code in codes}):
        kinds = ", ".join(f"{kind} {count}" for (kind, other), count in sorted(codes.items()) if other == code)
        print(f"exit code {code}: {sum(count for (_, other), count in codes.items() if other == code)} ({kinds})")
    print(f"{len(numbers)} inputs, {len(failures)} failures, {time.monotonic() - began:.0f} s")
    sys.exit(1 if failures else 0)


main()
