#!/usr/bin/env python3
"""What `cmake --install` puts under a prefix: install.py PATH/TO/systole CMAKE BUILD_DIR [unittest options]."""
import gzip
import os
import re
import subprocess
import sys
import unittest

import run
from run import CliTest

CMAKE = BUILD = ""


class Install(CliTest):
    def setUp(self):
        super().setUp()
        self.prefix = self.dir / "a prefix"
        subprocess.run([CMAKE, "--install", BUILD, "--prefix", self.prefix], check=True, capture_output=True)
        self.built, run.SYSTOLE = run.SYSTOLE, str(self.prefix / "bin/systole")
        self.addCleanup(setattr, run, "SYSTOLE", self.built)

    def test_the_program_finds_its_own_data(self):
        data = self.prefix / "share/systole"
        (data / "arch_configs/tiny_2x2.yaml").rename(data / "arch_configs/tiny_renamed.yaml")
        self.assertIn("tiny_renamed", self.run_good("list", "archs"))
        self.assertNotIn("tiny_2x2", self.run_good("list", "archs"))
        self.assertIn("resnet50_shapes", self.run_good("list", "sweeps"))
        self.assertIn("ddr4_3200", self.run_good("list", "dram"))
        self.results("--arch", "tiny_renamed", "--workload", "tiny", "--layer", "gemm")
        empty = self.dir / "empty"
        empty.mkdir()
        self.assertEqual(self.systole("list", "archs", SYSTOLE_DATA_DIR=str(empty)).stdout, "")

    def test_schemas_lie_where_the_files_say(self):
        files = list((self.prefix / "share/systole").rglob("*.yaml"))
        named = [(file, re.match(r"# yaml-language-server: \$schema=(\S+)", file.read_text())) for file in files]
        named = [(file, match[1]) for file, match in named if match]
        self.assertGreater(len(named), 15)
        for file, schema in named:
            self.assertTrue((file.parent / schema).exists(), (file, schema))

    def test_the_man_page_has_every_command_and_option(self):
        page = gzip.decompress((self.prefix / "share/man/man1/systole.1.gz").read_bytes()).decode()
        self.assertNotRegex(page, r"@[A-Z]+@")
        page = page.replace("\\-", "-")
        listed = self.run_good("--help").partition("Subcommands:\n")[2]
        names = re.findall(r"(?m)^  (\S+)", listed)
        self.assertIn("sweep", names)
        for name in names:
            self.assertIn(f".SS {name}\n", page)
            for option in re.findall(r"(?m)^  (?:-\w,)?(--[\w-]+)", self.run_good(name, "--help")):
                self.assertIn(option, page)
        for section in ("NAME", "SYNOPSIS", "ENVIRONMENT", "FILES", "EXIT STATUS"):
            self.assertIn(f".SH {section}\n", page)

    def test_the_manual_comes_along(self):
        documents = self.prefix / "share/doc/systole"
        for link in re.findall(r"\]\((docs/[\w./]+)", (documents / "README.md").read_text()):
            self.assertTrue((documents / link).exists(), link)


if __name__ == "__main__":
    run.SYSTOLE, CMAKE, BUILD = os.path.abspath(sys.argv.pop(1)), sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
