"""Reports of sweeps."""
import json

from page import SWEEP, Page


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
            self.assertEqual(self.ask("[...document.querySelectorAll('section h2')].filter((e) => e.offsetHeight).length"), 7)
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

    def test_a_line_is_the_means_along_a_setting(self):
        places = self.ask("[...document.querySelectorAll('#lines g.item > path')].map((e) => e.__data__.datum).map(({x, line, y}) => [x, line, y])")
        self.assertEqual(len(places), 4)
        for x, line, y in places:
            own = [p["totals"]["cycles"] for p in self.json["points"] if (p["values"]["pe_array.rows"], p["values"]["dataflow"]) == (x, line)]
            self.assertAlmostEqual(y, sum(own) / len(own))
        self.choose("lines", "log")
        heights = self.ask("[...document.querySelectorAll('#lines g.item > path')].map((e) => [e.__data__.datum.y, e.getBoundingClientRect().top])")
        self.assertEqual([y for y, _ in sorted(heights)], [y for y, _ in sorted(heights, key=lambda one: -one[1])])

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
