"""Fed to `odoo shell`: two months of the demo's marketplace, for the pictures of lists and figures.

Written once, and noted in the log as all receipts are. What the pictures show closely happens
in story.py, through the endpoint.
"""

import random
from datetime import datetime, timedelta

DAYS = 60
ORDERS_A_DAY = (20, 34)  # at least, at most
CANCELLED = 0.11  # of the orders
PRODUCTS = ("MKT-MUG", "MKT-BAG", "MKT-LAMP")
NETWORK = "203.0.113."
#: (who asked, why, how often)
REASONS = (
    ("shopper", "Ordered by mistake", 9),
    ("shopper", "It takes too long", 6),
    ("shopper", "Found it cheaper elsewhere", 5),
    ("shopper", "Wrong address", 3),
    ("marketplace", "The payment was not authorised", 5),
    ("marketplace", "Suspected fraud", 2),
)
#: (how far the order had got, what became of it, after how many hours at most, how often)
COURSES = (
    ("untouched", "cancelled", 0, 26),
    ("picking", "cancelled", 0, 6),
    ("partly_shipped", "cancelled", 5, 2),
    ("shipped", "refused", 7, 4),
    ("invoiced", "cancelled", 4, 2),
)


def choose(rows):
    return chance.choices(rows, weights=[row[-1] for row in rows])[0]


def place_orders():
    """Orders of each day, as their importer would have made them."""
    products = env["product.product"].search([("default_code", "in", PRODUCTS)])  # noqa: F821
    customers = env["res.partner"].search([("is_company", "=", True), ("id", ">", 5)])  # noqa: F821
    moments = [
        today - timedelta(days=day, hours=-chance.uniform(8, 20))
        for day in range(DAYS, 0, -1)
        for _order in range(chance.randint(*ORDERS_A_DAY))
    ]
    orders = env["sale.order"].create(  # noqa: F821
        [
            {
                "partner_id": chance.choice(customers).id,
                "marketplace_account_id": account.id,
                "marketplace_order_id": f"11379{number:08d}-01",
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": chance.randint(1, 4)})
                    for product in chance.sample(products, chance.randint(1, 2))
                ],
            }
            for number, _moment in enumerate(moments, 10427)
        ]
    )
    for order, moment in zip(orders, moments, strict=True):
        order.write({"state": "sale", "date_order": moment})
    return orders


def cancel(order):
    """A cancellation of ``order``, some hours after it was placed, and what became of it."""
    moment = min(order.date_order + timedelta(hours=chance.uniform(0.2, 20)), now)
    requested_by, reason, _weight = choose(REASONS)
    stage, outcome, hours, _weight = choose(COURSES)
    took = timedelta(hours=chance.uniform(0.3, hours)) if hours else timedelta()
    receipt = env["marketplace.cancellation.receipt"].create(  # noqa: F821
        {
            "account_id": account.id,
            "marketplace_order_id": order.marketplace_order_id,
            "path_order_id": order.marketplace_order_id,
            "received_at": moment,
            "requested_by_user": requested_by,
            "reason": reason,
        }
    )
    told = {}
    if outcome == "cancelled":
        order.state = "cancel"
        receipt._set_cancelled(order)
        told = {"told_at": moment + took, "told_how": "answer"}
    else:
        receipt._set_refused(order, "The parcel has left already.")
    called_off = order.amount_untaxed if outcome == "cancelled" else 0
    receipt.write({"settled_at": moment + took, "stage": stage, "called_off": called_off, **told})
    env["marketplace.cancellation.delivery"].create(  # noqa: F821
        [
            {
                "receipt_id": receipt.id,
                "received_at": moment + timedelta(minutes=minutes),
                "http_status": 200,
                "duration": chance.randint(38, 190),
                "remote_address": f"{NETWORK}{chance.randint(11, 13)}",
            }
            for minutes in ((0, 5) if chance.random() < 1 / 8 else (0,))
        ]
    )


chance = random.Random(19)
now = datetime.utcnow().replace(microsecond=0)  # noqa: DTZ003
today = now.replace(hour=0, minute=0, second=0)
account = env["marketplace.account"].search([("code", "=", "demo")])  # noqa: F821
if not env["sale.order"].search_count([("marketplace_order_id", "=like", "11379%")]):  # noqa: F821
    for order in place_orders():
        if chance.random() < CANCELLED:
            cancel(order)
    env.cr.commit()  # noqa: F821
print("history")
