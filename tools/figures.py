"""Names and colours in reports and overviews."""

from .decision import Stage
from .states import CALLED_OFF

#: What people read for each stage.
STAGES = [
    (Stage.UNTOUCHED.value, "Not begun"),
    (Stage.COMMITTED.value, "Bought, made or served for it"),
    (Stage.INVOICED.value, "Invoiced or paid"),
    (Stage.PICKING.value, "Being picked"),
    (Stage.PARTLY_SHIPPED.value, "Shipped in part"),
    (Stage.SHIPPED.value, "Shipped"),
    (Stage.CANCELLED.value, "Cancelled already"),
]

#: States of receipts because of which something was called off: an order, or a part of one.
COUNTED = (*CALLED_OFF, "part_cancelled")

#: Odoo's number of each state's colour: those of the badges. Overviews have the states in this
#: order, those first that somebody has to see to.
COLORS = {
    "evaluating": 2,
    "part_evaluating": 2,
    "failed": 1,
    "part_failed": 1,
    "mismatch": 3,
    "waiting": 3,
    "part_waiting": 3,
    "received": 4,
    "part_received": 4,
    "queued": 4,
    "part_agreed": 4,
    "cancelled": 10,
    "part_cancelled": 10,
    "refused": 5,
    "part_refused": 5,
    "part_withdrawn": 5,
    "kept": 7,
    "part_kept": 7,
}
