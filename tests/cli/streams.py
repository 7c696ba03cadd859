#!/usr/bin/env python3
"""Streams that are closed or full, disks that fill, limits of files, arguments that are no text: streams.py PATH/TO/systole [unittest options]."""
import csv
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time
import unittest

import run
from run import TINY
from sweep_case import SweepTest

GEMM = [*TINY, "--layer", "gemm"]
TEXT = "name: s\narch: tiny_2x2\nworkload: tiny\nlayers: gemm\naxes: {pe_array.rows: [2, 3, 4]}\n"
# Mounts a small file system that no one else sees and runs the rest of the line in it.
IN_MOUNT = """mkdir mounted && mount -t tmpfs -o size="$1" tmpfs mounted 2>/dev/null || exit 77
shift; "$@"; code=$?; cp -r mounted after; exit $code"""


class StreamsTest(SweepTest):
    def shell(self, redirections, *arguments):
        return subprocess.run(["sh", "-c", f'exec "$@" {redirections}', "sh", run.SYSTOLE, *map(str, arguments)], cwd=self.dir, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=60)

    def limited(self, limit, *arguments):
        return subprocess.run([run.SYSTOLE, *map(str, arguments)], cwd=self.dir, text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))

    def left(self):
        return sorted(str(path.relative_to(self.dir)) for path in self.dir.rglob("*"))


class Streams(StreamsTest):
    def test_what_is_printed_lands_in_no_file_of_ours(self):
        self.write("sweep.yaml", TEXT)
        for closed in (">&-", "2>&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"):
            with self.subTest(closed=closed):
                self.assertEqual(self.shell(closed, "sweep", "sweep.yaml", "--out", "s").returncode, 0)
                self.assertEqual((self.dir / "s/.lock").read_bytes(), b"")
                self.assertEqual(self.shell(closed, "run", *GEMM, "--out", "r").returncode, 0)
                json.loads((self.dir / "r/results.json").read_text())
                self.assertEqual(self.shell(closed, "run", "--arch", "none", "--workload", "tiny").returncode, 2)
        self.assertEqual(self.json("s")["points"][0]["status"], "done")

    def test_a_full_stdout_is_told_in_one_line(self):
        self.write("sweep.yaml", TEXT)
        self.results(*GEMM, out="a")
        for arguments in (["version"], ["--help"], ["run", "--help"], ["list", "archs"], ["schema", "sweep"], ["schema", "arch"], ["explain", "--arch", "edge_16x16", "--workload", "resnet50"],
                          ["run", *GEMM, "--out", "r"], ["compare", "a", "a"], ["report", "a"], ["sweep", "sweep.yaml", "--out", "s"]):
            with self.subTest(arguments=arguments):
                done = self.shell(">/dev/full", *arguments)
                self.assertEqual((done.returncode, done.stderr), (2, "stdout: error: No space left on device\n"))

    def test_a_full_stderr_changes_no_code(self):
        self.write("f.csv", "Layer, M, N, K\na, 3, 4, 5,\n")
        for arguments, code in ((["version"], 0), (["run", *GEMM, "--out", "r"], 0), (["rum"], 2), (["import", "scalesim", "f.csv", "--out", "o.yaml"], 0),
                                (["sweep", "s"], 2)):
            for stream in ("2>/dev/full", "2>&-"):
                with self.subTest(arguments=arguments, stream=stream):
                    done = self.shell(stream, *arguments)
                    self.assertEqual(done.returncode, code)
                    self.assertNotIn("E549", done.stdout + done.stderr)


class Room(StreamsTest):
    def test_a_file_that_may_not_grow_is_an_error(self):
        done = self.limited(4096, "run", *GEMM, "--out", "r")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
        self.assertIn("File too large", done.stderr)
        self.assertEqual(self.left(), [])
        done = self.limited(1 << 18, "run", *GEMM, "--trace", "vcd", "--out", "r")
        self.assertEqual((done.returncode, self.left()), (2, []))
        self.results(*GEMM, out="a")
        before = self.left()
        for arguments in (["compare", "a", "a", "--csv", "c.csv"], ["compare", "a", "a", "--html", "h.html"]):
            done = self.limited(100, *arguments)
            self.assertEqual((done.returncode, done.stderr.count("\n"), self.left()), (2, 1, before), done.stderr)

    def test_too_few_open_files_are_told(self):
        self.skip_if_sanitized("the sanitizers open files of their own")
        self.write("sweep.yaml", TEXT)
        for files in (4, 5):
            for arguments in (["run", *GEMM, "--layer", "fc", "--jobs", "2", "--out", "r"], ["sweep", "sweep.yaml", "--out", "s"]):
                with self.subTest(files=files, arguments=arguments):
                    done = subprocess.run(["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", run.SYSTOLE, *arguments], cwd=self.dir, text=True, capture_output=True,
                                          stdin=subprocess.DEVNULL, timeout=60)
                    self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
                    self.assertIn("Too many open files", done.stderr)
                    self.assertFalse((self.dir / "r").exists())

    def test_too_little_memory_is_told(self):
        self.skip_if_sanitized("the address sanitizer takes more address space than any limit leaves")
        self.write("w.yaml", "layers: [{name: b, type: gemm, m: 16384, n: 16384, k: 1}]")
        limit = 900 << 20
        done = subprocess.run([run.SYSTOLE, "run", "--arch", "edge_16x16", "--workload", "w.yaml", "--no-check"], cwd=self.dir, text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=100, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
        self.assertIn("error: out of memory", done.stderr)
        self.assertEqual(self.left(), ["w.yaml"])

    def check_unwritten(self, done, words):
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
        self.assertIn(words, done.stderr)
        self.assertIn("the point stays to be run", done.stderr)

    def test_a_point_that_cannot_be_written_stays_to_be_run(self):
        self.write("sweep.yaml", TEXT)
        done = self.limited(9000, "sweep", "sweep.yaml", "--out", "s")
        self.check_unwritten(done, "File too large")
        self.assertEqual([name for name in self.left() if "failed" in name or "partial" in name], [])
        done = self.run_good("sweep", "sweep.yaml", "--out", "s")
        self.assertIn("3 points, 3 still to run" if "still" in done else "3 points\n", done)
        self.assertEqual({point["status"] for point in self.json("s")["points"]}, {"done"})

    def submitted_point(self):
        """One point of a sweep that Slurm was to simulate: its hash, its results and what its task is told."""
        self.sweep(TEXT, out="s")
        point = self.json("s")["points"][0]["point"]
        path = self.dir / "s/points" / (point + ".json")
        results = json.loads(path.read_text())
        path.unlink()
        identity = {key: results[key] for key in ("tool", "seed", "check", "fp64", "arch", "workload", "energy")}
        told = {"run": point, "workload_path": "w", "identity": identity}
        (self.dir / "s/slurm/s-0badcafe").mkdir(parents=True)
        self.write("s/slurm/s-0badcafe/points.json", json.dumps({"points": [point], "seconds": None, "memory_bytes": None}))
        self.write(f"s/slurm/s-0badcafe/{point}.json", json.dumps(told))
        os.environ["SLURM_ARRAY_TASK_ID"] = "0"
        self.addCleanup(os.environ.pop, "SLURM_ARRAY_TASK_ID")
        return point, results, told

    def test_a_task_of_slurm_that_cannot_write_leaves_its_point_open(self):
        point, results, _ = self.submitted_point()
        done = self.limited(9000, "simulate-task", "s/slurm/s-0badcafe")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (0, 1), done.stderr)
        self.assertIn("File too large", done.stderr)
        self.assertEqual([path.name for path in (self.dir / "s/points").glob(point + "*")], [point + ".host.json"])
        self.run_good("simulate-task", "s/slurm/s-0badcafe")
        self.assertEqual(json.loads((self.dir / "s/points" / (point + ".json")).read_text()), results)

    def test_what_a_task_is_told_is_checked(self):
        point, _, told = self.submitted_point()
        for change, what in (({"identity": {}}, "identity.arch is missing"), ({"workload_path": 3}, "workload_path is 3, legal: a text"),
                             ({"identity": {**told["identity"], "arch": {"pe_array": 3}}}, "pe_array")):
            self.write(f"s/slurm/s-0badcafe/{point}.json", json.dumps({**told, **change}))
            done = self.systole("simulate-task", "s/slurm/s-0badcafe")
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
            self.assertIn(what, done.stderr)

    def test_a_disk_that_fills_during_a_sweep(self):
        self.write("sweep.yaml", TEXT)
        unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        done = subprocess.run([*unshare, "sh", "-c", IN_MOUNT, "sh", "24k", run.SYSTOLE, "sweep", "sweep.yaml", "--out", "mounted/s", "--jobs", "1"], cwd=self.dir, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
        if done.returncode == 77 or done.stderr.startswith("unshare:"):
            self.skipTest("no file system can be mounted here")
        self.check_unwritten(done, "No space left on device")
        names = [path.name for path in (self.dir / "after/s").rglob("*")]
        self.assertEqual([name for name in names if "failed" in name or "partial" in name], [])
        self.assertEqual({point["status"] for point in self.json("after/s")["points"]}, {"pending"})


class LeftOver(StreamsTest):
    def kill_a_run(self):
        command = [run.SYSTOLE, "run", "--arch", "edge_16x16", "--workload", "vgg16", "--out", "r"]
        process = subprocess.Popen(command, cwd=self.dir, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not list(self.dir.glob("r/.partial-*")) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
        return process

    def test_what_a_killed_run_left_goes_with_the_next(self):
        process = self.kill_a_run()
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertEqual(len(list(self.dir.glob("r/.partial-*"))), 1)
        time.sleep(0.2)  # its workers end with it
        self.results(*GEMM, out="r")
        self.assertEqual(sorted(path.name for path in (self.dir / "r").iterdir()), ["host.json", "report.html", "results.csv", "results.json", "summary.csv"])

    def test_arrays_of_a_killed_run_go_with_the_next(self):
        for name in (".partial-dump-abcdef", ".partial-dump-mine"):
            (self.dir / name).mkdir()
        self.run_good("run", *GEMM, "--out", "r", "--dump", "arrays/")
        self.assertEqual(sorted(path.name for path in self.dir.iterdir()), [".partial-dump-mine", "arrays", "r"])
        bad = self.write("w.yaml", "layers: [{name: a, type: gemm, m: 64, n: 64, k: 64, mapping: {tile: {m: 64, n: 64, k: 64}}}]")
        self.assert_refused("run", "--arch", "tiny_2x2", "--workload", bad, "--out", "deep/r", "--dump", "deeper/arrays", start=str(bad))
        done = self.limited(5000, "run", *GEMM, "--out", "deep/r", "--dump", "deeper/arrays")
        self.assertEqual((done.returncode, list(self.dir.glob("deep*"))), (2, []))

    def test_what_a_living_run_makes_stays(self):
        process = self.kill_a_run()
        try:
            self.results(*GEMM, out="r")
            self.assertEqual(len(list(self.dir.glob("r/.partial-*"))), 1)
        finally:
            process.kill()
            process.wait()

    def test_what_a_killed_command_left_goes_with_the_next(self):
        self.results(*GEMM, out="a")
        for name in ("c.csv.host.1234.partial", "a/report.html.host.1234.partial", "c.csv.mine.partial", "d.csv.host.1234.partial"):
            self.write(name, "part")
        self.run_good("compare", "a", "a", "--csv", "c.csv")
        self.run_good("report", "a")
        left = [path.name for path in self.dir.rglob("*.partial")]
        self.assertEqual(sorted(left), ["c.csv.mine.partial", "d.csv.host.1234.partial"])


class Words(StreamsTest):
    def test_arguments_that_are_no_text(self):
        for arguments in ([b"\xff"], [b"run", b"--arch", b"\xff.yaml", b"--workload", b"tiny"], [b"run", *map(os.fsencode, GEMM), b"--out", b"a\xc3"], [b"compare", b"\xff", b"b"],
                          [b"run", *map(os.fsencode, GEMM), b"--set", b"energy=\xff.yaml"]):
            done = subprocess.run([os.fsencode(run.SYSTOLE), *arguments], cwd=self.dir, capture_output=True, stdin=subprocess.DEVNULL)
            self.assertEqual((done.returncode, done.stderr.decode().count("\n"), self.left()), (2, 1, []), done.stderr)
            self.assertIn("legal: UTF-8", done.stderr.decode())

    def test_folders_whose_names_are_no_text(self):
        folder = pathlib.Path(os.fsdecode(os.fsencode(self.dir) + b"/\xff"))
        folder.mkdir()
        (folder / "sweep.yaml").write_text(TEXT.replace("workload: tiny", "workload: w.yaml"))
        (folder / "w.yaml").write_text("layers: [{name: gemm, type: gemm, m: 3, n: 4, k: 5}]")
        for arguments in (["run", *GEMM, "--out", "r"], ["sweep", "sweep.yaml", "--out", "s"]):
            done = subprocess.run([run.SYSTOLE, *arguments], cwd=folder, text=True, capture_output=True, stdin=subprocess.DEVNULL)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        json.loads((folder / "r/results.json").read_text())
        (folder / "w.yaml").write_text("layers: [{name: gemm, type: gemm, m: 3, n: 4, k: 5, data: {input: i.npy}}]")
        (folder / "i.npy").write_bytes(b"")
        done = subprocess.run([run.SYSTOLE, "run", "--arch", "tiny_2x2", "--workload", "w.yaml"], cwd=folder, text=True, capture_output=True, stdin=subprocess.DEVNULL)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
        self.assertIn("not UTF-8", done.stderr)

    def test_long_values_are_cut(self):
        long = "x" * 20000
        self.write("a.yaml", f"pe_array: {{rows: {long}, cols: 2}}\n")
        self.write("b.yaml", f"{long}: 3\n")
        self.write("t", "R 0x40\n" + long + "\n")
        self.write("p.yaml", f"problem: {{shape: {{name: s, dimensions: [{long}], data_spaces: []}}}}")
        self.write("f.csv", f"Layer, M, N, K\na, {long}, 4, 5,\n")
        self.write("f.cfg", f"[general]\nrun_name = {long}\n[architecture_presets]\n{long}: 4\n")
        for arguments in (["run", "--arch", long, "--workload", "tiny"], ["run", "--arch", "a.yaml", "--workload", "tiny"], ["run", "--arch", "b.yaml", "--workload", "tiny"],
                          ["run", *TINY, "--layer", long], ["run", *TINY, "--set", long], ["run", *TINY, "--set", long + "=3"], ["run", *TINY, "--set", "pe_array.rows." + long + "=3"],
                          ["run", *TINY, "--" + long], [long], ["--" + long], ["list", long], ["compare", "a", long + ":gemm"], ["dram", "--preset", "ddr4_3200", "--trace", "t"],
                          ["import", "timeloop", "p.yaml"], ["import", "scalesim", "f.csv"], ["import", "scalesim", "f.cfg"], ["sweep", long], ["report", long],
                          ["run", *TINY, "--out", long], ["run", *TINY, long]):
            with self.subTest(arguments=[word[:40] for word in arguments]):
                done = self.systole(*arguments)
                self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr[:300])
                self.assertLess(len(done.stderr), 5000)
                if arguments[0] not in ("compare", "report", "sweep") and "--out" not in arguments:
                    self.assertLess(done.stderr.count("x"), 200)

    def test_an_ellipsis_counts_characters(self):
        done = self.systole("list", "ü" * 80)
        self.assertTrue(done.stderr.startswith("list: error: got '" + "ü" * 60 + "...', legal: "), done.stderr)

    def test_names_are_no_formulas(self):
        self.results(*GEMM, out="=1+1")
        self.results(*GEMM, out="@a")
        self.run_good("compare", "=1+1", "@a", "--csv", "c.csv")
        with open(self.dir / "c.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({row["run"] for row in rows}, {"'=1+1", "'@a"})
        self.assertEqual({row["difference"] for row in rows if row["figure"] == "cycles"}, {"0"})
        self.write("=a.yaml", (pathlib.Path(run.__file__).parents[2] / "arch_configs/tiny_2x2.yaml").read_text())
        self.sweep("name: s\narch: ['=a.yaml']\nworkload: tiny\nlayers: gemm\n")
        self.assertEqual(self.rows()[0]["arch"], "'=a.yaml")


class Traces(StreamsTest):
    def test_cycles_without_end_are_refused(self):
        for cycle in (10**10 + 1, 2**62, 2**63, 2**64 - 1):
            self.write("t", f"0x40 READ 0\n0x80 READ {cycle}\n")
            self.assert_refused("dram", "--preset", "ddr4_3200", "--trace", "t", start=f"t:2:1: error: cycle {cycle}, legal: up to 10000000000")
        self.write("t", f"0x40 READ 0\n0x80 READ {2**64}\n")
        self.assert_refused("dram", "--preset", "ddr4_3200", "--trace", "t", start=f"t:2:1: error: got '0x80 READ {2**64}'")

    def test_a_trace_without_line_ends(self):
        self.assert_refused("dram", "--preset", "ddr4_3200", "--trace", "/dev/zero", start="/dev/zero:1:1: error: got '")


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
