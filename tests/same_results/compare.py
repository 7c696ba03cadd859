"""What differs between two outcomes of a run."""
import collections
import json

from .keys import MISSING, chosen, first_difference

Difference = collections.namedtuple("Difference", "where old new")
OF_THE_HOST = ("host.json", "report.html")  # what the run cost, and a page whose scripts are no results


class Outcome:
    """Exit code, stderr and the files of the results by name."""

    def __init__(self, ended, folder):
        self.code = None if ended is None else ended.code
        self.err = b"" if ended is None else ended.err
        self.files = {path.name: path.read_bytes() for path in folder.glob("*") if path.name not in OF_THE_HOST and path.is_file()}

    @property
    def results(self):
        return json.loads(self.files.get("results.json", b"null"))

    @property
    def ending(self):
        text = "no end" if self.code is None else f"exit code {self.code}"
        return f"{text}: {self.err.decode(errors='replace').strip()}" if self.err else text


def bytes_of(old, new):
    return sum(len(text) for outcome in (old, new) for text in outcome.files.values())


def by_code(old, new):
    return None if old.code == new.code else Difference("exit code", old.ending, new.ending)


def named(where, results):
    """A place among the layers with the layer's name."""
    words = where.split(".")
    try:
        layer = results["layers"][int(words[1])] if words[0] == "layers" else None
        return f"{where} (layer {layer['name']}, {layer['algorithm']})" if layer else where
    except (LookupError, TypeError, ValueError):
        return where


def by_lines(name, old, new):
    for number, (a, b) in enumerate(zip(old.splitlines() + [b""], new.splitlines() + [b""]), 1):
        if a != b:
            return Difference(f"{name}, line {number}", a.decode(), b.decode())
    return Difference(name, f"{len(old)} bytes", f"{len(new)} bytes")


class Bytes:
    """The same bytes in every file that the host has no part in, the same message of a refusal."""
    worst = (1, 0)

    def differences(self, run, old, new):
        if old.code == 2 and old.err != new.err:
            return [Difference("stderr", old.err.decode(errors="replace").strip(), new.err.decode(errors="replace").strip())]
        for name in sorted({*old.files, *new.files}, key=lambda name: (name != "results.json", name)):
            found = self.in_file(name, old.files.get(name), new.files.get(name))
            if found:
                return [found]
        return []

    def in_file(self, name, old, new):
        if old == new:
            return None
        if old is None or new is None:
            return Difference(name, *(MISSING if text is None else f"{len(text)} bytes" for text in (old, new)))
        if name.endswith(".json"):
            trees = json.loads(old), json.loads(new)
            found = first_difference(*trees)
            if found:
                return Difference(named(found[0], trees[0]), *found[1:])
        return by_lines(name, old, new)

    def conclusion(self):
        return None, []


class Values:
    """Equal values under some paths; whatever else results.json holds."""
    worst = (1, 0)

    def __init__(self, paths):
        self.paths = {path: path.split(".") for path in paths}
        self.met = collections.Counter()

    def differences(self, run, old, new):
        if "results.json" not in old.files and "results.json" not in new.files:
            return []
        trees = old.results, new.results
        for path, words in self.paths.items():
            values = [chosen(tree, words) for tree in trees]
            self.met[path] += len(values[0]) + len(values[1])
            for where in {**values[0], **values[1]}:
                pair = [found.get(where, MISSING) for found in values]
                inner = first_difference(*pair)
                if inner:
                    return [Difference(named(".".join(filter(None, (where, inner[0]))), trees[0]), *inner[1:])]
        return []

    def conclusion(self):
        return "; ".join(f"{count} values of {path}" for path, count in self.met.items()), [path for path in self.paths if not self.met[path]]


class NoSlower:
    """No layer takes more cycles."""

    def __init__(self):
        self.counts = collections.Counter()
        self.worst = (1, 0)  # times the cycles, and the run

    def cycles(self, outcome):
        """By name; by name and algorithm where all were asked for."""
        return {(layer["name"], layer["algorithm"] if layer["algorithm_asked"] == "all" else ""): layer["cycles"]
                for layer in (outcome.results or {}).get("layers", [])}

    def differences(self, run, old, new):
        before, after = self.cycles(old), self.cycles(new)
        slower = []
        for (name, algorithm), cycles in after.items():
            was = before.get((name, algorithm))
            if was is None:
                continue
            self.counts["slower" if cycles > was else "faster" if cycles < was else "equal"] += 1
            self.worst = max(self.worst, (cycles / was, run.number))
            if cycles > was:
                slower.append(Difference(f"cycles of layer {name} {algorithm}".strip() + f", {cycles / was:.4f} times", was, cycles))
        return sorted(slower, key=lambda found: -found.new / found.old)

    def conclusion(self):
        count, (times, number) = self.counts, self.worst
        worst = f", the worst {times:.4f} times the cycles (run {number})" if count["slower"] else ""
        return f"{count['faster']} layers faster, {count['equal']} equal, {count['slower']} slower{worst}", []
