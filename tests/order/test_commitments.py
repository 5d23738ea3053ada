"""What other modules have done for an order is seen, and a person is asked."""

from odoo.tests import tagged

from ...tools.decision import Facts, Shipped, find_concerns
from ..helpers.other_modules import OtherModulesCase

COMMITTED = {"committed": True}
_SOLD = (
    "Found: goods were delivered without a transfer of this order, "
    "it was billed without an invoice of this order."
)
_USED = "Found: points, a gift card or a coupon from it were used already."
_EVENT = "Found: an event was attended or has begun."
_TASK = "Found: a task of it was begun or done."
_TIME = "Found: time was logged on its tasks."
_REPAIR = "Found: a repair was begun or done."
_MADE = "Found: manufacturing has begun."

#: By the kind of work: the facts, and what is found for the person who decides.
TABLE = {
    "delivered_by_hand": (
        {"shipped": Shipped.PARTLY},
        "Found: goods were delivered without a transfer of this order.",
    ),
    "invoiced_by_hand": (
        {"invoiced": True},
        "Found: it was billed without an invoice of this order.",
    ),
    "service_delivered": (COMMITTED, ""),
    "payment": (COMMITTED, "Found: a payment is under way."),
    "point_of_sale_settled": ({"shipped": Shipped.FULLY, "invoiced": True}, _SOLD),
    "point_of_sale_partly_settled": ({"shipped": Shipped.PARTLY, "invoiced": True}, _SOLD),
    "point_of_sale": (COMMITTED, "Found: it is open at a point of sale."),
    "point_of_sale_ships_later": (
        {"invoiced": True, "committed": True},
        "Found: it is open at a point of sale, it was billed without an invoice of this order.",
    ),
    "purchase_to_approve": (COMMITTED, ""),
    "component_bought": (COMMITTED, ""),
    "label": (COMMITTED, "Found: a shipment was ordered from a carrier."),
    "printing": (COMMITTED, "Found: it was sent to a print service."),
    "gift_card_spent": (COMMITTED, _USED),
    "points_used": (COMMITTED, _USED),
    "wallet_spent": (COMMITTED, _USED),
    "coupon_redeemed": (COMMITTED, _USED),
    "attended": (COMMITTED, _EVENT),
    "event_begun": (COMMITTED, _EVENT),
    "booth": (COMMITTED, "Found: a booth of an event is booked."),
    "course": (COMMITTED, "Found: the customer is enrolled in its course."),
    "partnership": (COMMITTED, "Found: it gave the customer a partner level."),
    "task_done": (COMMITTED, _TASK),
    "task_begun": (COMMITTED, _TASK),
    "time": (COMMITTED, _TIME),
    "time_not_billed": (COMMITTED, _TIME),
    "time_billed": (COMMITTED, _TIME),
    "milestone": (COMMITTED, "Found: a milestone was reached."),
    "expense": (COMMITTED, "Found: an expense was made for it."),
    "repair_begun": (COMMITTED, _REPAIR),
    "repair_done": (COMMITTED, _REPAIR),
    "part_made": (COMMITTED, _MADE),
    "part_used_up": (COMMITTED, _MADE),
}


@tagged("post_install", "-at_install")
class TestCommitments(OtherModulesCase):
    def check(self, kind):
        order = self.order_by(f"work_{kind}")
        values, found = TABLE[kind]
        facts = Facts(order_known=True, **values)
        self.assertEqual(order._untouched_with_moves(), {})
        self.assertEqual(self.facts(order), facts)
        receipt = self.ask(order)
        expected = receipt._explain(find_concerns(facts))
        self.assertEqual(receipt.note, f"{expected} {found}".strip())
        self.assertEqual(order.state, "sale")

    def test_what_is_not_undone_is_left_to_somebody(self):
        """What the cancellation does not undo stays in somebody's care."""
        order = self.order_by("work_delivered_by_hand")
        self.ask(order).action_accept()
        self.assertCancelled(order)
        self.assertIn("goods were delivered without a transfer", order.activity_ids.note)
        self.assertEqual(order.activity_ids.user_id, self.account._responsible_user())

    def test_nobody_was_asked(self):
        self.account.on_committed = "cancel"
        order = self.order_by("work_payment")
        self.cancel_asking_nobody(order)
        self.assertCancelled(order)
        self.assertIn("a payment is under way", order.activity_ids.note)

    def test_request_for_quotation_binds_nobody(self):
        self.assertFalse(self.facts(self.bought("sent")).committed)

    def test_the_table_knows_all_kinds(self):
        self.assertEqual(set(TABLE), set(self.kinds("work_")))


for _kind in TABLE:
    setattr(TestCommitments, f"test_{_kind}", lambda self, kind=_kind: self.check(kind))
