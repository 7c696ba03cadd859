"""Command lines, with streams that are closed or full."""
from . import mutate
from .case import Case

COMMANDS = ["run", "explain", "list", "compare", "report", "dram", "sweep", "import", "schema", "version", "rum", "", "--help", "-h", "simulate-task"]
OPTIONS = ["--arch", "--workload", "--layer", "--set", "--algorithm", "--dataflow", "--format", "--objective", "--out", "--seed", "--jobs", "--no-check", "--no-values",
           "--trace", "--trace-window", "--exact-step", "--audit", "--by", "--reprice", "--csv", "--html", "--preset", "--max-outstanding", "--sizes", "--mapping",
           "--executor", "--point-timeout", "--point-memory", "--retry-failed", "--help", "--simulate", "--dump", "--show", "--nothing", "-x", "--"]
VALUES = ["tiny_2x2", "tiny", "gemm", "fc", "g*", "a", "b", "a:gemm", "s", "s.yaml", "out", "1", "2", "0", "-1", "1.5", "99999999999999999999", "direct", "auto",
          "all", "winograd", "weight_stationary", "int8", "fp32", "energy", "perfetto", "vcd", "0:100", "5:", ":", "component", "lecture", "horowitz_45nm",
          "ddr4_3200", "t", "scalesim", "timeloop", "local", "slurm", "1GiB", "archs", "arch", "workload", "dram", "pe_array.rows=2", "pe_array.rows=0", "pe_array",
          "=", "a=b", "dram=ideal", "clock_mhz=1e9", "energy=eyeriss_relative", "/dev/null", "/dev/null/x", "/proc/x", "/dev/zero", ".", "..", "missing.yaml", "x" * 300,
          "x" * 5000, b"\xff\xfe", b"a\xc3", b"\xff.yaml"]
STREAMS = [">&-", "2>&-", "<&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full"]
GOOD = [["run", "--arch", "tiny_2x2", "--workload", "tiny", "--layer", "gemm", "--out", "out"], ["explain", "--arch", "tiny_2x2", "--workload", "tiny", "--layer", "gemm"],
        ["list", "archs"], ["compare", "a", "b"], ["report", "a"], ["sweep", "s.yaml", "--out", "out", "--jobs", "1"], ["sweep", "s"], ["schema", "arch"], ["version"],
        ["dram", "--preset", "ddr4_3200", "--trace", "t"], ["import", "scalesim", "f", "--out", "o.yaml"], ["--help"]]


def word(random):
    draw = random.random()
    if draw < 0.45:
        return random.choice(OPTIONS)
    if draw < 0.92:
        return random.choice(VALUES)
    return random.choice(mutate.WORDS).replace("\0", "")


def generate(random, base):
    arguments = list(random.choice(GOOD))
    if random.random() < 0.8:
        for _ in range(random.randint(1, 3)):
            at = random.randrange(len(arguments) + 1)
            act = random.randrange(3)
            if act == 0:
                arguments.insert(at, word(random))
            elif act == 1 and at < len(arguments):
                arguments[at] = word(random)
            else:
                arguments[at:at] = [random.choice(OPTIONS), random.choice(VALUES)]
    if random.random() < 0.05:
        arguments = [random.choice(COMMANDS), *(word(random) for _ in range(random.randint(0, 4)))]
    shell = random.choice(STREAMS) if random.random() < 0.25 else ""
    files = {**base.runs, **base.sweep, "t": b"R 0x40\nW 0x80\n", "f": base.topology}
    return Case("cli", arguments, files, ("*",), shell)
