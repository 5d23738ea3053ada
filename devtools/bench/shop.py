"""The bench's shop: orders made beforehand, looked at in the database afterwards."""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2

from .fill import fill
from .server import odoo_command

_SCRIPT = "from odoo.addons.marketplace_bench.shop import main; main(env)\n"
_STALLED = 90  # seconds without one more cancelled order: the queue stands still
OWN = "own"  # the orders of no marketplace


class Shop:
    """One database with its orders.

    The addon `marketplace_bench` makes them, in a process of its own: it has the ORM.
    """

    def __init__(self, database, log):
        self.database = database
        self.log = Path(log)
        self.connection = psycopg2.connect(dbname=database)
        self.connection.autocommit = True
        self.backend = self.connection.info.backend_pid

    def close(self):
        self.connection.close()

    def prepare(self, specs):
        """Make users, keys and the orders of ``specs``, see `marketplace_bench/shop.py`."""
        with tempfile.TemporaryDirectory() as folder:
            order, result = Path(folder, "order.json"), Path(folder, "result.json")
            order.write_text(json.dumps(specs))
            environment = dict(os.environ, BENCH_ORDER=str(order), BENCH_RESULT=str(result))
            command = odoo_command(self.database, "shell")
            with self.log.open("a") as log:
                subprocess.run(
                    [*command, "--no-http", "--log-level=warn"],
                    input=_SCRIPT,
                    text=True,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    check=True,
                )
            if not result.exists():  # the shell ends well even when what it was fed does not
                raise RuntimeError(f"the orders could not be prepared, see {self.log.name}")
            made = json.loads(result.read_text())
        self.account_id = made["account_id"]
        self.app_key = made["app_key"]
        self.app_token = made["app_token"]
        self.admin_key = made["admin_key"]
        self.integrator_key = made["integrator_key"]
        self.defaults = made["defaults"]
        self.orders = {
            name: range(ids["first"], ids["last"] + 1) for name, ids in made["orders"].items()
        }
        self.product_ids = made["product_ids"]
        with self.connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def fill(self, size, like):
        """Fill the database up to ``size`` orders and receipts, copies of the order ``like``."""
        fill(self.connection, size, like)

    def marketplace_ids(self, name):
        return [f"{name}-{number}" for number in range(len(self.orders[name]))]

    def open_transfers(self, name):
        """IDs of the transfers of the orders ``name`` that are to be validated."""
        return self._values(
            """SELECT id FROM stock_picking
                WHERE sale_id BETWEEN %s AND %s AND state = 'assigned' ORDER BY id""",
            (self.orders[name][0], self.orders[name][-1]),
        )

    def open_marketplace_ids(self):
        """The marketplace's IDs of all the account's orders that are open."""
        return self._values(
            """SELECT marketplace_order_id FROM sale_order
                WHERE marketplace_account_id = %s AND state <> 'cancel'
                  AND marketplace_order_id IS NOT NULL""",
            (self.account_id,),
        )

    def set_read_rate(self, rate):
        """Let the account read so many orders a minute, be it more than people may enter."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                """ALTER TABLE marketplace_account
                    DROP CONSTRAINT IF EXISTS marketplace_account_read_rate_positive"""
            )
            cursor.execute(
                "UPDATE marketplace_account SET read_rate = %s WHERE id = %s",
                (rate, self.account_id),
            )

    def wait_until_cancelled(self, name):
        """Wait until every order of ``name`` is cancelled.

        :return: the moment (monotonic), None if it has not come
        """
        ids, left, since = self.orders[name], None, time.monotonic()
        while True:
            now = time.monotonic()
            open_orders = self._value(
                "SELECT count(*) FROM sale_order WHERE id BETWEEN %s AND %s AND state <> 'cancel'",
                (ids[0], ids[-1]),
            )
            if not open_orders:
                return now
            if open_orders != left:
                left, since = open_orders, now
            elif now - since > _STALLED:
                return None
            time.sleep(0.05)

    def wait_until_no_job_is_due(self):
        """Wait until each scheduled job has run that is due, a minute at most."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._value(
            """SELECT count(*) FROM ir_cron job
                WHERE active AND (nextcall <= now() AT TIME ZONE 'UTC' OR EXISTS (
                    SELECT FROM ir_cron_trigger
                     WHERE cron_id = job.id AND call_at <= now() AT TIME ZONE 'UTC'))"""
        ):
            time.sleep(0.2)

    def count_cancelled(self, name, first=None):
        """How many orders of ``name``, or of the ``first`` of them, are cancelled."""
        ids = self.orders[name][:first]
        return self._value(
            "SELECT count(*) FROM sale_order WHERE id BETWEEN %s AND %s AND state = 'cancel'",
            (ids[0], ids[-1]),
        )

    def problems(self, name, receipts, deliveries=1, first=None):
        """What is not as it has to be once all orders of ``name`` are cancelled.

        :param receipts: whether each has a receipt; JSON-2 leaves none
        :param deliveries: how often each request was made
        :param first: how many of the orders are looked at; all if not given
        :return: sentences
        """
        ids, found = self.orders[name][:first], []
        span = (ids[0], ids[-1])
        cancelled = self.count_cancelled(name, first)
        if cancelled != len(ids):
            found.append(f"{cancelled} of {len(ids)} orders are cancelled")
        open_moves = self._value(
            """SELECT count(*) FROM stock_move move
                 JOIN sale_order_line line ON line.id = move.sale_line_id
                WHERE line.order_id BETWEEN %s AND %s AND move.state <> 'cancel'""",
            span,
        )
        if open_moves:
            found.append(f"{open_moves} moves are still open")
        if receipts:
            settled = self._value(
                """SELECT count(*) FROM marketplace_cancellation_receipt
                    WHERE sale_order_id BETWEEN %s AND %s AND state = 'cancelled'""",
                span,
            )
            arrived = self._value(
                """SELECT count(*) FROM marketplace_cancellation_delivery delivery
                     JOIN marketplace_cancellation_receipt receipt
                       ON receipt.id = delivery.receipt_id
                    WHERE receipt.sale_order_id BETWEEN %s AND %s""",
                span,
            )
            if settled != len(ids):
                found.append(f"{settled} receipts are settled for {len(ids)} orders")
            if arrived != len(ids) * deliveries:
                found.append(f"{arrived} deliveries of {len(ids) * deliveries} are on record")
        return [f"{name}: {text}" for text in found]

    def astray(self):
        """How many pieces are reserved for no transfer; negative: too few are."""
        reserved = self._value(
            "SELECT sum(reserved_quantity) FROM stock_quant WHERE product_id = ANY(%s)",
            (self.product_ids,),
        )
        wanted = self._value(
            """SELECT sum(quantity_product_uom) FROM stock_move_line
                WHERE product_id = ANY(%s) AND state NOT IN ('draft', 'done', 'cancel')""",
            (self.product_ids,),
        )
        return float((reserved or 0) - (wanted or 0))

    def repair_reservations(self):
        """Put right what :meth:`astray` counts, so that the next figure begins with a clean shop.

        Odoo's own daily job would: several cancellations at once through JSON-2 leave a second row
        of the same stock, and goods that stay reserved.
        """
        with self.connection.cursor() as cursor:
            cursor.execute(
                """UPDATE stock_quant quant SET quantity = whole.quantity
                     FROM (SELECT min(id) AS id, sum(quantity) AS quantity FROM stock_quant
                            WHERE product_id = ANY(%s) GROUP BY product_id, location_id
                           HAVING count(*) > 1) whole
                    WHERE quant.id = whole.id""",
                (self.product_ids,),
            )
            cursor.execute(
                """DELETE FROM stock_quant quant USING stock_quant older
                    WHERE quant.product_id = ANY(%s) AND older.id < quant.id
                      AND (older.product_id, older.location_id)
                          = (quant.product_id, quant.location_id)""",
                (self.product_ids,),
            )
            cursor.execute(
                """UPDATE stock_quant quant
                      SET reserved_quantity = COALESCE(
                              (SELECT sum(line.quantity_product_uom) FROM stock_move_line line
                                WHERE line.product_id = quant.product_id
                                  AND line.location_id = quant.location_id
                                  AND line.state NOT IN ('draft', 'done', 'cancel')), 0)
                    WHERE product_id = ANY(%s)""",
                (self.product_ids,),
            )

    def _values(self, query, arguments=None):
        with self.connection.cursor() as cursor:
            cursor.execute(query, arguments)
            return [value for (value,) in cursor.fetchall()]

    def _value(self, query, arguments=None):
        return self._values(query, arguments)[0]
