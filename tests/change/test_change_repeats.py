"""A change that comes once more without an ID: a repeat, or a change of its own."""

import json
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...tools.change.there import changes_of_order
from ..helpers.change_calls import HandshakeCase
from ..helpers.changes import ChangeCase

BOTH = ("Acknowledgment", "Confirmation")


class RepeatCase(ChangeCase):
    def ask_for_pot(self, name, agreement="Acknowledgment"):
        answer = self.ask_change(name, agreement, change_id=None, remove=self.items(POT=1))
        return json.loads(answer.body)

    def settled(self, name):
        """An order of which a pot was taken out because of a change without an ID, and that."""
        order = self.order_of_both(name)
        for agreement in BOTH:
            self.ask_for_pot(name, agreement)
            self.run_cron("cron_settle_changes")
        receipt = order.cancellation_receipt_ids
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        return order, receipt

    def repeat(self, name):
        order, first = self.settled(name)
        answer = self.ask_for_pot(name)
        second = self.receipts(name) - first
        self.assertEqual(len(second), 1)
        self.assertEqual(second.cancellation_request_id, answer["requestId"])
        self.assertEqual((second.same_as_id, second.may_be_repeat), (first, True))
        return order, first, second

    def receipts(self, name):
        named = [("marketplace_order_id", "=", name)]
        return self.env["marketplace.cancellation.receipt"].search(named, order="id")


@tagged("post_install", "-at_install")
class TestRepeatIsRead(HandshakeCase, RepeatCase):
    """The marketplace's own list of changes tells."""

    def settled(self, name):
        self.show(self.there("waiting-acknowledgement", "X-1"))
        order = self.order_of_both(name)
        for agreement in BOTH:
            self.ask_for_pot(name, agreement)
            self.run_cron("cron_settle_changes")
            self.send()
        self.assertEqual(self.told(), [*BOTH])
        self.show(self.there("done", "X-1"))
        return order, order.cancellation_receipt_ids

    def look(self, order, times=1):
        for _time in range(times):
            self.make_due(self.calls(order).filtered("next_attempt_at"))
            self.send()
        self.run_cron("cron_settle_changes")

    def test_change_of_its_own_is_taken_out_as_well(self):
        order, first, second = self.repeat("REP-1")
        self.assertEqual(second.state, "part_waiting")
        self.assertTrue(order._lines_on_hold())
        self.show(self.there("done", "X-1"), self.there("waiting-acknowledgement", "X-2"))
        self.look(order)
        self.assertEqual((second.state, second.change_id_there), ("part_agreed", "X-2"))
        self.assertEqual(self.told(), [*BOTH, "Acknowledgment"])
        self.assertEqual(self.ordered(order)["POT"], 2)
        self.ask_for_pot("REP-1", "Confirmation")
        self.look(order)
        self.assertEqual(second.state, "part_cancelled", second.error)
        self.assertEqual(self.ordered(order)["POT"], 1)
        self.send()
        self.assertEqual(self.told(), [*BOTH, *BOTH])
        self.assertEqual(self.receipts("REP-1"), first | second)
        self.assertFalse(second.activity_ids)

    def test_repeat_comes_to_nothing(self):
        order, _first, second = self.repeat("REP-2")
        self.look(order, 3)
        self.assertEqual(second.state, "part_waiting")
        self.look(order)
        self.assertEqual(second.state, "part_withdrawn")
        self.assertIn("It was a repeat", second.note)
        self.assertFalse(order._has_open_change() or second.activity_ids)
        self.assertFalse(self.calls(order).filtered(lambda call: call.state != "sent").activity_ids)
        self.assertEqual((self.told(), self.ordered(order)["POT"]), ([*BOTH], 2))

    def test_nothing_is_carried_out_before_that_is_known(self):
        order, _first, second = self.repeat("REP-3")
        self.ask_for_pot("REP-3", "Confirmation")
        self.run_cron("cron_settle_changes")
        self.assertEqual((second.state, second.delivery_count), ("part_waiting", 2))
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_list_that_does_not_show_the_first_one_is_not_believed(self):
        for number, respond in enumerate(
            (
                lambda _path: (404, {}, {}),
                lambda _path: (403, {}, {}),
                lambda _path: (200, {"requests": []}, {}),
                lambda _path: None,
            )
        ):
            with self.subTest(number):
                self.marketplace.received.clear()
                order, _first, second = self.repeat(f"REP-4{number}")
                self.marketplace.respond = respond
                self.look(order, 4)
                self.assertEqual(second.state, "part_evaluating")
                self.assertTrue(second.activity_ids)
                second.action_is_repeat()
                self.assertEqual(second.state, "part_withdrawn")
                self.assertEqual(self.calls(order)[-1].state, "obsolete")
                self.assertEqual(self.told(), [*BOTH])

    def test_person_may_say_that_it_is_none(self):
        order, _first, second = self.repeat("REP-5")
        self.marketplace.respond = lambda _path: (403, {}, {})
        self.look(order, 4)
        self.assertEqual(second.state, "part_evaluating")
        second.action_is_own_change()
        self.assertEqual((second.state, second.may_be_repeat), ("part_agreed", False))
        self.show(self.there("done", "X-1"), self.there("waiting-acknowledgement", "X-2"))
        self.look(order)
        self.assertEqual(second.change_id_there, "X-2")
        self.ask_for_pot("REP-5", "Confirmation")
        self.look(order)
        self.assertEqual(self.ordered(order)["POT"], 1)

    def test_several_that_are_open_there(self):
        order, _first, second = self.repeat("REP-6")
        self.show(self.there(change_id="X-2"), self.there(change_id="X-3"))
        self.look(order)
        self.assertEqual(second.state, "part_evaluating")

    def test_one_that_is_open_there_may_be_the_first(self):
        order, first, second = self.repeat("REP-7")
        first.change_id_there = False
        first.outbound_call_ids.change_id = False
        self.show(self.there("waiting-confirmation", "X-1"))
        self.look(order)
        self.assertEqual(second.state, "part_evaluating")
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_marketplace_that_cannot_be_asked_for_days(self):
        order, _first, second = self.repeat("REP-8")
        call = self.calls(order)[-1]
        call._expire()
        self.assertEqual(second.state, "part_evaluating")
        second.action_is_own_change()
        self.assertEqual(call.state, "pending")

    def test_nothing_waits_for_a_repeat_that_it_was_not_asked_about(self):
        order, _first, second = self.repeat("REP-10")
        self.calls(order)[-1]._expire()
        self.assertTrue(order._holds_documents())
        second.action_is_repeat()
        self.assertFalse(order._holds_documents())

    def test_one_that_comes_while_the_first_is_being_confirmed(self):
        self.show(self.there("waiting-acknowledgement", "X-1"))
        order = self.order_of_both("REP-9")
        self.ask_for_pot("REP-9")
        self.send()
        self.ask_for_pot("REP-9", "Confirmation")
        self.run_cron("cron_settle_changes")
        first = self.receipts("REP-9")
        self.assertEqual(self.calls(order)[-1].state, "pending")
        self.ask_for_pot("REP-9")
        self.show(self.there("done", "X-1"), self.there("waiting-acknowledgement", "X-2"))
        self.look(order)
        second = self.receipts("REP-9") - first
        self.assertEqual((second.state, second.change_id_there), ("part_agreed", "X-2"))
        self.assertEqual(self.told(), [*BOTH, "Acknowledgment"])


@tagged("post_install", "-at_install")
class TestRepeatIsAskedAbout(RepeatCase):
    """The marketplace cannot be asked: a person is."""

    @classmethod
    def let_be_told(cls, account):
        """Nobody can tell it anything."""

    def settled(self, name):
        order = self.order_of_both(name)
        for agreement in BOTH:
            self.ask_for_pot(name, agreement)
        self.receipts(name).action_accept()
        self.assertEqual(self.ordered(order)["POT"], 2)
        return order, self.receipts(name)

    def test_person_is_asked_at_once(self):
        order, _first, second = self.repeat("REP-11")
        self.assertEqual(second.state, "part_evaluating")
        self.assertIn("came without an ID", second.note)
        self.assertEqual(len(second.activity_ids), 1)
        second.action_is_repeat()
        self.assertEqual(second.state, "part_withdrawn")
        self.assertIn("It was a repeat", "\n".join(self.chatter(order)))
        self.assertFalse(order._has_open_change() or second.activity_ids)
        self.assertEqual(self.ordered(order)["POT"], 2)
        with self.assertRaises(UserError):
            second.action_is_own_change()

    def test_whether_it_was_taken_out_by_hand_is_asked_after_that(self):
        order, _first, second = self.repeat("REP-20")
        order.order_line[0].product_uom_qty = 1  # of the pots
        self.assertFalse(second.may_be_done_by_hand)
        with self.assertRaises(UserError):
            second.action_taken_out_before()
        second.action_is_own_change()
        self.assertTrue(second.may_be_done_by_hand)
        second.action_taken_out_before()
        self.assertEqual((second.state, self.ordered(order)["POT"]), ("part_cancelled", 1))

    def test_change_of_its_own_is_decided_on_as_ever(self):
        order, _first, second = self.repeat("REP-12")
        for decide in (second.action_accept, lambda: second.action_refuse("No.")):
            with self.assertRaisesRegex(UserError, "whether this is a repeat"):
                decide()
        second.action_is_own_change()
        self.assertEqual(second.state, "part_evaluating")
        self.assertIn("cannot be told", second.note)
        second.action_accept()
        self.assertEqual((second.state, self.ordered(order)["POT"]), ("part_cancelled", 1))

    def test_further_calls_belong_to_the_one_that_is_open(self):
        _order, first, second = self.repeat("REP-13")
        for agreement in BOTH:
            self.assertEqual(
                self.ask_for_pot("REP-13", agreement)["requestId"], second.cancellation_request_id
            )
        self.assertEqual(self.receipts("REP-13"), first | second)

    def test_deadline_does_not_say_what_it_is(self):
        self.account.default_decision = "accept"
        order, _first, second = self.repeat("REP-14")
        second.decide_before -= timedelta(days=30)
        second._decide_by_default()
        self.assertEqual(second.state, "part_evaluating")
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_confirmation_that_comes_again_is_a_repeat(self):
        _order, first = self.settled("REP-15")
        self.assertEqual(self.ask_for_pot("REP-15", "Confirmation")["status"], "done")
        self.assertEqual(self.receipts("REP-15"), first)

    def test_unless_the_first_one_came_by_a_confirmation_alone(self):
        self.order_of_both("REP-16")
        self.ask_for_pot("REP-16", "Confirmation")
        self.receipts("REP-16").action_accept()
        self.assertNotEqual(self.ask_for_pot("REP-16", "Confirmation")["status"], "done")
        self.assertEqual(len(self.receipts("REP-16")), 2)

    def test_one_that_was_taken_back_may_be_asked_for_again(self):
        order = self.order_of_both("REP-17")
        self.ask_for_pot("REP-17")
        first = self.receipts("REP-17")
        first._take_status_there("canceled")
        self.ask_for_pot("REP-17")
        second = self.receipts("REP-17") - first
        self.assertEqual(second.state, "part_evaluating")
        second.action_is_own_change()
        second.action_accept()
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_one_that_was_refused_stays_so(self):
        self.order_of_both("REP-18")
        self.ask_for_pot("REP-18")
        first = self.receipts("REP-18")
        first.action_refuse("It is packed.")
        self.assertIn("It is packed.", self.ask_for_pot("REP-18")["detail"])
        self.assertEqual(self.receipts("REP-18"), first)

    def test_nothing_more_is_asked_about_a_cancelled_order(self):
        order, first = self.settled("REP-19")
        self.cancel_asking_nobody(order)
        self.ask_for_pot("REP-19")
        self.assertEqual(self.receipts("REP-19").filtered(lambda own: own.kind == "part"), first)


@tagged("post_install", "-at_install")
class TestRepeatIsFact(RepeatCase):
    """The order itself shows which changes there are."""

    def test_two_alike_that_nothing_names_are_two(self):
        order = self.order_of_both("REP-21")
        fact = {"itemsRemoved": [{"id": "POT", "quantity": 1}], "itemsAdded": [], "receipt": None}
        for number in (1, 2, 2):
            self.read_facts("REP-21", [fact] * number)
            self.run_cron("cron_settle_changes")
        receipts = self.receipts("REP-21")
        self.assertEqual(receipts.mapped("state"), ["part_cancelled"] * 2)
        self.assertEqual(receipts.mapped("may_be_repeat"), [False] * 2)
        self.assertEqual(self.ordered(order)["POT"], 1)

    def test_what_may_be_a_repeat_is_none_if_the_order_shows_both(self):
        order, first, second = self.repeated("REP-22")
        fact = {"itemsRemoved": [{"id": "POT", "quantity": 1}], "itemsAdded": [], "receipt": None}
        self.read_facts("REP-22", [fact] * 2)
        self.run_cron("cron_settle_changes")
        self.assertEqual((first | second).mapped("state"), ["part_cancelled"] * 2)
        self.assertEqual(self.ordered(order)["POT"], 1)

    def repeated(self, name):
        order, first = self.settled(name)
        self.calls_sent(order)
        self.ask_for_pot(name)
        second = self.receipts(name) - first
        self.assertEqual(second.state, "part_waiting")
        return order, first, second

    def calls_sent(self, order):
        order.outbound_call_ids.write({"state": "sent"})

    def read_facts(self, name, facts):
        """Settle what the order's document shows, as the job that reads it does."""
        shown = changes_of_order({"changesAttachment": {"changesData": facts}}, name)
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse(self.account.id)
            readings = env["marketplace.order.reading"]
            readings._note(account, name, "hook")
            reading = readings.search([("marketplace_order_id", "=", name)])
            reading[0]._settle_changes(account, shown)
