"""A shop with orders to race for: what the two sides know beforehand, and what they led to."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import ClassVar, NamedTuple

from interleaving import Actor, interleave

from odoo.addons.marketplace_order_cancellation.tools.arrival import Arrival
from odoo.addons.marketplace_order_cancellation.tools.inbound.answer import EVALUATING
from odoo.addons.marketplace_order_cancellation.tools.inbound.cancellation_request import (
    CancellationRequest,
)
from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import retrying


class Order(NamedTuple):
    """What the two sides of a race know beforehand."""

    marketplace_order_id: str
    account_id: int
    record_id: int | None = None  # None: not imported yet

    def record(self, env):
        return env["sale.order"].browse(self.record_id)


class End(NamedTuple):
    """All that a race has led to."""

    told: tuple  # what the two sides were told
    order: str
    pickings: tuple
    goods: tuple  # how many pieces more are in stock, reserved there, and at customers
    receipts: tuple
    invoices: tuple = ()
    calls: tuple = ()  # to the marketplace


@dataclass(frozen=True)
class Race:
    """Two sides, which are functions of an :class:`Order` and an environment, and how it ends."""

    sides: tuple
    ends: dict  # all that are allowed, by name
    prepare: Callable = lambda order, env: None
    policy: str = "cancel"  # once picking has begun
    imported: bool = True


class Shop:
    """A database with two accounts and a product, and the races that are run in it."""

    of_each_account: ClassVar = {}  # further values

    def __init__(self, registry):
        self.registry = registry
        self.numbers = count(1)
        with self.env() as env:
            user = env.ref("base.user_admin")
            user.notification_type = "inbox"  # no e-mails
            accounts = env["marketplace.account"].create(
                [
                    {
                        "name": policy,
                        "code": policy,
                        "on_picking": policy,
                        "user_id": user.id,
                        "background_after": 0,
                        **self.of_each_account,
                    }
                    for policy in ("cancel", "ask")
                ]
            )
            self.accounts = {account.code: account.id for account in accounts}
            env["res.partner"].create({"name": "A Shopper", "ref": "RACES"})
            product = env["product.product"].create(
                {
                    "name": "Teapot",
                    "default_code": "RACES",
                    "is_storable": True,
                    "invoice_policy": "order",
                }
            )
            self.product_id = product.id
            stock = env.ref("stock.warehouse0").lot_stock_id
            env["stock.quant"]._update_available_quantity(product, stock, 100_000)

    @contextmanager
    def env(self):
        """The superuser's environment, committed at the end."""
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    @staticmethod
    def order_values(order, env):
        return order_values(order, env)

    def settle(self, env):
        """What a job does in the end."""
        env["marketplace.cancellation.service"]._cron_settle_pending()

    def orders(self, race, number):
        """So many orders for ``race``, confirmed and reserved if they are imported at all."""
        account_id = self.accounts[race.policy]
        orders = [Order(f"R-{next(self.numbers)}", account_id) for _ in range(number)]
        if not race.imported:
            return orders
        with self.env() as env:
            records = env["sale.order"].create([self.order_values(order, env) for order in orders])
            records.action_confirm()
            orders = [
                order._replace(record_id=record.id)
                for order, record in zip(orders, records, strict=True)
            ]
            for order in orders:
                race.prepare(order, env)
        return orders

    def ends(self, race, pauses):
        """Pause either side of ``race`` at so many of its steps, and after each of its commits.

        :return: how often it ended how, and all that it must not have ended in, in words
        """
        names = {end: name for name, end in race.ends.items()}
        ends, wrong = Counter(), []
        for first in (0, 1):
            _, actor = self.run(race, *self.orders(race, 1), first)
            places = actor.places(pauses)
            for place, order in zip(places, self.orders(race, len(places)), strict=True):
                end, actor = self.run(race, order, first, place)
                ends[names.get(end, "wrong")] += 1
                if end not in names:
                    wrong.append(f"side {first} paused after {actor.paused_after}: {end}")
        return ends, wrong

    def run(self, race, order, first, pause_after=None):
        """Run ``race`` once, pausing side ``first``; return its end and that side's actor."""
        actors = [Actor(self.registry, partial(side, order)) for side in race.sides]
        actors[first].pause_after = pause_after
        before = self.goods()
        with self.registry.cursor() as observer:
            interleave(actors[first], actors[1 - first], observer)
        with self.env() as env:
            self.settle(env)
        change = (int(after - piece) for after, piece in zip(self.goods(), before, strict=True))
        with self.env() as env:
            return self.end(order, env, actors, tuple(change)), actors[first]

    def goods(self):
        """Pieces of the product in stock, reserved there, and at customers."""
        with self.registry.cursor() as cr:
            cr.execute(
                """
                SELECT SUM(quantity) FILTER (WHERE usage = 'internal'),
                       SUM(reserved_quantity) FILTER (WHERE usage = 'internal'),
                       COALESCE(SUM(quantity) FILTER (WHERE usage = 'customer'), 0)
                  FROM stock_quant
                  JOIN stock_location location ON location.id = stock_quant.location_id
                 WHERE product_id = %s
                """,
                [self.product_id],
            )
            return cr.fetchone()

    def end(self, order, env, actors, goods):
        domain = [("marketplace_order_id", "=", order.marketplace_order_id)]
        record = env["sale.order"].search(domain)
        receipts = env["marketplace.cancellation.receipt"].search(
            domain, order="cancellation_request_id"
        )
        return End(
            told=tuple(told(actor, record, receipts) for actor in actors),
            order=record.state,
            pickings=tuple((record | record.replacement_order_ids).picking_ids.mapped("state")),
            goods=goods,
            receipts=tuple(": ".join(filter(None, (r.state, r.note))) for r in receipts),
            invoices=tuple(record.invoice_ids.mapped("state")),
            calls=tuple(record.outbound_call_ids.mapped("state")),
        )


def told(actor, record, receipts):
    """What ``actor`` was told, in one word if it may be told that."""
    if error := actor.outcome.exception():
        return "refused" if type(error) is UserError else repr(error)
    answer = actor.outcome.result()
    if answer is None:
        return "done"
    if answer == EVALUATING:
        return "evaluating"
    if answer.status != 200:
        return str(answer.status)
    document = json.loads(answer.body)
    receipt = receipts.filtered(lambda receipt: receipt.answer_body == answer.body)
    expected = {
        "date": document["date"],
        "marketplaceOrderId": record.marketplace_order_id,
        "orderId": record.name,
        "receipt": receipt.protocol_code,
    }
    return "confirmed" if document == expected else answer.body


def replacement_values(order, env):
    """Of an order of the seller's own that delivers ``order`` once more."""
    return {
        **order_values(order, env),
        "marketplace_account_id": False,
        "marketplace_order_id": False,
        "replaced_order_id": order.record_id,
    }


def order_values(order, env):
    product = env["product.product"].search([("default_code", "=", "RACES")])
    return {
        "partner_id": env["res.partner"].search([("ref", "=", "RACES")]).id,
        "marketplace_account_id": order.account_id,
        "marketplace_order_id": order.marketplace_order_id,
        "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1})],
    }


def cancel(order, env, request_id="first"):
    """What the marketplace does."""
    account = env["marketplace.account"].browse(order.account_id)._as_endpoint()
    request = CancellationRequest(order.marketplace_order_id, request_id)
    return account.env["marketplace.cancellation.service"]._answer(
        account, request, order.marketplace_order_id, Arrival.now("192.0.2.1")
    )


# -- What people do ---------------------------------------------------------------------------


def by_person(work):
    """Let the administrator do ``work``, again if need be, as Odoo's own requests are done."""

    def repeated(order, env):
        env = env(user=env.ref("base.user_admin"))
        retrying(partial(work, order, env), env)

    return repeated


@by_person
def validate(order, env):
    assert order.record(env).picking_ids.button_validate() is True  # asks nothing before it


@by_person
def create_and_post_invoice(order, env):
    order.record(env)._create_invoices().action_post()


@by_person
def post_invoice(order, env):
    order.record(env).invoice_ids.action_post()


def pick(order, env):
    order.record(env).picking_ids.move_ids.picked = True


def draft_invoice(order, env):
    order.record(env)._create_invoices()
