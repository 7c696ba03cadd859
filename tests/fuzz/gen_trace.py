"""Traces of requests to a DRAM."""
from . import mutate
from .case import Case

PRESETS = ["ddr4_3200", "lpddr4_3200", "hbm2"]
CYCLES = [0, 1, 2, 10, 10**6, 10**8, 10**9, 10**10 + 1, 2**40, 2**62 - 1, 2**62, 2**63, 2**64 - 1, 2**64, -1]


def line(random):
    address = random.choice((f"{random.randrange(2**28):#x}", f"{random.randrange(2**20) * 64:#X}", str(random.randrange(10**6)), "0x", hex(2**64), hex(2**33)))
    way = random.choice(("READ", "WRITE", "r", "w", "R", "W", "Read", "erase"))
    cycle = random.choice(CYCLES) if random.random() < 0.05 else random.randrange(2000)
    return random.choice((f"{address} {way} {cycle}", f"{cycle}: {way} {address}", f"{way} {address}", "", "# text")) if random.random() < 0.98 else random.choice(mutate.WORDS)


def generate(random, base):
    good = random.random() < 0.5
    lines = [f"0x{random.randrange(2**22) * 64:x} {random.choice(('READ', 'WRITE'))} {random.choice((0, random.randrange(10**5)))}" for _ in range(random.randint(1, 30))] if good else []
    lines += [line(random) for _ in range(random.randint(0, 2 if good else 6))]
    text = "\n".join(lines).encode("utf-8", "surrogatepass")
    if random.random() < 0.2:
        text = mutate.broken(random, text)
    more = []
    if random.random() < 0.3:
        more = ["--max-outstanding", str(random.choice((0, 1, 2, 16, 2**20, 2**20 + 1, -1, "x")))]
    if random.random() < 0.3:
        more += ["--set", random.choice(("channels=1", "address_map=reference", "timing.trp=30", "timing.trefi=0", "timing.trefi=1", "timing.trfc=1000000", "columns=8",
                                         "rows=1", "burst_beats=16", "controller.refresh=none", "controller=fcfs", f"timing.trcd={random.choice(mutate.NUMBERS)}"))]
    return Case("trace", ["dram", "--preset", random.choice(PRESETS), "--trace", "t", *more], {"t": text})
