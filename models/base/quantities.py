"""Quantities as people read them."""


def _is_piece(unit):
    """Whether ``unit`` is Odoo's own *Units*, which has no singular: it need not be named."""
    return unit.id == unit.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_unit")


def in_unit(quantity, unit):
    """``quantity`` in the ``uom.uom``: ``0.5 kg``; pieces by their number alone, ``3``."""
    return f"{quantity:g}" if _is_piece(unit) else f"{quantity:g} {unit.name}"


def of_product(quantity, unit, product):
    """So much of a product: ``0.5 kg Tea``; pieces as ``3 × Teapot``."""
    sign = " ×" if _is_piece(unit) else ""
    return f"{in_unit(quantity, unit)}{sign} {product.display_name}"
