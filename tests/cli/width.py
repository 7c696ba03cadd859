#!/usr/bin/env python3
"""What fits a terminal, and what is the same without one: width.py PATH/TO/systole [unittest options]."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unittest

import run
from run import TINY, CliTest

COMMANDS = ["run", "explain", "dram", "sweep", "compare", "report", "list", "import", "schema", "version"]


class Width(CliTest):
    def setUp(self):
        super().setUp()
        self.results(*TINY, out="a")
        self.results(*TINY, "--set", "pe_array.cols=4", "--dataflow", "weight_stationary", "--seed", "7", out="b")
        self.results(*TINY, "--set", "dram=lpddr4_3200", "--set", "dram_energy=currents", out="lpddr4")
        self.results(*TINY, "--set", "dram=ddr4_3200", "--set", "dram_energy=currents", out="ddr4")
        self.write("t.trace", "".join(f"R {4096 * i:#x}\nW {64 * i:#x}\n" for i in range(2000)))
        self.write("s.yaml", "arch: tiny_2x2\nworkload: tiny\nlayers: conv*\naxes: {pe_array.rows: [1, 2, 4], pe_array.cols: [2, 4], "
                             "dataflow: [output_stationary, weight_stationary], buffers.input.size: [4KiB, 8KiB]}\n")
        self.write("notes.yaml", "layers: [{name: a, type: conv, C: 3, H: 6, W: 6, M: 4, R: 3, S: 3, halo: refetch, winograd: {m: 2}}]")
        (self.dir / "warts.csv").write_bytes((run.pathlib.Path(__file__).parent.parent / "import/warts.csv").read_bytes())
        self.number = 0

    def terminal(self, columns, *arguments, **environment):
        """Lines that a terminal of so many columns receives."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        plain = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
        process = subprocess.Popen([run.SYSTOLE, *map(str, arguments)], cwd=self.dir, stdin=subprocess.DEVNULL, stdout=slave,
                                   stderr=slave, env={**plain, "TERM": "xterm", "LC_ALL": "C.UTF-8", **environment})
        os.close(slave)
        data = b""
        while True:
            try:
                read = os.read(master, 65536)
            except OSError:  # the other side is closed
                break
            if not read:
                break
            data += read
        os.close(master)
        self.assertEqual(process.wait(timeout=60), 0, (arguments, data))
        text = re.sub(r"\033\[[0-9;]*[mK]", "", data.decode())
        return [line.split("\r")[-1] for line in text.replace("\r\n", "\n").split("\n")]

    def cases(self):
        self.number += 1
        out = f"out{self.number}"
        yield from ([command, "--help"] for command in COMMANDS)
        yield ["--help"]
        for kind in ("archs", "workloads", "algorithms", "dataflows", "formats", "dram", "energy", "sweeps"):
            yield ["list", kind]
        yield ["run", *TINY, "--out", out + "1"]
        yield ["run", *TINY, "--algorithm", "all", "--out", out + "2"]
        yield ["run", *TINY, "--set", "energy=eyeriss_relative", "--out", out + "3"]
        yield ["run", "--arch", "edge_16x16", "--workload", "notes.yaml", "--algorithm", "direct", "--out", out + "4"]
        yield ["run", "--arch", "edge_16x16", "--workload", "alexnet", "--layer", "fc8", "--set", "dram=hbm2",
               "--set", "dram_energy=currents", "--trace", "perfetto", "--trace-window", "0:100", "--out", out + "5"]
        for arch in ("tiny_2x2", "edge_16x16", "tensor_core_4x4"):
            yield ["explain", "--arch", arch, "--workload", "tiny"]
        yield ["explain", "--arch", "edge_16x16", "--workload", "resnet50", "--layer", "conv2_1_*", "--algorithm", "all"]
        yield ["explain", *TINY, "--layer", "conv3x3", "--simulate"]
        for by in ("component", "tensor", "layer"):
            yield ["compare", "a", "b", "--by", by]
        yield ["compare", "a", "b", "--reprice", "horowitz_45nm"]
        yield ["compare", "ddr4", "lpddr4"]
        for preset in ("fixed_12g8", "ddr4_3200", "hbm2"):
            yield ["dram", "--preset", preset, "--trace", "t.trace"]
        yield ["sweep", "s.yaml", "--out", out + "6"]
        yield ["sweep", out + "6"]
        yield ["import", "scalesim", "warts.csv", "--out", out + "7.yaml"]

    def test_nothing_is_wider_than_a_terminal(self):
        for columns in (80, 100):
            for arguments in self.cases():
                with self.subTest(columns=columns, arguments=arguments):
                    lines = self.terminal(columns, *arguments)
                    self.assertEqual([line for line in lines if len(line) > columns], [])

    def test_a_wider_terminal_shows_more(self):
        for arguments, needle in ((["run", *TINY, "--out", "wide"], "drain"), (["run", *TINY, "--out", "wide"], "idle")):
            self.assertTrue(any(needle in line for line in self.terminal(120, *arguments)))
        narrow = self.terminal(80, "run", *TINY, "--out", "wide")
        self.assertFalse(any("drain" in line for line in narrow))
        for arguments in (["explain", *TINY], ["compare", "a", "b"], ["list", "dram"], ["run", "--help"]):
            widest = {columns: max(map(len, self.terminal(columns, *arguments))) for columns in (80, 120)}
            self.assertLessEqual(widest[80], 80)
            self.assertGreater(widest[120], 80, arguments)

    def test_columns_of_the_environment_win(self):
        lines = self.terminal(120, "explain", *TINY, COLUMNS="70")
        self.assertLessEqual(max(map(len, lines)), 70)
        self.assertEqual(self.terminal(120, "list", "dram", COLUMNS="no"), self.terminal(120, "list", "dram"))

    def test_without_a_terminal_nothing_depends_on_its_width(self):
        for arguments in (["explain", *TINY], ["compare", "a", "b"], ["list", "dram"], ["run", "--help"]):
            texts = {self.systole(*arguments, COLUMNS=columns).stdout for columns in ("", "40", "200")}
            self.assertEqual(len(texts), 1)
        for line in self.systole("run", "--help").stdout.splitlines():
            self.assertLessEqual(len(line), 80, line)


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
