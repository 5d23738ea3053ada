"""What is an order like of which not everything is said? The rest is made up."""

import random
from datetime import datetime, timedelta, timezone

from . import states
from .items import GOODS, Item, name_lines
from .orders import MARKETPLACE, Order

_SHOPPERS = (
    "Ada Example", "Bruno Muster", "Chiara Prova", "Dmitri Obrazets", "Eva Beispiel",
    "Farid Mithal", "Greta Voorbeeld", "Hana Vzor", "Ivo Exemplo", "Jun Mihon",
)  # fmt: skip


def new_order(order_id=None, group=None, shopper=None, items=None, state=None, **others):
    """An order; what is not given is made up.

    :param items: list of :class:`Item`
    :param others: ``freight`` (cents), ``window_seconds``, ``seller_order_id``, ``domain``
    """
    order_id = order_id or f"{random.randrange(10**12, 10**13)}-01"
    seconds = others.get("window_seconds")
    if seconds is not None:
        state = states.WINDOW_TO_CANCEL
    state = state or states.READY_FOR_HANDLING
    if not items:
        goods = random.sample(list(GOODS), random.randint(1, 2))
        items = [Item.of(goods_id, random.randint(1, 3)) for goods_id in goods]
    name_lines(order_id, items)
    order = Order(
        id=order_id,
        group=group or order_id.partition("-")[0],
        shopper=shopper or random.choice(_SHOPPERS),
        items=items,
        freight=others.get("freight", 0),
        state=state,
        seller_state=state,
        seller_order_id=others.get("seller_order_id"),
        domain=others.get("domain", MARKETPLACE),
    )
    if state == states.WINDOW_TO_CANCEL:
        seconds = 1800 if seconds is None else seconds  # 30 minutes by default
        order.window_ends = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return order
