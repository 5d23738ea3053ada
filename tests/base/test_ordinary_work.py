"""What the addon adds to work on orders that are of no marketplace: next to nothing."""

import re
from functools import partial
from unittest.mock import patch

from lxml import etree

from odoo.sql_db import Cursor
from odoo.tests import tagged

from ..helpers.warehouse import WarehouseCase

ADDON = "marketplace_order_cancellation"

#: A statement on a table of the addon's, or one that claims an order.
_OWN = re.compile(r'(?:FROM|INTO|UPDATE|JOIN) "?(marketplace_\w+)|SET (fulfilment_claims)')


@tagged("post_install", "-at_install")
class TestOrdinaryWork(WarehouseCase):
    def plain_orders(self, number):
        orders = self.env["sale.order"].concat(
            *(self.order_of_three(False, marketplace_account_id=False) for _ in range(number))
        )
        self.env.flush_all()
        return orders

    def statements(self, work):
        """What ``work`` asks the database, with nothing read beforehand."""
        texts, execute = [], Cursor.execute

        def note(cursor, query, *args, **kwargs):
            texts.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        self.env.flush_all()
        self.env.invalidate_all()
        with patch.object(Cursor, "execute", note):
            work()
            self.env.flush_all()
        return texts

    def own(self, work):
        """Of the statements of ``work``, whatever concerns the addon alone."""
        found = (_OWN.search(text) for text in self.statements(work))
        return [match[1] or match[2] for match in found if match]

    def test_documents_are_carried_out_as_without_it(self):
        order, other = self.plain_orders(2)
        draft = order.copy()
        self.env["marketplace.account"]._ids_asked_before_leaving()  # kept in memory
        self.assertEqual(self.own(draft.action_confirm), [])
        self.assertEqual(self.own(other.action_cancel), [])
        self.assertEqual(self.own(order.picking_ids.button_validate), [])
        invoice = order._create_invoices()
        self.assertEqual(self.own(invoice.action_post), [])
        self.assertEqual((order.picking_ids.state, invoice.state), ("done", "posted"))

    def test_forms_and_slips_ask_for_nothing_of_its_own(self):
        order = self.plain_orders(1)
        for document in (order, order.picking_ids):
            with self.subTest(document._name):
                arch = etree.fromstring(document.get_view(view_type="form")["arch"])
                names = arch.xpath("//field[not(ancestor::field)]/@name")
                fields = {name: {} for name in names}
                found = self.own(lambda document=document, fields=fields: document.web_read(fields))
                self.assertEqual(found, [])
        report = self.env["ir.actions.report"]
        for name in ("stock.action_report_delivery", "stock.action_report_picking"):
            with self.subTest(name):
                prints = partial(report._render_qweb_html, name, order.picking_ids.ids)
                self.assertEqual(self.own(prints), [])

    def test_columns_of_its_own_are_read_where_they_are_needed_alone(self):
        order = self.plain_orders(1)
        for documents, read in (
            (
                order,
                {
                    *("marketplace_order_id", "marketplace_account_id", "marketplace_created_at"),
                    *("replaced_order_id", "fulfilment_claims", "is_marketplace_test"),
                    *("is_kept_open", "cancelled_at_marketplace"),
                },
            ),
            (order.order_line, set()),
        ):
            with self.subTest(documents._name):
                own = {
                    name
                    for name, field in documents._fields.items()
                    if field._module == ADDON and field.store and field.column_type
                }
                [text] = self.statements(lambda documents=documents: documents.mapped("state"))
                self.assertEqual({name for name in own if f'"{name}"' in text}, read)
                self.assertLess(read, own)

    def list_statements(self, documents, with_ours):
        """Those of a list of ``documents``, with the addon's columns or without them."""
        arch = documents.get_view(view_type="list")["arch"]
        names = etree.fromstring(arch).xpath("/list/field/@name")
        columns = [name for name in names if documents._fields[name]._module != ADDON]
        self.assertLess(len(columns), len(names))
        asked = {name: {} for name in (names if with_ours else columns)}
        domain = [("id", "in", documents.ids)]
        return self.statements(lambda: documents.web_search_read(domain, asked))

    def test_lists_take_as_many_statements_and_one_for_transfers(self):
        orders = self.plain_orders(8)
        for documents, more in ((orders, 0), (orders.picking_ids, 1)):
            with self.subTest(documents._name):
                self.list_statements(documents, with_ours=True)  # warms up
                without = self.list_statements(documents, with_ours=False)
                ours = self.list_statements(documents, with_ours=True)
                self.assertEqual(len(ours) - len(without), more, "\n".join(ours))
