"""A program under comparison, and what both of them register."""
import dataclasses
import json
import subprocess
import sys

from fuzz import judge

from . import keys

LISTED = ("archs", "workloads", "dram", "energy")
PATIENCE = 120  # seconds; the dearest drawn run takes a few


class Program:
    """`word`: what the reports call it. `more`: options of its own for every run."""

    def __init__(self, path, word, more=()):
        self.path, self.word, self.more = path, word, list(more)

    def answer(self, *words):
        done = subprocess.run([self.path, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 0 or not done.stdout:
            print(f"same_results: error: {' '.join([self.path, *words])}: exit code {done.returncode}: {done.stderr.strip() or 'no answer'}", file=sys.stderr)
            sys.exit(2)
        return done.stdout

    def arch_schema(self):
        return keys.leaves(json.loads(self.answer("schema", "arch")))

    def layer_schema(self):
        return keys.leaves(json.loads(self.answer("schema", "workload"))["properties"]["layers"]["items"])

    def names(self, kind):
        return [line.split()[0] for line in self.answer("list", kind).splitlines()]

    def command(self, run, out):
        return [self.path, "run", *run.arguments, *self.more, "--out", out]

    def simulate(self, run, folder, out):
        """None where it does not end."""
        return judge.run(self.command(run, out), folder, PATIENCE)


@dataclasses.dataclass
class Registry:
    """Names that both programs know, and their keys with the words that are legal there."""
    archs: list
    workloads: list
    dram: list
    energy: list
    arch_keys: dict
    layer_keys: dict
    lone: list  # what only one of the two knows

    @property
    def algorithms(self):
        return [word for word in self.layer_keys["algorithm"] if word not in ("auto", "all")]

    def words(self, key):
        return self.layer_keys.get(key) or self.arch_keys.get(key) or []


def shared(old_words, new_words, what, lone):
    for words, others, word in ((old_words, new_words, "old"), (new_words, old_words, "new")):
        lone += [f"{what} {name} ({word})" for name in words if name not in others]
    return [name for name in new_words if name in old_words]


def shared_keys(old, new, what, lone):
    names = shared(old, new, what, lone)
    return {name: shared(old[name], new[name], f"{what} {name}", lone) for name in names}


def registry(old, new):
    lone = []
    listed = {kind: shared(old.names(kind), new.names(kind), kind, lone) for kind in LISTED}
    arch_keys = shared_keys(old.arch_schema(), new.arch_schema(), "key", lone)
    layer_keys = shared_keys(old.layer_schema(), new.layer_schema(), "layer key", lone)
    return Registry(**listed, arch_keys=arch_keys, layer_keys=layer_keys, lone=lone)
