"""Which receipts need attention, and that the menu begins with them."""

from lxml import etree

from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..helpers.receipt_search import ADDON, RECEIPT, SearchCase


@tagged("post_install", "-at_install")
class TestAttention(SearchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "lead", "sales_team.group_sale_salesman_all_leads")
        cls.seller = new_test_user(cls.env, "seller", "sales_team.group_sale_salesman")
        cls.worker = new_test_user(cls.env, "worker", "stock.group_stock_user")

    def make_elsewhere(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        account = self.make_account("elsewhere", company_id=company.id)
        self.make_receipt("E-1", account_id=account.id, state="failed")

    def opened(self, user=None):
        """What the user's entry of the menu opens, as the web client runs it."""
        action = self.env.ref(f"{ADDON}.menu_marketplace_cancellations").action
        return action.with_user(user or self.user).run()

    def counted(self, user):
        """How many the menu says, as the web client counts them."""
        domain = [("needs_attention", "=", True), ("may_decide", "=", True)]
        return self.env[RECEIPT].with_user(user).search_count(domain)

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

    def test_menu_counts_what_the_user_may_decide_on(self):
        self.make_receipt("1", state="failed")
        self.make_receipt("2", state="failed", account_id=self.make_account("another").id)
        self.assertEqual(self.counted(self.user), 2)
        self.assertEqual((self.counted(self.seller), self.counted(self.worker)), (0, 0))
        self.account.user_id = self.seller
        self.assertEqual(self.counted(self.seller), 1)
        for receipt in self.env[RECEIPT].with_user(self.seller).search([]):
            with self.subTest(receipt.account_id.code):
                found = receipt.search([("id", "=", receipt.id), ("may_decide", "=", True)])
                self.assertEqual(bool(found), receipt.may_decide)

    def test_menu_begins_with_the_own_orders_of_who_may_not_decide(self):
        theirs, own = (self.make_order(name, confirm=True) for name in ("theirs", "own"))
        own.user_id = self.seller
        for order in (theirs, own):
            values = {"state": "evaluating", "sale_order_id": order.id}
            self.make_receipt(order.marketplace_order_id, **values)
        context = str(self.opened(self.seller)["context"])
        self.assertIn("search_default_my_orders", context)
        self.assertNotIn("search_default_attention", context)
        view = self.env[RECEIPT].with_user(self.seller).get_view(None, "search")["arch"]
        (mine,) = etree.fromstring(view).xpath("//filter[@name='my_orders']")
        domain = safe_eval(mine.get("domain"), {"uid": self.seller.id})
        found = self.env[RECEIPT].with_user(self.seller).search(domain)
        self.assertEqual(found.mapped("marketplace_order_id"), ["own"])
        for user in (self.worker, self.user):
            self.assertNotIn("my_orders", str(self.opened(user)["context"]))
        self.account.user_id = self.seller
        self.assertIn("search_default_attention", str(self.opened(self.seller)["context"]))

    def test_menu_begins_with_all_if_there_are_none_in_the_users_companies(self):
        self.make_receipt("1", state="failed", resolved_at="2026-01-01")
        self.make_elsewhere()
        self.assertNotIn("search_default_attention", str(self.opened()["context"]))

    def test_path_is_the_menus(self):
        """The web client finds the app of a page, opened by its address, by the menu's path."""
        action = self.env.ref(f"{ADDON}.menu_marketplace_cancellations").action
        self.assertEqual(action.path, "marketplace-cancellations")
        self.assertEqual(self.opened()["res_model"], RECEIPT)
