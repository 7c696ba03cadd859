"""Builds the drawn mutants into one program: what does not compile or overlaps another is dropped, and the next of the draw takes
its place."""

import itertools
import sys

from . import rewrite
from .workspace import BuildError


def say(text):
    print(f"mutate: {text}", file=sys.stderr, flush=True)


class Population:
    """`wanted` come first and must compile; of `queue`, as many as `count` are added."""
    def __init__(self, workspace, wanted, queue, count):
        self.workspace, self.queue, self.count = workspace, iter(queue), count
        self.numbers = itertools.count(1)
        self.members, self.edits, self.dropped = {}, {}, 0
        self.required = {choice.key for choice in wanted}
        for choice in wanted:
            if not self.add(choice):
                raise BuildError(f"{choice.key} overlaps another mutant that was asked for")

    def add(self, choice):
        """False if it overlaps in part with one that is there."""
        number = next(self.numbers)
        edits = [(place.file, rewrite.Edit(number, place)) for place in choice.places]
        if any(not rewrite.nests(edit, other) for file, edit in edits for other in self.edits.get(file, [])):
            return False
        for file, edit in edits:
            self.edits.setdefault(file, []).append(edit)
        self.members[number] = choice
        return True

    def fill(self):
        for choice in self.queue:
            if len(self.members) - len(self.required) >= self.count:
                self.queue = itertools.chain([choice], self.queue)
                return
            self.add(choice)

    def drop(self, numbers):
        for number in numbers:
            choice = self.members.pop(number)
            if choice.key in self.required:
                raise BuildError(f"{choice.key} does not compile; see {self.workspace.base}/build.log")
            self.dropped += 1
        for file, edits in self.edits.items():
            self.edits[file] = [edit for edit in edits if edit.number not in numbers]

    def build(self):
        """number -> choice of all that are in the program."""
        while True:
            self.fill()
            self.workspace.write(self.edits)
            say(f"building {len(self.members)} mutants")
            said = self.workspace.compile()
            if said is None:
                return self.members
            faulty = {edit.number for edit in self.workspace.at_fault(said, self.edits)}
            say(f"{len(faulty)} do not compile and are replaced")
            self.drop(faulty)
