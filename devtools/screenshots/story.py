"""What has happened before the pictures are taken: a morning of the demo's marketplace.

Played again, it changes little: the same calls get the same answers.
"""

MISTAKE = {"reason": "Ordered by mistake", "requestedByUser": True}
LATE = {"reason": "It takes too long", "requestedByUser": True}
FRAUD = {"reason": "The payment was not authorised", "requestedByUser": False}

#: What becomes of the demo's orders.
SEED, RESERVED, SHORT = "959311095", "1138342255777-01", "1138342255778-01"
CANCELLED, SHIPPED, PARTLY = "1138342255782-01", "1138342255783-01", "1138342255784-01"
TWO_STEPS, PICKED, OTHER = "1138342255785-01", "1138342255786-01", "1138342255787-01"
UNKNOWN = "1138342255799-01"


def play(demo):
    """Let the marketplace cancel, and people decide."""
    demo.execute("marketplace.account", "write", [demo.account_id], {"on_picking": "ask"})
    demo.cancel(SEED, **MISTAKE)
    demo.cancel(RESERVED, **LATE)
    for _repeat in range(3):
        demo.cancel(CANCELLED, **MISTAKE)
    demo.cancel(SHORT, **FRAUD)
    demo.cancel(TWO_STEPS, **MISTAKE)
    demo.cancel(UNKNOWN, **LATE)
    demo.cancel(OTHER, address=PICKED, **MISTAKE)  # two orders named
    for order in (PICKED, SHIPPED, PARTLY):
        demo.cancel(order, **LATE)
    refuse(demo, SHIPPED, "The parcel left this morning.")


def refuse(demo, order, reason):
    receipt = demo.receipt(order)
    (state,) = demo.execute("marketplace.cancellation.receipt", "read", [receipt], ["state"])
    if state["state"] == "evaluating":
        demo.execute("marketplace.cancellation.receipt", "action_refuse", [receipt], reason)
        demo.cancel(order, **LATE)  # the marketplace hears of it
