from decimal import Decimal

from odoo import fields, models

from ...tools.outbound.document import Part, Unsendable, hundredths
from ...tools.outbound.parcels import first_parcels

#: Programs of Odoo's own whose rewards are means of payment: what is paid with them was sold.
_PAYING_PROGRAMS = ("gift_card", "ewallet")


class SaleOrderLine(models.Model):
    """What a line of the seller's order is in the marketplace's order."""

    _inherit = "sale.order.line"

    marketplace_line_id = fields.Char(
        "Marketplace Line ID",
        copy=False,
        index="btree_not_null",
        prefetch="marketplace",  # of marketplaces' orders alone: Odoo does not read it with all
        groups="base.group_user",
        help="The ID of this line in the marketplace's order (VTEX: uniqueId), as the importer has "
        "stored it. If any line of an order has one, or a marketplace SKU, those alone are the "
        "items that the marketplace knows.",
    )
    marketplace_sku = fields.Char(
        "Marketplace SKU",
        copy=False,
        prefetch="marketplace",
        groups="base.group_user",
        help="The SKU by which the marketplace knows what this line sells, if it is another one "
        "than the marketplace account says for all products.",
    )

    def _marketplace_line(self):
        """The line that the marketplace knows: of a combo's component that of the combo."""
        self.ensure_one()
        return self.linked_line_id if self.combo_item_id and self.linked_line_id else self

    def _is_named_by_importer(self):
        """Whether the importer has said which item of the marketplace's order this line is."""
        return bool(self.marketplace_line_id or self.marketplace_sku)

    def _is_marketplace_item(self):
        """Whether this line sells an item of the marketplace's order: no freight, fee or discount.

        The importer's lines are known by what it has stored on them; where it has stored nothing,
        by what kind of line it is. A hook for other addons.
        """
        line = self._marketplace_line()
        if any(one._is_named_by_importer() for one in line.order_id.order_line):
            return line._is_named_by_importer()
        return not (
            line.is_downpayment
            or line.is_expense
            or line._is_delivery()
            or line._is_freight()
            or line._is_discount_line()
            or line._marketplace_reward()
        )

    def _is_owed_as_item(self):
        """Whether the marketplace waits for an invoice of this line: not of a gift of the seller's,
        or of what comes back, unless the importer says otherwise.
        """
        is_sold = self._is_named_by_importer() or self.price_total > 0
        return is_sold and self.product_uom_qty > 0 and self._is_marketplace_item()

    def _is_freight(self):
        """Whether this line sells what a carrier charges, however it came to the order."""
        if "delivery.carrier" not in self.env:
            return False
        carriers = self.env["delivery.carrier"].with_context(active_test=False)
        return bool(carriers.search_count([("product_id", "=", self.product_id.id)], limit=1))

    def _marketplace_reward(self):
        """The loyalty program's reward that this line is, if it is one."""
        return "reward_id" in self._fields and self.reward_id

    def _is_marketplace_payment(self):
        """Whether this line says what was paid already: the order is worth as much without it."""
        reward = self._marketplace_reward()
        paid = reward and reward.program_id.program_type in _PAYING_PROGRAMS
        return self.is_downpayment or bool(paid)

    def _marketplace_item_sku(self):
        """The SKU by which the marketplace knows what this line sells, empty if nobody knows.

        A hook for other addons, which may have a mapping of their own.
        """
        line = self._marketplace_line()
        sku = (line.marketplace_sku or "").strip()
        return sku or line.order_id.marketplace_account_id._sku_of(line.product_id)


class AccountMoveLine(models.Model):
    """A line of an invoice as a part of what the marketplace is told."""

    _inherit = "account.move.line"

    def _marketplace_part(self, quantity, amount):
        """This line as a :class:`~tools.outbound.document.Part`.

        :param quantity: what of it counts, in its own unit
        :param amount: what that costs, in the invoice's currency, taxes included
        :raise Unsendable: if it is an item whose SKU nobody knows, or several items in one
        """
        self.ensure_one()
        line, cents = self.sale_line_ids[:1], hundredths(amount)
        if not self._is_marketplace_item():
            return Part(cents)
        sku = line._marketplace_item_sku()
        if {one._marketplace_item_sku() for one in self.sale_line_ids} != {sku}:
            raise Unsendable("several", self.name)
        if not sku:
            raise Unsendable("sku", line._marketplace_line().product_id.display_name)
        if line != line._marketplace_line():
            return Part(cents, sku)  # of a combo, which is counted once: see _marketplace_combos
        return Part(cents, sku, self._marketplace_quantity(quantity), self.name or "")

    def _is_marketplace_item(self):
        """Whether the marketplace knows what this line bills as an item.

        What costs nothing is a gift of the seller's, unless the importer says otherwise.
        """
        line = self.sale_line_ids and self.sale_line_ids[:1]._marketplace_line()
        if not line or not line._is_marketplace_item():
            return False
        is_of_combo = line != self.sale_line_ids[:1]
        return line._is_named_by_importer() or is_of_combo or self.price_total * self.quantity > 0

    def _is_marketplace_charge(self):
        """Whether only the money of what this line bills counts: freight, a fee, a discount."""
        sold = self.sale_line_ids
        return not any(one._is_marketplace_item() or one._is_marketplace_payment() for one in sold)

    def _marketplace_quantity(self, quantity):
        """``quantity`` of this line in pieces as the marketplace counts them.

        In the product's unit, or in that of the order line if the importer has named it: then it is
        the marketplace's. A hook for other addons, which may know that the marketplace sells the
        product by another measure (VTEX: ``unitMultiplier``).

        :param quantity: in this line's own unit, a float; it may be below zero
        :return: a ``Decimal``; of an item they have to come to a whole number
        """
        line = self.sale_line_ids[:1]
        unit = line.product_uom_id if line._is_named_by_importer() else line.product_id.uom_id
        return Decimal(str(self.product_uom_id._compute_quantity(quantity, unit, round=False)))

    def _marketplace_amount(self):
        """What this line bills, in the invoice's currency, with taxes.

        Taxes that the buyer withholds and pays to the state are no discount: the order is worth as
        much as without them. They are negative in Odoo.
        """
        taxes = self.tax_ids.flatten_taxes_hierarchy()
        paid = taxes.filtered(lambda tax: tax.amount >= 0)
        if paid == taxes:
            return self.price_total
        price = self.price_unit * (1 - self.discount / 100)
        rest = (self.currency_id, self.quantity, self.product_id, self.partner_id)
        return paid.compute_all(price, *rest)["total_included"]


class SaleOrder(models.Model):
    """Which parcels bring what an invoice bills, where `stock_delivery` knows their numbers."""

    _inherit = "sale.order"

    def _marketplace_tracking(self, invoice):
        """Courier and tracking of the parcel that ``invoice`` bills, its first if they are several.

        A hook for other addons, which know other carriers.

        :param invoice: a posted one of this order, never a return
        :return: texts: ``courier``, ``trackingNumber`` and, if it has a web address,
            ``trackingUrl``; empty if no number is known
        """
        if "carrier_tracking_ref" not in self.env["stock.picking"]._fields:
            return {}
        parcels = [(parcel, self._in_parcel(parcel)) for parcel in self._parcels()]
        parcel = first_parcels(self._quantities_billed(), parcels).get(invoice)
        if not parcel:
            return {}
        tracking = {
            "courier": parcel.carrier_id.name or "",
            "trackingNumber": parcel.carrier_tracking_ref,
        }
        url = parcel.carrier_tracking_url or ""
        if url.startswith(("https://", "http://")):  # several parcels' are a list in one text
            tracking["trackingUrl"] = url
        return tracking

    def _quantities_billed(self):
        """``{(invoice, order line): quantity}`` in the line's unit, the oldest invoice first."""
        return {
            (invoice, line.sale_line_ids): (
                invoice._marketplace_sign() * line.quantity * line._factor_to_order_unit()
            )
            for invoice in self._posted_invoices()
            for line in invoice.invoice_line_ids
            if line.sale_line_ids.order_id == self
        }

    def _parcels(self):
        """Transfers that have brought goods to the customer, with a number, oldest first."""
        done = self.picking_ids.filtered(lambda picking: picking.state == "done")
        sent = done.filtered(lambda picking: picking.move_ids.filtered(_is_outgoing))
        return sent.filtered("carrier_tracking_ref").sorted(lambda one: (one.date_done, one.id))

    def _in_parcel(self, parcel):
        """``{order line: quantity}``, in the line's unit; of a kit as much as of its components."""
        quantities = {}
        for sold in parcel.move_ids.filtered(_is_outgoing).sale_line_id & self.order_line:
            moves = sold.move_ids.filtered(_is_outgoing)
            everything = sum(moves.mapped("product_qty"))
            here = sum((moves & parcel.move_ids).mapped("product_qty"))
            quantities[sold] = sold.product_uom_qty * here / everything if everything else 0.0
        return quantities


def _is_outgoing(move):
    """Whether ``move`` brings goods to a customer, and is no exchange for what came back."""
    to_customer = move.location_dest_id.usage == "customer"
    return to_customer and move.state != "cancel" and not move.origin_returned_move_id
