"""What does a change do to the lines of an order? Finds the lines that are meant. Pure.

Source: protocol page, "Part of an order: Order modifications". Of two lines of one SKU VTEX picks
the wrong one, or gets stuck, if no ``uniqueId`` tells them apart (known issue 1219914).
"""

from copy import copy

from .changes import refused
from .items import GOODS, Item, unique_id

#: What becomes of a SKU that two lines have, if no ``uniqueId`` says which: the change is refused;
#: the line that comes first, or that comes last, is taken; or it gets stuck.
SAME_SKU = ("refused", "first", "wrong", "stuck")


def applied(change, items, same_sku):
    """The lines after ``change``, as copies, and whether it was clear which were meant.

    :param same_sku: one of :data:`SAME_SKU`
    :raise Refusal: if it cannot be applied
    """
    lines, is_clear = [copy(item) for item in items], True
    for part in change.taken:
        fitting = [line for line in lines if line.quantity and _fits(line, part)]
        is_clear = is_clear and len(fitting) < 2
        _take(part, _chosen(part, fitting, same_sku))
    for number, part in enumerate(change.given):
        _give(part, lines, unique_id(change.id, number))
    return lines, is_clear


def _fits(line, part):
    return line.id == part.sku and part.unique_id in (None, line.unique_id)


def _chosen(part, lines, same_sku):
    if not lines:
        raise refused(
            10,
            f"It's not possible to remove the item of ID {part.sku} from the original order. "
            "Validate your Remove operation items IDs.",
        )
    if len(lines) > 1 and same_sku == "refused":
        raise refused(
            26,
            "Unable to match an item to the information provided. "
            "Try providing the item's uniqueId for identification.",
        )
    return lines[-1 if same_sku == "wrong" else 0]


def _take(part, line):
    if part.quantity > line.quantity:
        raise refused(
            11,
            f"It's not possible to remove more than {line.quantity} quantities of the item of ID "
            f"{part.sku} from the original order. Validate your items quantities at Remove or "
            "Replace From operations.",
        )
    line.quantity -= part.quantity


def _give(part, lines, new_id):
    """Put pieces on their line, or on a new one."""
    same = next((line for line in lines if line.unique_id == part.unique_id), None)
    if same and same.id == part.sku:
        same.quantity += part.quantity
        same.price = same.price if part.price is None else part.price
        return
    known = next((line for line in lines if line.id == part.sku), None)
    name, price = (known.name, known.price) if known else GOODS.get(part.sku, (part.sku, 0))
    price = price if part.price is None else part.price
    lines.append(Item(part.sku, name, part.quantity, price, new_id))
