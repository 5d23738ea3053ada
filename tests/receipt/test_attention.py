"""Which receipts need attention, and that the menu begins with them."""

from odoo.tests import new_test_user, tagged

from ..helpers.receipt_search import ADDON, RECEIPT, SearchCase


@tagged("post_install", "-at_install")
class TestAttention(SearchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "seller", "sales_team.group_sale_salesman")

    def make_elsewhere(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        account = self.make_account("elsewhere", company_id=company.id)
        self.make_receipt("E-1", account_id=account.id, state="failed")

    def opened(self):
        """What the user's entry of the menu opens, as the web client runs it."""
        action = self.env.ref(f"{ADDON}.menu_marketplace_cancellations").action
        return action.with_user(self.user).run()

    def test_receipts_are_found_and_say_so(self):
        waiting = ("evaluating", "failed", "mismatch", "part_evaluating", "part_failed")
        states = self.env[RECEIPT]._fields["state"].get_values(self.env)
        for state in states:
            kind = "part" if state.startswith("part_") else "whole"
            self.make_receipt(state, state=state, kind=kind)
            self.make_receipt(f"{state}-resolved", state=state, kind=kind, resolved_at="2026-01-01")
        receipts = self.env[RECEIPT].with_user(self.user)
        found = receipts.search([("needs_attention", "=", True)])
        self.assertEqual(set(found.mapped("marketplace_order_id")), set(waiting))
        self.assertTrue(all(found.mapped("needs_attention")))
        others = receipts.search([("needs_attention", "=", False)])
        self.assertEqual(len(others), 2 * len(states) - len(waiting))
        self.assertFalse(any(others.mapped("needs_attention")))

    def test_menu_begins_with_them(self):
        self.make_receipt("1", state="failed")
        self.assertTrue(self.opened()["context"]["search_default_attention"])
        (own,) = self.search_view().xpath("//filter[@name='attention']")
        self.assertEqual(own.get("domain"), "[('needs_attention', '=', True)]")

    def test_menu_begins_with_all_if_there_are_none_in_the_users_companies(self):
        self.make_receipt("1", state="failed", resolved_at="2026-01-01")
        self.make_elsewhere()
        self.assertNotIn("search_default_attention", str(self.opened()["context"]))

    def test_path_is_the_menus(self):
        """The web client finds the app of a page, opened by its address, by the menu's path."""
        action = self.env.ref(f"{ADDON}.menu_marketplace_cancellations").action
        self.assertEqual(action.path, "marketplace-cancellations")
        self.assertEqual(self.opened()["res_model"], RECEIPT)
