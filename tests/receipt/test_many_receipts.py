"""Receipts among a hundred thousand: how they are found, and what is read for that.

Nothing is timed: PostgreSQL tells how many rows it has looked at.
"""

import json
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.fields import Command
from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval
from odoo.tools.sql import table_columns

from ..helpers.receipt_search import RECEIPT, SearchCase

MANY = 100_000
#: As many of them have an order.
ORDERS = 10_000
#: More than a client counts (10,001), and far less than there are.
FEW = 20_000
#: For what finds a handful.
HANDFUL = 500


@tagged("post_install", "-at_install")
class TestRowsRead(SearchCase):
    """A hundred thousand receipts of half a year; one company, and one account, have few.

    Theirs are all among the oldest fifth.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "sales_team.group_sale_salesman_all_leads"
        cls.user = new_test_user(cls.env, "seller", group)
        cls.quiet_company = cls.env["res.company"].create({"name": "Has sold nothing for long"})
        cls.quiet = cls.make_account("quiet", company_id=cls.quiet_company.id)
        cls.quiet_user = new_test_user(
            cls.env,
            "quiet-seller",
            group,
            company_id=cls.quiet_company.id,
            company_ids=[Command.set(cls.quiet_company.ids)],
        )
        cls.second = cls.make_account("second")
        cls.now = fields.Datetime.now()
        cls.fill()

    @classmethod
    def fill(cls):
        """One receipt every three minutes, the first of them in part the quiet accounts'."""
        first_order = cls.fill_orders()
        values = {
            "first_order": first_order,
            "orders": ORDERS,
            "many": MANY,
            "now": cls.now,
            "account": cls.account.id,
            "company": cls.company.id,
            "second": cls.second.id,
            "quiet": cls.quiet.id,
            "quiet_company": cls.quiet_company.id,
        }
        cls.env.cr.execute(
            """
            INSERT INTO marketplace_cancellation_receipt
                   (account_id, company_id, state, kind, protocol_code, marketplace_order_id,
                    cancellation_request_id, received_at, settled_at, requested_by_user,
                    sale_order_id, source)
            SELECT account, CASE account WHEN %(quiet)s THEN %(quiet_company)s ELSE %(company)s END,
                   state, CASE WHEN state LIKE 'part_%%' THEN 'part' ELSE 'whole' END,
                   gen_random_uuid(), 'many-' || i, md5(i::text), moment,
                   CASE WHEN state IN ('cancelled', 'refused', 'kept', 'part_cancelled')
                        THEN moment END,
                   CASE i %% 3 WHEN 0 THEN 'shopper' WHEN 1 THEN 'marketplace' END,
                   CASE WHEN i <= %(orders)s THEN %(first_order)s + i END,
                   'call'
              FROM generate_series(1, %(many)s) i,
                   LATERAL (SELECT %(now)s - (%(many)s - i) * interval '3 minutes' AS moment,
                            CASE WHEN i < %(many)s / 5 AND i %% 50 = 0 THEN %(quiet)s
                                 WHEN i < %(many)s / 5 AND i %% 50 = 1 THEN %(second)s
                                 ELSE %(account)s END AS account,
                            CASE WHEN i %% 100 = 1 THEN 'refused' WHEN i %% 500 = 2 THEN 'kept'
                                 WHEN i %% 500 = 3 THEN 'evaluating'
                                 WHEN i %% 1000 = 5 THEN 'part_cancelled'
                                 WHEN i %% 1000 = 8 THEN 'part_evaluating'
                                 WHEN i %% 1000 = 4 THEN 'failed' WHEN i %% 1000 = 6 THEN 'waiting'
                                 ELSE 'cancelled' END AS state
                   ) what
            """,
            values,
        )
        for condition, is_repeat in (("TRUE", False), ("id %% 100 = 0", True)):
            cls.env.cr.execute(
                f"""
                INSERT INTO marketplace_cancellation_delivery
                       (receipt_id, received_at, http_status, duration, is_repeat)
                SELECT id, received_at, 200, 5, %s
                  FROM marketplace_cancellation_receipt
                 WHERE marketplace_order_id LIKE 'many-%%' AND {condition}
                """,
                [is_repeat],
            )
        # Every row is looked at: what the planner knows does not depend on a random sample.
        cls.env.cr.execute("SET LOCAL default_statistics_target = 1000")
        cls.env.cr.execute(
            "ANALYZE sale_order, marketplace_cancellation_receipt,"
            " marketplace_cancellation_delivery"
        )

    @classmethod
    def fill_orders(cls):
        """Copies of one cancelled order.

        :return: the number that, added to 1, 2, …, gives their IDs
        """
        order = cls.make_order("many", confirm=True)
        order.action_cancel()
        cls.env.flush_all()
        changes = {
            "id": SQL("old.id + i"),
            "name": SQL("'MANY' || i"),
            "marketplace_order_id": SQL("'many-' || i"),
            "access_token": SQL("NULL"),
        }
        columns = table_columns(cls.env.cr, "sale_order")
        values = [changes.get(name, SQL("old.%s", SQL.identifier(name))) for name in columns]
        cls.env.cr.execute(
            SQL(
                "INSERT INTO sale_order (%s) SELECT %s FROM sale_order old,"
                " generate_series(1, %s) i WHERE old.id = %s",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(values),
                ORDERS,
                order.id,
            )
        )
        return order.id

    # -- Measuring --------------------------------------------------------------------------------

    def rows_read(self, method, *args, **kwargs):
        """Call ``method``; return how many rows of receipts and deliveries its queries look at."""
        self.env.flush_all()
        self.env.invalidate_all()
        with self.queries() as queries:
            method(*args, **kwargs)
        return sum(map(self.rows_of_query, queries))

    @contextmanager
    def queries(self):
        """Yields a list of the queries that are made, as they were sent."""
        queries, execute = [], Cursor.execute

        def record(cursor, query, params=None, log_exceptions=True):
            result = execute(cursor, query, params, log_exceptions)
            if cursor._obj.query.lstrip().upper().startswith(b"SELECT"):
                queries.append(cursor._obj.query)
            return result

        with patch.object(Cursor, "execute", record):
            yield queries

    def rows_of_query(self, query):
        return self.rows_of_node(self.explain(query))

    def explain(self, query):
        """The plan of ``query``, carried out: its topmost node."""
        self.env.cr.execute(b"EXPLAIN (ANALYZE, FORMAT JSON) " + query)
        ((plan,),) = self.env.cr.fetchall()
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return plan[0]["Plan"]

    def rows_of_node(self, node, tables="marketplace_canc"):
        """Rows that ``node`` of a plan and what is below it find or throw away in tables."""
        rows = sum(self.rows_of_node(child, tables) for child in node.get("Plans", ()))
        own = ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan")
        if node["Node Type"] in own and node["Relation Name"].startswith(tables):
            per_loop = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            rows += per_loop * node["Actual Loops"]
        return rows

    def open_list(self, domain=(), user=None, **kwargs):
        """What the web client asks for when the list opens."""
        receipts = self.env[RECEIPT].with_user(user or self.user)
        arch = etree.fromstring(receipts.get_view(None, "list")["arch"])
        shown = {node.get("name"): {} for node in arch.iterfind("field")}
        for name in shown:
            if receipts._fields[name].relational:
                shown[name] = {"fields": {"display_name": {}}}
        return receipts.web_search_read(
            list(domain), shown, **{"limit": 80, "count_limit": 10_001, **kwargs}
        )

    # -- What is measured -------------------------------------------------------------------------

    def test_counting_is_no_blind_alley(self):
        """What does read all receipts is seen to do so."""
        everything = self.rows_read(self.env[RECEIPT].search, [("reason", "ilike", "nowhere")])
        self.assertGreaterEqual(everything, MANY)
        self.assertEqual(self.open_list()["length"], 10_001)

    def test_list_opens(self):
        for user in (self.user, self.quiet_user):
            with self.subTest(user.login):
                self.assertLess(self.rows_read(self.open_list, user=user), FEW)
        company = ("company_id", "=", self.quiet_company.id)
        receipts = self.env[RECEIPT].with_user(self.quiet_user)
        page = self.rows_read(receipts.search, [], limit=80)
        self.assertLess(page, HANDFUL)
        self.assertEqual(len(receipts.search([company], limit=80)), 80)

    def test_list_of_an_account_opens(self):
        for account in (self.account, self.second):
            with self.subTest(account.code):
                domain = account.action_view_receipts()["domain"]
                self.assertLess(self.rows_read(self.open_list, domain), FEW)
                page = self.rows_read(self.env[RECEIPT].search, domain, limit=80)
                self.assertLess(page, HANDFUL)

    def test_every_filter(self):
        for node in self.search_view().xpath("//filter[@domain]"):
            for user in (self.user, self.quiet_user):
                domain = safe_eval(node.get("domain"), {"uid": user.id})
                with self.subTest(node.get("name"), user=user.login):
                    # 10,001 that the shopper asked for, to count, are a third of so many
                    self.assertLess(self.rows_read(self.open_list, domain, user), 2 * FEW)

    def test_repeats(self):
        for number, expected in ((1, MANY // 100), (2, 0)):
            with self.subTest(number):
                domain = [("delivery_count", ">", number), ("company_id", "!=", False)]
                search = self.env[RECEIPT].search_count
                self.assertLess(self.rows_read(search, domain), FEW)
                self.assertAlmostEqual(search(domain), expected, delta=expected and 1)

    def test_self_test_among_the_newest(self):
        """To leave it out, not every order is looked at: is it a self-test's?"""
        self.env.cr.execute("SELECT setval('sale_order_id_seq', max(id)) FROM sale_order")
        sample = self.env["sale.order"]._make_test_order(self.account, "TEST-1")
        test = self.make_receipt("TEST-1", sale_order_id=sample.id, received_at=self.now)
        self.env.flush_all()
        for value in (False, True):
            with self.subTest(is_test=value), self.queries() as queries:
                found = self.open_list([("is_test", "=", value)])["records"]
            self.assertEqual(test.id in [own["id"] for own in found], value)
            plans = map(self.explain, queries)
            self.assertLess(sum(self.rows_of_node(own, "sale_order") for own in plans), ORDERS // 2)

    def test_a_month_of_long_ago(self):
        begin = self.now - timedelta(days=180)
        month = [("received_at", ">=", begin), ("received_at", "<", begin + timedelta(days=30))]
        self.assertEqual(len(self.open_list(month)["records"]), 80)
        self.assertLess(self.rows_read(self.env[RECEIPT].search, month, limit=80), HANDFUL)

    def test_dashboard_of_a_month(self):
        """A month is read by its date, for every user: three times, and the month before once."""
        month = [fields.Datetime.to_string(self.now - timedelta(days=days)) for days in (30, 0)]
        for accounts, user, in_month in (
            (self.account + self.second, self.user, 30 * 24 * 20),
            (self.quiet, self.quiet_user, 0),
        ):
            with self.subTest(user.login):
                figures = accounts.with_user(user).cancellation_figures
                self.assertEqual(figures(*month)["asked"], in_month)
                rows = self.rows_read(figures, *month)
                self.assertLess(rows, 4 * in_month + HANDFUL)

    def test_search_box_and_names(self):
        receipt = self.env[RECEIPT].search([("marketplace_order_id", "=", "many-7777")])
        texts = {
            "order": "many-7777",
            "order's beginning": "many-777",
            "sales order": "MANY7777",
            "protocol code": receipt.protocol_code,
            "request ID": receipt.cancellation_request_id,
            "nothing": "nowhere",
        }
        for name, text in texts.items():
            with self.subTest(name):
                self.assertLess(self.rows_read(self.found, text, self.user), HANDFUL)
                self.assertEqual(
                    receipt.marketplace_order_id in self.found(text), text != "nowhere"
                )
                names = self.env[RECEIPT].with_user(self.user).name_search
                self.assertLess(self.rows_read(names, text), HANDFUL)

    def test_by_what_is_known_of_the_order(self):
        self.env.cr.execute("SELECT setval('sale_order_id_seq', max(id)) FROM sale_order")
        shopper = self.env["res.partner"].create({"name": "Jane Teapot"})
        product = self.make_product("Blue Teapot", list_price=5, invoice_policy="order")
        order = self.make_order("one", confirm=True, product=product, partner_id=shopper.id)
        (invoice,) = order._create_invoices()
        invoice.action_post()
        receipt = self.make_receipt("one", sale_order_id=order.id)
        everybody = self.env["sale.order"].search([("marketplace_order_id", "=", "many-7777")])
        for field, operator, value in (
            ("customer_id", "child_of", shopper.id),
            ("customer_id", "ilike", "teapot"),
            ("product_id", "=", product.id),
            ("product_id", "ilike", "teapot"),
            ("order_transfers", "ilike", order.picking_ids.name),
            ("order_invoices", "ilike", invoice.name),
        ):
            with self.subTest(field, operator=operator):
                domain = [(field, operator, value)]
                self.assertLess(self.rows_read(self.open_list, domain), HANDFUL)
                found = self.open_list(domain)["records"]
                self.assertEqual([own["id"] for own in found], receipt.ids)
        of_many = [("customer_id", "=", everybody.partner_id.id)]
        self.assertLess(self.rows_read(self.open_list, of_many), 3 * MANY)

    def test_form_opens(self):
        receipt = self.env[RECEIPT].search([("marketplace_order_id", "=", "many-77777")])
        mine = receipt.with_user(self.user)
        names = [*mine._fields]
        readable = [name for name in names if mine._has_field_access(mine._fields[name], "read")]
        self.assertIn("delivery_ids", readable)
        shown = {name: {} for name in readable}
        self.assertLess(self.rows_read(mine.web_read, shown), HANDFUL)

    def test_what_is_pending(self):
        receipts = self.env[RECEIPT]
        waiting = receipts.search_count([("state", "=", "waiting")])
        self.assertGreater(waiting, 50)
        self.assertLess(self.rows_read(receipts._search_due), 5 * waiting)

    def test_receipts_to_delete(self):
        receipts = self.env[RECEIPT]
        for account, days, due in (
            (self.account, 200, True), (self.account, 300, False), (self.second, 100, True),
            (self.quiet, 1, True),
        ):  # fmt: skip
            account.retention_days = days
            with self.subTest(account.code, days=days):
                self.assertLess(self.rows_read(receipts._look_for_expired, account), FEW // 4)
                self.assertEqual(bool(receipts._look_for_expired(account)), due)
        # Rows say nothing of an index that is read as a whole, as the one of the requests could be.
        self.second.retention_days = 100
        with self.queries() as queries:
            receipts._look_for_expired(self.second)
        index = "marketplace_cancellation_receipt_account_received_idx"
        self.assertIn(index, str(self.explain(queries[-1])))

    def test_health(self):
        """What is open is counted, and nothing else is read."""
        for account in (self.account, self.second, self.quiet):
            with self.subTest(account.code):
                read = self.rows_read(lambda own=account: own.health_checks)
                open_ones = sum(number for number, _since in account._open_requests().values())
                self.assertLess(read, open_ones + HANDFUL)

    def test_errors_of_a_day(self):
        newest = self.env[RECEIPT].search([("account_id", "=", self.account.id)], limit=20)
        self.rewrite(newest.delivery_ids, http_status=500)
        self.env.cr.execute("ANALYZE marketplace_cancellation_delivery")
        self.assertLess(self.rows_read(self.account._errors_of_a_day), HANDFUL)
        self.assertEqual(self.account._errors_of_a_day(), {500: len(newest.delivery_ids)})

    def test_set_up(self):
        for account in (self.account, self.second, self.quiet):
            with self.subTest(account.code):
                self.assertLess(self.rows_read(account._is_called), HANDFUL)
