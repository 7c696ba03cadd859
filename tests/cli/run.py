#!/usr/bin/env python3
"""Black-box tests of the program: run.py PATH/TO/systole [unittest options]."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SYSTOLE = ""
TINY = ["--arch", "tiny_2x2", "--workload", "tiny"]


class CliTest(unittest.TestCase):
    def skip_if_sanitized(self, why):
        with open(SYSTOLE, "rb") as program:
            if b"__asan_init" in program.read():
                self.skipTest(why)

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)

    def systole(self, *arguments, **environment):
        return subprocess.run([SYSTOLE, *map(str, arguments)], cwd=self.dir, text=True, timeout=120,
                              env={**os.environ, **environment}, capture_output=True, stdin=subprocess.DEVNULL)

    def run_good(self, *arguments):
        done = self.systole(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
        return done.stdout

    def assert_refused(self, *arguments, start, holds=""):
        """One line on stderr, exit code 2, nothing left behind."""
        before = sorted(self.dir.rglob("*"))
        done = self.systole(*arguments)
        self.assertEqual(done.returncode, 2, (arguments, done.stderr))
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith(start), done.stderr)
        self.assertIn(holds, done.stderr)
        self.assertEqual(sorted(self.dir.rglob("*")), before)

    def write(self, name, text):
        path = self.dir / name
        path.write_text(text)
        return path

    def results(self, *arguments, out="out"):
        self.run_good("run", *arguments, "--out", out)
        return json.loads((self.dir / out / "results.json").read_text())

    def assert_close(self, left, right):
        self.assertLessEqual(abs(left - right), 1e-9 * max(abs(left), abs(right)))


class Commands(CliTest):
    def test_version(self):
        self.assertRegex(self.run_good("version"), r"^systole \d+\.\d+\.\d+\n$")

    def test_help_tells_examples_and_exit_codes(self):
        for arguments in (["--help"], ["run", "--help"], ["explain", "--help"], ["list", "--help"], ["compare", "--help"], ["sweep", "--help"], ["report", "--help"],
                          ["schema", "--help"]):
            self.assertIn("systole", self.run_good(*arguments))
        text = self.run_good("run", "--help")
        self.assertIn("Examples:", text)
        for option in ("--arch", "--workload", "--layer", "--algorithm", "--dataflow", "--format", "--set", "--out",
                       "--seed", "--jobs", "--no-check", "--no-values", "--trace", "--trace-window", "--audit"):
            self.assertIn(option, text)

    def test_list(self):
        expected = {"archs": "tiny_2x2", "workloads": "resnet50", "algorithms": "direct",
                    "dataflows": "output_stationary", "formats": "int8", "energy": "lecture"}
        for kind, name in expected.items():
            names = [line.split()[0] for line in self.run_good("list", kind).splitlines()]
            self.assertIn(name, names)
            self.assertEqual(len(names), len(set(names)))
        self.assertNotEqual(self.run_good("list", "dram"), "")

    def test_everything_listed_can_be_used(self):
        for energy in self.run_good("list", "energy").splitlines():
            self.results(*TINY, "--layer", "gemm", "--set", "energy=" + energy.split()[0], out=energy.split()[0])
        for kind, option in (("algorithms", "--algorithm"), ("dataflows", "--dataflow")):
            for line in self.run_good("list", kind).splitlines():
                name = line.split()[0]
                results = self.results(*TINY, "--layer", "conv3x3", option, name, out=name)
                key = "algorithm_asked" if kind == "algorithms" else option[2:]
                self.assertEqual(results["layers"][0][key], name)

    def test_layers_of_a_pattern(self):
        for patterns, expected in ((["conv*"], ["conv3x3", "conv_strided_padded", "conv_odd"]), (["gemm?int8"], ["gemm_int8"]),
                                   (["fc", "gemm_[it]*"], ["gemm_transposed", "fc", "gemm_int8"])):
            options = [word for pattern in patterns for word in ("--layer", pattern)]
            layers = self.results(*TINY, *options, out="-".join(expected))["layers"]
            self.assertEqual([layer["name"] for layer in layers], expected)
        self.assertEqual(self.run_good("explain", *TINY, "--layer", "conv*").count("on tiny_2x2"), 3)

    def test_explain(self):
        text = self.run_good("explain", *TINY, "--layer", "conv3x3")
        self.assertIn("tile", text)
        self.assertIn("lower bounds", text)
        self.assertIn("bound by compute: at least ", text)
        self.assertNotIn("simulated", text)

    def test_explain_and_simulate(self):
        text = self.run_good("explain", *TINY, "--layer", "conv3x3", "--simulate")
        layer = self.results(*TINY, "--layer", "conv3x3", "--no-check")["layers"][0]
        bound = layer["bound"]["cycles"]
        self.assertEqual(bound, max(layer["bounds"].values()))
        self.assertIn(f"simulated: {layer['cycles']} cycles, {layer['cycles'] / bound:.3f} times the compute bound of {bound}\n",
                      text)
        for word in ("PE array: busy ", "; power ", " TOPS/W; EDP "):
            self.assertIn(word, text)
        self.assertEqual([line[2:] for line in text.splitlines()[1:1 + len(layer["mapping"])]], layer["mapping"])
        self.assertIn("chosen: ", "\n".join(layer["mapping"]))
        text = self.run_good("explain", *TINY, "--layer", "conv3x3", "--algorithm", "auto", "--simulate")
        self.assertEqual(text.count("simulated: "), text.count("algorithm ") - text.count(": declined, "))

    def test_mistakes_on_the_command_line(self):
        refused = [([], "systole: error: no command"), (["rum"], "rum: error: unknown command, did you mean 'run'?"),
                   (["--trace"], "--trace: error: "), (["run", *TINY, "--trace", "waves"], "--trace: error: got 'waves'"),
                   (["run", *TINY, "--job", "2"], "--job: error: unknown option, did you mean '--jobs'?"),
                   (["run", *TINY, "more"], "run: error: unexpected argument 'more'"),
                   (["run", "--arch", "tiny_2x2"], "--workload: error: missing"),
                   (["run", "--workload", "tiny"], "--arch: error: missing"),
                   (["run", *TINY, "--arch", "tiny_2x2"], "--arch: error: given more than once"),
                   (["run", *TINY, "--out"], "--out: error: needs a value"), (["list"], "list: error: got nothing"),
                   (["list", "arch"], "list: error: got 'arch', did you mean 'archs'?"),
                   (["run", *TINY, "--layer", "gem"], "--layer: error: no layer 'gem' in tiny, did you mean 'gemm'?"),
                   (["run", *TINY, "--layer", "conv9*"], "--layer: error: no layer 'conv9*' in tiny, did you mean 'conv3x3', "
                                                         "'conv_strided_padded', 'conv_odd'? legal: gemm, "),
                   (["run", *TINY, "--layer", "zebra*"], "--layer: error: no layer 'zebra*' in tiny, legal: gemm, "),
                   (["run", *TINY, "--layer", "resnet"], "--layer: error: no layer 'resnet' in tiny, legal: gemm, "),
                   (["run", *TINY, "--algorithm", "magic"], "--algorithm: error: got 'magic'"),
                   (["run", *TINY, "--dataflow", ""], "--dataflow: error: got ''"),
                   (["run", *TINY, "--format", "fp65"], "--format: error: got 'fp65'"),
                   (["run", *TINY, "--set", "pe_array.rows"], "--set: error: got 'pe_array.rows', legal: path=value"),
                   (["run", *TINY, "--set", "pe_array.row=2"], "--set: error: pe_array.row: unknown key"),
                   (["run", *TINY, "--set", "pe_array.rows=0"], "--set: error: pe_array.rows: got '0'"),
                   (["run", *TINY, "--set", "energy=nuclear"], ""),
                   (["explain", *TINY, "--layer", "x\ny"], "--layer: error: ")]
        for number in ("0", "-1", "257", "two", "", "1.5", "99999999999999999999"):
            refused.append((["run", *TINY, "--jobs", number], "--jobs: error: got "))
        refused.append((["run", *TINY, "--seed", "18446744073709551616"], "--seed: error: got "))
        for arguments, start in refused:
            with self.subTest(arguments=arguments):
                self.assert_refused(*arguments, start=start)

    def test_the_first_of_several_bad_layers_is_named_whatever_the_jobs(self):
        layer = "  - {{name: {}, type: gemm, m: 64, n: 64, k: 64{}}}\n"
        text = "name: bad\nlayers:\n" + layer.format("good", "")
        for name in ("first", "second", "third"):
            text += layer.format(name, ", algorithm: winograd")
        path = self.write("bad.yaml", text)
        for jobs in ("1", "2", "4"):
            for _ in range(5):
                self.assert_refused("run", "--arch", "tiny_2x2", "--workload", path, "--jobs", jobs,
                                    start=f"{path}: error: layer 'first': ")

    def test_a_full_standard_output_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([SYSTOLE, "version"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))


class Terminal(CliTest):
    def test_the_table_fits_and_is_plain_when_piped(self):
        long = "a_layer_with_a_name_that_is_much_longer_than_any_column_should_ever_be"
        workload = self.write("w.yaml", f"layers: [{{name: {long}, type: gemm, m: 3, n: 4, k: 5, repeat: 1000000}}]")
        text = self.run_good("run", "--arch", "tiny_2x2", "--workload", workload, "--out", "out")
        for line in text.splitlines():
            self.assertLessEqual(len(line), 110, line)
        self.assertNotIn("\033", text)
        self.assertRegex(text, r"(?m)^total .* pass$")
        self.assertIn("results in out", text)

    def test_bars_need_no_unicode(self):
        done = self.systole("run", *TINY, "--out", "out", LC_ALL="C")
        self.assertTrue(done.stdout.isascii())
        self.assertIn("####", done.stdout)


class Directories(CliTest):
    def test_the_default_directory_is_named_after_the_run(self):
        self.run_good("run", *TINY, "--layer", "gemm")
        self.run_good("run", *TINY, "--layer", "gemm")
        self.run_good("run", *TINY, "--layer", "fc")
        names = [p.name for p in (self.dir / "results").iterdir()]
        self.assertEqual(len(names), 2)
        for name in names:
            self.assertRegex(name, r"^tiny@tiny_2x2-[0-9a-f]{8}$")
            results = json.loads((self.dir / "results" / name / "results.json").read_text())
            self.assertTrue(results["run"].startswith(name.rsplit("-", 1)[1]))

    def test_another_run_is_never_overwritten(self):
        self.results(*TINY, "--layer", "gemm")
        before = (self.dir / "out/results.json").read_bytes()
        self.assert_refused("run", *TINY, "--layer", "fc", "--out", "out", start="--out: error: 'out' holds the results of another run: ",
                            holds="layers is gemm there and fc here; give another directory")
        self.assert_refused("run", *TINY, "--layer", "gemm", "--out", "out", "--seed", "2", "--set", "pe_array.rows=3",
                            "--set", "energy=horowitz_45nm", "--set", "dma.outstanding=4", start="--out: error: 'out' holds",
                            holds=": pe_array.rows is 2 there and 3 here, dma.outstanding is 8 there and 4 here, "
                                  "energy is lecture there and horowitz_45nm here, and 1 more differ;")
        self.assert_refused("run", *TINY, "--layer", "gemm", "--out", "out", "--set", "dram=hbm2", start="--out: error: 'out' holds",
                            holds="another run: dram.model is fixed there and banked here; give")
        self.assertEqual((self.dir / "out/results.json").read_bytes(), before)
        self.results(*TINY, "--layer", "gemm")
        self.assertEqual((self.dir / "out/results.json").read_bytes(), before)

    def test_other_peoples_files_are_never_touched(self):
        (self.dir / "out").mkdir()
        self.write("out/notes.txt", "mine")
        self.assert_refused("run", *TINY, "--out", "out", start="--out: error: 'out' is not empty")
        self.assert_refused("run", *TINY, "--out", "out/notes.txt", start="--out: error: ", holds="not a directory")

    def test_an_empty_directory_is_taken(self):
        (self.dir / "out").mkdir()
        self.results(*TINY, "--layer", "gemm")

    def test_directories_that_cannot_be_written(self):
        for path in ("/dev/null/x", "/proc/x", ""):
            self.assert_refused("run", *TINY, "--out", path, start="--out: error: cannot use")
        if os.geteuid() != 0:
            (self.dir / "locked").mkdir(mode=0o555)
            self.assert_refused("run", *TINY, "--out", "locked/x", start="--out: error: cannot use")

    def test_a_failing_run_leaves_nothing(self):
        workload = self.write("w.yaml", "layers:\n  - {name: a, type: gemm, m: 3, n: 4, k: 5}\n"
                                        "  - {name: b, type: gemm, m: 64, n: 64, k: 64, mapping: {tile: {m: 64, n: 64, k: 64}}}\n")
        self.assert_refused("run", "--arch", "tiny_2x2", "--workload", workload, "--out", "deep/out", start=str(workload),
                            holds="layer 'b'")

    def test_an_interrupted_run_leaves_nothing(self):
        for jobs in ("1", "2"):
            with self.subTest(jobs=jobs):
                command = [SYSTOLE, "run", "--arch", "edge_16x16", "--workload", "vgg16", "--jobs", jobs, "--out", "out"]
                process = subprocess.Popen(command, cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                deadline = time.monotonic() + 60
                while not (self.dir / "out").exists() and time.monotonic() < deadline:
                    time.sleep(0.01)
                time.sleep(0.2)
                self.assertIsNone(process.poll(), "it must still be at work")
                children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
                self.assertEqual(len(children), {"1": 0, "2": 2}[jobs], "one worker needs no process of its own")
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=20)
                self.assertEqual((process.returncode, out, err), (-signal.SIGINT, b"", b""))
                self.assertEqual(list(self.dir.iterdir()), [])
                self.assertFalse([child for child in children if pathlib.Path(f"/proc/{child}").exists()])

    def test_a_worker_that_dies_is_told_with_its_layer(self):
        command = [SYSTOLE, "run", "--arch", "edge_16x16", "--workload", "vgg16", "--jobs", "2", "--out", "out"]
        process = subprocess.Popen(command, cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        deadline = time.monotonic() + 60
        while len(children.read_text().split()) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.2)
        os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertRegex(err, r"^systole: internal error: layer '\w+': the simulation was ended by signal 9 \(Killed\)\n$")
        self.assertEqual(list(self.dir.iterdir()), [])


if __name__ == "__main__":
    SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
