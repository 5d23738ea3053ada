"""Invoices and credit notes that a marketplace is told of."""

from odoo.fields import Command

from ...tools.outbound.document import Unsendable
from .outbound import OutboundCase


class InvoiceCase(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cup = cls.make_product("Cup", default_code="CUP", invoice_policy="order")
        cls.product.invoice_policy = "order"
        for product in cls.product | cls.cup:
            cls.put_in_stock(product, 100, cls.warehouse)
        cls.freight = cls.make_product(
            "Freight", type="service", is_storable=False, default_code="FREIGHT"
        )
        cls.tax = cls.env["account.tax"].create({"name": "10 %", "amount": 10})

    @classmethod
    def currency(cls, name):
        currencies = cls.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", name)])
        currency.active = True
        return currency

    def order_with(self, *lines, confirm=True, **values):
        """An order ``O-1`` with ``lines``: dictionaries of values of order lines."""
        defaults = {"product_id": self.product.id, "price_unit": 100, "tax_ids": [Command.clear()]}
        commands = [Command.create({**defaults, **line}) for line in lines]
        values = {"order_line": commands, **values}
        number = self.env["sale.order"].search_count(
            [("marketplace_account_id", "=", self.account.id)]
        )
        return self.make_order(f"O-{number + 1}", confirm=confirm, **values)

    def posted(self, order, **values):
        invoice = self.invoice(order, "draft")
        if values:
            invoice.write(values)
        invoice.action_post()
        return invoice

    def body(self, *lines, **values):
        order = self.order_with(*lines, **values)
        return self.posted(order)._marketplace_invoice_body(order)

    def items(self, body):
        return [(item["id"], item["quantity"], item["price"]) for item in body["items"]]

    def assertBody(self, value, items, *lines, **values):
        body = self.body(*lines, **values)
        self.assertEqual((body["invoiceValue"], self.items(body)), (value, items))
        return body

    def assertUnsendable(self, reason, order):
        with self.assertRaises(Unsendable) as caught:
            order._invoices_in_order()[-1:]._marketplace_invoice_body(order)
        self.assertEqual(caught.exception.reason, reason)

    def refuse(self, order, **body):
        """Have somebody refuse to cancel ``order``, by sending its invoices."""
        self.ship(order.picking_ids)
        receipt = self.ask(order, **body)
        receipt.action_refuse("It has left.")
        return receipt

    def credit(self, invoice, lines=None, post=True, **values):
        """A credit note of ``invoice``, or of ``{line: quantity}`` of it."""
        note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        if lines is not None:
            for line in note.invoice_line_ids:
                line.quantity = next(
                    (
                        quantity
                        for own, quantity in lines.items()
                        if own.sale_line_ids == line.sale_line_ids
                    ),
                    0,
                )
            note.invoice_line_ids.filtered(lambda line: not line.quantity).unlink()
        if values:
            note.invoice_line_ids.write(values)
        if post:
            note.action_post()
        return note

    def combo(self, **values):
        """An order of two sets, each of a pot and a cup."""
        combos = [
            self.env["product.combo"].create(
                {"name": name, "combo_item_ids": [Command.create({"product_id": product.id})]}
            )
            for name, product in (("Pot", self.product), ("Cup", self.cup))
        ]
        combo = self.env["product.product"].create(
            {
                "name": "Set",
                "type": "combo",
                "default_code": "SET",
                "list_price": 150,
                "taxes_id": False,
                "combo_ids": [Command.set([one.id for one in combos])],
            }
        )
        order = self.order_with(
            {"product_id": combo.id, "product_uom_qty": 2, **values}, confirm=False
        )
        line = order.order_line
        for one in combos:
            item = one.combo_item_ids
            self.env["sale.order.line"].create(
                {
                    "order_id": order.id,
                    "product_id": item.product_id.id,
                    "product_uom_qty": 2,
                    "combo_item_id": item.id,
                    "linked_line_id": line.id,
                    "tax_ids": [Command.clear()],
                    "price_unit": 75,
                }
            )
        order.action_confirm()
        return order

    def sent(self):
        """``(type, number, value, items)`` of what the marketplace has got."""
        return [
            (call.body["type"], call.body["invoiceValue"], self.items(call.body))
            for call in self.marketplace.received
            if call.path.split("?")[0].endswith("/invoice")
        ]


class SentCase(InvoiceCase):
    def told(self, quantity=4, **values):
        """An order whose invoice the marketplace has got to refuse a cancellation."""
        order = self.order_with({"product_uom_qty": quantity}, **values)
        self.posted(order)
        self.refuse(order)
        self.send()
        self.assertEqual(self.calls(order).state, "sent")
        return order

    def activities(self, order):
        return self.calls(order).activity_ids


class OddCase(SentCase):
    def kinds(self):
        return [(kind, value) for kind, value, _items in self.sent()]

    def part(self, order, *quantities, post=True):
        """An invoice of ``quantities`` of the lines of ``order``."""
        invoice = self.invoice(order, "draft")
        for line, quantity in zip(invoice.invoice_line_ids, quantities, strict=False):
            line.quantity = quantity
        invoice.invoice_line_ids.filtered(lambda line: not line.quantity).unlink()
        if post:
            invoice.action_post()
        return invoice

    def refund(self, order):
        """The credit note that Odoo makes of what came back: it names no invoice."""
        note = order._create_invoices(final=True)
        self.assertEqual((note.move_type, note.reversed_entry_id.id), ("out_refund", False))
        note.action_post()
        return note
