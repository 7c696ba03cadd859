#!/usr/bin/env python3
"""'systole sweep --executor slurm' on a real Slurm of one node: sweep.py PATH/TO/systole [unittest options]. Says that it
is skipped, and why, where there can be none."""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
import cluster  # noqa: E402
import run  # noqa: E402
from sweep_case import SHAPES, SLOW, SLOW_WORKLOAD, SweepTest  # noqa: E402

SKIPPED = 77
SLURM = None
LONG = "arch: tiny_2x2\nworkload: w.yaml\naxes: {layer: [a, b]}\ncheck: false\n"
LONG_WORKLOAD = "layers: [{name: a, type: gemm, m: 2000, n: 1000, k: 1000}, {name: b, type: gemm, m: 4, n: 4, k: 4}]"


class SlurmTest(SweepTest):
    def setUp(self):
        super().setUp()
        os.environ.update(SLURM.environment)

    def tearDown(self):
        SLURM.command("scancel", "--user=root")
        SLURM.wait_for(lambda: not self.queue(), "empty queue")

    def queue(self):
        return SLURM.command("squeue", "-h", "-r", "-o", "%i %T").stdout.split("\n")[:-1]

    def slurm(self, text, *options, **keywords):
        return self.sweep(text, "--executor", "slurm", *options, **keywords)

    def job(self, number, key):
        text = SLURM.command("scontrol", "show", "job", number).stdout
        return {word.partition("=")[2] for word in text.split() if word.partition("=")[0] == key}


class Sweeps(SlurmTest):
    def test_the_same_files_as_on_this_machine(self):
        done = self.slurm(SHAPES, out="there")
        self.assertIn("shapes: 16 points\nsubmitted to Slurm as job ", done.stdout)
        self.assertEqual(done.stderr, "")
        self.sweep(SHAPES, out="here")
        self.assertEqual(self.bytes("there"), self.bytes("here"))
        for path in (self.dir / "here/points").iterdir():
            if path.name.count(".") == 1:
                self.assertEqual((self.dir / "there/points" / path.name).read_bytes(), path.read_bytes())
        self.assertEqual(set(self.files("there")), set(self.files("here")))
        self.assertEqual(list((self.dir / "there/slurm").iterdir()), [])

    def test_what_is_done_is_not_submitted_again(self):
        self.sweep(SHAPES)
        files = self.files()
        self.assertNotIn("submitted", self.slurm(SHAPES).stdout)
        done = self.slurm(SHAPES.replace("[2, 4]", "[2, 3, 4]"))
        self.assertIn("24 points, 8 still to run\nsubmitted", done.stdout)
        self.assertEqual({name: self.files()[name] for name in files}, files)
        self.assertEqual(len(self.rows()), 48)
        self.sweep(SHAPES)
        self.assertEqual(len(self.rows()), 32)

    def test_returns_at_once_and_is_collected_later(self):
        text = SHAPES + "slurm: {wait: false, throttle: 1}\n"
        self.sweep(SHAPES, out="calm")
        done = self.slurm(text)
        self.assertRegex(done.stdout, r"1\d of 16 points are in Slurm's queue; collect them by: systole sweep out\n")
        self.assertEqual(self.slurm(text).stdout.count("submitted"), 0, "they are queued already")
        self.write("here.yaml", text)
        refused = self.systole("sweep", "here.yaml", "--out", "out")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--executor: error: Slurm still works on ", refused.stderr)
        (self.dir / "sweep.yaml").unlink()
        early = self.systole("sweep", "out")
        self.assertEqual((early.returncode, early.stderr), (4, ""))
        SLURM.wait_for(lambda: not self.queue(), "empty queue")
        self.assertEqual(self.run_good("sweep", "out").count("collect them"), 0)
        self.assertEqual(self.bytes(), self.bytes("calm"))

    def test_what_the_sweep_says_reaches_slurm(self):
        self.write("w.yaml", LONG_WORKLOAD)
        text = LONG + ("slurm: {partition: work, time: 0:07:30, memory: 300MiB, throttle: 2, wait: false, options: [--hold, --comment=mine]}")
        number = self.slurm(text).stdout.split("job ")[1].split()[0]
        self.assertEqual(self.job(number, "Partition"), {"work"})
        self.assertEqual(self.job(number, "TimeLimit"), {"00:08:00"})  # Slurm counts whole minutes
        self.assertEqual(self.job(number, "MinMemoryNode"), {"300M"})
        self.assertEqual(self.job(number, "ArrayTaskThrottle"), {"2"})
        self.assertEqual(self.job(number, "Comment"), {"mine"})

    def test_more_points_than_an_array_holds(self):
        global SLURM
        outer = SLURM
        with tempfile.TemporaryDirectory() as folder, cluster.Cluster(folder, max_array=7) as SLURM:
            try:
                os.environ.update(SLURM.environment)
                done = self.slurm(SHAPES + "slurm: {throttle: 2}\n")
                self.assertRegex(done.stdout, r"submitted to Slurm as jobs 1, \d+, \d+\n")
                self.assertEqual(len(self.rows()), 32)
            finally:
                SLURM = outer

    def test_mistakes_are_slurms_words(self):
        self.write("sweep.yaml", SHAPES + "slurm: {partition: none}\n")
        done = self.systole("sweep", "sweep.yaml", "--out", "out", "--executor", "slurm")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
        self.assertRegex(done.stderr, "^--executor: error: sbatch: .*invalid partition")


class Endings(SlurmTest):
    def test_killed_at_any_moment_it_resumes(self):
        self.write("slow.yaml", SLOW_WORKLOAD)
        self.sweep(SLOW, "--jobs", "2", out="calm")
        command = [run.SYSTOLE, "sweep", "sweep.yaml", "--out", "wild", "--executor", "slurm"]
        moments, kills = random.Random(1), 0
        for _ in range(6):
            process = subprocess.Popen(command, cwd=self.dir, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(moments.uniform(0, 0.6))
            kills += process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.assertGreaterEqual(kills, 3, "it must be killed while it works")
        self.slurm(SLOW, out="wild")
        self.assertEqual(self.bytes("wild"), self.bytes("calm"))
        self.assertEqual([name for name in self.files("wild") if name.endswith(".partial")], [])

    def test_points_that_take_too_long(self):
        self.write("w.yaml", LONG_WORKLOAD)
        done = self.slurm(LONG, "--point-timeout", "0.5", code=4)
        self.assertIn("timeout layer a: no result within 0.5 s", done.stdout)
        self.assertEqual([row["layer"] for row in self.rows()], ["b"])
        self.assertNotIn("submitted", self.slurm(LONG, code=4).stdout)
        done = self.slurm(LONG, "--retry-failed", "--point-timeout", "0.7", code=4)
        self.assertIn("no result within 0.7 s", done.stdout)

    def test_what_slurm_ends_for_its_time_is_a_failure(self):
        self.write("w.yaml", LONG_WORKLOAD)
        number = self.slurm(LONG + "slurm: {wait: false, time: 20}").stdout.split("job ")[1].split()[0]
        self.wait_for_running()
        # as if the task had not noticed that its time is over
        SLURM.command("scontrol", "update", f"jobid={number}_0", "EndTime=now+1")
        SLURM.wait_for(lambda: not self.queue(), "empty queue", 150)
        done = self.systole("sweep", "out")
        self.assertEqual(done.returncode, 4)
        self.assertIn("timeout layer a: no result within the time that Slurm gave it", done.stdout)

    def test_a_point_told_to_end_before_its_task_is_no_failure(self):
        self.write("w.yaml", LONG_WORKLOAD)
        self.slurm(LONG + "slurm: {wait: false}")
        self.wait_for_running()
        SLURM.wait_for(self.processes_of_points, "process of layer a")
        for process in self.processes_of_points():
            os.kill(process, signal.SIGTERM)
        SLURM.wait_for(lambda: not self.queue(), "empty queue")
        done = self.systole("sweep", "out")
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stderr, "[12] of 2 points are still to run")  # layer b may have been under way as well
        self.assertNotIn("crash", done.stdout)

    def test_a_task_that_cannot_start_is_a_failure_with_its_words(self):
        self.write("w.yaml", LONG_WORKLOAD)
        program = pathlib.Path(shutil.copy(run.SYSTOLE, self.dir / "copy"))
        self.write("sweep.yaml", LONG + "slurm: {wait: false, options: [--hold]}")
        subprocess.run([program, "sweep", "sweep.yaml", "--out", "out", "--executor", "slurm"], cwd=self.dir, check=True, capture_output=True)
        program.unlink()
        SLURM.command("scontrol", "release", self.queue()[0].split("_")[0])
        SLURM.wait_for(lambda: not self.queue(), "empty queue")
        done = self.systole("sweep", "out")
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stdout, "crash layer a: .*/copy: not found")

    def test_cancelled_points_run_again(self):
        self.write("w.yaml", LONG_WORKLOAD)
        text = LONG + "slurm: {wait: false, throttle: 1}"
        self.slurm(text)
        self.wait_for_running()
        SLURM.command("scancel", "--user=root")
        SLURM.wait_for(lambda: not self.queue(), "empty queue")
        done = self.systole("sweep", "out")
        self.assertEqual(done.returncode, 4)
        self.assertIn("2 of 2 points are still to run", done.stderr)
        self.assertIn("submitted", self.slurm(text).stdout)

    def processes_of_points(self):
        """A point's process is the child of its task's, whose command line it has."""
        def is_task(process):
            return b"simulate-task" in (process / "cmdline").read_bytes()

        def belongs(process):
            try:
                parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
                return is_task(process) and is_task(pathlib.Path("/proc") / parent) and (process / "cwd").readlink() == self.dir / "out"
            except OSError:
                return False  # it has ended
        return [int(process.name) for process in pathlib.Path("/proc").iterdir() if process.name.isdigit() and belongs(process)]

    def wait_for_running(self):
        SLURM.wait_for(lambda: any("RUNNING" in one for one in self.queue()), "running task")

    def test_an_interrupted_wait_leaves_the_queue_alone(self):
        self.write("w.yaml", LONG_WORKLOAD)
        self.write("sweep.yaml", LONG)
        process = subprocess.Popen([run.SYSTOLE, "sweep", "sweep.yaml", "--out", "out", "--executor", "slurm"], cwd=self.dir,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.wait_for_running()
        process.send_signal(signal.SIGINT)
        self.assertIn("Slurm goes on, and 'systole sweep out' collects", process.communicate(timeout=20)[1])
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertTrue(self.queue())


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    reason = cluster.missing()
    if reason:
        print(f"skipped: no Slurm for the test: {reason}")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as scratch, cluster.Cluster(scratch) as SLURM:
        unittest.main()
