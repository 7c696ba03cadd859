#!/usr/bin/env python3
"""Tests of 'systole schema' and of what is made from it: schema.py PATH/TO/systole [unittest options]."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHIPPED = {"arch": "arch_configs", "workload": "workloads", "sweep": "workloads/sweeps"}
SYSTOLE = ""


def schema_text(kind):
    return subprocess.run([SYSTOLE, "schema", kind], capture_output=True, text=True, check=True).stdout


def leaves(schema, path=()):
    """The keys of a schema that hold values, as paths."""
    if isinstance(schema, list):
        for part in schema:
            yield from leaves(part, path)
    elif isinstance(schema, dict):
        for key, value in schema.get("properties", {}).items():
            if "properties" not in value:
                yield (*path, key)
            yield from leaves(value, (*path, key))
        yield from leaves([value for key, value in schema.items() if key != "properties"], path)


def told(schema, path=(), is_told=False):
    """The keys that hold values, and whether they or one that they lie in has a description."""
    for key, value in schema["properties"].items():
        has_text = is_told or "description" in value
        if "properties" in value:
            yield from told(value, (*path, key), has_text)
        else:
            yield (*path, key), has_text


def documented(page):
    """What a page names as a key: in backticks by itself or behind dots, or before a colon in an example."""
    text = (ROOT / "docs" / page).read_text()
    spans = re.findall(r"`([^`\n]+)`", text)
    examples = spans + [line for line in text.splitlines() if line.startswith("    ")]
    return ({re.split(r"[.…]", span)[-1] for span in spans} |
            {key for example in examples for key in re.findall(r"(\w+):", example)})


def shipped():
    return [(kind, path) for kind, folder in SHIPPED.items() for path in sorted((ROOT / folder).glob("*.yaml"))]


class Schemas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.validators = {}
        for kind in SHIPPED:
            schema = json.loads(schema_text(kind))
            jsonschema.Draft202012Validator.check_schema(schema)
            cls.validators[kind] = jsonschema.Draft202012Validator(schema)

    def test_those_that_editors_read_are_up_to_date(self):
        for kind in SHIPPED:
            self.assertEqual((ROOT / "docs/schemas" / (kind + ".json")).read_text(), schema_text(kind),
                             f"make it anew: systole schema {kind} > docs/schemas/{kind}.json")

    def test_every_shipped_file_is_valid_and_names_its_schema(self):
        self.assertGreater(len(shipped()), 20)
        for kind, path in shipped():
            with self.subTest(path=path.name):
                text = path.read_text()
                schema = os.path.relpath(ROOT / f"docs/schemas/{kind}.json", path.parent)
                self.assertEqual(text.partition("\n")[0], f"# yaml-language-server: $schema={schema}")
                self.assertEqual([e.message for e in self.validators[kind].iter_errors(yaml.safe_load(text))], [])

    def test_mistakes_are_seen(self):
        arch = yaml.safe_load((ROOT / "arch_configs/edge_16x16.yaml").read_text())
        sweep = {"arch": "edge_16x16", "workload": "tiny"}
        conv = {"name": "a", "type": "conv", "C": 1, "H": 4, "W": 4, "M": 1, "R": 3, "S": 3}
        self.assertTrue(self.validators["sweep"].is_valid({**sweep, "axes": {"pe_array.rows": [1, 2], "layer": ["a"]}}))
        self.assertTrue(self.validators["workload"].is_valid({"layers": [conv]}))
        for kind, document in [
                ("arch", {**arch, "clock": 3}), ("arch", {**arch, "pe_array": {"rows": 0, "cols": 1}}),
                ("arch", {key: value for key, value in arch.items() if key != "buffers"}),
                ("workload", {"layers": [{**conv, "algorithm": "magic"}]}), ("workload", {"layers": [{**conv, "m": 3}]}),
                ("workload", {}), ("sweep", {**sweep, "axes": {"pe_array.rwos": [1]}}),
                ("sweep", {**sweep, "axes": {"pe_array.rows": [0]}}), ("sweep", {**sweep, "points": [{"dataflow": "up"}]}),
                ("sweep", {**sweep, "objectives": ["cycles", "beauty"]})]:
            self.assertFalse(self.validators[kind].is_valid(document), (kind, document))

    def test_every_key_is_documented(self):
        for kind, page, least in (("arch", "configuration.md", 80), ("workload", "configuration.md", 40),
                                  ("sweep", "sweeps.md", 8)):
            schema, names = json.loads(schema_text(kind)), documented(page)
            # A sweep's axes, points and settings are keys of the others.
            keys = schema["properties"].keys() if kind == "sweep" else set(leaves(schema))
            paths = [(key,) if kind == "sweep" else key for key in keys]
            self.assertGreater(len(paths), least)
            self.assertEqual([".".join(path) for path in paths if path[-1] not in names], [], f"not in docs/{page}")

    def test_results_are_valid_and_every_figure_is_told_and_documented(self):
        schema = json.loads(schema_text("results"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run([SYSTOLE, "run", "--arch", "edge_16x16", "--workload", "tiny", "--out", "run"], cwd=scratch,
                           capture_output=True, check=True)
            results = json.loads((pathlib.Path(scratch) / "run/results.json").read_text())
        self.assertEqual([e.message for e in validator.iter_errors(results)], [])
        results["layers"][0]["ops"]["array"]["adds"] = -1
        self.assertFalse(validator.is_valid(results))
        layer = schema["properties"]["layers"]["items"]
        self.assertEqual(layer["properties"]["sram"]["properties"]["input"]["properties"]["conflict_cycles"]["unit"], "cycles")
        self.assertEqual([path for path, is_told in told(layer) if not is_told], [])
        names = documented("results.md")
        self.assertEqual([".".join(path) for path in leaves(layer) if path[-1] not in names], [], "not in docs/results.md")

    def test_unknown_kinds(self):
        for arguments, start in ((["schema"], "schema: error: got nothing, legal: arch"),
                                 (["schema", "archs"], "schema: error: got 'archs', did you mean 'arch'?")):
            done = subprocess.run([SYSTOLE, *arguments], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1))
            self.assertTrue(done.stderr.startswith(start), done.stderr)


if __name__ == "__main__":
    SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
