"""A shop with orders of which parts are taken out while somebody else is at work on them."""

from types import MappingProxyType
from typing import NamedTuple

from race_shop import Shop, order_values, told

from odoo.addons.marketplace_order_cancellation.tools.arrival import Arrival
from odoo.addons.marketplace_order_cancellation.tools.inbound.order_change import (
    CONFIRMATION,
    ChangedItem,
    OrderChange,
)
from odoo.addons.marketplace_order_cancellation.tools.outbound.client import Reply
from odoo.addons.marketplace_order_cancellation.tools.states import PART_OPEN
from odoo.fields import Command

MOST_CALLS = 4  # of an order, each of which may have to wait for the one before it

#: How many pieces each line of an order sells, all of the same product.
SOLD = (3, 2)


_LET_BE_DUE = """
    UPDATE marketplace_outbound_call
       SET next_attempt_at = CASE WHEN sale_order_id = %s AND on_hold IS NOT TRUE
                                  THEN date_trunc('second', now() AT TIME ZONE 'UTC') END
     WHERE state = 'pending'
"""

#: Orders of which a change is open, or of which the marketplace is still to be told.
_BEING_CHANGED = """
    SELECT marketplace_order_id FROM marketplace_cancellation_receipt WHERE state IN %s
     UNION
    SELECT marketplace_order_id FROM marketplace_outbound_call
     WHERE state = 'pending' AND kind IN ('acknowledge', 'confirm')
"""


class PartEnd(NamedTuple):
    """All that a race for a part of an order has led to."""

    told: tuple  # what the two sides were told
    receipts: tuple
    order: str = "sale"
    lines: tuple = SOLD  # how much each says
    to_come_back: int = 0  # of that, what has left and was taken out after that
    pickings: tuple = (("assigned", 5),)  # with how much each moves
    goods: tuple = (0, 0, 0)  # how many pieces more are in stock, reserved there, and at customers
    invoices: tuple = ()  # with how many pieces each bills; credit notes bill less than none
    calls: tuple = ()  # to the marketplace, in their order


class PartShop(Shop):
    """The marketplaces take calls; none is sent as long as no job runs that does."""

    of_each_account = MappingProxyType(
        {
            "services_endpoint": "https://marketplace.example",
            "outbound_key": "a-key",
            "new_outbound_token": "a-t0ken",
        }
    )

    @staticmethod
    def order_values(order, env):
        values = order_values(order, env)
        [(_create, _id, line)] = values["order_line"]
        lines = [
            Command.create(
                {**line, "product_uom_qty": pieces, "marketplace_line_id": f"line-{number}"}
            )
            for number, pieces in enumerate(SOLD)
        ]
        return {**values, "order_line": lines}

    def run(self, race, order, first, pause_after=None):
        """Only calls about this order are due, unless they are on hold."""
        self.is_sending = send in race.sides
        with self.registry.cursor() as cr:
            cr.execute(_LET_BE_DUE, [order.record_id])
        return super().run(race, order, first, pause_after)

    def settle(self, env):
        super().settle(env)
        env["marketplace.change.service"]._cron_settle_changes()
        for _call in range(MOST_CALLS) if self.is_sending else ():
            send(None, env)

    def end(self, order, env, actors, goods):
        domain = [("marketplace_order_id", "=", order.marketplace_order_id)]
        record = env["sale.order"].search(domain)
        receipts = env["marketplace.cancellation.receipt"].search(
            domain, order="kind, cancellation_request_id"
        )
        return PartEnd(
            told=tuple(told(actor, record, receipts) for actor in actors),
            order=record.state,
            lines=tuple(record.order_line.mapped("product_uom_qty")),
            to_come_back=sum(record.order_line.mapped("marketplace_taken_out")),
            pickings=tuple((own.state, _demand(own)) for own in record.picking_ids.sorted("id")),
            goods=goods,
            receipts=tuple(": ".join(filter(None, (r.state, r.note))) for r in receipts),
            invoices=tuple((own.state, _billed(own)) for own in record.invoice_ids.sorted("id")),
            calls=tuple(
                f"{call.kind} {'on hold' if call.on_hold else call.state}"
                for call in record.outbound_call_ids.sorted("id")
            ),
        )


def _demand(picking):
    moves = picking.move_ids.filtered(lambda move: move.state != "cancel")
    return sum(moves.mapped("product_uom_qty"))


def _billed(invoice):
    sign = -1 if invoice.move_type == "out_refund" else 1
    return sign * sum(invoice.invoice_line_ids.mapped("quantity"))


def ask_for_part(order, env, pieces=1, line=0, change_id="first"):
    """The marketplace has so many pieces of a line taken out, and wants that confirmed."""
    account = env["marketplace.account"].browse(order.account_id)._as_endpoint()
    item = ChangedItem("RACES", pieces, f"line-{line}")
    change = OrderChange(
        order.marketplace_order_id, change_id, agreement=CONFIRMATION, removed=(item,)
    )
    return account.env["marketplace.change.service"]._answer(
        account, change, Arrival.now("192.0.2.1")
    )


def send(_order, env):
    """What the job does that sends calls to marketplaces."""
    env["marketplace.outbound.call"]._cron_send()


def marketplace_takes(account, call):
    """What a marketplace answers, in place of ``_send``: it takes everything.

    But an invoice must not go out if the transaction that sends it sees that its order is being
    changed.
    """
    account.env.cr.execute(_BEING_CHANGED, [PART_OPEN])
    names = {name for (name,) in account.env.cr.fetchall()}
    assert not (call.url.endswith("/invoice") and names.intersection(call.url.split("/")))
    return Reply(200, "{}")


def take_part(order, env, **asked):
    """What the marketplace does, and the job that carries it out."""
    answer = ask_for_part(order, env, **asked)
    env["marketplace.change.service"]._cron_settle_changes()
    return answer
