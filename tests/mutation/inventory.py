"""All mutants of the rooms, file by file, remembered as long as no file that is included changes."""

import hashlib
import json
import re
from concurrent.futures import ProcessPoolExecutor

from . import sites, source

ROOMS = ("models", "sim/lowering", "sim/mapping", "sim/energy")
AS_CLANG = ("-D__builtin_shuffle(a,...)=(a)",)  # what g++ alone has
INCLUDE = re.compile(r'^\s*#include "([^"]+)"', re.MULTILINE)


def files(root):
    """The sources that are mutated, relative to the root."""
    found = [path for room in ROOMS for path in (root / room).rglob("*") if path.suffix in (".cpp", ".h")]
    return sorted(str(path.relative_to(root)) for path in found)


class Digests:
    """What a file and all that it includes of the tree say, as a hash."""
    def __init__(self, root):
        self.root, self.included = root, {}

    def closure(self, file):
        seen, open_ = set(), [file]
        while open_:
            name = open_.pop()
            if name in seen or not (self.root / name).is_file():
                continue
            seen.add(name)
            if name not in self.included:
                self.included[name] = INCLUDE.findall(source.read(self.root / name))
            open_ += self.included[name]
        return sorted(seen)

    def of(self, file, *more):
        digest = hashlib.sha256("|".join(more).encode())
        for name in self.closure(file):
            digest.update(name.encode() + b"\0" + (self.root / name).read_bytes())
        return digest.hexdigest()


def tool_digest():
    here = sites.__file__.rsplit("/", 1)[0]
    return "".join(hashlib.sha256(open(f"{here}/{name}", "rb").read()).hexdigest() for name in ("sites.py", "operators.py", "source.py"))


def mutants_of(root, file, flags, cached):
    if cached.exists():
        return [sites.Mutant(*row) for row in json.loads(cached.read_text())]
    found = sites.find(root, file, [*flags, *AS_CLANG])
    cached.parent.mkdir(parents=True, exist_ok=True)
    cached.write_text(json.dumps(found))
    return found


def collect(root, workspace, flags, jobs):
    """Every mutant of every file, and the complaints about files that cannot be parsed."""
    digests, tool = Digests(root), tool_digest()
    tasks = [(root, file, flags, workspace / "sites" / f"{digests.of(file, tool, *flags)}.json") for file in files(root)]
    found, complaints = [], []
    with ProcessPoolExecutor(jobs) as pool:
        for future in [pool.submit(mutants_of, *task) for task in tasks]:
            try:
                found += future.result()
            except ValueError as error:
                complaints.append(str(error))
    return found, complaints
