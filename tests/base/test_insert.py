"""Receipts and calls that are written by one plain statement are as Odoo would write them."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.models import BaseModel
from odoo.tests import tagged
from odoo.tools import SQL

from ..helpers.warehouse import WarehouseCase

#: What differs between any two requests.
_FILLED = {"id", "protocol_code", "marketplace_order_id", "path_order_id", "sale_order_id"}
_FILLED |= {"answer_body", "received_at", "told_at", "settled_at", "receipt_id"}
_FILLED |= {"create_date", "write_date"}
_OWN = _FILLED | {"duration", "hours_to_settle"}


class Asked(Exception):
    """Odoo was asked to create a document."""


@tagged("post_install", "-at_install")
class TestInsert(WarehouseCase):
    def rows(self, name):
        """All columns of the receipt of ``name``, and of its calls."""
        self.env.flush_all()
        receipt = self.receipts(name)
        cr = self.env.cr
        for record in (receipt, *receipt.delivery_ids):
            cr.execute(
                SQL("SELECT * FROM %s WHERE id = %s", SQL.identifier(record._table), record.id)
            )
            yield dict(zip([column.name for column in cr.description], cr.fetchone(), strict=True))

    def assertSameRows(self, rows, others):
        for row, other in zip(list(rows), list(others), strict=True):
            self.assertEqual(
                {name: value for name, value in row.items() if name not in _OWN},
                {name: value for name, value in other.items() if name not in _OWN},
            )
            filled, also = ({name for name in _FILLED if own.get(name)} for own in (row, other))
            self.assertEqual(filled, also)

    def through_odoo(self):
        """Receipts and calls are written as if another addon extended ``create``."""
        mixin = self.env.registry["marketplace.insert.mixin"]
        return patch.object(mixin, "_is_create_extended", return_value=True, create=True)

    def assertAsOdooDoes(self, make, **body):
        for name in ("OWN", "ODOO"):
            make(name)
        self.request_cancellation("OWN", **body)
        with self.through_odoo():
            self.request_cancellation("ODOO", **body)
        self.assertSameRows(self.rows("OWN"), self.rows("ODOO"))

    def test_addon_that_replaces_a_method_of_odoo(self):
        """Some that keep an audit trail do so, instead of extending each model."""
        receipts = self.env["marketplace.cancellation.receipt"]
        self.assertFalse(receipts._is_create_extended())
        for name in ("create", "_create"):
            original = getattr(BaseModel, name)

            def replaced(*args, original=original):
                return original(*args)

            replaced.__module__ = "odoo.addons.audit.models"
            for replaced_in in (BaseModel, type(receipts)):
                with self.subTest(name), patch.object(replaced_in, name, replaced):
                    self.assertTrue(receipts._is_create_extended())

    def test_order_that_is_queued(self):
        self.account.settlement = "background"
        self.assertAsOdooDoes(self.order_of_three)
        self.assertEqual(self.receipts("OWN").state, "queued")

    def test_order_that_is_cancelled_at_once(self):
        self.assertAsOdooDoes(self.order_of_three, reason="Too late", requestedByUser=True)
        self.assertEqual(self.receipts("OWN").state, "cancelled")

    def test_order_that_is_not_known(self):
        self.assertAsOdooDoes(lambda name: None)
        self.assertEqual(self.receipts("OWN").state, "waiting")

    def test_addon_that_extends_create_is_asked(self):
        receipts = self.env.registry["marketplace.cancellation.receipt"]
        create, asked = receipts.create, []

        def extended(own, vals_list):
            asked.append(vals_list)
            return create(own, vals_list)

        self.account.settlement = "background"
        self.order_of_three("R-1")
        self.patch(receipts, "create", extended)
        self.request_cancellation("R-1")
        self.assertEqual(len(asked), 1)
        self.assertEqual(self.receipts("R-1").state, "queued")

    def test_value_of_another_addon_that_no_column_has(self):
        """Such as a list of other documents, by the hook that other addons may rely on."""
        receipts = self.env.registry["marketplace.cancellation.receipt"]
        prepare, follower = receipts._prepare_values, self.partner

        def prepare_more(own, account, request):
            values = prepare(own, account, request)
            return values | {"message_partner_ids": [Command.link(follower.id)]}

        order = self.order_of_three("R-1")
        self.patch(receipts, "_prepare_values", prepare_more)
        self.cancel_asking_nobody(order)
        self.assertEqual(self.receipts("R-1").message_partner_ids, follower)

    def test_stored_field_that_is_computed_by_another_addon(self):
        receipts = self.env["marketplace.cancellation.receipt"]
        with (
            patch.object(type(receipts), "_names_when_created", return_value=({"stars"}, set())),
            patch.object(
                type(receipts), "create", autospec=True, side_effect=AssertionError("asked")
            ),
            self.assertRaisesRegex(AssertionError, "asked"),
        ):
            receipts._insert({"account_id": self.account.id, "told_at": False})
