"""What is on a line of an order? Goods with their SKU, a name of the line, quantity and price."""

import uuid
from dataclasses import dataclass

from .refusal import Refusal

GOODS = {  # as in the addon's demo data: name, price in cents
    "MKT-MUG": ("Ceramic Mug", 1200),
    "MKT-BAG": ("Cotton Tote Bag", 950),
    "MKT-LAMP": ("Desk Lamp", 4900),
}
_MEMBERS = {"id": str, "name": str, "quantity": int, "price": int, "uniqueId": str}


@dataclass
class Item:
    """One line of an order; the price of each piece is in cents.

    :param id: the SKU; two lines may have the same
    :param quantity: what is left of the line; 0 once all of it was taken out
    :param unique_id: tells the line from all others of the order
    :param ordered: what the shopper ordered
    """

    id: str
    name: str
    quantity: int
    price: int
    unique_id: str = ""
    ordered: int = 0

    def __post_init__(self):
        self.ordered = self.ordered or self.quantity

    @classmethod
    def of(cls, goods_id, quantity):
        """A line for one of :data:`GOODS`."""
        name, price = GOODS[goods_id]
        return cls(goods_id, name, quantity, price)

    @classmethod
    def from_json(cls, values):
        """:raise Refusal: if it makes no sense"""
        mandatory = set(_MEMBERS) - {"uniqueId"}
        if not isinstance(values, dict) or not mandatory <= set(values) <= set(_MEMBERS):
            raise Refusal(400, "bad-value", "an item has id, name, quantity, price, uniqueId")
        for name, kind in _MEMBERS.items():
            value = values.get(name, kind())
            if not isinstance(value, kind) or isinstance(value, bool):
                raise Refusal(400, "bad-value", f"{name} is of the wrong type")
        if min(values["quantity"], values["price"]) < 0:
            raise Refusal(400, "bad-value", "quantity and price (in cents) are whole numbers")
        names = {name: value for name, value in values.items() if name != "uniqueId"}
        return cls(**names, unique_id=values.get("uniqueId", ""))

    def to_dict(self):
        return {
            "id": self.id,
            "uniqueId": self.unique_id,
            "name": self.name,
            "quantity": self.quantity,
            "ordered": self.ordered,
            "price": self.price,
        }


def unique_id(*words):
    """An ID in VTEX's form, the same for the same words."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, words))).hex.upper()


def name_lines(order_id, items):
    """Give each line its unique ID, if it has none; refuse two of the same."""
    for number, item in enumerate(items):
        item.unique_id = item.unique_id or unique_id(order_id, number)
    if len({item.unique_id for item in items}) < len(items):
        raise Refusal(400, "bad-value", "two lines have the same uniqueId")
