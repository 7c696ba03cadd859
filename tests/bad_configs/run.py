#!/usr/bin/env python3
"""Runs `systole run` on every bad input: exit code 2, one expected line, no crash, no wait, nothing left behind.

    run.py SYSTOLE

The first line of each file states its message: "# expect: LINE:COL: error: ...", or "# expect: error: ..." where there
is no line; a message that ends in "..." is a beginning. What is too large, binary or no file at all is made here.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
LIMIT_SECONDS = 2
NO_MOUNT = 77

GOOD_ARCH = """pe_array: {rows: 2, cols: 2}
buffers:
  input: {size: 1KiB, banks: 2}
  weight: {size: 1KiB, banks: 2}
  output: {size: 1KiB, banks: 2}
"""
GOOD_WORKLOAD = "layers:\n  - {name: a, type: gemm, m: 2, n: 2, k: 2}\n"

# Mounts a small file system that no one else sees, runs the rest of the line, and lists what is left on it.
IN_MOUNT = """mount -t tmpfs -o "$1" tmpfs mounted 2>/dev/null || exit 77
shift; "$@"; code=$?; ls -A mounted > listing; exit $code"""


class Suite:
    def __init__(self, systole, scratch):
        self.systole = systole
        self.scratch = scratch
        self.arch = scratch / "good_arch.yaml"
        self.arch.write_text(GOOD_ARCH)
        self.workload = scratch / "good_workload.yaml"
        self.workload.write_text(GOOD_WORKLOAD)
        self.count = 0
        self.failures = []

    def check(self, name, expected, arch=None, workload=None, options=(), before=(), may_skip=False):
        """Runs one case in a directory of its own, which must stay empty."""
        self.count += 1
        cwd = self.scratch / f"case_{self.count}"
        cwd.mkdir()
        (cwd / "mounted").mkdir()
        line = [*before, self.systole, "run", "--arch", str(arch or self.arch)]
        line += ["--workload", str(workload or self.workload), *options]
        start = time.monotonic()
        try:
            done = subprocess.run(line, cwd=cwd, capture_output=True, timeout=30, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            self.failures.append(f"{name}: no end within 30 s")
            return
        seconds = time.monotonic() - start
        if may_skip and (done.returncode == NO_MOUNT or done.stderr.startswith(b"unshare:")):
            print(f"{name}: skipped, no file system can be mounted here")
            return
        for problem in self.problems(cwd, done, seconds, expected):
            self.failures.append(f"{name}: {problem}")

    @staticmethod
    def problems(cwd, done, seconds, expected):
        stderr = done.stderr.decode(errors="replace")
        if done.returncode != 2:
            yield f"exit code {done.returncode}, not 2; stderr {stderr[:300]!r}"
        elif stderr.count("\n") != 1 or not stderr.endswith("\n"):
            yield f"not one line: {stderr[:600]!r}"
        elif expected.endswith("..."):
            if not stderr.startswith(expected[:-3]):
                yield f"said {stderr!r}\n    expected {expected!r}"
        elif stderr[:-1] != expected:
            yield f"said {stderr!r}\n    expected {expected!r}"
        if done.stdout:
            yield f"stdout is not empty: {done.stdout[:200]!r}"
        if seconds > LIMIT_SECONDS:
            yield f"took {seconds:.1f} s"
        left = sorted(path.name for path in cwd.rglob("*") if path.name not in ("mounted", "listing"))
        listing = cwd / "listing"
        left += listing.read_text().split() if listing.exists() else []
        if left:
            yield f"left behind: {left}"

    def check_file(self, path, expected):
        """A bad architecture, an energy table, or a workload that is bad in itself or (run_...) on the good architecture."""
        separator = ":" if expected[0].isdigit() else ": "
        message = f"{path}{separator}{expected}"
        if path.name.startswith("energy"):
            self.check(path.name, message, options=("--set", f"energy={path}"))
        else:
            self.check(path.name, message, **{"arch" if path.name.startswith("arch") else "workload": path})

    def made(self, name, content):
        path = self.scratch / name
        path.write_bytes(content)
        return path


def committed(suite):
    files = sorted(HERE.glob("*.yaml"))
    for path in files:
        first = path.read_text().partition("\n")[0]
        if not first.startswith("# expect: "):
            suite.failures.append(f"{path.name}: its first line states no message")
            continue
        suite.check_file(path, first[len("# expect: "):])
    return len(files)


def no_text(suite):
    """Empty, binary, huge and deeply nested files."""
    million = 1 << 20
    too_large = "error: is larger than 1 MiB, legal: a YAML file of up to 1 MiB"
    binary = "a binary file, legal: YAML in UTF-8"
    deep = "error: nested more than 32 deep"
    nowhere = "error: not YAML: ..."
    for name, content, expected in [
        ("arch_empty.yaml", b"", "error: is empty, legal: a map of keys to values"),
        ("arch_nul.yaml", b"name: a\0b\n", f"error: byte 7 is 0x00: {binary}"),
        ("arch_elf.yaml", b"\x7fELF\x02\x01\x01", f"error: byte 0 is 0x7f: {binary}"),
        ("arch_latin1.yaml", b"name: caf\xe9\n", f"error: byte 9 is 0xe9: {binary}"),
        ("arch_utf16.yaml", "name: a".encode("utf-16"), f"error: byte 0 is 0xff: {binary}"),
        ("workload_brackets_10_mb.yaml", b"[" * (10 * million), too_large),
        ("workload_brackets_3_mb.yaml", b"[" * (3 * million), too_large),
        ("workload_brackets.yaml", b"[" * million, f"1:33: {deep}"),
        ("workload_braces.yaml", b"{a: " * (million // 4), f"1:129: {deep}"),
        ("workload_bracket_lines.yaml", b"[\n" * (million // 2), f"33:1: {deep}"),
        ("workload_hidden_brackets.yaml", b'["]",' * (million // 5), f"1:81: {deep}"),
        ("workload_dashes.yaml", b"- " * (million // 2), f"1:65: {deep}"),
        ("workload_questions.yaml", b"? " * (million // 2), f"1:65: {deep}"),
        ("workload_long_word.yaml", b"a" * million, "1:1: error: the file is 'aaa..."),
        ("workload_open_quote.yaml", b'"' + b"a" * (million - 1), f"1:{million + 1}: {nowhere}"),
        ("workload_commas.yaml", b"[" + b"," * (million - 1), "1:..."),
        ("workload_many_values.yaml", b"layers:\n" + b"- 1\n" * 250000, "199999:3: error: more than 200000 values in a file"),
    ]:
        suite.check_file(suite.made(name, content), expected)


def no_file(suite):
    missing = suite.scratch / "missing.yaml"
    folder = suite.scratch / "folder.yaml"
    folder.mkdir()
    pipe = suite.scratch / "pipe.yaml"
    os.mkfifo(pipe)
    suite.check("missing file", f"{missing}: error: no such file", arch=missing)
    suite.check("directory", f"{folder}: error: is a directory, legal: a YAML file", workload=folder)
    suite.check("pipe", f"{pipe}: error: is not a regular file, legal: a YAML file", workload=pipe)
    suite.check("unknown name", "edge_16x61: error: no such architecture, did you mean 'edge_16x16'? legal: ...",
                arch="edge_16x61")
    if os.geteuid() != 0:
        secret = suite.made("arch_secret.yaml", GOOD_ARCH.encode())
        secret.chmod(0)
        suite.check("unreadable file", f"{secret}: error: cannot be read: Permission denied", arch=secret)
    else:
        print("unreadable file: skipped, root reads everything")


def options(suite):
    for option, value, expected in [
        ("--set", "pe_array.rwos=3", "pe_array.rwos: unknown key, did you mean 'rows'? legal: ..."),
        ("--set", "pe_array.rows=0", "pe_array.rows: got '0', legal: an integer from 1 to 1024"),
        ("--set", "pe_array.rows=", "pe_array.rows: got nothing, legal: an integer from 1 to 1024"),
        ("--set", "pe_array.rows.x=1", "pe_array.rows.x: no key 'x' under '2', legal: ..."),
        ("--set", "pe_array={rows: 2", "pe_array: not YAML: ..."),
        ("--set", "dram.gbps=fast", "dram.gbps: got 'fast', legal: ..."),
        ("--set", "buffers.input.size=1000",
         "buffers.input.size: got 1000 bytes, legal: a multiple of slots * banks * width_bits / 8 = 2 * 2 * 8 = 32"),
        ("--layer", "b", "no layer 'b' in good_workload, legal: a"),
        ("--layer", "b*", "no layer 'b*' in good_workload, legal: a"),
        ("--algorithm", "magic", "got 'magic', legal: ..."),
        ("--dataflow", "input", "got 'input', did you mean 'input_stationary'? legal: ..."),
    ]:
        suite.check(f"{option} {value}", f"{option}: error: {expected}", options=[option, value])
    for values, expected in [
        (["dram.gbps=5", "dram=ideal"], "dram: replaces dram.gbps given before it, legal: the map first, then keys in it"),
    ]:
        given = [text for value in values for text in ("--set", value)]
        suite.check(" ".join(given), f"--set: error: {expected}", options=given)


def results(suite):
    """A results directory that cannot be written, or not to the end."""
    plain = suite.made("plain_file", b"")
    suite.check("results under a file", "--out: error: ...", options=["--out", str(plain / "out")])
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    for name, mount_options in [("results directory read-only", "ro"), ("disk full", "size=4k")]:
        suite.check(name, "--out: error: ...", options=["--out", "mounted/out"], may_skip=True,
                    before=[*unshare, "sh", "-c", IN_MOUNT, "sh", mount_options])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        suite = Suite(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(folder))
        if committed(suite) < 40:
            suite.failures.append("fewer than 40 files")
        no_text(suite)
        no_file(suite)
        options(suite)
        results(suite)
    for failure in suite.failures:
        print("FAIL", failure)
    print(f"{suite.count} cases, {len(suite.failures)} failures")
    sys.exit(1 if suite.failures else 0)


main()
