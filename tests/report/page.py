"""What the tests of reports share: a report in a real browser."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
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
