"""Reports of runs."""
import json
import math

from page import TINY, Page


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
        self.assertIn("1 layer of integers", "\n".join(self.json["warnings"]))
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
