#!/usr/bin/env python3
"""Takes the pictures of docs/images: screenshots.py RUN.html SWEEP.html COMPARISON.html SUMS.html (reports of ResNet-50, of the sweep
resnet50_shapes, of the comparison in docs/reports.md, and of the sweep sum_rules)."""
import pathlib
import sys

from browser import Browser, find_browser

IMAGES = pathlib.Path(__file__).resolve().parents[2] / "docs/images"
WIDTH = 1240
MARGIN = 12


def picture(browser, name, first, last):
    """From the top of one element to the bottom of another."""
    top, bottom = browser.ask(f"""[document.querySelector({first!r}).getBoundingClientRect().top + scrollY,
                                   document.querySelector({last!r}).getBoundingClientRect().bottom + scrollY]""")
    start = max(0, top - MARGIN)
    browser.screenshot(IMAGES / f"{name}.png", {"x": 0, "y": start, "width": WIDTH, "height": bottom + MARGIN - start})


def main():
    run, sweep, comparison, sums = (pathlib.Path(path).resolve() for path in sys.argv[1:])
    browser = Browser(find_browser())
    for report, dark, pictures in ((run, False, [("run", "#top", "#cycles")]), (run, True, [("roofline_dark", "#bounds", "#roofline")]),
                                   (sweep, False, [("sweep", "#pareto", "#parallel"), ("sweep_effects", "#heat", "#effects")]),
                                   (comparison, False, [("comparison", "#top", "#sram")]), (sums, False, [("sum_rules", "#lines", "#lines")])):
        browser.open(report, WIDTH, dark=dark)
        for one in pictures:
            picture(browser, *one)
    browser.close()


main()
