#!/usr/bin/env python3
"""scripts/mutate on a tree of two small files whose mutants and their fates are known. Exit code 77 where libclang is missing."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOL = HERE.parent.parent / "scripts/mutate"
KILLED = {
    "a + b → a - b": "clamp", "sum < most → !(sum < most)": "clamp",
    "n > 0 → n >= 0": "count", "n > 0 → !(n > 0)": "count", "0 → 1": "count",
    "steps + 1 → steps - 1": "count", "1 → 2": "count", "1 → 0": "count", "steps = steps + 1 → (void)0": "count",
    "--n → ++n": "count", "--n → (void)0": "count",
    "x + x → x - x": "twice", "box.rows → box.cols": "traits", "rows counted as cols": "traits",
}
HANGS = {"n > 0 → n >= 0", "--n → (void)0"}
EQUIVALENT = {"sum < most → sum <= most"}
UNREACHED = {"break → {}", "box.cols → box.rows", "x * 5 → x / 5", "5 → 6", "5 → 4", "5 → 0",
             "2 → 3", "2 → 1", "2 → 0", "3 → 4", "3 → 2", "3 → 0"}
NOT_COMPILED = 3  # an argument of a template must be a constant


def have_libclang():
    probe = "import clang.cindex, yaml; clang.cindex.Index.create()"
    return any(subprocess.run([python, "-c", probe], capture_output=True).returncode == 0 for python in ("python3", "/usr/bin/python3"))


def check(holds, what):
    if not holds:
        sys.exit(f"mutation: {what}")


class Tree:
    """A copy of the fixture."""
    def __init__(self, root):
        self.root = root
        shutil.copytree(HERE / "fixture", root, dirs_exist_ok=True)

    def mutate(self, *options, expect):
        done = subprocess.run([TOOL, "--root", self.root, "--patience", "1", "--jobs", "2", *options], capture_output=True, text=True)
        check(done.returncode == expect, f"{options}: exit code {done.returncode}, not {expect}\n{done.stdout}{done.stderr}")
        return done

    def results(self):
        return json.loads((self.root / "build/mutants/results.json").read_text())

    def edit(self, file, old, new):
        path = self.root / file
        text = path.read_text()
        check(old in text, f"the fixture's {file} holds no {old}")
        path.write_text(text.replace(old, new))


def test_fates(tree):
    tree.mutate("--count", "1000", "--named", expect=1)
    results = tree.results()
    found = {mutant["change"]: mutant for mutant in results["mutants"]}
    check(set(found) == set(KILLED) | EQUIVALENT | UNREACHED, f"other mutants than expected: {sorted(found)}")
    for change, test in KILLED.items():
        check((found[change]["verdict"], found[change]["by"]) == ("killed", test), f"{change}: {found[change]}")
        check(found[change]["how"] == ("time-out" if change in HANGS else "failed"), f"{change}: {found[change]['how']}")
    for change in UNREACHED:
        check(found[change]["verdict"] == "survived" and found[change]["tests"] == 0, f"{change}: {found[change]}")
    check(found["sum < most → sum <= most"]["verdict"] == "equivalent", "the argument for an equivalent mutant is not heard")
    totals = results["totals"]
    check((totals["killed"], totals["survived"], totals["timed_out"], totals["do_not_compile"]) ==
          (len(KILLED), len(UNREACHED), len(HANGS), NOT_COMPILED), f"totals: {totals}")


def test_resumed(tree):
    """Verdicts are kept as long as nothing changes, and a run that is not resumed finds them anew."""
    again = tree.mutate("--only", "count_down", "--count", "1000", "--resume", expect=0)
    check("] killed" not in again.stderr, f"a resumed run repeats itself:\n{again.stderr}")
    check(tree.results()["totals"]["killed"] == 9, f"resumed: {tree.results()['totals']}")


def test_equivalent_that_is_not(tree):
    """An argued mutant that a test kills after all is told."""
    tree.edit("tests/fixture.cpp", "== 3 &&", "== 3 && clamped_sum(1, 2, 3) == 3 && clamped_sum(4, 4, 8) == 8 &&")
    tree.mutate("--only", "clamped_sum", "--count", "1000", "--run-equivalent", expect=0)
    tree.edit("tests/mutation/equivalent.yaml", "f018a9ab", key_of(tree, "a + b → a - b"))
    done = tree.mutate("--only", "clamped_sum", "--count", "1000", "--run-equivalent", expect=1)
    check("is argued to be equivalent and was killed by clamp" in done.stderr, done.stderr)


def key_of(tree, change):
    listed = tree.mutate("--list", "--count", "1000", expect=0).stdout
    return re.search(rf"^(\w+) .*{re.escape(change)}$", listed, re.MULTILINE)[1]


def test_draw(tree):
    """A seed's order stays as it is when the sources change elsewhere; another seed has another."""
    first = tree.mutate("--list", "--count", "10", expect=0).stdout
    check(len(first.splitlines()) == 10, first)
    check(first != tree.mutate("--list", "--count", "10", "--seed", "2", expect=0).stdout, "two seeds draw the same")
    tree.edit("models/sums.h", "#pragma once", "#pragma once\n\n// Two lines more.")
    moved = tree.mutate("--list", "--count", "10", expect=0).stdout
    check([line.split()[0] for line in moved.splitlines()] == [line.split()[0] for line in first.splitlines()],
          f"an edit elsewhere changes the draw:\n{first}{moved}")


def test_lists_that_fit_no_longer(tree):
    """Lists that the sources have outgrown fail."""
    tree.edit("models/sums.cpp", "sum < most", "sum + 1 <= most")
    check("argues for a mutant that these sources do not have" in tree.mutate("--list", expect=1).stderr, "stale argument")
    tree.edit("tests/mutation/named.yaml", "box.{a}", "box.the_{a}")
    check("holds this 0 times" in tree.mutate("--list", "--named", expect=2).stderr, "stale name")
    check("no such mutant" in tree.mutate("--mutant", "00000000", expect=2).stderr, "unknown key")


def main():
    if not have_libclang():
        print("mutation: skipped, libclang's Python binding is missing (Debian: python3-clang)")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as scratch:
        tree = Tree(Path(scratch) / "fixture")
        for test in (test_fates, test_resumed, test_draw):
            test(tree)
        for test in (test_equivalent_that_is_not, test_lists_that_fit_no_longer):
            test(Tree(Path(scratch) / test.__name__))


if __name__ == "__main__":
    main()
