"""The build of mutants: a copy of the sources with the drawn mutants in it, in build/mutants of the tree, built by CMake. What is not
mutated (tests, shipped files) is linked to."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

from . import rewrite, source

COPIED = ("models", "sim")
HEADER = Path(__file__).resolve().parent / "mutant.h"
COMPLAINT = re.compile(r"^(/\S+?):(\d+):(?:\d+:)? (?:fatal )?(?:error|note|warning)?", re.MULTILINE)
ERROR = re.compile(r"^(/\S+?):(\d+):(?:\d+:)? (?:fatal )?error: ", re.MULTILINE)


class BuildError(Exception):
    """The build fails for a reason that is no mutant's."""


class Workspace:
    def __init__(self, root, jobs):
        self.root, self.jobs = root, jobs
        self.base = root / "build/mutants"
        self.source, self.build = self.base / "src", self.base / "bin"

    def originals(self):
        tops = [self.root / top for top in COPIED if (self.root / top).is_dir()]
        return sorted(path.relative_to(self.root) for top in tops for path in top.rglob("*") if path.is_file())

    def prepare(self):
        """Links what is not copied; removes copies of what is gone."""
        self.source.mkdir(parents=True, exist_ok=True)
        for path in self.root.iterdir():
            link = self.source / path.name
            if path.name in COPIED or path.name in ("build", "results") or path.name.startswith(".") or link.is_symlink():
                continue
            link.symlink_to(os.path.relpath(path, self.source))
        wanted = set(self.originals())
        for path in self.source.rglob("*"):
            relative = path.relative_to(self.source)
            if relative.parts[0] in COPIED and path.is_file() and relative not in wanted:
                path.unlink()

    def write(self, edits):
        """`edits`: file -> edits of it; every other file is the original."""
        for relative in self.originals():
            text = source.read(self.root / relative)
            source.write_if_changed(self.source / relative, rewrite.rewrite(text, edits.get(str(relative), [])))

    def configure(self):
        # A draw is compiled once and tested once: half the time to compile outweighs slower tests.
        done = subprocess.run(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                               "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG", f"-DCMAKE_CXX_FLAGS=-w -include {HEADER}"],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise BuildError(f"cmake fails:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")

    def flags(self):
        """Include paths, definitions and standard of all that is compiled, for a parser of the original sources."""
        include = self.base / "include"
        include.mkdir(parents=True, exist_ok=True)
        for top in COPIED:
            if (self.root / top).is_dir() and not (include / top).is_symlink():
                (include / top).symlink_to(self.root / top)
        found = {("-I" + str(include),): None}
        for entry in json.loads((self.build / "compile_commands.json").read_text()):
            words = shlex.split(entry["command"])
            for at, word in enumerate(words):
                if word.startswith(("-I", "-D", "-std")):
                    found[(word,)] = None
                elif word == "-isystem":
                    found[(word, words[at + 1])] = None
        return [word for group in found for word in group]

    def compile(self):
        """None if all is built; else what the compiler said."""
        done = subprocess.run(["ninja", "-C", self.build, "-k", "0", f"-j{self.jobs}"], capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "C", "GCC_COLORS": ""})
        (self.base / "build.log").write_text(done.stdout + done.stderr)
        return None if done.returncode == 0 else done.stdout + done.stderr

    def places_of(self, said, pattern):
        """file -> lines of the rooms' files that are named in what the compiler said."""
        places = {}
        for path, line in pattern.findall(said):
            real = Path(os.path.realpath(path))
            if real.is_relative_to(self.source):
                places.setdefault(str(real.relative_to(self.source)), set()).add(int(line))
        return places

    def at_fault(self, said, edits):
        """The edits that do not compile: those in the lines complained of, else those in lines named beside, else all of the
        files named."""
        errors, named = self.places_of(said, ERROR), self.places_of(said, COMPLAINT)
        for places, whole in ((errors, False), (named, False), (named, True)):
            found = [edit for file, of_file in edits.items() if file in places for edit in of_file
                     if whole or places[file].intersection(rewrite.touched_lines(source.read(self.root / file), edit.mutant))]
            if found:
                return found
        raise BuildError(f"the build fails, and no mutant is to blame:\n{said[-4000:]}")
