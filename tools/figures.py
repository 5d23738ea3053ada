"""Names and colours in reports and overviews."""

from .decision import Stage
from .states import CALLED_OFF

#: What people read for each stage.
STAGES = [
    (Stage.UNTOUCHED.value, "Not begun"),
    (Stage.COMMITTED.value, "Bought, made or done for it"),
    (Stage.INVOICED.value, "Invoiced or paid"),
    (Stage.PICKING.value, "Being picked"),
    (Stage.PARTLY_SHIPPED.value, "Shipped in part"),
    (Stage.SHIPPED.value, "Shipped"),
    (Stage.CANCELLED.value, "Cancelled already"),
]

#: States of receipts because of which something was called off: an order, or a part of one.
COUNTED = (*CALLED_OFF, "part_cancelled")

_AMBER, _RED, _BLUE, _GREY = 2, 1, 4, 0
#: Odoo's number of each state's colour: those of the badges. Overviews have the states in this
#: order, those first that somebody has to see to.
COLORS = {
    "evaluating": _AMBER,
    "part_evaluating": _AMBER,
    "failed": _RED,
    "part_failed": _RED,
    "mismatch": _AMBER,
    "waiting": _BLUE,
    "part_waiting": _BLUE,
    "received": _BLUE,
    "part_received": _BLUE,
    "queued": _BLUE,
    "part_agreed": _BLUE,
    "cancelled": _GREY,
    "part_cancelled": _BLUE,
    "refused": _BLUE,
    "part_refused": _BLUE,
    "part_withdrawn": _GREY,
    "kept": _BLUE,
    "part_kept": _BLUE,
}
