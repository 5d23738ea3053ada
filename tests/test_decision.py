"""The whole table of facts and decisions."""

from dataclasses import fields
from itertools import product

from odoo.tests import BaseCase

from ..decision import Decision, Facts, decide

ORDER = ("order_known", "order_cancelled", "path_names_another")

TABLE = {
    # known, cancelled, another in the path
    (False, False, False): Decision.WAIT,
    (False, False, True): Decision.MISMATCH,
    (False, True, False): Decision.WAIT,
    (False, True, True): Decision.MISMATCH,
    (True, False, False): Decision.CANCEL,
    (True, False, True): Decision.MISMATCH,
    (True, True, False): Decision.CONFIRM,
    (True, True, True): Decision.MISMATCH,
}


class TestDecision(BaseCase):
    def test_every_combination_of_facts_has_its_decision(self):
        for values, decision in TABLE.items():
            facts = Facts(**dict(zip(ORDER, values, strict=True)))
            with self.subTest(facts=facts):
                self.assertIs(decide(facts), decision)

    def test_the_table_is_complete(self):
        self.assertEqual(tuple(field.name for field in fields(Facts)), ORDER)
        self.assertEqual(set(TABLE), set(product((False, True), repeat=len(ORDER))))
        self.assertEqual(set(TABLE.values()), set(Decision))

    def test_what_is_not_said_of_a_known_order_calls_for_cancelling(self):
        self.assertIs(decide(Facts(order_known=True)), Decision.CANCEL)
