"""A context that a caller chooses carries no power: RPC takes any."""

# pylint: disable=translation-required

import re
from pathlib import Path

from odoo.tests import tagged

from ...tools.trusted_context import MarketplaceCancellation, SellerCancellation
from ..helpers.context_keys import KNOWN_KEYS
from ..helpers.outbound import OutboundCase

ADDON = Path(__file__).parents[2]


@tagged("post_install", "-at_install")
class TestContexts(OutboundCase):
    def hostile(self, order, receipts):
        """What somebody sends who has read the code."""
        return {
            "marketplace_receipt_ids": receipts.ids,
            "marketplace_settled_order_ids": order.ids,
            "marketplace_ending_move_ids": order.order_line.move_ids.ids,
            "marketplace_messages": [],
            "marketplace_logged": [],
            "tell_marketplace": True,
            "seller_cancel_reason": "Forged.",
            SellerCancellation._key: {"tell_marketplace": True},
            MarketplaceCancellation._key: {"receipt_ids": [1]},
            "default_state": "sent",
        }

    def test_chatter_cannot_be_switched_off(self):
        order = self.make_order("O-1", confirm=True)
        before = len(order.message_ids)
        for key in ("marketplace_messages", "marketplace_logged"):
            with self.subTest(key):
                order.with_context(**{key: []}).message_post(body="I was here.")
                before += 1
                self.assertEqual(len(order.message_ids), before)

    def test_open_request_is_settled_whatever_the_context_says(self):
        order = self.order_of_three("O-1", done=1)
        receipt = self.ask(order)
        order.with_context(**self.hostile(order, receipt)).action_cancel()
        self.assertEqual(receipt.state, "cancelled")
        self.assertFalse(self.calls(order))

    def test_marketplace_is_told_only_by_who_was_asked(self):
        order = self.make_order("O-1", confirm=True)
        empty = self.env["marketplace.cancellation.receipt"]
        order.with_context(**self.hostile(order, empty)).action_cancel()
        self.assertFalse(order.seller_cancel_reason)
        self.assertFalse(self.calls(order))
        self.assertTrue(order.is_untold)

    def test_defaults_of_the_context_are_not_taken_for_a_calls_state(self):
        order = self.make_order("O-1", confirm=True)
        telling = SellerCancellation("Sold out.", tell_marketplace=True).as_context()
        context = {"default_state": "sent", "default_attempts": 3, "default_invoice_id": 1}
        order.with_context(**telling, **context).action_cancel()
        call = self.calls(order)
        self.assertEqual((call.state, call.attempts, call.invoice_id.ids), ("pending", 0, []))

    def test_states_of_moves_are_computed(self):
        order = self.make_order("O-1", confirm=True)
        moves = order.order_line.move_ids
        moves.with_context(**self.hostile(order, self.receipts("O-1")))._do_unreserve()
        self.assertEqual(set(moves.mapped("state")), {"confirmed"})

    def test_changes_of_an_account_are_tracked(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        quiet = self.account.with_context(tracking_disable=True, mail_notrack=True)
        quiet.write({"allow_query_token": True, "company_id": self.account.company_id.id})
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = self.account.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("allow_query_token", tracked)

    def test_no_other_key_is_looked_up(self):
        found = set()
        for folder in ("models", "wizard", "controllers", "tools"):
            for path in (ADDON / folder).rglob("*.py"):
                text = path.read_text()
                found |= set(re.findall(r'context(?:\.get\(|\[)\s*"(\w+)"', text))
                found |= set(re.findall(r'"(\w+)" (?:not )?in self\.env\.context', text))
        self.assertEqual(found, set(KNOWN_KEYS))
