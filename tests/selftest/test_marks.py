"""Self-tests have a mark and a filter wherever they are listed, and count nowhere."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..helpers.common import ADMISSION_LOGGER, EndpointCase, MarketplaceCase

ADDON = "marketplace_order_cancellation"
RECEIPT = "marketplace.cancellation.receipt"


@tagged("post_install", "-at_install")
class TestMarks(MarketplaceCase):
    def setUp(self):
        super().setUp()
        self.sample = self.env["sale.order"]._make_test_order(self.account, "TEST-1A2B3C4D")
        self.customers = self.make_order("TEST-OF-A-CUSTOMER", confirm=True)
        self.tests = self.make_receipt(self.sample.marketplace_order_id, order=self.sample)
        self.tests += self.make_receipt("TEST-CURL", state="waiting")
        self.others = self.make_receipt("959311095", state="waiting")
        self.others += self.make_receipt("TEST-OF-A-CUSTOMER", order=self.customers)

    def make_receipt(self, reference, order=None, state="evaluating"):
        receipt = self.env[RECEIPT].create(
            {
                "account_id": self.account.id,
                "marketplace_order_id": reference,
                "sale_order_id": order and order.id,
                "state": state,
                "received_at": fields.Datetime.now() - timedelta(days=3),
            }
        )
        receipt.delivery_ids.create(
            {
                "receipt_id": receipt.id,
                "received_at": fields.Datetime.now(),
                "http_status": 404,
                "duration": 1,
            }
        )
        return receipt

    def test_what_is_about_a_customers_order_is_no_test(self):
        both = self.tests + self.others
        self.assertEqual(both.filtered("is_test"), self.tests)
        for value, marked in ((True, self.tests), (False, self.others)):
            found = both.search([("is_test", "=", value), ("id", "in", both.ids)])
            self.assertCountEqual(found, marked)

    def test_transfers_are_marked(self):
        pickings = self.sample.picking_ids + self.customers.picking_ids
        ours = [("id", "in", pickings.ids)]
        self.assertEqual(pickings.filtered("is_marketplace_test"), self.sample.picking_ids)
        for value, order in ((True, self.sample), (False, self.customers)):
            found = pickings.search([*ours, ("is_marketplace_test", "=", value)])
            self.assertEqual(found, order.picking_ids)

    def test_the_accounts_buttons_count_none_and_show_as_many(self):
        account = self.account
        self.assertEqual((account.order_count, account.receipt_count), (1, 2))
        for action, model in (
            (account.action_view_orders(), "sale.order"),
            (account.action_view_receipts(), RECEIPT),
        ):
            self.assertTrue(action["context"]["search_default_no_tests"])
            view = self.env[model].get_view((action["search_view_id"] or [False])[0], "search")
            self.assertIn('name="no_tests"', view["arch"])
            self.assertIn('name="tests"', view["arch"])

    def test_lists_begin_without_them(self):
        for name in (
            "action_marketplace_cancellation_receipt",
            "action_marketplace_cancellation_analysis",
            "action_marketplace_orders",
        ):
            action = self.env["ir.actions.act_window"]._for_xml_id(f"{ADDON}.{name}")
            self.assertTrue(safe_eval(action["context"])["search_default_no_tests"], name)

    def test_open_decisions_of_the_menu_have_none(self):
        name = f"{ADDON}.action_marketplace_cancellation_undecided"
        domain = safe_eval(self.env["ir.actions.act_window"]._for_xml_id(name)["domain"])
        found = self.env[RECEIPT].search([*domain, ("account_id", "=", self.account.id)])
        self.assertEqual(found.marketplace_order_id, "TEST-OF-A-CUSTOMER")

    def test_the_menu_counts_none(self):
        waiting = self.env[RECEIPT].search([("needs_attention", "=", True)])
        self.assertIn(self.others[1], waiting)
        self.assertFalse(waiting & self.tests)
        self.assertFalse(self.tests[0].needs_attention)

    def test_health_counts_what_its_links_show(self):
        checks = {check["key"]: check for check in self.account.health_checks}
        for key in ("people", "waiting", "answers"):
            action = self.account.with_context(health_check=key).action_open_check()
            shown = self.env[RECEIPT].search(action["domain"])
            self.assertLessEqual(shown, self.others, key)
            self.assertEqual(checks[key]["value"], str(len(shown)), key)
        self.assertEqual(checks["answers"]["value"], "2")
        self.assertEqual(self.account._old_requests(), self.others[1])

    def test_dashboard_counts_none_that_waits(self):
        end = fields.Datetime.now() + timedelta(days=1)
        moments = map(fields.Datetime.to_string, (end - timedelta(days=9), end))
        figures = self.account.cancellation_figures(*moments)
        self.assertEqual(figures["undecided"], {"evaluating": 1, "failed": 0})


@tagged("post_install", "-at_install")
class TestRejectedTests(EndpointCase):
    def rejected(self, reference, **call):
        counted = []
        model = type(self.env["marketplace.rejected.call"])
        with self.subTest(reference):
            self.patch(model, "_count", lambda _self, code, reason, _from: counted.append(reason))
            status = self.call(reference, **call).status_code
        return status, counted

    def test_tests_that_are_rejected_count_nowhere(self):
        self.account.is_paused = True
        self.assertEqual(self.rejected("TEST-1A2B3C4D"), (503, []))
        self.assertEqual(self.rejected("959311095"), (503, ["paused"]))
        self.account.is_paused = False
        self.account.allowed_networks = "192.0.2.7"
        with self.assertLogs(ADMISSION_LOGGER, "WARNING"):
            self.assertEqual(self.rejected("TEST-1A2B3C4D"), (403, []))

    def test_nobody_hides_behind_an_id(self):
        wrong = {"X-VTEX-API-AppToken": "wrong"}
        status, counted = self.rejected("TEST-1A2B3C4D", headers=wrong)
        self.assertEqual((status, counted), (401, ["wrong_token"]))
