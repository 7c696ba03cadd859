#!/usr/bin/env python3
"""Black-box tests of report.html, without a browser: report.py PATH/TO/systole [unittest options]."""
import json
import os
import re
import unittest

import run
from run import TINY, CliTest

SWEEP = "{name: s, arch: tiny_2x2, workload: tiny, layers: [gemm], axes: {pe_array.rows: [2, 4]}}"


class Report(CliTest):
    def page(self, name):
        return (self.dir / name).read_text()

    def data(self, name):
        found = re.findall(r'<script type="application/json" id="data">\n(.*)\n</script>', self.page(name))
        self.assertEqual(len(found), 1)
        return json.loads(found[0])

    def sweep(self, out="s", *options):
        self.write("s.yaml", SWEEP)
        self.run_good("sweep", "s.yaml", "--out", out, *options)
        return json.loads((self.dir / out / "sweep.json").read_text())

    def test_a_run_leaves_its_report(self):
        text = self.run_good("run", *TINY, "--out", "a")
        self.assertTrue(text.endswith("results in a\nreport: a/report.html\n"), text)
        results = json.loads((self.dir / "a/results.json").read_text())
        data = self.data("a/report.html")
        self.assertEqual((data["kind"], data["results"]), ("run", results))
        # tiny_2x2: 4 MACs; its DRAM's rate over its clock; every bank and port of a buffer
        arch = results["arch"]
        self.assertEqual(data["machine"]["macs_per_cycle"], 4)
        self.assertEqual(data["machine"]["clock_hz"], arch["clock_mhz"] * 1e6)
        self.assertEqual(data["machine"]["sram_bytes_per_cycle"],
                         max(b["banks"] * b["ports"] * b["width_bits"] // 8 for b in arch["buffers"].values()))
        if "gbps" in arch["dram"]:
            self.assert_close(data["machine"]["dram_bytes_per_cycle"], arch["dram"]["gbps"] * 1e3 / arch["clock_mhz"])

    def test_one_file_that_needs_no_other(self):
        self.run_good("run", *TINY, "--out", "a")
        page = self.page("a/report.html")
        self.assertTrue(page.startswith("<!doctype html>"))
        self.assertEqual(re.findall(r"<(?:link|img|iframe)\b|<script[^>]* src=|@import|url\(", page.split("<script")[0]), [])
        self.assertNotIn("<script src", page)
        self.assertEqual(page.count("</script>"), 2)

    def test_the_same_results_give_the_same_bytes(self):
        self.run_good("run", *TINY, "--out", "a")
        self.run_good("run", *TINY, "--out", "b", "--jobs", "3")
        first = self.page("a/report.html")
        self.assertEqual(self.page("b/report.html"), first)
        self.write("a/report.html", "<!doctype html>\n<!-- systole report -->\nan older one")
        self.assertEqual(self.run_good("report", "a"), "report: a/report.html\n")
        self.assertEqual(self.page("a/report.html"), first)
        (self.dir / "a/report.html").unlink()
        self.run_good("report", "a/results.json")
        self.assertEqual(self.page("a/report.html"), first)
        self.run_good("run", *TINY, "--out", "a")  # the report is no stranger in the directory

    def test_a_sweep_leaves_its_report(self):
        sweep = self.sweep("s", "--jobs", "1")
        first = self.page("s/report.html")
        self.assertEqual(self.data("s/report.html")["sweep"], sweep)
        self.sweep("t", "--jobs", "2")
        self.assertEqual(self.page("t/report.html"), first)
        (self.dir / "s/report.html").unlink()
        self.assertEqual(self.run_good("report", "s"), "report: s/report.html\n")
        self.assertEqual(self.page("s/report.html"), first)
        point = sweep["points"][0]["point"]
        self.assertEqual(self.run_good("report", f"s/points/{point}.json"), f"report: s/points/{point}.html\n")
        self.assertEqual(self.data(f"s/points/{point}.html")["results"]["run"], point)
        self.sweep("s")  # and it resumes beside its reports

    def test_a_sweep_cut_short_has_a_report_of_what_it_holds(self):
        sweep = self.sweep()
        sweep["points"][1] = {"point": sweep["points"][1]["point"], "status": "pending", "values": sweep["points"][1]["values"]}
        self.write("s/sweep.json", json.dumps(sweep))
        self.run_good("report", "s")
        self.assertEqual(self.data("s/report.html")["sweep"]["points"][1]["status"], "pending")

    def test_a_comparison_holds_what_the_csv_holds(self):
        runs = [self.results(*TINY, out="a"), self.results(*TINY, "--dataflow", "weight_stationary", out="b")]
        text = self.run_good("compare", "a", "b", "--html", "c.html", "--by", "layer")
        self.assertTrue(text.endswith("\nreport: c.html\n"), text)
        data = self.data("c.html")
        self.assertEqual([(r["name"], r["results"]) for r in data["runs"]], list(zip("ab", runs)))
        figures = {(s["key"], f["name"]): f["values"] for s in data["sections"] for f in s["figures"]}
        self.assertEqual(figures["totals", "cycles"], [r["totals"]["cycles"] for r in runs])
        for view in ("component", "tensor"):
            self.assertEqual(figures["energy_by_" + view, "compute" if view == "tensor" else "array"],
                             [r["totals"]["energy_pj"]["by_" + view]["compute" if view == "tensor" else "array"] for r in runs])

    def test_mistakes(self):
        results, sweep = self.results(*TINY, "--layer", "gemm", out="a"), self.sweep()
        (self.dir / "empty").mkdir()
        self.write("text.json", "hello")
        self.write("torn.json", json.dumps({**sweep, "points": [{"point": "x", "status": "done", "values": {}}]}))
        self.write("later.json", json.dumps({**sweep, "tool": {**sweep["tool"], "sweep_version": 9}}))
        self.write("taken.json", json.dumps(results))
        self.write("taken.html", "mine")
        for arguments, start in [
                (["report", "none"], "none: error: no such file or directory"),
                (["report", "empty"], "empty: error: holds neither results.json nor sweep.json"),
                (["report", "text.json"], "text.json: error: is not a results.json"),
                (["report", "torn.json"], "torn.json: error: is not a complete sweep.json"),
                (["report", "later.json"], "later.json: error: is a sweep of version 9, legal: 2"),
                (["report", "taken.json"], "taken.html: error: exists and is no report of systole"),
                (["compare", "a", "a", "--html", "taken.html"], "--html: error: 'taken.html' exists and holds something else"),
                (["compare", "a", "a", "--html", "/proc/x"], "--html: error: cannot write")]:
            with self.subTest(arguments=arguments):
                self.assert_refused(*arguments, start=start)
        self.assertEqual(self.page("taken.html"), "mine")


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(run.sys.argv.pop(1))
    unittest.main()
