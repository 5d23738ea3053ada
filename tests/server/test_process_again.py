"""Many failed requests processed again with one click, and what stays when the server dies."""

import time
from contextlib import closing
from threading import Thread

from faults import Witness, cancelled, check_sound, documents
from hindered_orders import refuse_to_cancel
from odoo_server import TIMEOUT, OdooServer, database_copy
from requests import ConnectionError as BrokenConnection

NAMES = ["BAD-FIRST", "BAD-SECOND", "BAD-THIRD"]


def test_what_was_processed_again_stays_when_the_server_dies_before_the_rest():
    with database_copy("again") as database:
        with OdooServer(database) as server:
            refuse_to_cancel(database)
            seller = Witness(server)
            orders = seller.place(*NAMES)
            before = dict(seller.before)
            for name in NAMES:
                seller.cancel(name)
            receipts = [receipts_of(seller)[name] for name in NAMES]
            assert [state for _id, state in receipts] == ["failed"] * 3
            server.query("DROP TRIGGER refuse ON sale_order")
            kill_after_two(seller, orders[2], [receipt_id for receipt_id, _state in receipts])
        after = documents(server, orders)
        assert [after[order_id] == cancelled(before[order_id]) for order_id in orders] == [
            True,
            True,
            False,
        ]
        with OdooServer(database) as server:
            seller.server = server
            assert receipts_of(seller)[NAMES[2]][1] == "failed"
            server.execute(
                "marketplace.cancellation.receipt",
                "action_process_again",
                [receipt_id for receipt_id, _state in receipts],
            )
            assert set(seller.states()) == {"cancelled"}
            check_sound(seller)


def kill_after_two(seller, third_order, receipt_ids):
    """Kill the server while it waits for the third order and has committed the other two."""
    with closing(seller.server.connect()) as somebody, somebody.cursor() as cr:
        cr.execute("SELECT 1 FROM sale_order WHERE id = %s FOR UPDATE", [third_order])
        clicked = Thread(target=click, args=[seller.server, receipt_ids])
        clicked.start()
        deadline = time.monotonic() + TIMEOUT
        while seller.states().count("cancelled") < 2:
            assert time.monotonic() < deadline, seller.states()
            time.sleep(0.02)
        assert clicked.is_alive(), "it cannot be through with the third"
        seller.server.kill()
        clicked.join(TIMEOUT)


def click(server, receipt_ids):
    try:
        server.execute("marketplace.cancellation.receipt", "action_process_again", receipt_ids)
    except BrokenConnection:
        return  # it was killed


def receipts_of(seller):
    """``{marketplace order ID: (ID of its receipt, state)}``."""
    rows = seller.server.query(
        "SELECT marketplace_order_id, id, state FROM marketplace_cancellation_receipt"
        " WHERE account_id = %s",
        seller.account_id,
    )
    return {name: (receipt_id, state) for name, receipt_id, state in rows}
