"""Does the judge notice? python3 -m fuzz.selftest PATH/TO/systole [unittest options]."""
import os
import pathlib
import random
import sys
import tempfile
import unittest

from . import gen_cli, gen_csv, gen_json, gen_npy, gen_trace, gen_yaml, judge
from .base import Base
from .case import Case

SYSTOLE = ""


class Judge(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)

    def wrong(self, script, command="run", makes=(), files=None, shell=""):
        """What is wrong with a program that does this."""
        program = self.dir / "program"
        program.write_text("#!/bin/sh\n" + script)
        program.chmod(0o755)
        return judge.judge(str(program), Case("kind", [command], files or {"a": b"x"}, makes, shell), self.dir / "case")[1]

    def test_what_is_well(self):
        for script, keywords in [("exit 0", {}), ("echo 'a: error: b' >&2; exit 2", {}), ("mkdir out; echo 1 >out/results.json", {"makes": ("out",)}), ("exit 4", {"command": "sweep"}),
                                 ("echo 'a result is not finite' >&2; exit 3", {}), ("exit 2", {"shell": "2>&-"})]:
            with self.subTest(script=script):
                self.assertIsNone(self.wrong(script, **keywords))

    def test_what_is_not(self):
        for script, words, keywords in [
                ("exit 1", "exit code 1", {}), ("kill -SEGV $$", "exit code -11", {}), ("exit 2", "not one line", {}), ("echo >&2; echo >&2; exit 2", "not one line", {}),
                ("echo hm >&2; exit 2", "no error is told", {}), ("exit 3", "no reason", {}), ("exit 4", "of no sweep", {}), ("echo 'internal error' >&2; exit 2", "internal error", {}),
                ("printf 'error: \\377\\n' >&2; exit 2", "not UTF-8", {}), ("head -c 9000 /dev/zero >&2; exit 2", "9000 bytes", {}), ("mkdir out; echo >out/.partial-1", "left out/.partial-1", {"makes": ("out",)}),
                ("echo >b", "made ['b']", {}), ("echo y >a; echo 'error: ' >&2; exit 2", "changed ['a']", {}), ("rm a", "made ['a']", {}),
                ("mkdir out; echo '{' >out/results.json", "results.json", {"makes": ("out",)})]:
            with self.subTest(script=script):
                self.assertIn(words, self.wrong(script, **keywords) or "")

    def test_a_hang(self):
        patience, judge.PATIENCE = judge.PATIENCE, 0.5
        try:
            self.assertIn("no end", self.wrong("sleep 60"))
            self.assertIsNone(self.wrong('[ "$1" = explain ] || sleep 60'), "what can be explained only takes long")
        finally:
            judge.PATIENCE = patience


class Inputs(unittest.TestCase):
    def test_seed_and_number_make_the_input(self):
        base = Base(SYSTOLE)
        for generator in (gen_cli, gen_csv, gen_json, gen_npy, gen_trace, gen_yaml):
            cases = [[generator.generate(random.Random(f"{seed} {n}"), base) for n in range(40)] for seed in (1, 1, 2)]
            self.assertEqual(cases[0], cases[1])
            self.assertNotEqual(cases[0], cases[2])


if __name__ == "__main__":
    SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
