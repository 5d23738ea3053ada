"""What is decided about a change: facts, policy and what it asks in, verdict out."""

import unittest
from dataclasses import fields, replace
from itertools import product

from ...tools.change.decision import Asked, decide_change
from ...tools.decision import Decision, Facts, Policy, Shipped, decide

#: Facts about the lines concerned, each by itself, and the policy that is asked about it.
STAGES = {
    "untouched": (Facts(order_known=True), None),
    "picked": (Facts(order_known=True, picking=True), "picking"),
    "partly shipped": (Facts(order_known=True, shipped=Shipped.PARTLY), "partly_shipped"),
    "shipped": (Facts(order_known=True, shipped=Shipped.FULLY), "shipped"),
    "invoiced": (Facts(order_known=True, invoiced=True), "invoiced"),
    "locked": (Facts(order_known=True, locked=True), "locked"),
    "committed": (Facts(order_known=True, committed=True), "committed"),
}
WISHES = {
    "cancel": Decision.CANCEL,
    "credit_note": Decision.CANCEL,
    "ask": Decision.ASK,
    "refuse": Decision.REFUSE,
}
ASKED = [Asked(*values) for values in product((False, True), repeat=len(fields(Asked)))]


class TestTable(unittest.TestCase):
    def test_plain_change_follows_the_policy(self):
        for (stage, (facts, concern)), (wish, expected) in product(STAGES.items(), WISHES.items()):
            policy = replace(Policy(), **({concern: wish} if concern else {}))
            with self.subTest(stage=stage, wish=wish):
                verdict = decide_change(facts, policy, Asked())
                self.assertEqual(verdict.decision, expected if concern else Decision.CANCEL)

    def test_impossible_is_refused_whatever_the_policy(self):
        for (facts, concern), wish in product(STAGES.values(), WISHES):
            policy = replace(Policy(), **({concern: wish} if concern else {}))
            verdict = decide_change(facts, policy, Asked(is_impossible=True))
            self.assertEqual(verdict.decision, Decision.REFUSE)

    def test_doubtful_is_asked_about_unless_the_policy_refuses(self):
        for (facts, concern), wish in product(STAGES.values(), WISHES):
            policy = replace(Policy(), **({concern: wish} if concern else {}))
            refused = concern and wish == "refuse"
            verdict = decide_change(facts, policy, Asked(is_doubtful=True))
            self.assertEqual(verdict.decision, Decision.REFUSE if refused else Decision.ASK)

    def test_nobody_decides_alone_what_cannot_be_told(self):
        verdict = decide_change(Facts(order_known=True), Policy(), Asked(can_be_told=False))
        self.assertEqual(verdict.decision, Decision.ASK)

    def test_fact_needs_not_be_told(self):
        asked = Asked(is_fact=True, can_be_told=False)
        verdict = decide_change(Facts(order_known=True), Policy(), asked)
        self.assertEqual(verdict.decision, Decision.CANCEL)

    def test_fact_is_never_refused(self):
        policies = [replace(Policy(), **dict.fromkeys(vars(Policy()), wish)) for wish in WISHES]
        for (facts, _concern), policy, asked in product(STAGES.values(), policies, ASKED):
            verdict = decide_change(facts, policy, replace(asked, is_fact=True))
            self.assertIn(verdict.decision, (Decision.CANCEL, Decision.ASK))

    def test_unknown_order_is_waited_for(self):
        for asked in ASKED:
            verdict = decide_change(Facts(order_known=False), Policy(), asked)
            self.assertEqual(verdict.decision, Decision.WAIT)

    def test_cancelled_order_leaves_nothing_to_do(self):
        facts = Facts(order_known=True, order_cancelled=True)
        for asked in ASKED:
            self.assertEqual(decide_change(facts, Policy(), asked).decision, Decision.CONFIRM)

    def test_order_that_is_kept_open_is_asked_about(self):
        verdict = decide_change(Facts(order_known=True, kept=True), Policy(), Asked())
        self.assertEqual(verdict.decision, Decision.ASK)

    def test_machine_does_no_more_than_for_the_whole_order(self):
        policies = [replace(Policy(), **dict.fromkeys(vars(Policy()), wish)) for wish in WISHES]
        for (facts, _concern), policy, asked in product(STAGES.values(), policies, ASKED):
            if decide_change(facts, policy, asked).decision is Decision.CANCEL:
                self.assertIs(decide(facts, policy).decision, Decision.CANCEL)
