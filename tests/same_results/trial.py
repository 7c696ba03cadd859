"""Both programs on one run, in folders of their own."""
import dataclasses
import os
import pathlib
import re
import shlex
import shutil
import tempfile
import threading

from .compare import Outcome, by_code, bytes_of

NAME, LINE = re.compile(r"layer '?(l\d+)\b"), re.compile(r"w\.yaml:(\d+):")
MOST_KEPT = 20  # runs whose files are kept, and each that is worse than all before


@dataclasses.dataclass
class Told:
    """What became of a run. Where both programs refuse a layer, they are tried again without it."""
    run: object
    pairs: int = 0
    refused: int = 0
    failed: str = ""  # how both programs alike
    bytes: int = 0
    differences: list = dataclasses.field(default_factory=list)
    simulated: object = None  # the run as far as it was not refused
    commands: list = dataclasses.field(default_factory=list)


def refused_layer(run, message):
    """The layer that a refusal names, or whose line, where others are left."""
    names = [layer["name"] for layer in run.layers]
    if len(names) < 2:
        return None
    name, line = NAME.search(message), LINE.match(message)
    if name and name[1] in names:
        return name[1]
    place = int(line[1]) - run.first_line if line else -1
    return names[place] if 0 <= place < len(names) else None


class Trial:
    """`kept`: where the files of runs that differ stay."""

    def __init__(self, programs, mode, scratch, kept):
        self.programs, self.mode, self.scratch, self.kept = programs, mode, scratch, pathlib.Path(kept)
        self.lock, self.left = threading.Lock(), MOST_KEPT

    def outcome(self, program, run, folder):
        place = folder / program.word
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        if run.layers:
            (place / "w.yaml").write_text(run.text)
        return Outcome(program.simulate(run, place, "out"), place / "out")

    def __call__(self, run):
        told = Told(run)
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            layer = self.pair(told, pathlib.Path(folder))
            while layer:
                told.run = dataclasses.replace(told.run, layers=[other for other in told.run.layers if other["name"] != layer])
                layer = self.pair(told, pathlib.Path(folder))
        return told

    def pair(self, told, folder):
        """One trial; the layer to leave out of the next, if there is to be one."""
        old, new = (self.outcome(program, told.run, folder) for program in self.programs)
        told.pairs += 1
        told.bytes += bytes_of(old, new)
        found = by_code(old, new)
        with self.lock:
            worst = self.mode.worst
            told.differences = [found] if found else self.mode.differences(told.run, old, new)
            told.failed = old.ending if old.code not in (0, 2) and not told.differences else ""
            if (told.differences or told.failed) and (self.left > 0 or self.mode.worst > worst):
                self.left -= 1
                told.commands = self.keep(told.run, folder)
        if told.differences or old.code != 2:
            told.simulated = told.run if old.code == new.code == 0 else None
            return None
        told.refused += 1
        return refused_layer(told.run, old.err.decode(errors="replace"))

    def keep(self, run, folder):
        """Keeps the run's files; the commands that repeat it."""
        place, commands = self.kept / str(run.number), []
        shutil.rmtree(place, ignore_errors=True)
        for program in self.programs:
            shutil.copytree(folder / program.word, place / program.word)
            words = shlex.join([f"SYSTOLE_DATA_DIR={os.environ['SYSTOLE_DATA_DIR']}", *program.command(run, "out")])
            commands.append(f"{program.word}: cd {shlex.quote(str(place / program.word))} && {words}")
        return commands
