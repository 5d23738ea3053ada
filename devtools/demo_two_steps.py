"""Fed to `odoo shell`: gives the demo a warehouse that picks before it ships, and two orders there.

Not in the addon's demo data: a second warehouse changes what every user sees of Inventory, and what
Odoo's own tests find.
"""

from odoo import Command


def _two_steps(env, marketplace="marketplace_order_cancellation"):
    mug, bag, lamp = (env.ref(f"{marketplace}.product_{name}") for name in ("mug", "bag", "lamp"))
    warehouse = env["stock.warehouse"].create(
        {"name": "Marketplace Warehouse", "code": "MKT", "delivery_steps": "pick_ship"}
    )
    env["stock.quant"].create(
        [
            {
                "product_id": product.id,
                "inventory_quantity": 120,
                "location_id": warehouse.lot_stock_id.id,
            }
            for product in (mug, bag, lamp)
        ]
    ).action_apply_inventory()
    orders = env["sale.order"].create(
        [
            {
                "partner_id": env.ref(partner).id,
                "marketplace_account_id": env.ref(f"{marketplace}.account_demo").id,
                "marketplace_order_id": number,
                "warehouse_id": warehouse.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 2})],
            }
            for partner, number, product in (
                ("base.res_partner_10", "1138342255785-01", mug),
                ("base.res_partner_12", "1138342255786-01", lamp),
            )
        ]
    )
    orders.action_confirm()
    pick = orders[1].picking_ids.filtered(lambda transfer: transfer.state == "assigned")
    pick.move_ids.picked = True
    pick._action_done()


_two_steps(env)  # noqa: F821
env.cr.commit()  # noqa: F821
print("two steps")
