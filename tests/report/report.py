#!/usr/bin/env python3
"""The reports in a real browser: report.py PATH/TO/systole [unittest options]. Skipped where there is no Chromium."""
import os
import sys
import unittest

from comparison_pages import Comparison, Corners  # noqa: F401
from run_pages import Run, SeveralAlgorithms  # noqa: F401
from sweep_pages import Sweep  # noqa: F401
import run
from browser import find_browser

SKIPPED = 77

if __name__ == "__main__":
    run.SYSTOLE = os.path.abspath(sys.argv.pop(1))
    if not find_browser():
        print("skipped: no Chromium here to open the reports with (Debian: apt-get install chromium-headless-shell)")
        sys.exit(SKIPPED)
    unittest.main()
