"""What `./dev bench` compares is what it measures, and has words."""

import sys
from pathlib import Path
from unittest import TestCase, skipUnless
from unittest.mock import patch

DEVTOOLS = Path(__file__).resolve().parents[2] / "devtools"

if DEVTOOLS.is_dir():  # it is not in the package that others install
    with patch.object(sys, "path", [str(DEVTOOLS), *sys.path]):
        from bench import report, scenarios, targets


@skipUnless(DEVTOOLS.is_dir(), "this is a package without what is for developers")
class TestBench(TestCase):
    def test_each_row_compares_figures_that_are_measured(self):
        measured = {
            (scenario.name, cell.name)
            for scenario in scenarios.SCENARIOS
            for cell in scenario.cells
        }
        measured |= {
            ("people", f"{what}-at-{cell.what}-2")
            for what in ("list", "validate")
            for scenario in scenarios.SCENARIOS
            for cell in scenario.cells
            if scenario.name == "people"
        }
        for target in targets.TARGETS:
            for of in filter(None, (target.of, target.against)):
                with self.subTest(target.name):
                    self.assertTrue(of[:2] in measured or of[0] == "ordinary", of)

    def test_rows_have_names_of_their_own_and_notes_are_of_rows(self):
        names = [target.name for target in targets.TARGETS]
        self.assertEqual(len(names), len(set(names)))
        notes = report.notes_by_name((DEVTOOLS / "bench" / "notes.md").read_text())
        self.assertLessEqual(set(notes), set(names))

    def test_rows_that_miss_their_aim_have_a_note(self):
        more = ("s", "a", "rate"), ("s", "b", "rate")
        outcomes = [
            targets.Outcome(targets.Target(name, limit, aim, True, *more), ratio=5)
            for name, limit, aim in (
                ("missed", 6, 10),
                ("reached", 4, 10),
                ("aimed", 4, 5),
                ("without an aim", 4, None),
            )
        ]
        text = "\n".join(report._holding(outcomes, {"reached": "Odoo itself"}))
        self.assertEqual(
            text.split("\n")[2:4],
            ["- **missed**: (nobody has said yet)", "- **reached**: Odoo itself"],
        )
        self.assertNotIn("aimed", text)
        self.assertNotIn("without", text)

    def test_each_figure_has_words(self):
        for scenario in scenarios.SCENARIOS:
            for cell in scenario.cells:
                with self.subTest(scenario.name, cell=cell.name):
                    self.assertTrue(cell.what == "idle" or cell.what in report.WHAT)
                    self.assertIn(cell.kind, report.KINDS)

    def test_a_quick_run_has_the_same_figures(self):
        for scenario, quick in zip(scenarios.select(), scenarios.select(quick=True), strict=True):
            names = [[cell.name for cell in one.cells] for one in (scenario, quick)]
            self.assertEqual(*names)
            self.assertLess(
                sum(cell.count for cell in quick.cells),
                sum(cell.count for cell in scenario.cells),
            )

    def test_repeated_requests_come_equally_often(self):
        for scenario in (*scenarios.select(), *scenarios.select(quick=True)):
            for cell in scenario.cells:
                if cell.kind == "repeats":
                    with self.subTest(scenario.title, count=cell.count):
                        self.assertEqual(cell.count % cell.orders, 0)

    def test_marks_are_reached(self):
        more, less = ("s", "a", "rate"), ("s", "b", "rate")
        for up, limit, aim, ratio, reached, aimed in (
            (True, 6, 10, 5.9, False, False),
            (True, 6, 10, 6.0, True, False),
            (True, 6, 10, 10.0, True, True),
            (False, 0.7, 0.5, 0.71, False, False),
            (False, 0.7, 0.5, 0.5, True, True),
            (False, 0.5, None, 0.1, True, False),
            (False, None, 1.2, 9.0, True, False),
            (False, None, 1.2, 1.2, True, True),
            (False, 1.0, 1.0, 1.01, False, False),
        ):
            with self.subTest(up=up, limit=limit, aim=aim, ratio=ratio):
                target = targets.Target("row", limit, aim, up, more, less)
                outcome = targets.Outcome(target, ratio=ratio)
                self.assertEqual((outcome.reached, outcome.aimed), (reached, aimed))
                outcome = targets.Outcome(target, ratio=ratio, missing="not measured")
                self.assertFalse(outcome.reached or outcome.aimed)

    def test_marks_are_told(self):
        for unit, told, mark in (("x", "1.05x", "<= 1.1x"), ("%", "+5.0 %", "+10 %")):
            target = targets.Target("row", 1.1, None, False, (), (), unit=unit)
            self.assertEqual(
                (target.tell(1.05), target.tell_mark(1.1), target.tell_mark(None)),
                (told, mark, ""),
            )
