#!/usr/bin/env python3
"""The reports in a real browser: report.py PATH/TO/systole [unittest options]. Skipped where there is no Chromium."""
import json
import math
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
import run  # noqa: E402
from browser import Browser, find_browser  # noqa: E402
from run import TINY, CliTest  # noqa: E402

SWEEP = """
name: shapes
arch: tiny_2x2
workload: tiny
layers: [gemm, conv3x3]
axes: {pe_array.rows: [2, 4], dataflow: [output_stationary, weight_stationary]}
zip: {buffers.input.size: [4KiB, 8KiB], buffers.weight.size: [8KiB, 16KiB]}
"""
SKIPPED = 77


class Page(CliTest):
    """Files and pages are made once a class; no test leaves the browser with a complaint."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.dir = pathlib.Path(scratch.name)
        cls.browser = Browser(find_browser())
        cls.addClassCleanup(cls.browser.close)
        cls.make(cls())

    def setUp(self):
        self.open()

    def tearDown(self):
        self.assertEqual(self.browser.errors, [])
        self.assertEqual([url for url in self.browser.requests if not url.startswith(("file:", "data:", "blob:"))], [])

    def open(self, **options):
        self.browser.open(self.dir / self.report, **options)

    def ask(self, expression):
        return self.browser.ask(expression)

    def cells(self, table):
        """[{column: (value, text)}] of a table's rows as shown."""
        return self.ask(f"""[...document.querySelectorAll("#{table} tbody tr")].map((row) => Object.fromEntries(
            [...row.cells].map((cell) => [cell.dataset.key, [cell.dataset.value, cell.textContent]])))""")

    def column(self, table, key):
        return [row[key][0] for row in self.cells(table)]

    def marks(self, figure):
        """What the parts of a figure stand for."""
        return self.ask(f"""[...document.querySelectorAll("#{figure} g.item > *")].filter((e) => e.__data__ && e.__data__.datum).map((e) => {{
            const {{label, bar, part, value, from, to}} = e.__data__.datum;
            return {{label, bar, part, value, from, to, height: e.getBoundingClientRect().height}};
        }})""")

    def choose(self, figure, value):
        self.browser.ask(f"""document.querySelector('#{figure} input[value="{value}"]').click()""")

    def tooltip(self):
        return self.ask("(document.getElementById('tooltip') || {}).innerText || ''")

    def assert_same_numbers(self, shown, expected):
        self.assertEqual([float(value) for value in shown], [float(value) for value in expected])


class Run(Page):
    report = "out/report.html"

    def make(self):
        Run.json = self.results(*TINY, out="out")

    def test_headline_and_table_hold_the_numbers_of_results_json(self):
        totals = self.json["totals"]
        tiles = self.ask("""Object.fromEntries([...document.querySelectorAll("#headline .tile")].map(
            (tile) => [tile.dataset.key, [tile.dataset.value, tile.querySelector("b").textContent]]))""")
        for name, value in [("cycles", totals["cycles"]), ("time", totals["seconds"]), ("energy", totals["energy_pj"]["total"]),
                            ("average power", totals["power_w"]), ("TOPS/W", totals["tops_per_w"]), ("energy × delay", totals["edp"]),
                            ("utilization", totals["utilization"]), ("MACs", totals["macs"]), ("DRAM bus", totals["dram"]["bus_bytes"]),
                            ("burst efficiency", totals["dram"]["burst_efficiency"])]:
            self.assertEqual(float(tiles[name][0]), value, name)
        self.assertEqual(tiles["cycles"][1], f"{totals['cycles']:,}")
        self.assertEqual(tiles["utilization"][1], f"{100 * totals['utilization']:.1f} %")
        self.assertEqual(tiles["check"][1], "pass")
        self.assertEqual(self.ask("[...document.querySelectorAll('p.warning')].map((p) => p.textContent)"), self.json["warnings"])
        self.assertIn("int8 layer", "\n".join(self.json["warnings"]))
        rows = self.cells("layers")
        self.assertEqual([row["name"][0] for row in rows], [layer["name"] for layer in self.json["layers"]])
        for row, layer in zip(rows, self.json["layers"]):
            bound = layer["bound"]
            self.assertEqual(row["bound_by"][0].lower(), {"vector": "vector unit"}.get(bound["by"], bound["by"]))
            read = sum(layer["dram"]["bus_read_bytes_by_tensor"].values())
            expected = {"cycles": layer["cycles"], "macs": layer["macs"], "seconds": layer["seconds"], "utilization": layer["utilization"],
                        "energy": layer["energy_pj"]["total"], "power_w": layer["power_w"], "edp": layer["edp"], "bound": bound["cycles"],
                        "over_bound": layer["cycles"] / bound["cycles"], "dram_read": read,
                        "dram_written": layer["dram"]["bus_bytes"] - read, "burst_efficiency": layer["dram"]["burst_efficiency"],
                        "sram": 8 * sum(b["reads"] + b["writes"] for b in layer["sram"].values())}
            self.assertEqual({key: float(row[key][0]) for key in expected}, {key: float(v) for key, v in expected.items()})
            self.assertEqual(row["cycles"][1], f"{layer['cycles']:,}")

    def test_bars_are_as_long_as_the_numbers_say(self):
        layers = {layer["name"]: layer for layer in self.json["layers"]}
        for figure, choice, of, scale in [("energy", "by_component", lambda l: l["energy_pj"]["by_component"], 1e-12),
                                          ("energy", "by_tensor", lambda l: l["energy_pj"]["by_tensor"], 1e-12),
                                          ("cycles", "amount", lambda l: l["pe_array"], 1),
                                          ("traffic", "sram", lambda l: {n: 8 * (b["reads"] + b["writes"]) for n, b in l["sram"].items()}, 1)]:
            self.choose(figure, choice)
            marks = self.marks(figure)
            shown = {(mark["label"], mark["part"]): mark["value"] for mark in marks}
            expected = {(name, part): value * scale for name, layer in layers.items() for part, value in of(layer).items() if value}
            self.assertEqual(shown, expected)
            largest = max(marks, key=lambda mark: mark["value"])
            for mark in marks:  # half a pixel of stroke on either side
                self.assertAlmostEqual(mark["height"], largest["height"] * mark["value"] / largest["value"], delta=1.1)

    def test_shares_fill_every_bar(self):
        self.choose("cycles", "share")
        ends = {}
        for mark in self.marks("cycles"):
            ends[mark["label"]] = max(ends.get(mark["label"], 0), mark["to"])
        self.assertEqual(len(ends), len(self.json["layers"]))
        for end in ends.values():
            self.assertAlmostEqual(end, 1)

    def test_a_logarithmic_axis_shows_small_bars_with_their_shares(self):
        self.choose("cycles", "log")
        marks = self.marks("cycles")
        heights, cycles = {}, {layer["name"]: layer["cycles"] for layer in self.json["layers"]}
        for mark in marks:
            heights[mark["label"]] = heights.get(mark["label"], 0) + mark["height"]
        foot = min(cycles.values()) / 2
        unit = heights[max(cycles, key=cycles.get)] / math.log(max(cycles.values()) / foot)
        for name, height in heights.items():
            self.assertAlmostEqual(height, unit * math.log(cycles[name] / foot), delta=4)
        for mark in marks:
            self.assertAlmostEqual(mark["height"] / heights[mark["label"]], mark["value"] / cycles[mark["label"]], delta=0.03)

    def test_the_roofline_s_sram_is_that_of_the_bounds(self):
        rate = max(b["banks"] * b["ports"] * b["width_bits"] // 8 for b in self.json["arch"]["buffers"].values())
        points = self.ask("[...document.querySelectorAll('#roofline g.item > path')].map((e) => e.__data__.datum)"
                          ".filter((d) => d.level === 'sram').map((d) => [d.label, d.intensity])")
        self.assertEqual([name for name, _ in points], [layer["name"] for layer in self.json["layers"] if layer["bounds"]["sram_cycles"]])
        for (name, intensity), layer in zip(points, [layer for layer in self.json["layers"] if layer["bounds"]["sram_cycles"]]):
            self.assertAlmostEqual(intensity, layer["macs"] / (layer["bounds"]["sram_cycles"] * rate))

    def test_hover_tells_details(self):
        layer = self.json["layers"][0]
        self.browser.hover("#cycles g.item > path", 0)
        text = self.tooltip()
        self.assertIn(layer["name"], text)
        self.assertIn(f"{layer['pe_array']['busy']:,} cycles", text)
        self.browser.hover("#roofline g.item > path", 0)
        text = self.tooltip()
        for word in (layer["name"], layer["algorithm"], f"{layer['macs']:,}", f"{layer['dram']['bus_bytes']:,}"):
            self.assertIn(word, text)
        self.browser.hover("h1")
        self.assertEqual(self.tooltip(), "")

    def test_arrow_keys_walk_through_a_figure(self):
        self.ask("document.querySelector('#energy .chart').focus()")
        self.browser.press("ArrowRight")
        first = self.tooltip()
        self.browser.press("ArrowRight")
        self.assertIn(self.json["layers"][0]["name"], first)
        self.assertNotEqual(self.tooltip(), first)
        self.browser.press("Escape")
        self.assertEqual(self.tooltip(), "")

    def test_the_table_sorts_and_filters(self):
        button = "#layers th:nth-child(6) button"
        self.assertEqual(self.ask(f"document.querySelector('{button}').textContent"), "cycles")
        cycles = [layer["cycles"] for layer in self.json["layers"]]
        self.browser.click(button)
        self.assert_same_numbers(self.column("layers", "cycles"), sorted(cycles, reverse=True))
        self.ask(f"document.querySelector('{button}').focus()")
        self.browser.click(button)
        self.assert_same_numbers(self.column("layers", "cycles"), sorted(cycles))
        self.assertEqual(self.ask(f"document.querySelector('{button}').parentElement.ariaSort"), "ascending")
        middle = sorted(cycles)[len(cycles) // 2]
        self.browser.click("#layers input")
        self.browser.type(f"conv cycles>={middle}")
        expected = [layer for layer in self.json["layers"] if layer["type"] == "conv" and layer["cycles"] >= middle]
        self.assertTrue(0 < len(expected) < len(cycles))
        self.assertEqual(set(self.column("layers", "name")), {layer["name"] for layer in expected})

    def test_roofline_points_lie_under_their_roofs(self):
        points = self.ask("""[...document.querySelectorAll("#roofline g.item > path")].map((e) => {
            const {label, level, intensity, rate} = e.__data__.datum;
            return {label, level, intensity, rate};
        })""")
        self.assertEqual(len(points), 2 * len(self.json["layers"]))
        roofs = self.ask("JSON.parse(document.getElementById('data').textContent).machine")
        peak = roofs["macs_per_cycle"] * roofs["clock_hz"]
        for point in points:
            slope = roofs[point["level"] + "_bytes_per_cycle"] * roofs["clock_hz"] * point["intensity"]
            self.assertLessEqual(point["rate"], min(peak, slope) * (1 + 1e-9), point)

    def test_svg_and_png_can_be_saved(self):
        self.ask("""window.saved = []; HTMLAnchorElement.prototype.click = function () { saved.push([this.download, this.href]); }""")
        for index in range(2):
            self.browser.click("#cycles .bar span button", index)
        self.browser.wait_for("saved.length === 2")
        (svg, svg_at), (png, png_at) = self.ask("saved")
        self.assertTrue(svg.endswith(".svg") and png.endswith(".png"), (svg, png))
        text = self.ask(f"fetch({json.dumps(svg_at)}).then((answer) => answer.text())")
        self.assertIn("<svg", text)
        self.assertIn(self.json["layers"][0]["name"], text)
        self.assertTrue(png_at.startswith("data:image/png;base64,"), png_at[:40])
        self.assertGreater(len(png_at), 10000)

    def test_light_and_dark(self):
        paper = "getComputedStyle(document.body).backgroundColor"
        light = self.ask(paper)
        self.open(dark=True)
        dark = self.ask(paper)
        self.assertNotEqual(light, dark)
        self.browser.click("#theme")
        self.assertEqual(self.ask(paper), light)

    def test_the_configuration_is_the_resolved_one(self):
        text = self.ask("document.querySelector('#configuration [data-part=arch] pre').textContent")
        self.assertIn(f"clock_mhz: {self.json['arch']['clock_mhz']}\n", text)
        self.assertIn(f"rows: {self.json['arch']['pe_array']['rows']}\n", text)

    def test_mappings_are_told_with_what_bounds_each_layer(self):
        told = self.ask("[...document.querySelectorAll('#mappings details')].map((d) => "
                        "[d.querySelector('summary').textContent, d.querySelector('pre').textContent])")
        self.assertEqual(len(told), len(self.json["layers"]))
        for (summary, text), layer in zip(told, self.json["layers"]):
            self.assertEqual(text.splitlines(), layer["mapping"])
            self.assertIn(f"{layer['name']}: {layer['cycles']:,} cycles, bound by ", summary)
            self.assertIn(f"({layer['bound']['cycles']:,})", summary)

    def test_a_narrow_window_scrolls_inside_the_figures_only(self):
        self.open(width=420, height=900)
        self.assertLessEqual(self.ask("document.documentElement.scrollWidth"), 420)


class SeveralAlgorithms(Page):
    """Rows of one layer's name, and names that look like markup."""
    report = "two/report.html"

    def make(self):
        results = self.results(*TINY, "--layer", "gemm", "--layer", "fc", out="two")
        results["layers"].append({**results["layers"][0], "algorithm": "implicit_gemm", "repeat": 3})
        results["workload"]["name"] = "</script><b>&"
        (self.dir / "two/results.json").write_text(json.dumps(results))
        self.run_good("report", "two")

    def test_each_has_a_bar(self):
        labels = {mark["label"] for mark in self.marks("cycles")}
        self.assertEqual(labels, {"gemm · direct", "fc", "gemm · implicit_gemm ×3"})
        self.assertEqual(len(self.cells("layers")), 3)

    def test_stages_have_a_figure_where_there_are_any(self):
        self.assertEqual(self.ask("document.querySelectorAll('#stages').length"), 0)
        results = self.results(*TINY, "--layer", "conv3x3", "--algorithm", "explicit_gemm", out="staged")
        self.browser.open(self.dir / "staged/report.html")
        shown = {mark["part"]: mark["value"] for mark in self.marks("stages")}
        self.assertEqual(shown, {stage["name"]: stage["cycles"] for stage in results["layers"][0]["stages"]})
        bound = results["layers"][0]["bound"]
        self.assertTrue(self.cells("layers")[0]["bound_by"][0].endswith(f" in {bound['stage']}"))

    def test_names_are_text(self):
        self.assertTrue(self.ask("document.querySelector('h1').textContent").startswith("</script><b>& on"))


class Sweep(Page):
    report = "out/report.html"

    def make(self):
        self.write("sweep.yaml", SWEEP)
        self.run_good("sweep", "sweep.yaml", "--out", "out")
        Sweep.json = json.loads((self.dir / "out/sweep.json").read_text())

    def circles(self):
        return self.ask("""[...document.querySelectorAll("#pareto g.item > path")].map((e) => e.__data__.datum).map((d) =>
            ({x: d.x, y: d.y, front: d.front === true, point: d.point.point}))""")

    def test_points_are_where_sweep_json_says(self):
        shown = {circle["point"]: circle for circle in self.circles()}
        for point in self.json["points"]:
            circle = shown.pop(point["point"])
            self.assertEqual((circle["x"], circle["front"]), (point["totals"]["cycles"], point["pareto"]))
            self.assertAlmostEqual(circle["y"], point["totals"]["energy"] * 1e-12)
        self.assertEqual(shown, {})

    def test_the_filter_rules_figures_and_table(self):
        self.browser.click('#filter input[data-setting="pe_array.rows"][value="2"]')
        expected = {p["point"] for p in self.json["points"] if p["values"]["pe_array.rows"] == "4"}
        self.assertEqual({circle["point"] for circle in self.circles()}, expected)
        self.assertEqual(set(self.column("points", "point")), expected)
        lines = self.ask("new Set([...document.querySelectorAll('#parallel g.item path')].map((e) => e.closest('g.item')).filter(Boolean)).size")
        self.assertEqual(lines, len(expected))
        self.browser.click('#filter input[data-setting="pe_array.rows"][value="4"]')
        self.assertEqual(self.circles(), [])
        self.assertEqual(self.browser.errors, [])
        self.browser.click("#filter button")
        self.assertEqual(len(self.circles()), len(self.json["points"]))

    def test_it_prints_in_light_and_without_controls(self):
        self.open(dark=True)
        try:
            self.browser.call("Emulation.setEmulatedMedia", media="print")
            self.ask("dispatchEvent(new Event('beforeprint'))")
            self.assertEqual(self.ask("document.documentElement.dataset.theme"), "light")
            shown = "[...document.querySelectorAll('select, label, fieldset, #filter, input, button')].filter((e) => e.offsetHeight)"
            self.assertEqual(self.ask(shown + ".filter((e) => !e.closest('thead')).map((e) => e.outerHTML)"), [])
            self.assertEqual(self.ask("[...document.querySelectorAll('section h2')].filter((e) => e.offsetHeight).length"), 6)
            self.assertGreater(len(self.browser.call("Page.printToPDF", printBackground=True)["data"]), 20000)
        finally:
            self.ask("dispatchEvent(new Event('afterprint'))")
            self.browser.call("Emulation.setEmulatedMedia", media="")

    def test_zipped_settings_are_one(self):
        titles = self.ask("[...document.querySelectorAll('#filter legend')].map((e) => e.textContent)")
        self.assertEqual(titles, ["rows", "dataflow", "input.size, weight.size"])
        self.assertIn("4KiB / 8KiB", self.column("points", "buffers.input.size"))

    def test_heat_map_and_main_effects_are_means(self):
        def mean(matches):
            values = [p["totals"]["cycles"] for p in self.json["points"] if matches(p["values"])]
            return sum(values) / len(values)
        cells = self.ask("[...document.querySelectorAll('#heat g.item > path')].map((e) => e.__data__.datum).map(({x, y, value}) => [x, y, value])")
        self.assertEqual(len(cells), 4)
        for x, y, value in cells:
            self.assertAlmostEqual(value, mean(lambda v: v["pe_array.rows"] == x and v["dataflow"] == y))
        levels = self.ask("[...document.querySelectorAll('#effects g.item > path')].map((e) => e.__data__.datum).map(({setting, value, mean}) => [setting, value, mean])")
        self.assertEqual(len(levels), 6)
        for setting, value, shown in levels:
            if setting != "buffers.input.size":
                self.assertAlmostEqual(shown, mean(lambda v: v[setting] == value))

    def test_hover_and_table(self):
        self.browser.hover("#pareto g.item > path", 0)
        hovered = self.tooltip().split(",")[0].split("\n")[0]
        circles = {circle["point"]: (circle["x"], circle["y"]) for circle in self.circles()}
        self.assertEqual(circles[hovered], next(iter(circles.values())))  # whichever of equal points lies on top
        self.browser.hover("h1")
        self.ask("document.querySelector('#parallel .chart').focus()")
        self.browser.press("ArrowRight")
        self.assertIn(self.json["points"][0]["point"], self.tooltip())
        self.browser.click("#points input")
        self.browser.type("rows=4 weight")
        self.assertEqual(set(self.column("points", "point")), set())  # a key is known by its full name
        self.ask("document.querySelector('#points input').value = ''")
        self.browser.type("pe_array.rows=4 weight")
        expected = {p["point"] for p in self.json["points"] if p["values"]["pe_array.rows"] == "4" and p["values"]["dataflow"] == "weight_stationary"}
        self.assertEqual(set(self.column("points", "point")), expected)


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


if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    if not find_browser():
        print("skipped: no Chromium here to open the reports with (Debian: apt-get install chromium-headless-shell)")
        sys.exit(SKIPPED)
    unittest.main()
