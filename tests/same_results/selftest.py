"""Is a difference noticed, and nothing else? python3 -m same_results.selftest PATH/TO/systole [unittest options]."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from . import compare, coverage, keys, program, rules, sample, trial

SYSTOLE = ""
ROOT = pathlib.Path(__file__).resolve().parents[2]
FEW = ("--count", "250", "--filter", "--workload (tiny|conv_2x2_on_3x3) ")


class Case(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)

    def program(self, script):
        """Another program: systole, and then a script in the folder of the run."""
        path = self.dir / "program"
        path.write_text(f'#!/bin/sh\n"{SYSTOLE}" "$@"; code=$?\n[ "$1" = run ] || exit $code\n{script}\nexit $code\n')
        path.chmod(0o755)
        return str(path)

    def compared(self, new, *options, code):
        done = subprocess.run([sys.executable, "-B", "-m", "same_results", SYSTOLE, "--new", new, "--keep", self.dir / "kept", *options],
                              capture_output=True, text=True, cwd=ROOT / "tests")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr


class Programs(Case):
    def test_equal_programs(self):
        for options in ((), ("--exact-step", "--no-slower"), ("--values", "layers.*.cycles,totals.energy_pj")):
            with self.subTest(options=options):
                text = self.compared(SYSTOLE, *FEW, *options, code=0)
                self.assertIn("; no difference", text)
                self.assertIn(f"2 of {len(list(ROOT.glob('workloads/*.yaml')))} workloads", text)
        self.assertIn("values of layers.*.cycles", text)

    def test_one_number_changed(self):
        changed = self.program("""sed -i '0,/"elements_read": /s//&1/' out/results.json""")
        text = self.compared(changed, *FEW, code=1)
        self.assertRegex(text, r"run \d+: layers\.0\.sram\.input\.elements_read \(layer \w+, \w+\): (\d+) -> 1\1\n")
        command = next(line for line in text.splitlines() if line.startswith("    new: "))
        self.assertEqual(subprocess.run(command[9:], shell=True, capture_output=True).returncode, 0, command)
        self.compared(changed, *FEW, "--values", "layers.*.cycles,layers.*.dram", code=0)
        self.assertIn("layers.0.sram.input.elements_read", self.compared(changed, *FEW, "--values", "layers.*.sram", code=1))

    def test_more_cycles(self):
        slower = self.program("""sed -i '0,/"cycles": /s//&1/' out/results.json""")
        text = self.compared(slower, *FEW, "--no-slower", code=1)
        self.assertRegex(text, r"cycles of layer \w+, \d+\.\d+ times: (\d+) -> 1\1\n")
        self.assertRegex(text, r"0 layers faster, \d+ equal, \d+ slower, the worst \d+\.\d+ times the cycles \(run \d+\)")
        self.assertIn("old: cd ", text)
        faster = self.program("""sed -i '0,/"cycles": [0-9]*/s//"cycles": 1/' out/results.json""")
        self.assertRegex(self.compared(faster, *FEW, "--no-slower", code=0), r"[1-9]\d* layers faster, \d+ equal, 0 slower")

    def test_other_files_and_ends(self):
        self.assertIn("summary.csv, line 1", self.compared(self.program("sed -i 1s/layer/lawyer/ out/summary.csv"), *FEW, code=1))
        self.assertIn("exit code: exit code 0 -> exit code 2: a: error", self.compared(self.program("echo a: error >&2; exit 2"), *FEW, "--no-slower", code=1))
        self.compared(self.program("[ -d out ] || exit $code; echo >out/host.json; echo >out/report.html; echo told >&2"), *FEW, code=0)

    def test_what_is_asked_for(self):
        self.assertIn("no program", self.compared("nothing", code=2))
        self.assertIn("no answer", self.compared("/bin/true", code=2))
        self.assertIn("--data tests: no files in arch_configs/dram", self.compared(SYSTOLE, "--data", "tests", code=2))
        self.assertIn("--filter: (: missing ), unterminated subpattern", self.compared(SYSTOLE, "--filter", "(", code=2))
        self.assertIn("layers.*.cycle is in no results", self.compared(SYSTOLE, *FEW, "--values", "layers.*.cycle", code=2))
        self.assertIn("no run matches", self.compared(SYSTOLE, "--count", "10", "--filter", "nothing of the kind", code=2))
        self.assertIn("no run that both simulated has", self.compared(SYSTOLE, "--minutes", "0.01", code=2))


class Trials(Case):
    def told(self, new, layers, old=None):
        os.environ["SYSTOLE_DATA_DIR"] = str(ROOT)
        programs = [program.Program(old or SYSTOLE, "old"), program.Program(new, "new")]
        return trial.Trial(programs, compare.Bytes(), self.dir, self.dir / "kept")(sample.Run(7, "tiny_2x2", layers=layers))

    def test_layers_that_are_refused(self):
        good, bad = ({"name": name, "type": "gemm", "m": m, "n": 2, "k": 2} for name, m in (("l0", 2), ("l1", 0)))
        told = self.told(SYSTOLE, [good, bad])
        self.assertEqual((told.pairs, told.refused, told.simulated.layers, told.differences), (2, 1, [good], []))
        told = self.told(SYSTOLE, [bad])
        self.assertEqual((told.pairs, told.refused, told.simulated), (1, 1, None))
        told = self.told(self.program("echo other words >&2"), [bad])
        self.assertEqual(told.differences[0].where, "stderr")
        failing = self.program("echo a fault >&2; exit 1")
        told = self.told(failing, [good], old=failing)
        self.assertEqual((told.differences, told.failed, told.simulated, len(told.commands)), ([], "exit code 1: a fault", None, 2))


class Samples(unittest.TestCase):
    def setUp(self):
        os.environ["SYSTOLE_DATA_DIR"] = str(ROOT)
        self.registry = program.registry(*[program.Program(SYSTOLE, word) for word in ("old", "new")])

    def runs(self, seed, count=sample.RUNS):
        return sample.Sample(self.registry, str(ROOT), seed).runs(count)

    def test_all_that_is_registered_is_drawn(self):
        covered = {item for run in self.runs(1) for item in coverage.of(run, self.registry)}
        self.assertEqual(coverage.wanted(self.registry) - covered, set())
        self.assertEqual(set(self.registry.layer_keys["algorithm"]) - rules.RULES.keys(), set(), "no rule in rules.py says what it takes")

    def test_a_seed_makes_the_sample(self):
        words = [[run.wording for run in self.runs(seed, 100)] for seed in (1, 1, 2)]
        self.assertEqual(words[0], words[1])
        self.assertNotEqual(words[0], words[2])


class Trees(unittest.TestCase):
    def test_paths(self):
        tree = {"a": [{"b": 1, "c": 2}, {"b": 3}], "d": {"e": 4}}
        self.assertEqual(keys.chosen(tree, ["a", "*", "b"]), {"a.0.b": 1, "a.1.b": 3})
        self.assertEqual(keys.chosen(tree, ["d"]), {"d": {"e": 4}})
        self.assertEqual(keys.chosen(tree, ["*", "e"]), {"d.e": 4})

    def test_first_difference(self):
        for old, new, found in [({"a": [1, 2]}, {"a": [1, 2]}, None), ({"a": [1, 2]}, {"a": [1, 3]}, ("a.1", 2, 3)), ({"a": 1}, {"a": 1.0}, ("a", 1, 1.0)),
                                ([1], [1, 2], ("1", keys.MISSING, 2)), ({"a": 1}, {"b": 1}, ("a", 1, keys.MISSING)), ({}, [], ("", {}, []))]:
            self.assertEqual(keys.first_difference(old, new), found)


if __name__ == "__main__":
    SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
