"""Text of C++ sources, by byte offset: read as Latin-1, a character is a byte."""

import re

TOKEN = re.compile(r'R"(?P<delimiter>[^()\s]*)\(.*?\)(?P=delimiter)"|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'(?!\w)|//[^\n]*|/\*.*?\*/|\s+',
                   re.DOTALL)
DIRECTIVE = re.compile(r"^\s*#", re.MULTILINE)


def read(path):
    return path.read_bytes().decode("latin-1")


def write_if_changed(path, text):
    """Keeps the time stamp of a file that stays as it is: it is not compiled again. True if it was written."""
    data = text.encode("latin-1")
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return True


def flat(text):
    """The same code in one line, without comments."""
    def one(match):
        part = match[0]
        return part if part[0] in "R\"'" else " "
    return re.sub(" +", " ", TOKEN.sub(one, text)).strip()


def is_flat_code(text):
    """Preprocessor lines cannot be made part of a line."""
    return not DIRECTIVE.search(text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def before(text, offset):
    """The last character before `offset` that is no space."""
    head = text[:offset].rstrip()
    return head[-1:]


def after(text, offset):
    """The first character from `offset` on that is no space."""
    tail = text[offset:offset + 200].lstrip()
    return tail[:1]
