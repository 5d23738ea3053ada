"""The whole decision space, as tables: nothing here touches the database."""

from dataclasses import replace
from itertools import product
from unittest import TestCase

from ...tools.decision import (
    Concern,
    Decision,
    Facts,
    History,
    Policy,
    Shipped,
    Stage,
    decide,
    find_concerns,
    find_stage,
)

CANCEL, ASK, REFUSE = Decision.CANCEL, Decision.ASK, Decision.REFUSE

#: Every choice that an account has, and the decision that each choice stands for.
CHOICES = {
    "picking": {"cancel": CANCEL, "ask": ASK},
    "partly_shipped": {"ask": ASK, "cancel": CANCEL},
    "shipped": {"ask": ASK, "refuse": REFUSE},
    "invoiced": {"ask": ASK, "refuse": REFUSE, "credit_note": CANCEL},
    "locked": {"cancel": CANCEL, "ask": ASK},
    "committed": {"ask": ASK, "cancel": CANCEL},
}

#: What the default policy does, with nothing but this one concern.
DEFAULTS = {
    "picking": CANCEL,
    "partly_shipped": ASK,
    "shipped": ASK,
    "invoiced": ASK,
    "locked": CANCEL,
    "committed": ASK,
}

FLAGS = ("picking", "invoiced", "locked", "committed")


def all_facts():
    """Every combination of facts about a known order that is not cancelled, with its name."""
    for shipped, *flags, in_window in product(Shipped, *[(False, True)] * 5):
        given = [name for name, flag in zip(FLAGS, flags, strict=True) if flag]
        name = " ".join([f"shipped={shipped.value}", *given, *["in_window"] * in_window])
        values = dict(zip(FLAGS, flags, strict=True), shipped=shipped, in_window=in_window)
        partly = {Shipped.PARTLY: ["partly_shipped"], Shipped.FULLY: ["shipped"]}
        yield name, Facts(order_known=True, **values), partly.get(shipped, []) + given


def all_policies():
    """Every policy that an account can have."""
    for values in product(*CHOICES.values()):
        yield Policy(**dict(zip(CHOICES, values, strict=True)))


class TestDecision(TestCase):
    def test_every_policy_in_every_situation(self):
        """Refusing wins over asking, and both over cancelling."""
        seen = 0
        policies = list(all_policies())
        for name, facts, concerns in all_facts():
            granted = facts.in_window and facts.shipped is Shipped.NOTHING
            for policy in policies:
                wishes = {CHOICES[concern][getattr(policy, concern)] for concern in concerns}
                if granted or wishes <= {CANCEL}:
                    expected = CANCEL
                else:
                    expected = REFUSE if REFUSE in wishes else ASK
                self.assertIs(decide(facts, policy).decision, expected, f"{name}, {policy}")
                seen += 1
        self.assertEqual(seen, (3 * 2**5) * (2**5 * 3))

    def test_default_policy_in_every_situation(self):
        for name, facts, concerns in all_facts():
            with self.subTest(name):
                asks = ASK in {DEFAULTS[concern] for concern in concerns}
                granted = facts.in_window and facts.shipped is Shipped.NOTHING
                expected = ASK if asks and not granted else CANCEL
                self.assertIs(decide(facts, Policy()).decision, expected)

    def test_before_anything_else_is_asked(self):
        """Unknown, cancelled or contradictory: whatever the order's other facts and the policy."""
        table = {
            # (order known, order cancelled, path names another): decision
            (False, False, False): Decision.WAIT,
            (False, False, True): Decision.MISMATCH,
            (False, True, False): Decision.WAIT,  # cannot be, and does no harm
            (False, True, True): Decision.MISMATCH,
            (True, False, True): Decision.MISMATCH,
            (True, True, False): Decision.CONFIRM,
            (True, True, True): Decision.MISMATCH,
        }
        self.assertEqual({*table, (True, False, False)}, set(product((False, True), repeat=3)))
        harsh = Policy("ask", "ask", "refuse", "refuse", "ask", "ask")
        for (known, cancelled, another), expected in table.items():
            for shipped, *flags in product(Shipped, *[(False, True)] * 5):
                facts = Facts(known, cancelled, another, shipped, *flags)
                with self.subTest(facts):
                    self.assertIs(decide(facts, harsh).decision, expected)
                    self.assertIs(decide(facts, Policy()).decision, expected)

    def test_what_a_person_has_done_is_not_overruled(self):
        """Refused before, or opened again: what would be cancelled is asked about."""
        for history in ({"refused": True}, {"reopened": True}, {"refused": True, "reopened": True}):
            for name, facts, _concerns in all_facts():
                known = replace(facts, **history)
                for policy in (Policy(), Policy(shipped="refuse", invoiced="refuse")):
                    plain, verdict = decide(facts, policy), decide(known, policy)
                    expected = ASK if plain.decision is CANCEL else plain.decision
                    with self.subTest(name, history=history, policy=policy):
                        self.assertIs(verdict.decision, expected)
                        told = {concern.value for concern in verdict.concerns - plain.concerns}
                        self.assertEqual(told, set(history))

    def test_what_was_confirmed_is_not_refused(self):
        harsh = Policy(shipped="refuse", invoiced="refuse")
        for name, facts, _concerns in all_facts():
            plain = decide(facts, harsh).decision
            expected = ASK if plain is REFUSE else plain
            with self.subTest(name):
                confirmed = replace(facts, confirmed=True)
                self.assertIs(decide(confirmed, harsh).decision, expected)

    def test_kept_order_stays_whatever_else_holds(self):
        harsh = Policy(shipped="refuse", invoiced="refuse")
        for name, facts, _concerns in all_facts():
            kept = replace(facts, kept=True, refused=True, confirmed=True)
            with self.subTest(name):
                self.assertIs(decide(kept, harsh).decision, Decision.KEEP)
                cancelled = replace(kept, order_cancelled=True)
                self.assertIs(decide(cancelled, harsh).decision, Decision.CONFIRM)

    def test_stage_is_what_takes_the_most_to_undo(self):
        known = {"order_known": True}
        table = [
            (Facts(order_known=False), None),
            (Facts(**known, path_names_another=True), None),
            (Facts(**known), Stage.UNTOUCHED),
            (Facts(**known, locked=True), Stage.UNTOUCHED),
            (Facts(**known, committed=True, locked=True), Stage.COMMITTED),
            (Facts(**known, invoiced=True, committed=True), Stage.INVOICED),
            (Facts(**known, picking=True, invoiced=True), Stage.PICKING),
            (Facts(**known, shipped=Shipped.PARTLY, picking=True), Stage.PARTLY_SHIPPED),
            (Facts(**known, shipped=Shipped.FULLY, invoiced=True), Stage.SHIPPED),
            (Facts(**known, order_cancelled=True, invoiced=True), Stage.CANCELLED),
        ]
        for facts, expected in table:
            with self.subTest(facts):
                self.assertIs(find_stage(facts), expected)
        self.assertEqual({stage for _facts, stage in table}, {None, *Stage})

    def test_defaults_are_the_table_above(self):
        for concern, decision in DEFAULTS.items():
            self.assertIs(CHOICES[concern][getattr(Policy(), concern)], decision, concern)

    def test_concerns_are_reported_even_if_they_are_overruled(self):
        facts = Facts(order_known=True, picking=True, invoiced=True, in_window=True)
        verdict = decide(facts, Policy())
        self.assertIs(verdict.decision, CANCEL)
        self.assertEqual(verdict.concerns, {Concern.PICKING, Concern.INVOICED})

    def test_what_was_said_before(self):
        """In every situation, under the mildest and the harshest policy."""
        for policy in (Policy(), Policy("ask", "cancel", "refuse", "refuse", "ask", "cancel")):
            for name, facts, _concerns in all_facts():
                plain = decide(facts, policy).decision
                for field, history in (("refused", "refused"), ("reopened", "reopened")):
                    with self.subTest(name, field=field):
                        verdict = decide(replace(facts, **{field: True}), policy)
                        self.assertIs(verdict.decision, ASK if plain is CANCEL else plain)
                        self.assertIn(History(history), verdict.concerns)
                confirmed = decide(replace(facts, confirmed=True), policy).decision
                self.assertIs(confirmed, ASK if plain is REFUSE else plain, name)
                kept = replace(facts, kept=True, refused=True, reopened=True, confirmed=True)
                self.assertIs(decide(kept, policy).decision, Decision.KEEP, name)
                cancelled = replace(kept, order_cancelled=True)
                self.assertIs(decide(cancelled, policy).decision, Decision.CONFIRM, name)

    def test_each_concern_has_a_policy(self):
        self.assertEqual({concern.value for concern in Concern}, set(CHOICES))
        self.assertEqual(set(Policy.__dataclass_fields__), set(CHOICES))
        self.assertEqual(find_concerns(Facts(order_known=True)), frozenset())


class TestStage(TestCase):
    def test_what_takes_the_most_to_undo(self):
        everything = {"picking": True, "invoiced": True, "committed": True, "locked": True}
        table = [
            ({}, Stage.UNTOUCHED),
            ({"locked": True, "in_window": True}, Stage.UNTOUCHED),
            ({"committed": True}, Stage.COMMITTED),
            ({"committed": True, "invoiced": True}, Stage.INVOICED),
            (everything, Stage.PICKING),
            ({**everything, "shipped": Shipped.PARTLY}, Stage.PARTLY_SHIPPED),
            ({**everything, "shipped": Shipped.FULLY}, Stage.SHIPPED),
            ({"order_cancelled": True}, Stage.CANCELLED),
            ({"path_names_another": True}, None),
        ]
        for facts, stage in table:
            with self.subTest(facts):
                self.assertIs(find_stage(Facts(order_known=True, **facts)), stage)
        self.assertIsNone(find_stage(Facts(order_known=False)))
