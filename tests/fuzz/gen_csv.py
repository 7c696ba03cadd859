"""SCALE-Sim's topologies and configurations."""
from . import mutate
from .case import Case

GEMM = b"Layer, M, N, K\nfirst, 3, 4, 5,\nsecond, 64, 64, 64,\n"


def cell(random):
    return random.choice([str(random.choice(mutate.NUMBERS)), random.choice(mutate.WORDS), '"', '"a,b"', "1:2", "dw", ""]).encode("utf-8", "surrogatepass")


def topology(random, text):
    rows = [row.split(b",") for row in text.split(b"\n")]
    for _ in range(random.randint(0, 3)):
        row = random.choice(rows)
        act = random.randrange(4)
        if act == 0:
            row.insert(random.randrange(len(row) + 1), cell(random))
        elif act == 1:
            rows.insert(random.randrange(len(rows)), list(random.choice(rows)))
        else:
            row[random.randrange(len(row))] = cell(random)
    return b"\n".join(b",".join(row) for row in rows)


def settings(random, text):
    lines = text.split(b"\n")
    for _ in range(random.randint(0, 3)):
        at = random.randrange(len(lines))
        key = lines[at].replace(b"=", b":").split(b":")[0]
        lines[at] = random.choice([key + b": " + cell(random), key, b"", lines[random.randrange(len(lines))], b"[" + cell(random) + b"]", cell(random)])
    return b"\n".join(lines)


def generate(random, base):
    if random.random() < 0.3:
        text = settings(random, base.settings)
    else:
        text = topology(random, random.choice((base.topology, base.topology, GEMM)))
    if random.random() < 0.3:
        text = mutate.broken(random, text)
    more = random.choice(([], [], [], ["--sizes", "unpadded"], ["--single-filter", "dense"], ["--sizes", random.choice(mutate.WORDS).replace("\0", "")]))
    return Case("scalesim", ["import", "scalesim", "f", *more, "--out", "o.yaml"], {"f": text}, ("o.yaml",))
