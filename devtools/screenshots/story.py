"""What has happened before the pictures are taken: a morning of the demo's marketplace."""

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

#: How the numbers of picks begin in the demo's warehouse with two steps.
PICKS = "MKT/PICK/"

#: An account that is still being set up.
NEW_CODE = "bazar-sul"

RECEIPT = "marketplace.cancellation.receipt"


def play(demo):
    """Let the marketplace cancel, and people decide; once is enough."""
    if not demo.search(RECEIPT, [("marketplace_order_id", "=", PARTLY)]):
        cancel_orders(demo)
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
