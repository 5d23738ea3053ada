"""From 19.0.1.12: what sellers have taken out of their orders and the marketplace was told.

What was taken out here only stands in the orders' chatters, and stays there.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    calls = env["marketplace.outbound.call"].search([("kind", "=", "change")], order="id")
    noted = calls.sale_order_id.filtered("seller_part_ids")  # by a run of before
    for call in calls.filtered(lambda own: not own.receipt_id and own._may_be_there()):
        if call.sale_order_id not in noted:
            _note(call)


def _note(call):
    values = {
        "sale_order_id": call.sale_order_id.id,
        "taken_out_at": call.create_date,
        "user_id": call.create_uid.id,
        "reason": (call.body or {}).get("reason"),
    }
    call.env["marketplace.seller.part"].create(
        [
            values | {"sale_line_id": line.id, "quantity": quantity}
            for line, quantity in call._quantities_asked_for().items()
        ]
    )
