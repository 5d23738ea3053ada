"""What people read about a marketplace's requests."""

from unittest import TestCase

from ...tools.decision import Concern, History
from ...tools.inbound.order_status import text_of_status
from ...tools.inbound.texts import (
    message_of_decision,
    pretty,
    result_of_processing,
    status_text,
    text_of_asker,
    text_of_cancellation,
    text_of_concerns,
    text_of_decision,
    text_of_hold,
    text_of_notice,
    text_of_outcome,
    text_of_reason,
    text_of_reminder,
    text_of_request,
    text_of_unresolved,
)
from ..helpers.capitals import ENV


class TestAsked(TestCase):
    def test_status_has_its_name_if_there_is_one(self):
        self.assertEqual(status_text(404), "404 Not Found")
        self.assertEqual(status_text(799), "799")
        self.assertEqual(status_text(0), "")

    def test_states_of_orders_are_words_if_we_know_them(self):
        self.assertEqual(text_of_status(ENV, "handling"), "BEING HANDLED (handling)")
        self.assertEqual(text_of_status(ENV, "on-the-moon"), "on-the-moon")

    def test_what_is_no_json_stays(self):
        self.assertEqual(pretty('{"tea": "té"}'), '{\n  "tea": "té"\n}')
        self.assertEqual(pretty("tea"), "tea")

    def test_concerns_are_one_sentence_in_one_order(self):
        self.assertEqual(
            text_of_concerns(ENV, {History.REFUSED, Concern.INVOICED}),
            "IT IS INVOICED OR PAID, AN EARLIER REQUEST FOR IT WAS REFUSED.",
        )

    def test_every_concern_has_a_text(self):
        for concern in [*Concern, *History]:
            self.assertGreater(len(text_of_concerns(ENV, [concern])), 1, concern)

    def test_request_and_cancellation_say_who_wanted_it_and_why(self):
        for requested_by, asked, cancelled, who in (
            ("shopper", ", AS THE SHOPPER WISHES.", "; THE SHOPPER ASKED FOR IT.", "THE SHOPPER"),
            ("marketplace", ".", " ON ITS OWN INITIATIVE.", "THE MARKETPLACE ITSELF"),
            (False, ".", ".", "REQUESTED ON NOON."),
        ):
            with self.subTest(requested_by):
                self.assertEqual(
                    text_of_request(ENV, "Lux", requested_by, False),
                    f"LUX ASKS TO CANCEL THIS ORDER{asked}",
                )
                self.assertEqual(
                    text_of_cancellation(ENV, "Lux", requested_by, "late"),
                    f"LUX CANCELLED THIS ORDER{cancelled} REASON: “LATE”.",
                )
                self.assertIn(who, text_of_asker(ENV, requested_by, "noon"))
        self.assertEqual(text_of_reason(ENV, ""), "")


class TestOutcome(TestCase):
    def test_hold_says_whether_somebody_still_decides(self):
        self.assertIn("WAIT FOR THE DECISION", text_of_hold(ENV, "Lux", "O-1", True))
        self.assertIn(
            "ITS ORDER O-1. IT MUST NOT BE SHIPPED", text_of_hold(ENV, "Lux", "O-1", False)
        )

    def test_notices(self):
        for kind, text in {
            "refused": "AND WAS REFUSED",
            "kept": "IT IS KEPT OPEN HERE",
            "cancelled": "LUX HAS CANCELLED THIS ORDER.",
            "after": "LUX HAS CANCELLED THIS ORDER.",
        }.items():
            self.assertIn(text, text_of_notice(ENV, kind, "Lux"))

    def test_notices_of_what_the_marketplace_only_asked_for(self):
        for kind, text in {"kept": "KEPT OPEN HERE.", "cancelled": "CANCELLED HERE."}.items():
            self.assertEqual(
                text_of_notice(ENV, kind, "Lux", is_known=False),
                f"LUX ASKED TO CANCEL THIS ORDER; IT IS {text}",
            )

    def test_outcome_that_nobody_decided(self):
        for state, text in {
            "failed": "SOMEBODY HAS TO LOOK INTO IT",
            "queued": "WITHIN MOMENTS",
            "refused": "POLICY SAYS: IT HAS LEFT.",
            "kept": "It has left.",
        }.items():
            self.assertIn(text, text_of_outcome(ENV, state, "It has left."))

    def test_decision_says_who_when_and_why(self):
        who = {"decision": "Refused", "user": "Ada"}
        self.assertEqual(text_of_decision(ENV, "noon", "", **who), "REFUSED BY ADA ON NOON.")
        self.assertIn("BECAUSE: “LATE”.", text_of_decision(ENV, "noon", " late\n", **who))
        self.assertTrue(message_of_decision(ENV, None, **who).endswith("REFUSED BY ADA."))
        self.assertTrue(message_of_decision(ENV, "late", **who).endswith("ADA. REASON: LATE"))

    def test_reminder_says_what_happens_at_the_deadline(self):
        self.assertIn("TRIED ONCE MORE ON NOON.", text_of_reminder(ENV, "failed", "noon"))
        self.assertIn("BY NOON AT THE LATEST", text_of_reminder(ENV, "evaluating", "noon"))


class TestProcessing(TestCase):
    def test_what_has_come_of_it(self):
        many = [f"O-{number}" for number in range(1, 7)]
        for outcomes, kind, text in (
            ({"cancelled": ["O-1"], "refused": ["O-2"]}, "success", "PROCESSED: 2."),
            ({"untouched": ["O-1"]}, "warning", "SKIPPED, AS THEY HAVE NOT FAILED: 1."),
            ({"cancelled": ["O-1"], "late": ["O-2"]}, "warning", "PROCESSED: 1. NOT REACHED"),
            ({"failed": ["O-1"], "late": ["O-2"]}, "danger", "FAILED AGAIN: 1 (O-1). NOT"),
            ({"failed": many}, "danger", "AGAIN: 6 (O-1, O-2, O-3, O-4, O-5, …)."),
        ):
            with self.subTest(text):
                found, said = result_of_processing(ENV, outcomes)
                self.assertEqual(found, kind)
                self.assertIn(text, said)

    def test_why_it_cannot_be_marked_as_resolved(self):
        for obstacle, text in {
            "resolved": "TEA IS MARKED AS RESOLVED ALREADY",
            "settled": "TEA CANNOT BE MARKED",
            "waiting": "TEA IS HERE",
            "held": "TEA IS STILL OPEN",
        }.items():
            self.assertIn(text, text_of_unresolved(ENV, obstacle, "Tea"))
