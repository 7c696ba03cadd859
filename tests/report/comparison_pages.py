"""Reports of comparisons, and the corners of all kinds."""
import json

from page import SWEEP, TINY, Page


class Comparison(Page):
    report = "comparison.html"

    def make(self):
        Comparison.runs = [self.results(*TINY, out="a"), self.results(*TINY, "--dataflow", "weight_stationary", out="b")]
        text = self.run_good("compare", "a", "b", "--html", "comparison.html")
        self.assertTrue(text.endswith("report: comparison.html\n"))

    def test_differences_and_ratios(self):
        rows = {(row["section"][0], row["figure"][0]): row for row in self.cells("figures")}
        first, second = (run["totals"] for run in self.runs)
        row = rows["totals", "cycles"]
        self.assertEqual([float(row[key][0]) for key in ("A", "B", "B-A", "B/A")],
                         [first["cycles"], second["cycles"], second["cycles"] - first["cycles"], second["cycles"] / first["cycles"]])
        row = rows["energy by component", "dram"]
        self.assertEqual([float(row[key][0]) for key in ("A", "B")], [t["energy_pj"]["by_component"]["dram"] for t in (first, second)])

    def test_grouped_bars(self):
        shown = {(mark["label"], mark["bar"], mark["part"]): mark["value"] for mark in self.marks("layers")}
        expected = {(layer["name"], letter, part): value * 1e-12 for letter, run in zip("AB", self.runs) for layer in run["layers"]
                    for part, value in layer["energy_pj"]["by_component"].items() if value}
        self.assertEqual(shown, expected)
        self.browser.hover("#layers g.item > path", 0)
        self.assertIn("A: a, " + self.runs[0]["layers"][0]["name"], self.tooltip())

    def test_all_runs_stand_under_one_roofline(self):
        for level, of in (("dram", lambda layer: layer["dram"]["bus_bytes"]), ("sram", lambda layer: layer["bounds"]["sram_cycles"] * 16)):
            self.choose("roofline", level)
            points = self.ask("[...document.querySelectorAll('#roofline g.item > path')].map((e) => e.__data__.datum).map((d) => [d.series, d.label, d.intensity])")
            expected = [[letter, layer["name"], layer["macs"] / of(layer)] for letter, run in zip("AB", self.runs) for layer in run["layers"] if of(layer)]
            self.assertEqual(points, expected)
        self.assertIn("A, B: peak of the PEs", self.ask("document.querySelector('#roofline svg').textContent"))


class Corners(Page):
    """What is missing from a report's data must not break its page."""

    def make(self):
        self.results(*TINY, "--set", "dram=ideal", "--set", "energy=eyeriss_relative", "--no-check", out="ideal")
        self.results(*TINY, "--layer", "gemm", "--set", "residency=sram", out="sram")
        self.results(*TINY, "--layer", "conv_odd", "--set", "energy=eyeriss_relative", out="odd")
        self.run_good("compare", "ideal", "odd", "ideal", "--html", "three.html")
        self.run_good("compare", "sram", "--reprice", "horowitz_45nm", "--html", "one.html")
        self.write("sweep.yaml", SWEEP)
        self.systole("sweep", "sweep.yaml", "--out", "failed", "--point-memory", "1MiB")
        self.write("one.yaml", "{arch: tiny_2x2, workload: tiny, layers: [gemm], check: false}")
        self.run_good("sweep", "one.yaml", "--out", "point")

    def setUp(self):
        pass

    def test_every_page_draws_and_does_not_complain(self):
        for report, figures in [("ideal/report.html", 6), ("sram/report.html", 6), ("three.html", 6), ("one.html", 6),
                                ("failed/report.html", 0), ("point/report.html", 1)]:
            with self.subTest(report):
                self.browser.open(self.dir / report)
                self.assertEqual(self.browser.errors, [])
                drawn = self.ask("[...document.querySelectorAll('.chart')].map((c) => c.querySelectorAll('g.item > *').length)")
                self.assertEqual(len(drawn), figures)
                nothing = self.ask("[...document.querySelectorAll('.chart')].filter((c) => c.innerText === 'nothing to show').length")
                self.assertEqual(drawn.count(0), nothing)
                self.assertEqual(nothing, 1 if report in ("sram/report.html", "one.html") else 0)  # the traffic of no DRAM
                self.assertNotIn("NaN", self.ask("document.body.innerText"))
                self.assertNotIn("undefined", self.ask("document.body.innerText"))

    def test_what_has_no_roof_has_none(self):
        self.browser.open(self.dir / "ideal/report.html")
        lines = self.ask("[...document.querySelectorAll('#roofline text')].map((e) => e.textContent)")
        self.assertIn("SRAM bandwidth", lines)
        self.assertNotIn("DRAM bandwidth", lines)

    def test_failed_points_stand_with_their_reason(self):
        self.browser.open(self.dir / "failed/report.html")
        points = json.loads((self.dir / "failed/sweep.json").read_text())["points"]
        self.assertTrue(points and all(point["status"] == "failed" for point in points))
        self.assertEqual(self.column("failures", "reason"), [point["reason"] for point in points])
