"""The tests: what CTest knows of the build of mutants, each run in a process group of its own with one mutant chosen."""

import json
import os
import signal
import subprocess
import tempfile
import time
from typing import NamedTuple

from .workspace import BuildError

# Left out: speed is no verdict on a mutant, and what needs a browser, a cluster, thousands of inputs, an installation or this very tool
# costs more than it tells.
LEFT_OUT = ("speed_guard", "slurm", "report", "plots", "mutation", "fuzz", "fuzz_selftest", "cli_install")
MOST = 1 << 16  # kMost of mutant.h
MEMORY = 12 << 30  # a mutant that allocates without end fails


class Case(NamedTuple):
    name: str
    command: list
    directory: str


class Outcome(NamedTuple):
    passed: bool
    how: str  # 'passed', 'failed', 'crashed', 'time-out'
    cpu: float
    wall: float
    output: str = ""


def cases(build):
    done = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildError(f"ctest lists no tests: {done.stderr}")
    found = []
    for test in json.loads(done.stdout)["tests"]:
        if test["name"] in LEFT_OUT or not test.get("command"):
            continue
        directory = next((p["value"] for p in test.get("properties", []) if p["name"] == "WORKING_DIRECTORY"), str(build))
        found.append(Case(test["name"], test["command"], directory))
    return found


def limited(command, cpu):
    """Limits of each process of the case; at the CPU's it is sent SIGXCPU."""
    return ["prlimit", f"--cpu={cpu}:{cpu + 5}", f"--as={MEMORY}", "--core=0", "--", *command]


def run(case, environment, cpu=3600, wall=3600.0):
    """One case; `cpu` seconds are those of one process, whatever else the machine does meanwhile."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as scratch, tempfile.TemporaryFile() as output:
        began = time.monotonic()
        process = subprocess.Popen(limited(case.command, cpu), cwd=case.directory, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                   env={**os.environ, **environment, "TMPDIR": scratch}, process_group=0)
        late = False
        try:
            status, usage = wait(process, began + wall)
        except TimeoutError:
            late = True
        finally:
            end_group(process.pid)
        if late:
            status, usage = wait(process, time.monotonic() + 60)
        output.seek(0)
        text = output.read()[-2000:].decode(errors="replace")
        return Outcome(status == 0, verdict(status, late), usage.ru_utime + usage.ru_stime, time.monotonic() - began, text)


def wait(process, until):
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.004)


def end_group(group):
    """Ends what the case has left behind."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def verdict(status, late):
    if late or status == -signal.SIGXCPU:
        return "time-out"
    return "passed" if status == 0 else "crashed" if status < 0 else "failed"
