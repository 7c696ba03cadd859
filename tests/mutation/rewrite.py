"""Makes of a source file one that holds its mutants, each chosen at run time by its number."""

from . import source

OPENINGS = {"expression": "(systole_mutants::{on}({id}) ? ({mutated}) : ({inner}))",
            "condition": "(systole_mutants::{on}({id}) ? ({mutated}) : static_cast<bool>({inner}))",
            "drop": "(systole_mutants::{on}({id}) ? (void)({mutated}) : (void)({inner}))",
            "statement": "if (systole_mutants::{on}({id})) {{ {mutated}; }} else {inner}"}


class Clash(Exception):
    """Two places overlap and neither holds the other."""


class Edit:
    """`mutant` tells begin, end, form, constant and mutated."""
    def __init__(self, number, mutant):
        self.number, self.mutant = number, mutant
        self.begin, self.end = mutant.begin, mutant.end

    def wrap(self, inner):
        m = self.mutant
        return OPENINGS[m.form].format(on="on_at_run_time" if m.constant else "on", id=self.number, mutated=m.mutated,
                                       inner=inner)


def nests(a, b):
    """True unless the two overlap in part."""
    return a.end <= b.begin or b.end <= a.begin or (a.begin <= b.begin and b.end <= a.end) or (
        b.begin <= a.begin and a.end <= b.end)


# Around the same text a statement goes outermost: it is no operand.
FORMS = ("statement", "drop", "condition", "expression")


def rewrite(text, edits):
    """The text with all edits. Its lines stay where they are, so that a compiler's complaint tells the place."""
    edits = sorted(edits, key=lambda e: (e.begin, -e.end, FORMS.index(e.mutant.form), e.number))
    for at, edit in enumerate(edits):
        for other in edits[at + 1:]:
            if not nests(edit, other):
                raise Clash(f"{edit.mutant.key} and {other.mutant.key}")

    def render(begin, end, inside):
        out, at = [], begin
        while inside:
            outer, rest = inside[0], inside[1:]
            held = [e for e in rest if e.begin >= outer.begin and e.end <= outer.end]
            inside = rest[len(held):]
            out += [text[at:outer.begin], outer.wrap(render(outer.begin, outer.end, held))]
            at = outer.end
        return "".join(out) + text[at:end]

    return render(0, len(text), edits)


def touched_lines(text, mutant):
    return range(source.line_of(text, mutant.begin), source.line_of(text, mutant.end - 1) + 1)
