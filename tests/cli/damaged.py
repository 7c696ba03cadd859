#!/usr/bin/env python3
"""Saved files that lack something, or hold something else: damaged.py PATH/TO/systole [unittest options]."""
import copy
import json
import os
import shutil
import sys
import unittest

import run
from run import TINY
from sweep_case import SweepTest

OTHERS = (None, -1, "text", [], {})


def places(value, path=()):
    """The path of every key below."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield (*path, key)
            yield from places(member, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value[:2]):
            yield from places(item, (*path, i))


def holder_of(value, path):
    for key in path[:-1]:
        value = value[key]
    return value


def without(value, path):
    value = copy.deepcopy(value)
    del holder_of(value, path)[path[-1]]
    return value


def with_other(value, path, other):
    value = copy.deepcopy(value)
    holder_of(value, path)[path[-1]] = other
    return value


class DamagedTest(SweepTest):
    def take(self, *arguments, codes=(0, 2)):
        done = self.systole(*arguments)
        self.assertIn(done.returncode, codes, (arguments, done.stderr))
        if done.returncode == 2:
            self.assertEqual(done.stderr.count("\n"), 1, (arguments, done.stderr))
        self.assertNotIn("internal", done.stderr)
        return done


class Results(DamagedTest):
    def setUp(self):
        super().setUp()
        self.whole = self.results(*TINY, "--layer", "gemm", out="a")
        shutil.copytree(self.dir / "a", self.dir / "b")

    def damage(self, value):
        self.write("b/results.json", json.dumps(value))

    def test_every_key_that_figures_rely_on_is_missed(self):
        counts = {0: 0, 2: 0}
        for path in places(self.whole):
            with self.subTest(path=path):
                self.damage(without(self.whole, path))
                code = self.take("compare", "a", "b").returncode
                counts[code] += 1
                if path[0] in ("layers", "totals", "arch", "run") or len(path) == 1:
                    self.assertEqual(code, 2)
                if len(path) == 1:
                    self.assertEqual(self.take("report", "b").returncode, 2)
        self.assertGreater(counts[2], 200)

    def test_keys_of_other_types(self):
        for number, path in enumerate(places(self.whole)):
            for other in (OTHERS[number % len(OTHERS)], OTHERS[(number + 2) % len(OTHERS)])[:1 if path[0] == "totals" else 2]:
                with self.subTest(path=path, other=other):
                    self.damage(with_other(self.whole, path, other))
                    self.take("compare", "b", "a", "--reprice", "horowitz_45nm")

    def test_the_place_is_named(self):
        for path, other, words in [(("layers", 0, "cycles"), None, "layers[0].cycles is null, legal: a whole number"), (("layers", 0, "cycles"), -3, "layers[0].cycles is -3, legal"),
                                   (("totals", "dram"), [], "totals.dram is array, legal: an object"), (("layers",), [], "layers is empty"),
                                   (("layers", 0, "winner"), False, "no entry of layer 'gemm' is its winner"), (("arch", "clock_mhz"), "fast", "clock_mhz: got the text 'fast'"),
                                   (("arch", "more"), 1, "unknown key 'more'"), (("layers", 0, "name"), "x" * 9000, "no entry"), (("layers", 0, "inner_formats", "weight"), "int9", "layers[0].inner_formats.weight is 'int9', legal: a format's name"), (("energy", "unit"), 3, "energy.unit is 3, legal: a text")]:
            with self.subTest(path=path, other=other):
                self.damage(with_other(self.whole, path, other))
                done = self.take("compare", "a", "b")
                if words == "no entry":
                    continue
                self.assertEqual(done.returncode, 2)
                self.assertTrue(done.stderr.startswith("b: error: "), done.stderr)
                self.assertIn(words, done.stderr)

    def test_what_one_run_has_more_than_another(self):
        self.damage(with_other(self.whole, ("totals", "ops", "more"), {"a": 3}))
        for runs in (["a", "b"], ["b", "a"]):
            self.assertEqual(self.take("compare", *runs).returncode, 0)

    def test_what_is_no_results_at_all(self):
        for text in (b"", b"{", b"[]", b"3", b"{}", b'{"tool": 3}', b'{"tool": {"name": "systole"}}', b"\xff\xfe", b"[" * 100000, b'{"a":' * 100000 + b"1" + b"}" * 100000):
            with self.subTest(text=text[:30]):
                (self.dir / "b/results.json").write_bytes(text)
                for arguments in (["compare", "a", "b"], ["report", "b"], ["run", *TINY, "--layer", "gemm", "--out", "b"]):
                    self.assertEqual(self.take(*arguments).returncode, 2)
        (self.dir / "b/results.json").unlink()
        os.mkfifo(self.dir / "b/results.json")
        for arguments in (["compare", "a", "b"], ["report", "b"], ["run", *TINY, "--layer", "gemm", "--out", "b"]):
            self.assertEqual(self.take(*arguments).returncode, 2)


class Sweeps(DamagedTest):
    TEXT = "name: s\narch: tiny_2x2\nworkload: tiny\nlayers: gemm\naxes: {pe_array.rows: [2, 3]}\n"

    def setUp(self):
        super().setUp()
        self.sweep(self.TEXT, out="s")
        shutil.copytree(self.dir / "s", self.dir / "whole")
        self.first, self.second = (point["point"] for point in self.json("s")["points"])

    def restore(self):
        shutil.rmtree(self.dir / "s")
        shutil.copytree(self.dir / "whole", self.dir / "s")

    def again(self, *options, codes=(0,)):
        """Sweeps again; then all is as it was."""
        done = self.take("sweep", "sweep.yaml", "--out", "s", *options, codes=codes)
        self.assertEqual(self.bytes("s"), self.bytes("whole"))
        return done

    def test_a_damaged_point_is_run_again(self):
        for end in (".json", ".host.json"):
            path = self.dir / "s/points" / (self.first + end)
            whole = path.read_bytes()
            for text in (whole[:100], b"", b"{}", b"[" * 1000, b"\xff", whole.replace(self.first.encode(), self.second.encode())):
                with self.subTest(end=end, text=text[:20]):
                    path.write_bytes(text)
                    done = self.systole("sweep", "s")
                    self.assertEqual((done.returncode, done.stderr), (4, "systole: 1 of 2 points are still to run; sweep the YAML file again\n"))
                    self.assertIn(f"s/points/{self.first}{end}: ", done.stdout)
                    self.assertIn("it is damaged and counts for nothing", done.stdout)
                    self.assertEqual([point["status"] for point in self.json("s")["points"]], ["pending", "done"])
                    self.assertIn("1 still to run", self.again().stdout)
            path.unlink()
            self.assertIn("1 still to run", self.again().stdout)

    def test_every_key_of_a_point(self):
        whole = json.loads((self.dir / "s/points" / (self.first + ".json")).read_text())
        path = self.dir / "s/points" / (self.first + ".json")
        for key in places(whole):
            with self.subTest(key=key):
                path.write_text(json.dumps(without(whole, key), indent=2))
                done = self.take("sweep", "s", codes=(4, 0))
                self.assertEqual(done.returncode, 0 if key[0] == "choices" and len(key) > 1 else 4, done.stdout)
        self.again()

    def test_another_arch_than_the_points(self):
        path = self.dir / "s/points" / (self.first + ".json")
        whole = json.loads(path.read_text())
        path.write_text(json.dumps(with_other(whole, ("arch", "pe_array", "rows"), 7)))
        done = self.take("sweep", "s", codes=(4,))
        self.assertIn(f"what it says of the point is not what {self.first} stands for", done.stdout)
        self.again()

    def test_a_damaged_failure_is_forgotten(self):
        whole = {"run": self.first, "kind": "crash", "reason": "none"}
        path = self.dir / "s/points" / (self.first + ".failed.json")
        for text in (json.dumps(whole)[:9], *(json.dumps(without(whole, key)) for key in places(whole)), json.dumps({**whole, "reason": 3})):
            (self.dir / "s/points" / (self.first + ".json")).unlink()
            path.write_text(text)
            self.assertIn("1 still to run", self.again().stdout)
        (self.dir / "s/points" / (self.first + ".json")).unlink()
        path.write_text(json.dumps(whole))
        done = self.take("sweep", "sweep.yaml", "--out", "s", codes=(4,))
        self.assertIn("1 of 2 points failed", done.stderr)

    def test_every_key_of_the_sweep(self):
        whole = self.json("s")
        for key in places(whole):
            for value in (without(whole, key), with_other(whole, key, OTHERS[len(str(key)) % len(OTHERS)])):
                with self.subTest(key=key):
                    self.restore()
                    (self.dir / "s/sweep.json").write_text(json.dumps(value))
                    self.take("report", "s")
                    self.take("sweep", "s", codes=(0, 2, 4))
        (self.dir / "s/sweep.json").write_text("{")
        done = self.take("sweep", "sweep.yaml", "--out", "s", codes=(2,))
        self.assertIn("holds a damaged sweep.json; remove that file", done.stderr)
        (self.dir / "s/sweep.json").unlink()
        self.again()

    def test_a_damaged_queue_is_empty(self):
        folder = self.dir / "s/slurm/s-0badcafe"
        whole = {"points": [self.first], "seconds": None, "memory_bytes": None}
        for text in ("{", *(json.dumps(without(whole, key)) for key in places(whole)), json.dumps({**whole, "points": [3]}), json.dumps({**whole, "points": ["../x"]}),
                     json.dumps({**whole, "seconds": "soon"})):
            with self.subTest(text=text):
                folder.mkdir(parents=True)
                (folder / "points.json").write_text(text)
                (self.dir / "s/points" / (self.first + ".json")).unlink()
                self.take("sweep", "s", codes=(4,))
                self.assertFalse(folder.exists())
                self.again()

    def test_a_task_whose_input_is_damaged_leaves_its_point_open(self):
        folder = self.dir / "s/slurm/s-0badcafe"
        folder.mkdir(parents=True)
        (folder / "points.json").write_text(json.dumps({"points": [self.first], "seconds": None, "memory_bytes": None}))
        (folder / (self.first + ".json")).write_text("{")
        (self.dir / "s/points" / (self.first + ".json")).unlink()
        done = self.systole("simulate-task", "s/slurm/s-0badcafe", SLURM_ARRAY_TASK_ID="0")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (0, 1))
        self.assertIn("is damaged", done.stderr)
        self.assertFalse((self.dir / "s/points" / (self.first + ".failed.json")).exists())


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
