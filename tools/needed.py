"""What is read of an untouched order and its documents to cancel it."""

from collections.abc import Mapping
from typing import Any

#: Fields that Odoo 19 reads while it frees the goods of an untouched order and cancels it. Each
#: model's are read at once where the first of them is needed: left to itself, Odoo reads all fields
#: of the model instead, 50 of a move and 110 of a company. Whatever else an addon looks at is read
#: when it does so.
TO_FREE = {
    "stock.move": [
        "company_id",
        "picked",
        "product_id",
        "production_id",
        "purchase_line_id",
        "raw_material_production_id",
        "sale_line_id",
        "scrap_id",
        "state",
    ],
    "stock.move.line": [
        "location_id",
        "lot_id",
        "move_id",
        "owner_id",
        "package_id",
        "picked",
        "picking_id",
        "product_id",
        "quantity_product_uom",
        "result_package_id",
        "state",
    ],
    "stock.location": ["usage"],
    "product.product": ["product_tmpl_id"],
    "product.template": ["is_storable"],
    "sale.order.line": ["order_id"],
}
TO_CANCEL = {
    "sale.order": [
        "amount_total",
        "amount_untaxed",
        "company_id",
        "create_date",
        "currency_id",
        "invoice_status",
        "locked",
        "marketplace_account_id",
        "marketplace_created_at",
        "marketplace_order_id",
        "name",
        "partner_id",
        "pricelist_id",
        "state",
        "team_id",
        "user_id",
    ],
    "sale.order.line": [
        "company_id",
        "currency_id",
        "order_id",
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "qty_delivered",
        "qty_delivered_method",
        "state",
    ],
    "stock.move": [
        "company_id",
        "location_dest_id",
        "location_id",
        "packaging_uom_id",
        "picked",
        "picking_id",
        "picking_type_id",
        "product_id",
        "product_uom",
        "product_uom_qty",
        "production_id",
        "propagate_cancel",
        "purchase_line_id",
        "raw_material_production_id",
        "sale_line_id",
        "state",
    ],
    "stock.picking": [
        "batch_id",
        "create_date",
        "date_deadline",
        "move_type",
        "name",
        "picking_type_id",
        "sale_id",
        "scheduled_date",
        "state",
        "user_id",
    ],
    "stock.picking.type": ["picking_properties_definition", "reservation_method"],
    "stock.location": [
        "location_id",
        "parent_path",
        "removal_strategy_id",
        "usage",
        "warehouse_id",
    ],
    "product.product": ["product_tmpl_id"],
    "product.template": ["categ_id", "tracking", "type", "uom_id"],
    "res.users": ["partner_id"],
    "res.partner": ["email", "name"],
    "res.company": ["alias_domain_id", "currency_id"],
}


def fetch(needed: Mapping[str, list[str]], *documents: Any) -> None:
    """Read of each of ``documents`` the fields that ``needed`` has for its model, and that exist:
    some are of addons that may not be installed.

    :param needed: ``{model: names of fields}``
    :param documents: recordsets
    """
    for records in documents:
        records.fetch([name for name in needed[records._name] if name in records._fields])
