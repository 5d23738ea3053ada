"""The conditions by which work on an order shows are SQL that Odoo takes as it is."""

from unittest import TestCase

from ...tools.signs import COMMITMENTS, TALK, WORK, exists


class TestSigns(TestCase):
    def test_exists(self):
        self.assertEqual(
            exists("tea", "tea.hot"), "EXISTS (SELECT FROM tea WHERE tea.hot OFFSET 0)"
        )

    def test_signs_take_no_parameters_and_close_what_they_open(self):
        for sign in [*WORK, *COMMITMENTS.values()]:
            with self.subTest(sign=sign.condition):
                self.assertNotIn("%", sign.condition)
                self.assertEqual(sign.condition.count("("), sign.condition.count(")"))

    def test_talk_asks_but_for_the_receipts_that_are_known(self):
        self.assertEqual(TALK.count("receipt.id <> ALL(%(asked_by)s)"), 2)
