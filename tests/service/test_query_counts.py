"""How many queries a request takes: few, and no more where there are more records."""

from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged
from odoo.tools import SQL

from ..helpers.warehouse import WarehouseCase

#: What tests add: a commit is a savepoint to them.
_SAVEPOINTS = ("SAVEPOINT", "RELEASE", "ROLLBACK")
_LARGE = ("marketplace_cancellation_receipt", "marketplace_cancellation_delivery", "sale_order")


@tagged("post_install", "-at_install")
class TestQueryCounts(WarehouseCase):
    """Counted without what Odoo does for every request, and without commits."""

    def queries(self, marketplace_order_id):
        """The statements of one request, in a worker that has answered such a one before."""
        statements, execute = [], Cursor.execute

        def count(cursor, query, *args, **kwargs):
            text = str(getattr(query, "code", query)).strip()
            if not text.startswith(_SAVEPOINTS):
                statements.append(text)
            return execute(cursor, query, *args, **kwargs)

        self.env.flush_all()
        with patch.object(Cursor, "execute", count):
            answer = self.request_cancellation(marketplace_order_id)
        self.assertEqual(answer.status, 200)
        return statements

    def crowd(self):
        """Many more orders, receipts and accounts."""
        for number in range(5):
            account = self.make_account(f"market-{number}")
            account._generate_credential()
        orders = self.env["sale.order"].concat(
            *(self.order_of_three(f"CROWD-{number}") for number in range(20))
        )
        for order in orders[:10]:
            self.request_cancellation(order.marketplace_order_id)

    def assertFixed(self, at_most):
        """A request takes as many queries among many records as among few, and not too many."""
        names = [f"Q-{number}" for number in range(3)]
        for name in names[:2]:
            self.order_of_three(name)
        self.queries("Q-0")  # warms up
        among_few = self.queries("Q-1")
        self.crowd()
        self.order_of_three("Q-2")
        among_many = self.queries("Q-2")
        self.assertEqual(len(among_many), len(among_few), _more(among_few, among_many))
        self.assertLessEqual(len(among_few), at_most, "\n".join(among_few))

    def test_request_that_is_settled_at_once_takes_a_fixed_number_of_queries(self):
        self.account.background_after = 0
        self.assertFixed(at_most=76)

    def test_request_that_is_settled_at_once_reads_few_columns(self):
        """Of each document what is needed, and not all of its fields."""
        for name in ("Q-0", "Q-1"):
            self.order_of_three(name)
        self.queries("Q-0")  # warms up
        self.env.flush_all()
        self.env.invalidate_all()
        selected = [text.partition(" FROM ")[0] for text in self.queries("Q-1")]
        wide = [columns for columns in selected if columns.count(",") > 24]
        self.assertFalse([columns for columns in wide if columns.startswith("SELECT")])

    def test_request_that_is_queued_takes_few_queries(self):
        self.account.settlement = "background"
        self.assertFixed(at_most=20)

    def test_repeat_takes_as_few_queries_among_many_receipts(self):
        self.order_of_three("Q-0")
        self.queries("Q-0")
        self.queries("Q-0")
        among_few = self.queries("Q-0")
        self.crowd()
        self.queries("Q-0")
        among_many = self.queries("Q-0")
        self.assertEqual(len(among_many), len(among_few), _more(among_few, among_many))
        self.assertLessEqual(len(among_few), 4, "\n".join(among_few))

    def test_batch_takes_few_for_each_order(self):
        self.assertLess(self.queries_of_one_more(lambda _name: self.product), 3)

    def test_batch_takes_few_for_each_order_of_other_goods(self):
        def make(name):
            product = self.make_product(name)
            self.put_in_stock(product, 10, self.warehouse)
            return product

        self.assertLess(self.queries_of_one_more(make), 4.5)

    def queries_of_one_more(self, product_of):
        """How many statements one more order takes in a batch.

        :param product_of: gives the product of the order with this name
        """
        self.account.settlement = "background"
        counts = {}
        for size in (10, 30):
            for number in range(size):
                name = f"BATCH-{size}-{number}"
                order = self.order_of_three(name, product=product_of(name))
                self.assertEqual(order.picking_ids.state, "assigned")
                self.request_cancellation(name)
            statements, execute = [], Cursor.execute

            def count(cursor, query, *args, statements=statements, execute=execute, **kwargs):
                statements.append(str(getattr(query, "code", query)))
                return execute(cursor, query, *args, **kwargs)

            self.env.flush_all()
            with patch.object(Cursor, "execute", count):
                self.run_cron("cron_settle_queued_1")
            counts[size] = len(statements)
        return (counts[30] - counts[10]) / 20

    def test_no_table_is_read_as_a_whole(self):
        self.order_of_three("Q-0")
        self.env.cr.execute(
            """
            INSERT INTO marketplace_cancellation_receipt
                   (account_id, company_id, protocol_code, state, received_at, marketplace_order_id,
                    source, kind)
            SELECT %s, %s, 'p-' || n, 'cancelled', now(), 'old-' || n, 'call', 'whole'
              FROM generate_series(1, 20000) n
            """,
            (self.account.id, self.company.id),
        )
        self.env.cr.execute(
            """
            INSERT INTO marketplace_cancellation_delivery
                   (receipt_id, received_at, http_status, duration)
            SELECT id, now(), 200, 1 FROM marketplace_cancellation_receipt
            """
        )
        self.env.cr.execute(
            """
            INSERT INTO sale_order (company_id, partner_id, partner_invoice_id, partner_shipping_id,
                                    warehouse_id, picking_policy, name, state, date_order,
                                    currency_id, marketplace_account_id, marketplace_order_id)
            SELECT company_id, partner_id, partner_invoice_id, partner_shipping_id, warehouse_id,
                   picking_policy, 'old-' || n, 'cancel', date_order, currency_id,
                   marketplace_account_id, 'old-' || n
              FROM sale_order, generate_series(1, 20000) n WHERE marketplace_order_id = 'Q-0'
            """
        )
        for table in _LARGE:
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        for settings in (
            {"settlement": "immediate", "background_after": 0},
            {"settlement": "immediate", "background_after": 20},
            {"settlement": "background"},
        ):
            self.account.write(settings)
            name = f"Q-{settings}"
            self.order_of_three(name)
            before = self.scans()
            self.request_cancellation(name)
            self.request_cancellation(name)
            self.run_cron("cron_settle_queued_1")
            self.assertEqual(self.scans(), before, settings)

    def scans(self):
        """How often this transaction has read the large tables as a whole."""
        self.env.cr.execute(
            "SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname IN %s", [_LARGE]
        )
        return dict(self.env.cr.fetchall())


def _more(few, many):
    left = list(many)
    for statement in few:
        if statement in left:
            left.remove(statement)
    return "\n".join(left)
