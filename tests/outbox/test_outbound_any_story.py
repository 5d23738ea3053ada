"""Random orders, invoiced, credited and refused in all sorts of ways: what the marketplace gets.

Every document is one that VTEX's OpenAPI allows, of the marketplace's SKUs, and adds up; and all
together tell what was billed and kept. ``./dev test --long`` tries more stories, and other ones.
"""

from datetime import datetime
from typing import NamedTuple
from unittest import skipUnless

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...tools.outbound.document import hundredths, is_plain
from ..helpers.outbound_invoices import InvoiceCase
from ..helpers.random_examples import RandomRecordsCase, given, note, st

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None

#: "Send invoice" of VTEX's "External Seller Marketplace", as far as it is documented, with what
#: "Order invoice notification" of its Orders API says besides: a value above zero, in cents.
SCHEMA = {
    "type": "object",
    "required": ["type", "invoiceNumber", "invoiceValue", "issuanceDate", "items"],
    "additionalProperties": False,
    "properties": {
        "type": {"enum": ["Output", "Input"]},
        "invoiceNumber": {"type": "string", "minLength": 1},
        "invoiceValue": {"type": "integer", "exclusiveMinimum": 0},
        "issuanceDate": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"},
        "courier": {"type": "string"},
        "trackingNumber": {"type": "string", "minLength": 1},
        "trackingUrl": {"type": "string", "pattern": "^https?://"},
        "items": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["id", "quantity", "price"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "quantity": {"type": "integer", "minimum": 1},
                    "price": {"type": "integer", "minimum": 0},
                },
            },
        },
    },
}
CURRENCIES = ("USD", "JPY", "KWD", "CLP")
#: What is done to the order, and how often.
DEEDS = (*["bill"] * 4, *["credit"] * 3, *["send"] * 3, "lose", "refuse", "deliver", "deliver")


class Story(NamedTuple):
    currency: str
    lines: list  # of goods: (number of the product, price in cents, quantity, discount, tax)
    extras: dict  # which of the seller's own lines there are
    down_payment: int  # per cent
    shipped: int  # of each move at first, None for all
    deeds: list  # (name, which document, how much)


def stories():
    line = st.tuples(
        st.integers(0, 2),
        st.integers(1, 20000),
        st.integers(1, 7),
        st.sampled_from((0, 0, 15)),
        st.integers(0, 3),
    )
    deed = st.tuples(st.sampled_from(DEEDS), st.integers(0, 3), st.none() | st.integers(1, 3))
    names = ("freight", "discount", "sample", "combo", "kit")
    return st.builds(
        Story,
        currency=st.sampled_from(CURRENCIES),
        lines=st.lists(line, min_size=1, max_size=3),
        extras=st.fixed_dictionaries({name: st.booleans() for name in names}),
        down_payment=st.sampled_from((0, 0, 0, 50, 100)),
        shipped=st.none() | st.integers(1, 3),
        deeds=st.lists(deed, min_size=3, max_size=8),
    )


class StoryCase(RandomRecordsCase, InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tea = cls.make_product("Tea", default_code="TEA", invoice_policy="order")
        cls.kit = cls.make_product("Kit", default_code="KIT", invoice_policy="order")
        cls.gift = cls.make_product("Flyer", default_code="FLYER", invoice_policy="order")
        if "mrp.bom" in cls.env:
            cls.env["mrp.bom"].create(
                {
                    "type": "phantom",
                    "product_tmpl_id": cls.kit.product_tmpl_id.id,
                    "bom_line_ids": [Command.create({"product_id": cls.cup.id, "product_qty": 2})],
                }
            )
        goods = cls.tea | cls.gift | cls.product | cls.cup
        for product in goods:
            cls.put_in_stock(product, 1000, cls.warehouse)
        taxes = cls.env["account.tax"]
        included = {"amount": 21, "price_include_override": "tax_included"}
        cls.taxes = [
            taxes,
            cls.tax,
            taxes.create({"name": "21 % included", **included}),
            cls.tax | taxes.create({"name": "4.5 %", "amount": 4.5}),
        ]
        cls.pricelists = {}
        for name in CURRENCIES:
            cls.pricelists[name] = cls.env["product.pricelist"].create(
                {"name": name, "currency_id": cls.currency(name).id}
            )

    # -- Playing ----------------------------------------------------------------------------------

    def play(self, story):
        self.marketplace.received.clear()
        self.marketplace.answers.clear()
        order = self.make(story)
        for name, which, how_much in story.deeds:
            getattr(self, name)(order, which, how_much)
        if not order.outbound_call_ids:
            self.refuse(order, 0, None)
        self.bill(order, 0, None)
        self.marketplace.answers.clear()
        for _time in range(4):
            self.make_due(order.outbound_call_ids.filtered(lambda call: call.state == "pending"))
            self.send()
        return order

    def make(self, story):
        products = (self.product, self.cup, self.tea)
        order = self.order_with(
            *(
                {
                    "product_id": products[number].id,
                    "price_unit": cents / 100,
                    "product_uom_qty": quantity,
                    "discount": discount,
                    "tax_ids": [Command.set(self.taxes[tax].ids)],
                }
                for number, cents, quantity, discount, tax in story.lines
            ),
            *self.extra_lines(story),
            confirm=False,
            pricelist_id=self.pricelists[story.currency].id,
        )
        if story.extras["combo"]:
            self.add_combo(order)
        if story.extras["discount"]:
            wizard = self.env["sale.order.discount"].create(
                {
                    "sale_order_id": order.id,
                    "discount_type": "so_discount",
                    "discount_percentage": 0.1,
                }
            )
            wizard.action_apply_discount()
        order.action_confirm()
        if story.down_payment:
            self.down_payment(order, story.down_payment)
        self.ship_parcel(order, story.shipped)
        return order

    def extra_lines(self, story):
        if story.extras["freight"]:
            yield {"product_id": self.freight.id, "price_unit": 15, **self.freight_values()}
        if story.extras["sample"]:
            yield {"product_id": self.gift.id, "price_unit": 0}
        if story.extras["kit"]:
            yield {"product_id": self.kit.id, "price_unit": 33.33, "product_uom_qty": 2}

    def freight_values(self):
        return {"is_delivery": True} if "is_delivery" in self.env["sale.order.line"]._fields else {}

    def add_combo(self, order):
        combos = [
            self.env["product.combo"].create(
                {
                    "name": product.name,
                    "combo_item_ids": [Command.create({"product_id": product.id})],
                }
            )
            for product in (self.product, self.cup)
        ]
        product = self.env["product.product"].create(
            {
                "name": "Set",
                "type": "combo",
                "default_code": "SET",
                "taxes_id": False,
                "combo_ids": [Command.set([one.id for one in combos])],
            }
        )
        line = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": product.id, "product_uom_qty": 3}
        )
        for one in combos:
            self.env["sale.order.line"].create(
                {
                    "order_id": order.id,
                    "product_id": one.combo_item_ids.product_id.id,
                    "product_uom_qty": 3,
                    "combo_item_id": one.combo_item_ids.id,
                    "linked_line_id": line.id,
                    "tax_ids": [Command.clear()],
                    "price_unit": 7.77,
                }
            )

    # -- Deeds ------------------------------------------------------------------------------------

    def bill(self, order, _which, how_much):
        """Invoice all that is left, or so many pieces of each line of goods."""
        if not order._get_invoiceable_lines(final=True).filtered(
            lambda line: not line.is_downpayment
        ):
            return
        down = order.order_line.filtered("is_downpayment")
        try:
            with self.env.cr.savepoint():
                invoice = order._create_invoices(final=True)
        except UserError as error:
            note(f"Odoo makes no invoice: {error}")
            return
        if how_much and not down:
            for line in self.in_pieces(invoice):
                line.quantity = min(line.quantity, how_much)
        invoice.action_post()

    def in_pieces(self, invoice):
        """Lines of which a part can be billed: not freight, discounts, or components of combos."""
        wholes = self.freight | self.env.company.sale_discount_product_id
        return invoice.invoice_line_ids.filtered(
            lambda line: (
                line.display_type == "product"
                and line.product_id not in wholes
                and not line.sale_line_ids.combo_item_id
            )
        )

    def credit(self, order, which, how_much):
        """Credit an invoice, or so many pieces of each line of goods."""
        invoices = order._invoices_in_order().filtered(lambda move: not move.reversal_move_ids)
        if not invoices:
            return
        invoice = invoices[which % len(invoices)]
        lines = None
        if how_much and not order.order_line.filtered("is_downpayment"):
            lines = {line: min(line.quantity, how_much) for line in self.in_pieces(invoice)}
            if not lines:
                return
        super().credit(invoice, lines)

    def send(self, *_args):
        return super().send()

    def lose(self, order, which, _how_much):
        """Let the answers to the next calls be lost, or say that something is broken."""
        self.marketplace.answers.extend([(503, {}, {}), None][which % 2 :][:1])

    def deliver(self, order, _which, how_much):
        """Ship what is open, or so many pieces of each move."""
        if self.open_pickings(order):
            self.ship_parcel(order, how_much)

    def ship_parcel(self, order, how_much):
        parcel = self.open_pickings(order)
        self.ship(parcel, how_much)
        if "carrier_tracking_ref" in parcel._fields:
            parcel.carrier_tracking_ref = f"PARCEL-{parcel.id}"

    def refuse(self, order, which, _how_much):
        if order.outbound_call_ids:
            return
        number = len(self.receipts(order.marketplace_order_id))
        self.ask(order, cancellationRequestId=f"q{number}").action_refuse("It has left.")

    # -- What is to be seen -----------------------------------------------------------------------

    def billed(self, moves):
        """What ``moves`` bill of what was sold, in hundredths: cash and down payments apart."""
        total = 0
        for move in moves:
            paid = move.invoice_line_ids.filtered("is_downpayment")
            amount = hundredths(move.amount_total - sum(paid.mapped("price_total")))
            total += amount if move.move_type == "out_invoice" else -amount  # signed by Odoo
        return total


@skipUnless(given and Draft202012Validator, "hypothesis or jsonschema is not installed")
@tagged("post_install", "-at_install")
class TestAnyDocument(StoryCase):
    def test_documents_tell_what_was_billed_and_kept(self):
        self.added_up, self.asked = 0, 0
        self.for_all(stories(), lambda story: self.check(story, self.play(story)), 12, 300)
        self.assertGreater(self.added_up, self.asked)  # or else this tests little

    def check(self, story, order):
        calls = order.outbound_call_ids.sorted("id")
        for call in calls:
            note(f"{call.kind} {call.state} {call.invoice_id.name} {call.error} {call.body}")
        self.assertFalse(calls.filtered(lambda call: call.state == "pending"))
        documents = {}
        for received in self.marketplace.received:
            body = received.body
            self.check_form(body)
            self.check_sums(story, body)
            key = body["type"], body["invoiceNumber"]
            # sent once more, it is the same
            self.assertEqual(documents.setdefault(key, body), body)
        failed = calls.filtered(lambda call: call.state == "failed")
        for call in failed:
            self.assertTrue(call.activity_ids)
        if failed:
            self.asked += 1
        else:
            self.added_up += 1
            self.check_total(order, calls, documents.values())

    def check_form(self, body):
        Draft202012Validator(SCHEMA).validate(body)
        self.assertTrue(datetime.fromisoformat(body["issuanceDate"]).tzinfo)
        self.assertTrue(is_plain(body["invoiceNumber"]))
        skus = {item["id"] for item in body["items"]}
        self.assertLessEqual(skus, {"TEAPOT", "CUP", "TEA", "SET", "KIT"})

    def check_sums(self, story, body):
        items = sum(item["quantity"] * item["price"] for item in body["items"])
        rest = body["invoiceValue"] - items
        freight = {0, 1500} if story.extras["freight"] else {0}
        if body["type"] == "Output":
            self.assertIn(rest, freight)
            return
        self.assertEqual(len({item["id"] for item in body["items"]}), len(body["items"]))
        pieces = sum(item["quantity"] for item in body["items"])
        self.assertTrue(any(0 <= rest - one < pieces for one in freight), (body, freight))

    def check_total(self, order, calls, documents):
        """Told is what was billed and kept, of the documents that were to be told of."""
        told = sum(
            body["invoiceValue"] * (1 if body["type"] == "Output" else -1) for body in documents
        )
        moves = order.invoice_ids.filtered(lambda move: move.state == "posted")
        kept = self.billed(moves._of_delivered_goods())
        coins = len(documents) if order.currency_id.decimal_places > 2 else 0
        self.assertLessEqual(abs(told - kept), coins, (told, kept))
