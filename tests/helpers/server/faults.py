"""Faults on purpose, and a witness who checks that they leave nothing half done.

The witness remembers each order as it was before, and each answer. What is left is read with plain
SQL, past the code that is tested.
"""

import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

import requests
from odoo_server import TIMEOUT, Marketplace

#: States of a receipt in which nothing goes on unless somebody does something.
SETTLED = {"waiting", "mismatch", "failed", "evaluating", "cancelled", "refused", "kept"}


class Witness(Marketplace):
    """A marketplace that remembers what it asked and was answered."""

    def __init__(self, server):
        self.ready, self.settlement = {}, None
        super().__init__(server)
        self.queue_id = server.ref("marketplace_order_cancellation.cron_settle_queued_1")
        self.forget()

    def forget(self):
        """Begin anew: what was asked before is no more checked."""
        self.before = {}  # {order ID: what it was like}
        self.asked = defaultdict(int)  # {marketplace order ID: how often}
        self.answers = defaultdict(list)  # {marketplace order ID: responses that acknowledge it}

    def stock_up(self, *names, lines=1):
        """Import and confirm orders for :meth:`place`, many at once."""
        line = {"product_id": self.product_id, "product_uom_qty": 1}
        order_ids = self.import_orders(names, order_line=[(0, 0, line)] * lines)
        self.confirm(order_ids)
        self.ready |= dict(zip(names, order_ids, strict=True))

    def place(self, *names):
        """Confirmed orders by these names; return their IDs."""
        if missing := [name for name in names if name not in self.ready]:
            self.stock_up(*missing)
        order_ids = [self.ready.pop(name) for name in names]
        self.before |= documents(self.server, order_ids)
        return order_ids

    def settle(self, when="immediate", background_after=0):
        if self.settlement != (when, background_after):
            super().settle(when, background_after)
            self.settlement = when, background_after

    def cancel(self, marketplace_order_id):
        """Call the endpoint; return the response, None if the connection broke."""
        self.asked[marketplace_order_id] += 1
        response = survived(super().cancel, marketplace_order_id)
        self.take(marketplace_order_id, response)
        return response

    def take(self, marketplace_order_id, response):
        """Remember an answer, if it says that the request is known here."""
        if response is not None and receipt_of(response):
            self.answers[marketplace_order_id].append(response)

    def run_jobs(self):
        """Run the jobs until nothing is left to them."""
        deadline = time.monotonic() + TIMEOUT
        while left := set(self.states()) - SETTLED:
            assert time.monotonic() < deadline, left
            job = self.cron_id if "received" in left else self.queue_id
            try:
                self.server.execute("ir.cron", "method_direct_trigger", [job])
            except RuntimeError as error:  # the killed one's session holds it for a moment more
                assert "already executing" in str(error)

    def states(self):
        """The states of the receipts of all that was asked."""
        with reading(self.server) as cr:
            cr.execute(
                "SELECT state FROM marketplace_cancellation_receipt"
                " WHERE account_id = %s AND marketplace_order_id = ANY(%s)",
                [self.account_id, list(self.asked)],
            )
            return [state for (state,) in cr.fetchall()]


def survived(function, *args):
    """What ``function`` returns, None if the connection broke."""
    try:
        return function(*args)
    except requests.ConnectionError:
        return None


def receipt_of(response):
    """The protocol code in an answer, None if the request need not be known."""
    try:
        return response.json().get("receipt")
    except ValueError:
        return None


# -- What is left ----------------------------------------------------------------------------------


@contextmanager
def reading(server):
    """A cursor on the server's database, past Odoo."""
    connection = server.connect()
    try:
        with connection, connection.cursor() as cr:
            yield cr
    finally:
        connection.close()


def documents(server, order_ids):
    """``{order ID: its state, and those of its transfers, moves and reservations}``."""
    with reading(server) as cr:
        cr.execute(
            """
            SELECT sale.id, sale.state,
                   jsonb_object_agg(picking.id, picking.state) FILTER (WHERE picking.id > 0),
                   jsonb_object_agg(move.id, move.state) FILTER (WHERE move.id > 0),
                   COALESCE(sum(taken.quantity), 0)
              FROM sale_order sale
              JOIN sale_order_line line ON line.order_id = sale.id
              LEFT JOIN stock_move move ON move.sale_line_id = line.id
              LEFT JOIN stock_picking picking ON picking.id = move.picking_id
              LEFT JOIN stock_move_line taken ON taken.move_id = move.id
             WHERE sale.id = ANY(%s)
             GROUP BY sale.id
            """,
            [list(order_ids)],
        )
        return {row[0]: row[1:] for row in cr.fetchall()}


def cancelled(before):
    """What an order of these :func:`documents` is like once it is wholly cancelled."""
    _state, pickings, moves, _quantity = before
    return "cancel", dict.fromkeys(pickings, "cancel"), dict.fromkeys(moves, "cancel"), 0


def check_sound(witness):
    """Check that nothing is lost, half done or done twice; then that repeating settles the rest."""
    witness.run_jobs()
    check_what_is_left(witness)
    for name in list(witness.asked):
        response = witness.cancel(name)
        assert response is not None
        assert receipt_of(response), response.text
    witness.run_jobs()  # a repeat may be one for the background
    check_what_is_left(witness)


def check_what_is_left(witness):
    findings = [
        *find_in_receipts(witness),
        *find_in_orders(witness),
        *find_in_stock(witness.server, witness.product_id),
        *log_findings(witness.server, witness.account_id),
    ]
    assert not findings, "\n".join(findings)


def find_in_receipts(witness):
    with reading(witness.server) as cr:
        cr.execute(
            """
            SELECT marketplace_order_id, array_agg(protocol_code), array_agg(state),
                   sum((SELECT count(*) FROM marketplace_cancellation_delivery delivery
                         WHERE delivery.receipt_id = receipt.id)),
                   sum((SELECT count(*) FROM mail_activity activity
                         WHERE activity.res_model = 'marketplace.cancellation.receipt'
                           AND activity.res_id = receipt.id))
              FROM marketplace_cancellation_receipt receipt
             WHERE account_id = %s AND marketplace_order_id = ANY(%s)
             GROUP BY marketplace_order_id
            """,
            [witness.account_id, list(witness.asked)],
        )
        receipts = {row[0]: row[1:] for row in cr.fetchall()}
    for name, asked in witness.asked.items():
        answers = witness.answers[name]
        codes, states, deliveries, asked_for_help = receipts.get(name, ([], [], 0, 0))
        told = {receipt_of(answer) for answer in answers}
        if len(codes) > 1 or told - set(codes):
            yield f"{name}: told {told}, on record {codes}"
        if set(states) - SETTLED:
            yield f"{name}: nobody goes on with {states}"
        if not len(answers) <= deliveries <= asked:
            yield f"{name}: {asked} calls, {len(answers)} answers, {deliveries} deliveries"
        confirmed = {answer.content for answer in answers if answer.status_code == 200}
        if "failed" in states and not asked_for_help:
            yield f"{name}: failed, and nobody was asked"
        if len(confirmed) > 1:
            yield f"{name}: told different things: {confirmed}"
        # What was confirmed and then cannot be cancelled is on hold, and somebody is asked.
        kept = ["failed"] if name.startswith("BAD-") else ["cancelled"]
        if confirmed and states not in (["cancelled"], kept):
            yield f"{name}: confirmed, and is {states}"


def find_in_orders(witness):
    with reading(witness.server) as cr:
        cr.execute(
            """
            SELECT sale.id,
                   (SELECT array_agg(receipt.state) FROM marketplace_cancellation_receipt receipt
                     WHERE receipt.sale_order_id = sale.id),
                   (SELECT count(*) FROM mail_message message
                     WHERE message.model = 'sale.order' AND message.res_id = sale.id
                       AND message.body LIKE '%%cancelled this order%%')
              FROM sale_order sale WHERE id = ANY(%s)
            """,
            [list(witness.before)],
        )
        records = {row[0]: row[1:] for row in cr.fetchall()}
    after = documents(witness.server, witness.before)
    for order_id, before in witness.before.items():
        states, messages = records[order_id]
        if after[order_id] == cancelled(before):
            expected = (["cancelled"], 1)
        elif after[order_id] == before:
            expected = (states if states != ["cancelled"] else "another state", 0)
        else:
            yield f"order {order_id}: {before} has become {after[order_id]}"
            continue
        if (states, messages) != expected:
            yield f"order {order_id}: {after[order_id]}, receipts {states}, {messages} messages"


def find_in_stock(server, product_id):
    """Stock whose reserved quantity is not what transfers have taken of it."""
    with reading(server) as cr:
        cr.execute(
            """
            WITH taken AS (
                SELECT line.location_id, sum(line.quantity_product_uom) AS quantity
                  FROM stock_move_line line JOIN stock_move move ON move.id = line.move_id
                 WHERE line.product_id = %(product)s AND move.state NOT IN ('done', 'cancel')
                 GROUP BY line.location_id
            ), reserved AS (
                SELECT location_id, sum(reserved_quantity) AS quantity
                  FROM stock_quant WHERE product_id = %(product)s GROUP BY location_id
            )
            SELECT id, COALESCE(reserved.quantity, 0), COALESCE(taken.quantity, 0)
              FROM stock_location location
              LEFT JOIN taken ON taken.location_id = location.id
              LEFT JOIN reserved ON reserved.location_id = location.id
             WHERE usage = 'internal'
               AND COALESCE(reserved.quantity, 0) <> COALESCE(taken.quantity, 0)
            """,
            {"product": product_id},
        )
        for location_id, reserved, taken in cr.fetchall():
            yield f"location {location_id}: {reserved} reserved, {taken} taken"


def log_findings(server, account_id):
    """What is wrong with the account's log."""
    return server.execute("marketplace.account", "verify_log", [account_id])["findings"]


# -- Fault points ----------------------------------------------------------------------------------


class FaultPoints:
    """The folder that arms the fault points of servers which are started with its ``environ``."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.environ = {"MARKETPLACE_FAULT_POINTS": str(folder)}

    @contextmanager
    def kill_at(self, name, nth=1):
        """Somebody has died at this point when the context ends, at its ``nth`` pass."""
        for number in range(1, nth + 1):
            (self.folder / f"{name}.{number}").touch()
        yield
        assert not list(self.folder.glob(f"{name}.[1-9]")), f"nobody came to: {name}"
        (mark,) = self.folder.glob(f"{name}.1.*")
        wait_for_end(int(mark.name.rpartition("-")[2]))
        for mark in self.folder.iterdir():
            mark.unlink()

    def is_passed(self, name):
        """Whether somebody has died at this point."""
        return bool(list(self.folder.glob(f"{name}.1.*")))


def wait_for_end(pid):
    """Wait until this process is gone, its zombie included."""
    deadline = time.monotonic() + TIMEOUT
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, f"{pid} lives on"
        time.sleep(0.01)
