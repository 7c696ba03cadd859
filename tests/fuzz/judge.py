"""Runs a case in a scratch directory and says what is wrong with how the program took it."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

PATIENCE = 10  # seconds
MOST_BYTES = 8192  # of an error
NON_FINITE = re.compile(r"finite|infinit|\bInf\b|NaN|overflow|too large for", re.IGNORECASE)


class Ended:
    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds


def run(words, folder, patience):
    """None where it does not end."""
    began = time.monotonic()
    process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        out, err = process.communicate(timeout=patience)
        return Ended(process.returncode, out, err, time.monotonic() - began)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None


def snapshot(folder):
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def words_of(systole, case):
    if not case.shell:
        return [systole, *case.arguments]
    return ["sh", "-c", f'exec "$@" {case.shell}', "sh", systole, *case.arguments]


def complaint_about_error(ended):
    try:
        text = ended.err.decode()
    except UnicodeDecodeError:
        return "stderr is not UTF-8"
    if "internal error" in text:
        return "internal error"
    if len(ended.err) > MOST_BYTES:
        return f"{len(ended.err)} bytes on stderr"
    return None


def complaint_about_code(case, ended):
    text = ended.err.decode(errors="replace")
    is_silent = "2>" in case.shell
    if ended.code == 2:
        if not is_silent and (text.count("\n") != 1 or not text.endswith("\n")):
            return "not one line on stderr"
        return None if is_silent or "error: " in text else "no error is told"
    if ended.code == 3:
        return None if is_silent or NON_FINITE.search(text) or case.kind == "points" else "a wrong result for no reason that is told"
    if ended.code == 4:
        return None if case.command == "sweep" else "exit code 4 of no sweep"
    return None if ended.code == 0 else f"exit code {ended.code}"


def is_within(path, makes):
    return any(made == "*" or path == made or path.startswith(made + "/") for made in makes)


def complaint_about_files(case, ended, before, after):
    for path in after:
        if ".partial" in path and path not in before:
            return f"left {path}"
    changed = sorted(path for path in {*before, *after} if before.get(path, 0) != after.get(path, 0))
    is_full = "full" in case.shell  # what was told to nobody is done all the same
    if ended.code == 2 and not is_full:
        # A sweep that fails later keeps what it has.
        changed = [] if case.command == "sweep" else changed
        return f"changed {changed[:3]} and failed" if changed else None
    stray = [path for path in changed if not is_within(path, case.makes)]
    return f"made {stray[:3]}" if stray else None


def complaint_about_results(folder):
    for path in folder.glob("out/*.json"):
        try:
            json.loads(path.read_bytes().decode())
        except ValueError as error:
            return f"{path.name}: {error}"
    return None


def explained(case):
    """The same question, nothing simulated: a long simulation is no hang."""
    if case.command == "run":
        kept = [word for word in case.arguments[1:] if word not in ("--no-check", "--exact-step", "--audit", "--show")]
        for option in ("--out", "--jobs", "--objective", "--seed", "--trace", "--trace-window", "--dump"):
            while option in kept:
                del kept[kept.index(option):kept.index(option) + 2]
        return ["explain", *kept]
    return None


def judge(systole, case, folder):
    """The exit code, or what stands for it, and what is wrong, or None."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    before = snapshot(folder)
    ended = run(words_of(systole, case), folder, PATIENCE)
    if ended is None:
        words = explained(case)
        if words and run([systole, *words], folder, PATIENCE) is not None:
            return "long", None
        return "none", f"no end within {PATIENCE} s"
    wrong = (complaint_about_error(ended) or complaint_about_code(case, ended) or complaint_about_files(case, ended, before, snapshot(folder))
             or complaint_about_results(folder))
    return str(ended.code), wrong and f"{wrong}: {ended.err[-400:].decode(errors='replace').strip()}"


def save(case, folder, systole):
    """The case as files, and as a line for a shell."""
    folder = pathlib.Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    words = " ".join("'" + os.fsdecode(word).replace("'", "'\\''") + "'" for word in [systole, *case.arguments])
    (folder / "command").write_bytes(os.fsencode(f"{words} {case.shell}\n"))
