"""What a token may be changed into: one list of replacements for each kind of token."""

import re

BINARY = {
    "<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"], "==": ["!="], "!=": ["=="],
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["/"], "<<": [">>"], ">>": ["<<"],
    "&": ["|"], "|": ["&"], "^": ["|"], "&&": ["||"], "||": ["&&"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "%=": ["/="], "|=": ["&="], "&=": ["|="],
    "<<=": [">>="], ">>=": ["<<="],
}
UNARY = {"++": ["--"], "--": ["++"], "-": [""], "~": [""]}
CALLS = {"min": ["max"], "max": ["min"]}
BOOLEANS = {"true": ["false"], "false": ["true"]}

INTEGER = re.compile(r"(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9][0-9']*)([uUlLzZ]*)")
FLOAT = re.compile(r"([0-9']*\.?[0-9']*(?:[eE][+-]?[0-9]+)?)([fFlL]?)")


def integers(text):
    """One more, one less, and nothing."""
    match = INTEGER.fullmatch(text)
    if not match:
        return []
    digits = match[1].replace("'", "")
    octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    value = int(digits, 8 if octal else 0)
    return [f"{other}{match[2]}" for other in dict.fromkeys((value + 1, value - 1, 0)) if 0 <= other != value]


def floats(text):
    """Twice as much; of nothing, one."""
    match = FLOAT.fullmatch(text)
    if not match or not match[1].strip(".'"):
        return []
    value = float(match[1].replace("'", ""))
    return [f"{2 * value if value else 1.0!r}{match[2]}"]


def neighbours(name, names):
    """The next and the one before in a ring of names."""
    at = names.index(name)
    ring = [names[(at + 1) % len(names)], names[at - 1]]
    return [other for other in dict.fromkeys(ring) if other != name]
