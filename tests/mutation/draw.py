"""Which mutants are run: drawn by a seed, asked for by name, or argued to be equivalent."""

import hashlib
import re
from typing import NamedTuple

import yaml

from . import source
from .sites import Mutant


class UsageError(Exception):
    """A mistake in what was asked for or in a list of this folder."""


class Choice(NamedTuple):
    """A mutant to be run: one place in the sources, or several of a mutant with a name."""
    key: str
    places: list
    note: str = ""

    @property
    def where(self):
        return f"{self.places[0].file}:{self.places[0].line}"

    @property
    def change(self):
        return self.note or f"{self.places[0].original} → {self.places[0].mutated}"


def shuffled(mutants, seed):
    """In an order of the seed's. An edit elsewhere moves nobody in it."""
    return sorted(mutants, key=lambda m: hashlib.sha256(f"{seed}|{m.key}".encode()).digest())


def matching(mutants, pattern):
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"--only: {error}") from error
    return [m for m in mutants if wanted.search(f"{m.file}:{m.line}") or wanted.search(m.function)]


def by_key(mutants, keys):
    found = {m.key: m for m in mutants}
    missing = [key for key in keys if key not in found]
    if missing:
        raise UsageError(f"--mutant: no such mutant in these sources: {', '.join(missing)}")
    return [found[key] for key in keys]


def place(root, name, edit):
    """Where an edit of a mutant with a name applies: its text must be there once, however it is broken into lines."""
    path = root / edit["file"]
    if not path.is_file():
        raise UsageError(f"named mutant {name}: there is no {edit['file']}")
    text = source.read(path)
    pattern = r"\s+".join(re.escape(word) for word in edit["find"].split())
    found = list(re.finditer(pattern, text))
    if len(found) != 1:
        raise UsageError(f"named mutant {name}: {edit['file']} holds this {len(found)} times, not once: {edit['find']}")
    begin, end = found[0].span()
    return Mutant(name, edit["file"], source.line_of(text, begin), begin, end, "named", "", edit.get("form", "expression"),
                  False, source.flat(text[begin:end]), edit["replace"])


def named(root, path):
    """The mutants of the list of names. An entry with `pairs` stands for one mutant for each two of them, {a} and {b}."""
    choices = []
    for entry in yaml.safe_load(path.read_text()) or []:
        members = entry.get("pairs", [""])
        pairs = [(a, b) for at, a in enumerate(members) for b in members[at + 1:]] or [("", "")]
        for a, b in pairs:
            def fill(text, a=a, b=b):
                return text.replace("{a}", a).replace("{b}", b)
            name = fill(entry["name"])
            places = [place(root, name, {key: fill(value) for key, value in edit.items()}) for edit in entry["edits"]]
            choices.append(Choice(name, places, fill(entry["what"])))
    return choices


def equivalents(path, mutants):
    """key -> reason of those argued to be equivalent, and the entries that fit no mutant of these sources."""
    found, reasons, stale = {m.key: m for m in mutants}, {}, []
    for entry in (yaml.safe_load(path.read_text()) if path.exists() else None) or []:
        mutant = found.get(entry["key"])
        if mutant is None or mutant.file != entry["file"]:
            stale.append(f"{entry['key']} ({entry['file']}: {entry['change']})")
        elif not str(entry.get("reason", "")).strip():
            raise UsageError(f"{path.name}: {entry['key']} has no reason")
        else:
            reasons[entry["key"]] = " ".join(entry["reason"].split())
    return reasons, stale
