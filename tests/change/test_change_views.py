"""What the screens of a change show: its items, the handshake, the totals, and what to do."""

from ast import literal_eval

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ...tools.states import PART_STATES
from ..helpers.changes import ChangeCase

ADDON = "marketplace_order_cancellation"


class ChangeViewCase(ChangeCase):
    def asked(self, order_id, connected=True, **body):
        """A change that a person decides on."""
        self.account.on_picking = "ask"
        if not connected:
            self.account.outbound_key = False
        order = self.order_of_both(order_id)
        order.order_line.move_ids.picked = True
        self.ask_change(order_id, **(body or {"remove": self.items(POT=1)}))
        receipt = self.change_of(order_id)
        self.assertEqual(receipt.state, "part_evaluating")
        return order, receipt


@tagged("post_install", "-at_install")
class TestChangeForm(ChangeViewCase):
    def test_items_stand_side_by_side(self):
        order, receipt = self.asked("VIEW-1", remove=self.items(POT=1), add=self.items(CUP=2))
        pot, cup = receipt.change_line_ids
        self.assertEqual((pot.name, pot.sku, pot.ordered_before), ("[POT] Teapot", "POT", 3))
        self.assertEqual((pot.quantity, pot.remaining), (1, 2))
        self.assertEqual((pot.shipped, pot.invoiced), (0, 0))
        price = order.order_line.filtered(lambda line: line.product_id == self.product).price_unit
        self.assertIn(f"{price:.2f}", pot.price_text)
        self.assertEqual((cup.kind, cup.quantity, cup.price_text), ("add", 2, False))

    def test_added_items_have_the_marketplaces_price(self):
        items = {"items": [{"id": "CUP", "quantity": 2, "price": 1234, "name": "A cup"}]}
        _order, receipt = self.asked("VIEW-2", add=items)
        self.assertIn("12.34", receipt.change_line_ids.price_text)
        self.assertIn(": 2 × A cup.", receipt.accept_text)
        self.assertNotIn("Out:", receipt.accept_text)

    def test_decision_to_keep_items_is_told_as_such(self):
        """*Kept open* is a word for whole orders."""
        _order, receipt = self.asked("VIEW-12")
        receipt.cancelled_there = True
        receipt.action_keep("Paid to us.")
        self.assertFalse(self.shows_decision(receipt))
        other = self.env[receipt._name].create(
            {"account_id": self.account.id, "marketplace_order_id": "W", "decision": "keep"}
        )
        self.assertTrue(self.shows_decision(other))

    def shows_decision(self, receipt):
        """Whether the form shows the decision by its own name, and not as one on items."""
        form = Form(receipt)
        (kept,) = form._view["tree"].xpath("//*[@name='items_kept']")
        is_hidden = form._get_modifier("decision", "invisible")
        self.assertEqual(kept.get("invisible"), "kind != 'part' or decision != 'keep'")
        return not is_hidden

    def test_accept_says_what_it_does(self):
        for number, (is_awaited, is_connected, remove, texts) in enumerate(
            (
                (False, True, {"POT": 1}, ("as soon as the marketplace", "Out: 1 × [POT] Teapot.")),
                (True, True, {"POT": 1}, ("at once", "gets its confirmation")),
                (False, False, {"POT": 1}, ("at once", "Confirm it at the marketplace yourself")),
                (True, True, {"POT": 3, "CUP": 2}, ("cancelled as a whole",)),
            )
        ):
            with self.subTest(number):
                self.let_be_told(self.account)
                order_id = f"VIEW-3-{number}"
                _order, receipt = self.asked(order_id, is_connected, remove=self.items(**remove))
                if is_awaited:
                    self.confirm_change(order_id)
                receipt.invalidate_recordset()
                for text in texts:
                    self.assertIn(text, receipt.accept_text)
                receipt.action_accept()
                self.assertFalse(receipt.accept_text)

    def test_accept_says_what_becomes_of_documents(self):
        order, receipt = self.asked("VIEW-11")
        self.assertIn(f"\nTransfers bring less: {order.picking_ids.name}.", receipt.accept_text)
        order = self.order_of_both("VIEW-12")
        self.ship(order.picking_ids)
        self.ask_change("VIEW-12", remove=self.items(POT=1))
        told = self.change_of("VIEW-12").accept_text
        self.assertIn("\nA return is proposed of: 1 ", told)
        self.assertNotIn("bring less", told)

    def test_agreement_is_told_step_by_step(self):
        _order, receipt = self.asked("VIEW-4")
        self.assertTrue(receipt.agreement_text.startswith("Asked "))
        self.assertTrue(receipt.agreement_text.endswith(" · To Acknowledge"))
        receipt.outbound_call_ids.write({"state": "sent", "last_attempt_at": fields.Datetime.now()})
        self.confirm_change("VIEW-4")
        receipt.invalidate_recordset()
        steps = [text.split(" ")[0] for text in receipt.agreement_text.split(" · ")]
        self.assertEqual(steps, ["Asked", "Acknowledged", "Confirmation"])

    def test_totals_of_both_sides_are_compared(self):
        order, receipt = self.asked("VIEW-5", remove=self.items(POT=1), totalChangeValue=-500)
        before, after = order._amounts_of_change(receipt._quantities_taken())
        for amount in (f"{before:,.2f}", f"{after:,.2f}", "5.00", "difference"):
            self.assertIn(amount, receipt.change_totals)
        self.confirm_change("VIEW-5")
        receipt.action_accept()
        told = receipt.change_totals
        self.assertNotIn("becomes", told)
        self.assertIn(f"{after:,.2f}", told)
        order.order_line[1].product_uom_qty = 9
        self.assertEqual(receipt.change_totals, told)
        self.assertEqual(receipt.totals_noted[:2], [before, after])

    def test_totals_that_agree_name_no_difference(self):
        order, receipt = self.asked("VIEW-6")
        self.assertNotIn("marketplace", receipt.change_totals)
        self.assertIn("Total here", receipt.change_totals)
        self.assertNotIn("difference", receipt.change_totals)
        before, after = order._amounts_of_change(receipt._quantities_taken())
        cents = round((before - after) * 100)
        order, receipt = self.asked("VIEW-7", remove=self.items(POT=1), totalChangeValue=cents)
        self.assertIn("At the marketplace", receipt.change_totals)
        self.assertNotIn("difference", receipt.change_totals)

    def test_what_was_understood_is_shown(self):
        _order, receipt = self.asked("VIEW-8")
        self.assertIn('"remove"', receipt.request_text)
        self.assertTrue(receipt.request_line.endswith("/pvt/orders/VIEW-8/changes"))
        self.assertIn("waiting-acknowledgement", receipt.answer_text)
        self.assertIn("Part of VIEW-8", receipt.display_name)

    def test_form_opens_in_every_state_for_who_may_read_it(self):
        user = new_test_user(self.env, "change-reader", f"{ADDON}.group_marketplace_user")
        _order, receipt = self.asked("VIEW-9")
        for state, _label in PART_STATES:
            receipt.state = state
            with self.subTest(state):
                receipt.invalidate_recordset()
                form = Form(receipt.with_user(user))
                self.assertEqual(form.state, state)
                self.assertEqual(form.change_line_ids._records[0]["shipped"], 0)

    def test_list_of_receipts_finds_parts(self):
        _order, receipt = self.asked("VIEW-10")
        whole = self.env[receipt._name].create(
            {"account_id": self.account.id, "marketplace_order_id": "W", "state": "evaluating"}
        )
        arch = self.env[receipt._name].get_view(view_type="search")["arch"]
        for name, is_whole in (("parts", False), ("attention", True), ("evaluating", True)):
            domain = self.domain_of_filter(arch, name)
            found = self.env[receipt._name].search(domain) & (receipt | whole)
            self.assertEqual(found, receipt | whole if is_whole else receipt, name)

    def domain_of_filter(self, arch, name):
        (node,) = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
        return literal_eval(node.get("domain"))


@tagged("post_install", "-at_install")
class TestChangeDialogs(ChangeViewCase):
    def dialog(self, receipt, decision):
        action = self.env.ref(f"{ADDON}.action_marketplace_change_{decision}")
        context = {"default_receipt_id": receipt.id, "default_decision": decision}
        self.assertIn(f"'default_decision': '{decision}'", action.context)
        return Form(self.env["marketplace.decision"].with_context(**context))

    def test_refusal_of_a_change(self):
        order, receipt = self.asked("DIALOG-1")
        dialog = self.dialog(receipt, "refuse")
        self.assertEqual((dialog.receipt_kind, dialog.decision), ("part", "refuse"))
        dialog.reason = "It is packed."
        dialog.save().action_apply()
        self.assertEqual(receipt.state, "part_refused")
        self.assertEqual(self.ordered(order)["POT"], 3)

    def refusal_says(self, receipt):
        """What the dialog says of the marketplace, which depends on whether it can be told."""
        dialog = self.env["marketplace.decision"].new(
            {"receipt_id": receipt.id, "decision": "refuse"}
        )
        values = {name: dialog[name] for name in ("is_connected", "is_archived")}
        arch = etree.fromstring(dialog.get_view(view_type="form")["arch"])
        return [
            own.text
            for own in arch.iterfind(".//div[@name='refused_part']/div[@invisible]")
            if not safe_eval(own.get("invisible"), dict(values))
        ]

    def test_refusal_says_what_the_marketplace_learns(self):
        _order, receipt = self.asked("DIALOG-3")
        told = "which is told your reason when it asks again."
        self.assertEqual(
            self.refusal_says(receipt), [f"The change is cancelled at the marketplace, {told}"]
        )
        self.account.active = False
        archived = "The marketplace does not learn of it, as its account is archived."
        self.assertEqual(self.refusal_says(receipt), [archived])
        self.account.write({"active": True, "outbound_key": False})
        self.assertEqual(
            self.refusal_says(receipt), ["The marketplace is told your reason when it calls again."]
        )

    def test_what_the_marketplace_has_done_is_kept_and_not_refused(self):
        order, receipt = self.asked("DIALOG-2")
        receipt.cancelled_there = True
        with self.assertRaises(UserError):
            receipt.action_refuse("It is packed.")
        dialog = self.dialog(receipt, "keep")
        dialog.reason = "The shopper pays us."
        dialog.save().action_apply()
        self.assertEqual(receipt.state, "part_kept")
        self.assertEqual(self.ordered(order)["POT"], 3)


@tagged("post_install", "-at_install")
class TestChangesInOverviews(ChangeViewCase):
    def test_health_counts_what_waits(self):
        self.asked("HEALTH-1")
        self.ask_change("HEALTH-2", remove=self.items(POT=1))
        self.account.on_picking = "cancel"
        self.order_of_both("HEALTH-3")
        self.ask_change("HEALTH-3", remove=self.items(POT=1))
        lines = {check["key"]: check for check in self.account._health_checks()}
        for key, text in (
            ("people", "1 to decide (parts)"),
            ("waiting", "1 for their order, or for each other (parts)"),
            ("changes", "1 agreed"),
        ):
            self.assertIn(text, lines[key]["text"])
        action = self.account.with_context(health_check="people").action_open_check()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertIn("part_evaluating", found.mapped("state"))

    def test_changes_wait_for_a_decision_as_whole_orders_do(self):
        begin, end = "2026-01-01 00:00:00", "2026-02-01 00:00:00"
        before = self.account.cancellation_figures(begin, end)["undecided"]["evaluating"]
        _order, receipt = self.asked("FIGURE-1")
        figures = self.account.cancellation_figures(begin, end)
        self.assertEqual(figures["undecided"]["evaluating"], before + 1)
        found = self.env[receipt._name].search(figures["domains"]["undecided"])
        self.assertIn(receipt, found)
        action = self.env.ref(f"{ADDON}.action_marketplace_cancellation_undecided")
        self.assertIn("part_evaluating", action.domain)
