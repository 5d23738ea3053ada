"""Changes of a part among receipts that are decided on together."""

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..helpers.changes import ChangeCase

SALES = "sales_team.group_sale_salesman_all_leads"


@tagged("post_install", "-at_install")
class TestBulkParts(ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "seller", SALES, name="Dora")

    def asked(self, order_id):
        """A change that a person decides on."""
        self.account.on_picking = "ask"
        order = self.order_of_both(order_id)
        order.order_line.move_ids.picked = True
        self.ask_change(order_id, remove=self.items(POT=1))
        return self.change_of(order_id)

    def unclear(self, order_id):
        """A change of which a person has to choose the lines."""
        order = self.order_of_both(order_id)
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 5})]
        self.ask_change(order_id, remove=self.items(POT=1))
        return self.change_of(order_id)

    def plan(self, receipts, decision):
        mine = receipts.with_user(self.seller)
        plan = getattr(mine, f"action_{decision}_selected")()["params"]
        offered = mine.filtered(f"can_{decision}")
        self.assertEqual(plan["ids"], offered.ids)
        return plan["ids"], {group["why"]: group["names"] for group in plan["skipped"]}

    def test_parts_are_not_among_what_is_foretold(self):
        part = self.asked("P-10")
        whole = self.ask(self.order_of_three("P-11", done=1))
        told = "Requests for a part, not counted above: 1. Their pages say what follows."
        for receipts, times in ((part + whole, 1), (whole, 0)):
            mine = receipts.with_user(self.seller)
            follows = mine.action_accept_selected()["params"]["follows"]
            self.assertEqual(follows.count(told), times, follows)

    def decide(self, receipts, *args):
        with self.own_transactions() as env:
            results = receipts.with_env(env).with_user(self.seller).decide_each(*args)
        return [own["outcome"] for own in results]

    def test_what_is_offered(self):
        due, failed, agreed = (self.asked(f"P-{number}") for number in range(3))
        failed._set_part_failed("It broke.")
        agreed.action_accept()
        unclear = self.unclear("P-3")
        repeat = self.asked("P-4")
        self.rewrite(repeat, may_be_repeat=True)
        there = self.asked("P-5")
        self.rewrite(there, cancelled_there=True)
        self.env.invalidate_all()
        every = due + failed + agreed + unclear + repeat + there
        one_by_one = "To be decided one by one"
        ids, skipped = self.plan(every, "accept")
        self.assertEqual(ids, (due + there).ids)
        self.assertEqual(
            skipped,
            {
                "Failed before (“Process Again” is for these)": "P-1",
                "Agreed to already": "P-2",
                f"{one_by_one} (the lines must be chosen)": "P-3",
                f"{one_by_one} (may be a repeat)": "P-4",
            },
        )
        ids, skipped = self.plan(every, "refuse")
        self.assertEqual(ids, (due + failed + agreed + unclear).ids)
        self.assertEqual(
            skipped,
            {
                f"{one_by_one} (may be a repeat)": "P-4",
                "Confirmed to the marketplace, so refusing is too late": "P-5",
            },
        )

    def test_accepted(self):
        receipts = self.asked("P-1") + self.asked("P-2")
        self.confirm_change("P-2")
        self.assertEqual(self.decide(receipts, "accept"), ["done", "done"])
        self.assertEqual(receipts.mapped("state"), ["part_agreed", "part_cancelled"])
        self.assertEqual(self.plan(receipts, "accept")[0], [])

    def test_refused(self):
        receipts = self.asked("P-1") + self.asked("P-2")
        self.assertEqual(self.decide(receipts, "refuse", "It is packed."), ["done", "done"])
        self.assertEqual(receipts.mapped("state"), ["part_refused", "part_refused"])

    def test_what_is_asked_anew_is_not_done(self):
        receipt = self.asked("P-1")
        self.confirm_change("P-1")
        self.product.default_code = "OTHER"
        with self.own_transactions() as env:
            (result,) = receipt.with_env(env).with_user(self.seller).decide_each("accept")
        self.assertEqual((receipt.state, result["outcome"]), ("part_evaluating", "failed"))
        self.assertTrue(result["why"])
