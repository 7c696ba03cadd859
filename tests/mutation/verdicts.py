"""Runs mutants against the tests that reach them, cheapest first, until one fails."""

import hashlib
import json
import math
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

from . import suite
from .population import say


class Verdict(NamedTuple):
    key: str
    verdict: str  # 'killed', 'survived', 'equivalent'
    by: str = ""  # the test that kills it
    how: str = ""  # 'failed', 'crashed', 'time-out'; of a survivor, how many tests reach it
    tests: int = 0  # cases run


def fingerprint(root):
    """Of all that a verdict depends on."""
    digest = hashlib.sha256()
    for top in ("models", "sim", "tests", "arch_configs", "workloads", "CMakeLists.txt"):
        paths = [root / top] if (root / top).is_file() else sorted((root / top).rglob("*"))
        for path in paths:
            if path.is_file() and "__pycache__" not in path.parts and "mutation" not in path.relative_to(root).parts[:2]:
                digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Records:
    """Verdicts of earlier and this run's, a line each, written as they are found."""
    def __init__(self, path, fingerprint_, resume):
        self.path, self.fingerprint, self.known = path, fingerprint_, {}
        if resume and path.exists():
            for line in path.read_text().splitlines():
                row = json.loads(line)
                if row.pop("fingerprint") == fingerprint_:
                    self.known[row["key"]] = Verdict(**row)
        elif path.exists():
            path.unlink()

    def add(self, verdict):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            file.write(json.dumps({"fingerprint": self.fingerprint, **verdict._asdict()}) + "\n")


def judge(number, cases, coverage, patience):
    """The first case that notices, with how it did, and how many were run."""
    reaching = [case for case in cases if number in coverage[case.name]["reached"] and coverage[case.name]["passed"]]
    reaching.sort(key=lambda case: (coverage[case.name]["cpu"], case.name))
    for count, case in enumerate(reaching, 1):
        usual = coverage[case.name]
        cpu, wall = math.ceil(5 * usual["cpu"]) + patience, 20 * usual["wall"] + 12 * patience
        outcome = suite.run(case, {"SYSTOLE_MUTANT": str(number)}, cpu, wall)
        if not outcome.passed:
            return case.name, outcome.how, count
    return "", "", len(reaching)


def run(members, tiers, measure, records, jobs, patience):
    """key -> verdict of every member. Tests come in tiers, the cheap ones first: what they kill needs no others, nor those
    their coverage. `measure` gives the coverage of a tier."""
    found = {c.key: records.known[c.key] for c in members.values() if c.key in records.known}
    open_ = {number: choice for number, choice in members.items() if choice.key not in found}
    met = dict.fromkeys(open_, 0)

    def conclude(choice, verdict):
        found[choice.key] = verdict
        records.add(verdict)
        say(f"[{len(found)}/{len(members)}] {verdict.verdict}: {choice.key} {choice.where} {choice.change} "
            + (f"({verdict.how}: {verdict.by})" if verdict.by else f"({verdict.how})"))

    for tier in tiers:
        if not tier or not open_:
            continue
        coverage = {name: dict(row, reached=set(row["reached"])) for name, row in measure(tier).items()}
        with ThreadPoolExecutor(jobs) as pool:
            futures = {pool.submit(judge, number, tier, coverage, patience): number for number in open_}
            try:
                for future in as_completed(futures):
                    number, (by, how, count) = futures[future], future.result()
                    met[number] += count
                    if by:
                        choice = open_.pop(number)
                        conclude(choice, Verdict(choice.key, "killed", by, how, met[number]))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    for number, choice in open_.items():
        how = f"{met[number]} tests reach it" if met[number] else "no test reaches it"
        conclude(choice, Verdict(choice.key, "survived", "", how, met[number]))
    return found
