"""A cancellation, and what people do at the same moment: one wins wholly, the other sees it.

Each race is run many times on orders of its own, with real transactions on a real database. Each
time one side is paused after another of its steps, and the other side runs meanwhile. Whatever
the step, the end must be one of the few that the race allows, and each of these must come about.
"""

import os
from functools import partial

import pytest
from race_shop import (
    End,
    Race,
    Shop,
    by_person,
    cancel,
    create_and_post_invoice,
    draft_invoice,
    order_values,
    pick,
    post_invoice,
    replacement_values,
    validate,
)

# At how many of its steps each side of a race is paused; the long run pauses at all of them.
PAUSES = 10_000 if os.environ.get("MARKETPLACE_TEST_LONG") else 22


# -- Who races -----------------------------------------------------------------------------------


@by_person
def validate_replacement(order, env):
    picking = order.record(env).replacement_order_ids.picking_ids
    assert picking.button_validate() is True


@by_person
def post_invoice_of_replacement(order, env):
    order.record(env).replacement_order_ids._create_invoices().action_post()


@by_person
def replace_order(order, env):
    replace(order, env)


@by_person
def reserve_again(order, env):
    pickings = order.record(env).picking_ids
    pickings.do_unreserve()
    pickings.action_assign()


@by_person
def add_line(order, env):
    """Of something that is free, so that the order's own row stays as it is."""
    values = order_values(order, env)["order_line"][0][2]
    env["sale.order.line"].create({**values, "order_id": order.record_id, "price_unit": 0})


@by_person
def add_goods(order, env):
    """To the transfer, as a scanner does; nothing else of it is changed."""
    transfer = order.record(env).picking_ids
    values = order_values(order, env)["order_line"][0][2]
    places = {name: transfer[name].id for name in ("location_id", "location_dest_id")}
    move = env["stock.move"].create({**values, **places, "picking_id": transfer.id})
    move._action_confirm()
    move._action_assign()


@by_person
def accept(order, env):
    order.record(env).cancellation_receipt_ids.action_accept()


@by_person
def refuse(order, env):
    order.record(env).cancellation_receipt_ids.action_refuse("It is packed.")


@by_person
def import_and_confirm(order, env):
    env["sale.order"].create(order_values(order, env)).action_confirm()


@by_person
def delete(order, env):
    order.record(env).unlink()


# -- How it may end ------------------------------------------------------------------------------


def replace(order, env):
    env["sale.order"].create(replacement_values(order, env)).action_confirm()


def replace_and_pick(order, env):
    replace(order, env)
    order.record(env).replacement_order_ids.picking_ids.move_ids.picked = True


def pick_and_ask(order, env):
    pick(order, env)
    assert cancel(order, env).body == ""


def draft_invoice_and_ask(order, env):
    """The marketplace waits, and takes calls; none is sent as long as no job runs."""
    env["marketplace.account"].browse(order.account_id).write(
        {
            "services_endpoint": "https://marketplace.example",
            "outbound_key": "a-key",
            "new_outbound_token": "a-t0ken",
        }
    )
    draft_invoice(order, env)
    pick_and_ask(order, env)


CANCELLED = End(("confirmed", "refused"), "cancel", ("cancel",), (0, -1, 0), ("cancelled",))
ALREADY = "cancelled: The order was cancelled already."
ADDED = CANCELLED._replace(told=("confirmed", "done"))
ASKED = End(("evaluating", "done"), "sale", ("assigned",), (0, 0, 0), ())
HELD = ASKED._replace(told=("evaluating", "refused"), receipts=("evaluating: Picking has begun.",))
PICKED = HELD._replace(told=ASKED.told)
SHIPPED = ASKED._replace(
    pickings=("done",), goods=(-1, -1, 1), receipts=("evaluating: It has been shipped.",)
)
INVOICED = ASKED._replace(invoices=("posted",), receipts=("evaluating: It is invoiced or paid.",))
BOTH = CANCELLED._replace(pickings=("cancel", "cancel"), goods=(0, -2, 0))
PART = "evaluating: A part has been shipped."
REFUSED = ASKED._replace(
    told=("done", "done"),
    receipts=("refused: It is packed.",),
    invoices=("posted",),
    calls=("pending",),
)
TWICE = CANCELLED._replace(told=("confirmed", "confirmed"))
IMPORTED = CANCELLED._replace(told=("confirmed", "done"), goods=(0, 0, 0))
UNKNOWN = IMPORTED._replace(told=("404", "done"))

RACES = {
    "validation": Race(
        sides=(cancel, validate),
        ends={"cancelled": CANCELLED, "shipped": SHIPPED},
    ),
    "validation of picked goods": Race(
        sides=(cancel, validate),
        ends={"held": HELD, "shipped": SHIPPED},
        prepare=pick,
        policy="ask",
    ),
    "picking": Race(
        sides=(cancel, by_person(pick)),
        ends={"picked before": PICKED, "picked later": ADDED},
        policy="ask",
    ),
    "new reservation": Race(
        sides=(cancel, reserve_again),
        ends={"reserved before": ADDED, "reserved later": CANCELLED},
    ),
    "more goods in the transfer": Race(
        sides=(cancel, add_goods),
        ends={
            "added before": ADDED,
            "added later": ADDED._replace(pickings=("assigned",), goods=(0, 0, 0)),
        },
    ),
    "new line of the order": Race(sides=(cancel, add_line), ends={"cancelled": ADDED}),
    "new invoice": Race(
        sides=(cancel, create_and_post_invoice),
        ends={"cancelled": CANCELLED, "invoiced": INVOICED},
    ),
    "draft invoice": Race(
        sides=(cancel, post_invoice),
        ends={"cancelled": CANCELLED._replace(invoices=("cancel",)), "invoiced": INVOICED},
        prepare=draft_invoice,
    ),
    "validation of the replacement": Race(
        sides=(cancel, validate_replacement),
        ends={
            "cancelled": BOTH,
            "shipped": ASKED._replace(
                pickings=("assigned", "done"), goods=(-1, -1, 1), receipts=(PART,)
            ),
        },
        prepare=replace,
    ),
    "validation of the picked replacement": Race(
        sides=(cancel, validate_replacement),
        ends={
            "held": HELD._replace(pickings=("assigned", "assigned")),
            "shipped": ASKED._replace(
                pickings=("assigned", "done"), goods=(-1, -1, 1), receipts=(PART,)
            ),
        },
        prepare=replace_and_pick,
        policy="ask",
    ),
    "invoice of the replacement": Race(
        sides=(cancel, post_invoice_of_replacement),
        ends={
            "cancelled": BOTH,
            "invoiced": INVOICED._replace(pickings=("assigned", "assigned"), invoices=()),
        },
        prepare=replace,
    ),
    "new replacement": Race(
        sides=(cancel, replace_order),
        ends={
            "replaced before": BOTH._replace(told=("confirmed", "done"), goods=(0, -1, 0)),
            "replaced later": CANCELLED,
        },
    ),
    "acceptance and validation": Race(
        sides=(accept, validate),
        ends={"cancelled": CANCELLED._replace(told=("done", "refused"))},
        prepare=pick_and_ask,
        policy="ask",
    ),
    "refusal and the invoice that it sends": Race(
        sides=(refuse, post_invoice),
        ends={"sent": REFUSED},
        prepare=draft_invoice_and_ask,
        policy="ask",
    ),
    "two requests": Race(
        sides=(cancel, partial(cancel, request_id="second")),
        ends={
            "first cancels": TWICE._replace(receipts=("cancelled", ALREADY)),
            "second cancels": TWICE._replace(receipts=(ALREADY, "cancelled")),
        },
    ),
    "import": Race(
        sides=(cancel, import_and_confirm),
        ends={
            "imported before": IMPORTED,
            "imported later": UNKNOWN._replace(pickings=()),
            "found by the job": UNKNOWN,
        },
        imported=False,
    ),
}


@pytest.mark.parametrize("race", RACES.values(), ids=RACES.keys())
def test_race_ends_as_one_of_the_two_sides_wins(shop, race, record_property):
    ends, wrong = shop.ends(race, PAUSES)
    record_property("ends", dict(ends))
    assert not wrong, "\n".join(wrong)
    assert set(ends) == set(race.ends), ends


def cancel_before(order, env):
    assert cancel(order, env).status == 200


def test_order_that_is_imported_while_that_with_its_id_is_deleted_is_held(shop):
    """Whatever the import sees of the deletion: the marketplace was told that it is cancelled."""
    race = Race(sides=(delete, import_and_confirm), ends={}, prepare=cancel_before)
    outcomes = set()
    for first in (0, 1):
        _, actor = shop.run(race, *shop.orders(race, 1), first)
        places = actor.places(PAUSES)
        for place, order in zip(places, shop.orders(race, len(places)), strict=True):
            end, actor = shop.run(race, order, first, place)
            with shop.env() as env:
                receipts = env["marketplace.cancellation.receipt"]
                receipt = receipts.search([("marketplace_order_id", "=", order[0])])
                assert end.told[0] == "done"
                assert receipt.sale_order_id.state == end.order, actor.paused_after
            outcomes.add(end.order)
    assert outcomes == {"sale", False}  # imported, or refused as the other one is still there


# -- Where they race -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop(registry):
    return Shop(registry)
