"""One colour for one meaning, as CONTRIBUTING has it ("Colours and dates")."""

#: What a colour says, and its name in Odoo: of a badge, and of an alert or a ribbon.
NEEDED = "warning"
FAILED = "danger"
GOES_ON = "info"
DONE = "success"
OVER = "muted"
TEST = "primary"
#: What is muted has another name in alerts and ribbons.
OF_ALERT = {"secondary": OVER}

_CALLS = {
    "waiting": GOES_ON,
    "pending": GOES_ON,
    "sent": DONE,
    "failed": FAILED,
    "expired": FAILED,
    "given_up": OVER,
    "obsolete": OVER,
}
_NOTICES = {
    "hold": NEEDED,
    "cancelled": OVER,
    "after": OVER,
    "refused": GOES_ON,
    "kept": GOES_ON,
    "part_hold": NEEDED,
    "part_hold_all": NEEDED,
    "part": GOES_ON,
    "part_refused": GOES_ON,
    "part_kept": GOES_ON,
}
#: What each state means: ``{model: {field: {value: meaning}}}``.
STATES = {
    "marketplace.cancellation.receipt": {
        "state": {
            "received": GOES_ON,
            "waiting": GOES_ON,
            "mismatch": NEEDED,
            "failed": FAILED,
            "evaluating": NEEDED,
            "queued": GOES_ON,
            "cancelled": OVER,
            "refused": GOES_ON,
            "kept": GOES_ON,
            "part_received": GOES_ON,
            "part_waiting": GOES_ON,
            "part_failed": FAILED,
            "part_evaluating": NEEDED,
            "part_agreed": GOES_ON,
            "part_cancelled": GOES_ON,  # the order goes on, changed
            "part_refused": GOES_ON,
            "part_kept": GOES_ON,
            "part_withdrawn": OVER,
        },
        "told_state": {"none": OVER, "untold": GOES_ON, "told": DONE},
    },
    "sale.order": {"marketplace_notice_kind": _NOTICES, "cancel_call_state": _CALLS},
    "stock.picking": {"marketplace_notice_kind": {**_NOTICES, "undecided": NEEDED}},
    "marketplace.outbound.call": {"state": _CALLS},
    "marketplace.account": {
        "health": {"ok": DONE, "unconnected": GOES_ON, "attention": NEEDED},
        "hook_state": {
            "none": OVER,
            "connecting": GOES_ON,
            "connected": DONE,
            "dropped": NEEDED,
            "outdated": NEEDED,
            "other": NEEDED,
        },
    },
    "marketplace.reconciliation": {"state": {"running": GOES_ON, "done": DONE, "stopped": OVER}},
    "marketplace.reconciliation.finding": {
        "kind": {"cancelled": OVER, "asked": GOES_ON, "open": NEEDED, "unread": OVER},
    },
    "marketplace.change.line": {"kind": {"remove": OVER, "replace": GOES_ON, "add": GOES_ON}},
}
#: What says more than the state does: ``{field: (the states in which it does, meaning)}``.
FACTS = {
    "resolved_at": (("waiting", "mismatch", "failed", "part_waiting", "part_failed"), OVER),
    "error": (("waiting", "pending"), NEEDED),
    "cancel_call_error": (("waiting", "pending"), NEEDED),
    "account_stop": (("waiting", "pending"), NEEDED),
    "account_paused_until": (("waiting", "pending"), NEEDED),
}
#: Alerts that tell of something else beside the state, by their names.
BESIDES = ("untold", "untold_to_others", "untold_change")
#: Fields that say why something cannot be done: somebody has to see to it.
OBSTACLES = ("obstacle", "obstacle_here", "obstacle_there", "obstructed_orders")
#: What ribbons say. An archived record has Odoo's own ribbon.
RIBBONS = {
    "On Hold": NEEDED,
    "Partly on Hold": NEEDED,
    "Paused": NEEDED,
    "Cancelled": OVER,
    "Resolved": OVER,
    "Refused": GOES_ON,
    "Kept Open": GOES_ON,
    "Test Order": TEST,
    "Archived": FAILED,
}
#: Steps that a record does not take once it has come to one of these ends.
ENDS = {
    "marketplace.cancellation.receipt": {
        "cancelled": ("refused", "kept"),
        "part_cancelled": ("part_refused", "part_kept", "part_withdrawn"),
    },
    "marketplace.outbound.call": {"sent": ("failed", "expired", "given_up", "obsolete")},
    "marketplace.reconciliation": {"done": ("stopped",)},
}


def meaning(model, field, value, facts):
    """What it means that ``field`` has the ``value``.

    :param facts: the other fields that have a value
    :return: None if that is never so together
    """
    own = STATES[model][field][value]
    for fact in facts & FACTS.keys():
        values, own = FACTS[fact]
        if value not in values:
            return None
    return own
