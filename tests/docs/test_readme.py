"""README and SECURITY say what the code does, what was measured, and what is tested."""

import re
from pathlib import Path

from odoo.tests import BaseCase, TransactionCase, tagged

from ...tools.decision import Policy
from ...tools.fault import POINTS

ADDON = Path(__file__).parents[2]
README = ADDON / "README.md"
SECURITY = ADDON / "SECURITY.md"

#: How README words each concern, in its order.
ROWS = {
    "is being picked, or stands picked in an output location": "picking",
    "has been shipped in part": "partly_shipped",
    "has been shipped": "shipped",
    "is invoiced or paid": "invoiced",
    "is locked": "locked",
    "had something bought or made for it, or a service delivered": "committed",
}


@tagged("post_install", "-at_install")
class TestReadme(TransactionCase):
    def test_table_is_the_policy(self):
        section = README.read_text().split("## What happens to an order that…")[1].split("\n## ")[0]
        rows = re.findall(r"^\| (.+?) \| (\w+) \| ([\w, ]+) \|$", section, re.MULTILINE)
        self.assertEqual([words for words, *_rest in rows], list(ROWS))
        account = self.env["marketplace.account"].create({"name": "New", "code": "new"})
        self.assertEqual(account._cancellation_policy(), Policy())
        for words, default, others in rows:
            with self.subTest(words):
                concern = ROWS[words]
                self.assertEqual(getattr(Policy(), concern), default)
                choices = account._fields[f"on_{concern}"].get_values(self.env)
                self.assertEqual(set(choices), {default, *others.split(", ")})

    def test_figures_are_those_of_the_bench(self):
        rows = (ADDON / "docs" / "benchmark" / "results.md").read_text().split("## What matters")[1]
        rows = rows.split("\n\n![")[0]
        section = README.read_text().split("## What it costs")[1].split("\n## ")[0]
        told = re.findall(r"\d+\.\d+x", section)
        self.assertGreater(len(told), 1)
        for figure in told:
            self.assertIn(f"| {figure} |", rows)


class TestSecurity(BaseCase):
    def test_tests_that_security_names_are_there(self):
        names = re.findall(r"`(\w+/test_\w+\.py)(?:::(test_\w+))?`", SECURITY.read_text())
        self.assertGreater(len(names), 40)
        for file, test in names:
            with self.subTest(file=file, test=test):
                code = (ADDON / "tests" / file).read_text()
                self.assertIn(f"def {test}(", code if test else f"def {test}(")

    def test_there_are_as_many_fault_points_as_it_says(self):
        self.assertIn(f"The {len(POINTS)} moments", SECURITY.read_text())
