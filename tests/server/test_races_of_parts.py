"""A part of an order is taken out, and others are at work on the order at the same moment.

As in ``test_races.py``: real transactions, one side is paused after another of its steps, and the
end must be one of the few that the race allows, each of which must come about.
"""

import os
from functools import partial

import pytest
from odoo_server import only_long
from part_shop import PartEnd, PartShop, ask_for_part, marketplace_takes, send, take_part
from race_shop import (
    Race,
    by_person,
    cancel,
    create_and_post_invoice,
    draft_invoice,
    pick,
    post_invoice,
    validate,
)

# At how many of its steps each side of a race is paused; more in the long run.
PAUSES = 60 if os.environ.get("MARKETPLACE_TEST_LONG") else 6


# -- Who races -----------------------------------------------------------------------------------


@by_person
def accept(order, env):
    order.record(env).cancellation_receipt_ids.action_accept()


@by_person
def refuse(order, env):
    order.record(env).cancellation_receipt_ids.action_refuse("It is packed.")


@by_person
def make_draft(order, env):
    draft_invoice(order, env)


@by_person
def begin_to_pick(order, env):
    pick(order, env)


@by_person
def take_out_as_seller(order, env):
    record = order.record(env)
    record.action_take_out({record.order_line[0].id: 1}, "One is cracked.", True)


@by_person
def import_and_confirm(order, env):
    env["sale.order"].create(PartShop.order_values(order, env)).action_confirm()


# -- How it may end ------------------------------------------------------------------------------


def pick_and_ask(order, env):
    pick(order, env)
    ask_for_part(order, env)


def invoice_to_be_sent(order, env):
    """Both lines are invoiced, and the marketplace is to get that."""
    draft_invoice(order, env)
    record = order.record(env)
    record.invoice_ids.action_post()
    record._add_outbound_call("invoice", invoice=record.invoice_ids)


def invoice_of_first_line_to_be_sent(order, env):
    """The second line is invoiced later: a change of it is carried out by a machine."""
    draft_invoice(order, env)
    record = order.record(env)
    line = record.order_line[1]
    line.invoice_lines.unlink()
    record.invoice_ids.action_post()
    record._add_outbound_call("invoice", invoice=record.invoice_ids)


def change_that_holds_the_invoice(order, env):
    """One change is carried out, and the marketplace is still to be told; then the invoice goes."""
    invoice_of_first_line_to_be_sent(order, env)
    take_part(order, env, line=1)


AGREED = ("acknowledge pending", "confirm pending")
ALL_SENT = ("acknowledge sent", "confirm sent")
ALL = PartEnd(told=("202", "done"), receipts=())
TAKEN = ALL._replace(
    receipts=("part_cancelled",),
    lines=(2, 2),
    pickings=(("assigned", 4),),
    goods=(0, -1, 0),
    calls=AGREED,
)
HELD = TAKEN._replace(told=("202", "refused"))
SHIPPED = ALL._replace(
    receipts=("part_evaluating: It has been shipped.",),
    pickings=(("done", 5),),
    goods=(-5, -5, 5),
    calls=("acknowledge pending",),
)
REST_SHIPPED = TAKEN._replace(pickings=(("done", 4),), goods=(-4, -5, 4))
ASKED = ALL._replace(calls=("acknowledge pending",))
INVOICED = ASKED._replace(
    receipts=("part_evaluating: It is invoiced or paid.",), invoices=(("posted", 5),)
)
REST_INVOICED = TAKEN._replace(invoices=(("posted", 4),))
BOTH = TAKEN._replace(
    told=("202", "202"),
    receipts=("part_cancelled", "part_cancelled"),
    lines=(1, 2),
    pickings=(("assigned", 3),),
    goods=(0, -2, 0),
    calls=AGREED * 2,
)
TOO_MUCH = "part_refused: 2 of SKU RACES are to be taken out, but the order has fewer."
ONE_OF_TWO = BOTH._replace(calls=(*AGREED, "withdraw pending"))
FIRST_OF_TWO = ONE_OF_TWO._replace(receipts=("part_cancelled", TOO_MUCH))
SECOND_OF_TWO = ONE_OF_TWO._replace(receipts=(TOO_MUCH, "part_cancelled"))
SENT = TAKEN._replace(lines=(3, 1), invoices=(("posted", 3),), calls=("invoice sent", *ALL_SENT))
SENT_TWICE = BOTH._replace(
    told=("202", "done"),
    lines=(3, 0),
    goods=(0, -1, 0),
    invoices=(("posted", 3),),
    calls=("invoice sent", *ALL_SENT * 2),
)
WHOLE = PartEnd(
    told=("202", "confirmed"),
    receipts=("part_cancelled", "cancelled"),
    order="cancel",
    pickings=(("cancel", 0),),
    goods=(0, -5, 0),
    calls=AGREED,
)
REFUSED = ALL._replace(
    told=("done", "refused"),
    receipts=("part_refused: It is packed.",),
    calls=("acknowledge pending", "withdraw pending"),
)
SELLERS = TAKEN._replace(told=("done", "done"), receipts=(), calls=("change pending",))
SELLERS_AND_REST = SELLERS._replace(
    lines=(0, 2), pickings=(("assigned", 2),), goods=(0, -3, 0), receipts=("part_cancelled",)
)

RACES = {
    "validation": Race(
        sides=(take_part, validate),
        ends={"held": HELD, "shipped before": SHIPPED, "rest shipped": REST_SHIPPED},
    ),
    "picking": Race(
        sides=(take_part, begin_to_pick),
        ends={
            "picked before": ASKED._replace(receipts=("part_evaluating: Picking has begun.",)),
            "rest picked": TAKEN,
        },
        policy="ask",
    ),
    "new invoice": Race(
        sides=(take_part, create_and_post_invoice),
        ends={"held": HELD, "invoiced before": INVOICED, "rest invoiced": REST_INVOICED},
    ),
    "new draft": Race(
        sides=(take_part, make_draft),
        ends={"drafted": TAKEN._replace(invoices=(("draft", 4),))},
    ),
    "draft": Race(
        sides=(take_part, post_invoice),
        ends={
            "held": HELD._replace(invoices=(("draft", 4),)),
            "invoiced before": INVOICED,
            "rest invoiced": REST_INVOICED,
        },
        prepare=draft_invoice,
    ),
    "whole cancellation": Race(
        sides=(take_part, cancel),
        ends={
            "whole before": WHOLE,
            "whole meanwhile": WHOLE._replace(
                receipts=("part_withdrawn: The whole order was cancelled.", "cancelled"),
                calls=("acknowledge obsolete",),
            ),
            "whole on record before": WHOLE._replace(  # the part is left until that is settled
                receipts=("part_withdrawn: The whole order was cancelled.", "cancelled"),
                calls=(),
            ),
            "whole later": WHOLE._replace(lines=(2, 2)),
        },
    ),
    "another change": Race(
        sides=(take_part, partial(take_part, change_id="second")), ends={"both": BOTH}
    ),
    "two changes that are too much together": Race(
        sides=(partial(take_part, pieces=2), partial(take_part, pieces=2, change_id="second")),
        ends={
            "first, second told later": FIRST_OF_TWO,
            "first, second told": FIRST_OF_TWO._replace(told=("202", "409")),
            "second, first told later": SECOND_OF_TWO,
            "second, first told": SECOND_OF_TWO._replace(told=("409", "202")),
        },
    ),
    "acceptance and validation": Race(
        sides=(accept, validate),
        ends={
            "held": HELD._replace(told=("done", "refused")),
            "rest shipped": REST_SHIPPED._replace(told=("done", "done")),
        },
        prepare=pick_and_ask,
        policy="ask",
    ),
    "refusal and validation": Race(
        sides=(refuse, validate),
        ends={
            "held": REFUSED,
            "all shipped": REFUSED._replace(
                told=("done", "done"), pickings=(("done", 5),), goods=(-5, -5, 5)
            ),
        },
        prepare=pick_and_ask,
        policy="ask",
    ),
    "the seller's part and validation": Race(
        sides=(take_out_as_seller, validate),
        ends={
            "rest shipped": SELLERS._replace(pickings=(("done", 4),), goods=(-4, -5, 4)),
            "shipped before": SELLERS._replace(
                lines=(3, 2),
                to_come_back=1,
                pickings=(("done", 5), ("draft", 1)),
                goods=(-5, -5, 5),
            ),
        },
    ),
    "the seller's part and a new invoice": Race(
        sides=(take_out_as_seller, create_and_post_invoice),
        ends={
            "rest invoiced": SELLERS._replace(invoices=(("posted", 4),)),
            "invoiced before": SELLERS._replace(invoices=(("posted", 5), ("draft", -1))),
        },
    ),
    "the seller's part and the same of the marketplace's": Race(
        sides=(take_out_as_seller, take_part),
        ends={
            "taken for one": SELLERS._replace(
                told=("done", "202"),
                receipts=("part_cancelled: The seller's own change: 1 × [RACES] Teapot.",),
            ),
            "marketplace alone": HELD._replace(told=("refused", "202")),
            "marketplace, then the seller": BOTH._replace(
                told=("done", "202"),
                receipts=("part_cancelled",),
                calls=(*AGREED, "change pending"),
            ),
        },
    ),
    "the seller's part and another of the marketplace's": Race(
        sides=(take_out_as_seller, partial(take_part, pieces=2)),
        ends={
            "both": SELLERS_AND_REST._replace(
                told=("done", "202"), calls=("change pending", *AGREED)
            ),
            "marketplace, then the seller": SELLERS_AND_REST._replace(
                told=("done", "202"), calls=(*AGREED, "change pending")
            ),
            "marketplace alone": BOTH._replace(
                told=("refused", "202"), receipts=("part_cancelled",), calls=AGREED
            ),
        },
    ),
    "an invoice that is being sent": Race(
        sides=(take_part, send),
        ends={
            "held": INVOICED._replace(calls=("invoice on hold", "acknowledge sent")),
            "sent before": INVOICED._replace(calls=("invoice sent", "acknowledge sent")),
        },
        prepare=invoice_to_be_sent,
    ),
    "an invoice of something else that is being sent": Race(
        sides=(partial(take_part, line=1), send),
        ends={"all sent": SENT},
        prepare=invoice_of_first_line_to_be_sent,
    ),
    "an invoice that an earlier change has held": Race(
        sides=(partial(take_part, line=1, change_id="second"), send),
        ends={"all sent": SENT_TWICE},
        prepare=change_that_holds_the_invoice,
    ),
    "import": Race(
        sides=(take_part, import_and_confirm),
        ends={"taken out": TAKEN._replace(goods=(0, 4, 0))},
        imported=False,
    ),
}


#: What is run in the short form, too.
ALWAYS = {
    "validation",
    "new invoice",
    "whole cancellation",
    "two changes that are too much together",
    "acceptance and validation",
    "the seller's part and validation",
    "the seller's part and the same of the marketplace's",
    "an invoice that is being sent",
}


@pytest.mark.parametrize(
    "race",
    [
        pytest.param(race, id=name, marks=() if name in ALWAYS else only_long)
        for name, race in RACES.items()
    ],
)
def test_race_ends_as_one_of_the_two_sides_wins(shop, race, record_property):
    ends, wrong = shop.ends(race, PAUSES)
    record_property("ends", dict(ends))
    assert not wrong, "\n".join(wrong)
    assert set(ends) == set(race.ends), ends


@pytest.fixture(scope="module")
def shop(registry):
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(registry["marketplace.account"], "_send", marketplace_takes)
        yield PartShop(registry)
