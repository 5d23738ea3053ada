from odoo import models

from ...tools.any_language import InAnyLanguage, joined
from ...tools.change.goods import is_in_part
from ...tools.goods import NOTHING


class SaleOrder(models.Model):
    """Why a machine must not decide on a part of an order."""

    _inherit = "sale.order"

    def _questions_of_part(self, quantities):
        """What a person has to look at before ``quantities`` are taken out: a list of sentences.

        Nothing but the facts if nothing would be left: then the order is cancelled as a whole.

        :param quantities: ``{line: quantity in its unit}``
        """
        order = self.sudo()  # sudo: what there is counts for every user
        part = {line.sudo(): taken for line, taken in quantities.items()}
        if order._is_all_of_order(part):
            return []
        return [
            *order._questions_of_order(),
            *(question for line, taken in part.items() for question in line._questions(taken)),
            *order._questions_of_goods(order._with_combos(part)),
        ]

    def _questions_of_order(self):
        """Those that concern the order as a whole. A delivery charge is no reason to ask: it
        stays."""
        say = InAnyLanguage(self.env)
        found = []
        if self._has_loyalty():
            found.append(say._("Rewards, coupons or points depend on what is ordered."))
        for line in self._lines_for_everything():
            text = say._("“%s” applies to the order as a whole.", line.product_id.display_name)
            found.append(text)
        if others := self._with_replacements() - self:
            names = ", ".join(others.mapped("name"))
            found.append(say._("%s replaces this order.", names))
        return found

    def _has_loyalty(self):
        """Whether a reward or a coupon is used, or points are given that outlast the order."""
        if "coupon_point_ids" not in self._fields:
            return False
        return bool(
            self.order_line.filtered(lambda line: line._marketplace_reward())
            or self.applied_coupon_ids
            or self._gives_lasting_points()
        )

    def _gives_lasting_points(self):
        """Whether it gives points that outlast it, or what is on a card that was bought with it."""
        return "coupon_point_ids" in self._fields and any(
            own.points and own.coupon_id.program_id.applies_on != "current"
            for own in self.coupon_point_ids
        )

    def _lines_for_everything(self):
        """Discounts and fees that belong to no single line."""
        return self.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and not line._marketplace_reward()
                and not line.currency_id.is_zero(line.price_total)
                and (
                    line._is_discount_line()
                    or line.price_total < 0
                    or not (
                        line._is_marketplace_item() or line._is_delivery() or line._is_freight()
                    )
                )
            )
        )

    def _questions_of_goods(self, part):
        """Those that concern where the goods of ``part`` are."""
        if self.state != "sale":
            return []
        say = InAnyLanguage(self.env)
        goods = self.order_line.browse().concat(*part)._goods_of_lines()
        found = []
        for line, own in goods.items():
            name = line.product_id.display_name
            is_kit = bool(own.keys() - {line.product_id})
            if is_kit and is_in_part(own.values()):
                found.append(say._("Only some components of “%s” have left.", name))
            remaining = line._quantity_wanted() - part[line]
            counted = max(line._units_left(own), remaining)
            if line._is_goods() and line._is_more(line.qty_delivered, counted):
                text = say._(
                    "Odoo still counts more of “%s” as delivered than are at the customer.", name
                )
                found.append(text)
        return found + self._questions_of_doubtful_goods(
            {own for line in goods.values() for own in line}
        )

    def _questions_of_doubtful_goods(self, products):
        ids = {product.id for product in products}
        doubtful = {
            (spot.product, spot.location): there.doubtful
            for spot, there in self._goods_by_place().items()
            if spot.product in ids and there.doubtful > NOTHING
        }
        if not doubtful:
            return []
        say = InAnyLanguage(self.env)
        words = joined("; ", self._goods_in_words(doubtful))
        return [say._("It is not certain whether these goods are this order's: %s.", words)]


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _questions(self, taken):
        """Those that concern this line alone, of which so much would be ``taken`` out."""
        say = InAnyLanguage(self.env)
        found, name = [], self.product_id.display_name
        if self._combo_lines() and self._quantity_wanted() - taken > NOTHING:
            found.append(say._("“%s” is a combination of products, taken out in part.", name))
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        if any(abs(own - round(own)) > NOTHING for own in (taken, self._quantity_wanted())):
            text = say._(
                "%(quantity)s of “%(product)s” is not a whole number of its unit, %(unit)s.",
                quantity=f"{round(taken, digits):g}",
                product=name,
                unit=self.product_uom_id.name,
            )
            found.append(text)
        is_kit = bool(self.move_ids.product_id - self.product_id)
        if is_kit and self._has_moved() and self._is_kit_changed():
            text = say._(
                "The bill of materials of “%s” has changed since it was ordered: check how much "
                "of each component leaves.",
                name,
            )
            found.append(text)
        if self._is_of_persons():
            found.append(say._("“%s” is booked for certain persons or places.", name))
        return found

    def _is_of_persons(self):
        """Whether seats or booths of an event are booked by this line."""
        return any(
            name in self._fields and self[name]
            for name in ("registration_ids", "event_booth_registration_ids")
        )
