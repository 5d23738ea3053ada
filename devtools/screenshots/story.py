"""What has happened before the pictures are taken: a morning of the demo's marketplace."""

from .taker import Taker

MISTAKE = {"reason": "Ordered by mistake", "requestedByUser": True}
LATE = {"reason": "It takes too long", "requestedByUser": True}
CHEAPER = {"reason": "Found it cheaper elsewhere", "requestedByUser": True}
FRAUD = {"reason": "The payment was not authorised", "requestedByUser": False}

#: What becomes of the demo's orders.
SEED, RESERVED, SHORT = "959311095", "1138342255777-01", "1138342255778-01"
DRAFT, SENT, LOCKED = "1138342255779-01", "1138342255780-01", "1138342255781-01"
CANCELLED, SHIPPED, PARTLY = "1138342255782-01", "1138342255783-01", "1138342255784-01"
TWO_STEPS, PICKED, OTHER = "1138342255785-01", "1138342255786-01", "1138342255787-01"
UNKNOWN = "1138342255799-01"

#: Orders of which a part is cancelled: somebody has to decide on the first, the second is done.
PART_ASKED, PART_DONE = "1138342255791-01", "1138342255792-01"
MUGS, BAG = ("MKT-MUG", 3), ("MKT-BAG", 1)
CHANGES = {
    PART_ASKED: "6bd0bb0f-9d0c-4f0b-8a43-6c0b2c1f5e7a",
    PART_DONE: "0f3c8a52-51d7-4d0a-9a27-3f6f0d5b8c14",
}
FEWER = {
    "reason": "Two are enough",
    "remove": {"items": [{"id": "MKT-MUG", "quantity": 1}]},
}

#: As what the account calls its marketplace, which knows nothing of the orders of two months.
CONNECTION = {
    "outbound_key": "vtexappkey-mystore-ABCDEF",
    "new_outbound_token": "demo",
    "compare_hours": 0,
}
NOWHERE = "https://marketplace.example/api/oms"

#: How the numbers of picks begin in the demo's warehouse with two steps.
PICKS = "MKT/PICK/"

#: An account that is still being set up.
NEW_CODE = "bazar-sul"

RECEIPT = "marketplace.cancellation.receipt"


def play(demo):
    """Let the marketplace cancel, and people decide; once is enough."""
    if not demo.search(RECEIPT, [("marketplace_order_id", "=", PARTLY)]):
        cancel_orders(demo)
        change_orders(demo)
    set_up(demo)


def cancel_orders(demo):
    demo.cancel(SEED, **MISTAKE)
    demo.cancel(UNKNOWN, **LATE)
    demo.cancel(SHORT, **FRAUD)
    demo.cancel(OTHER, address=PICKED, **MISTAKE)  # two orders named
    for _repeat in range(3):
        demo.cancel(TWO_STEPS, **CHEAPER)
    demo.cancel(LOCKED, **FRAUD)
    demo.cancel(SHIPPED, **LATE)
    refuse(demo, SHIPPED, "The parcel left this morning.")
    fail(demo, PICKED, MISTAKE)
    demo.cancel(PARTLY, **LATE)
    demo.cancel(RESERVED, **MISTAKE)


def change_orders(demo):
    """A part of an order needs a marketplace that takes the seller's answers."""
    for order in CHANGES:
        place(demo, order, MUGS, BAG)
    moves = demo.search("stock.move", [("picking_id", "in", demo.pickings(PART_ASKED))])
    demo.execute("stock.move", "write", moves, {"picked": True})
    with Taker() as address:
        write_account(demo, services_endpoint=address, on_picking="ask", **CONNECTION)
        for agreement in ("Acknowledgment", "Confirmation"):
            for order, change_id in CHANGES.items():
                demo.change(order, requestId=change_id, agreementType=agreement, **FEWER)
            demo.wait_until_none("marketplace.outbound.call", [("state", "=", "pending")])
        demo.wait_until_none(RECEIPT, [("state", "=", "part_agreed")])
        demo.wait_until_none("marketplace.outbound.call", [("state", "=", "pending")])
    write_account(demo, services_endpoint=NOWHERE, on_picking="cancel", **CONNECTION)


def write_account(demo, **values):
    """Change the account as if it had been so all along: without a line in its chatter."""
    told = [("model", "=", "marketplace.account"), ("res_id", "=", demo.account_id)]
    before = demo.search("mail.message", told)
    demo.execute("marketplace.account", "write", [demo.account_id], values)
    new = demo.search("mail.message", [*told, ("id", "not in", before)])
    demo.execute("mail.message", "unlink", new)


def place(demo, marketplace_order_id, *goods):
    """An order as its importer makes it."""
    products = [demo.search("product.product", [("default_code", "=", sku)])[0] for sku, _ in goods]
    lines = [
        (0, 0, {"product_id": product, "product_uom_qty": quantity})
        for product, (_sku, quantity) in zip(products, goods, strict=True)
    ]
    (shopper,) = demo.search("res.partner", [("is_company", "=", True)], limit=1)
    values = {
        "partner_id": shopper,
        "marketplace_account_id": demo.account_id,
        "marketplace_order_id": marketplace_order_id,
        "order_line": lines,
    }
    demo.execute("sale.order", "action_confirm", [demo.execute("sale.order", "create", values)])


def refuse(demo, order, reason):
    demo.execute(RECEIPT, "action_refuse", [demo.receipt(order)], reason)
    demo.cancel(order, **LATE)  # the marketplace hears of it


def fail(demo, order, request):
    """Cancel ``order``, which is picked, while its return cannot be numbered: somebody mistyped."""
    (sequence,) = demo.search("ir.sequence", [("prefix", "=", PICKS)])
    demo.execute("ir.sequence", "write", [sequence], {"prefix": f"{PICKS}%"})
    demo.cancel(order, **request)
    demo.execute("ir.sequence", "write", [sequence], {"prefix": PICKS})


def set_up(demo):
    """Connect a second marketplace as far as its credentials."""
    if accounts := demo.search("marketplace.account", [("code", "=", NEW_CODE)]):
        demo.execute("marketplace.account", "write", accounts, {"test_passed_at": False})
        return
    values = {"name": "Bazar Sul", "code": NEW_CODE, "user_id": 2}
    account = demo.execute("marketplace.account", "create", values)
    demo.execute("marketplace.account", "action_generate_credential", [account])
