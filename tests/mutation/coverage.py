"""Which test reaches which mutant: every case once with the program as written, remembered with the build."""

import hashlib
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor

from . import suite
from .population import say


def digest_of(build, tests):
    """Of all programs and of the tests that are scripts."""
    digest = hashlib.sha256()
    programs = [p for p in build.rglob("*") if p.is_file() and p.stat().st_mode & 0o111 and "CMakeFiles" not in p.parts
                and p.suffix == ""]
    scripts = [p for p in tests.rglob("*") if p.is_file() and p.suffix in (".py", ".yaml", ".csv", ".txt")
               and "mutation" not in p.parts]
    for path in sorted(programs) + sorted(scripts):
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def record(case):
    with tempfile.NamedTemporaryFile(prefix="reached-") as reached:
        reached.truncate(suite.MOST)
        outcome = suite.run(case, {"SYSTOLE_MUTANT": "record", "SYSTOLE_MUTANT_REACHED": reached.name})
        marks = reached.read()
    return outcome, [number for number, mark in enumerate(marks) if mark]


def measure(workspace, cases, jobs):
    """case name -> {passed, cpu, wall, reached}, of these cases at least."""
    path = workspace.base / "coverage" / f"{digest_of(workspace.build, workspace.root / 'tests')}.json"
    found = json.loads(path.read_text()) if path.exists() else {}
    open_ = [case for case in cases if case.name not in found]
    if open_:
        say(f"coverage: {len(open_)} test cases")
    with ThreadPoolExecutor(jobs) as pool:
        for done, (case, (outcome, reached)) in enumerate(zip(open_, pool.map(record, open_)), 1):
            found[case.name] = {"passed": outcome.passed, "cpu": outcome.cpu, "wall": outcome.wall, "reached": reached}
            if done % 20 == 0 or done == len(open_):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(found))
            if not outcome.passed:
                say(f"{case.name} {outcome.how} with the program as written and is left out:\n{outcome.output}")
            elif done % 50 == 0:
                say(f"coverage: {done} of {len(open_)}")
    return found
