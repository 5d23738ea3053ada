from odoo import models
from odoo.tools import SQL

from ..base.moments import day_of


class SaleOrder(models.Model):
    """What other modules have done for an order that stays when the order goes."""

    _inherit = "sale.order"

    def _commitments(self):
        """What of :meth:`_signs_of_commitment` holds for one of these orders: a list of its keys.

        Read past the ORM, with one query.
        """
        if not self.ids:
            return []
        signs = self._signs_of_commitment()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT %s
                  FROM sale_order sale
                  LEFT JOIN sale_order_line line ON line.order_id = sale.id
                  LEFT JOIN stock_move move ON move.sale_line_id = line.id
                 WHERE sale.id IN %s
                """,
                SQL(", ").join(SQL("bool_or(%s)", sign) for sign in signs.values()),
                tuple(self.ids),
            )
        )
        return [sign for sign, holds in zip(signs, self.env.cr.fetchone(), strict=True) if holds]

    def _findings(self):
        """What other modules have done for these orders, as people read it: ``{what: text}``."""
        found = self._commitments()
        if self._lines_delivered_otherwise():
            found.append("delivered")
        if self._lines_invoiced_otherwise():
            found.append("invoiced")
        texts = self._texts_of_findings()
        return {finding: texts[finding] for finding in found if finding in texts}

    def _tell_what_stays(self, findings):
        """Have somebody see to what other modules did for this order, which is cancelled now.

        Whoever has accepted the cancellation knows of it; where the account's policy is to cancel,
        or it was done after the marketplace had its confirmation, nobody does.

        :param findings: what :meth:`_findings` said before; of used points more is told elsewhere
        """
        texts = [text for finding, text in findings.items() if finding != "loyalty"]
        if texts:
            self._have_seen_to(
                self.env._("Cancelled; this stays: %s. Please see to it.", ", ".join(texts))
            )

    def _have_seen_to(self, note):
        """Schedule an activity on this order for the user who is responsible for the account."""
        source = self.replaced_order_id or self
        user = source.marketplace_account_id._responsible_user()
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            date_deadline=day_of(user),
            summary=self.env._("A marketplace has cancelled this order"),
            note=note,
            user_id=user.id,
        )

    def _texts_of_findings(self):
        return {
            "delivered": self.env._("goods were delivered without a transfer of this order"),
            "invoiced": self.env._("it was billed without an invoice of this order"),
            "payment": self.env._("a payment is under way"),
            "label": self.env._("a shipment was ordered from a carrier"),
            "point_of_sale": self.env._("it is open at a point of sale"),
            "loyalty": self.env._("points, a gift card or a coupon from it were used already"),
            "printing": self.env._("it was sent to a print service"),
            "attended": self.env._("an event was attended or has begun"),
            "booth": self.env._("a booth of an event is booked"),
            "time": self.env._("time was logged on its tasks"),
            "task": self.env._("a task of it was begun or done"),
            "milestone": self.env._("a milestone was reached"),
            "expense": self.env._("an expense was made for it"),
            "repair": self.env._("a repair was begun or done"),
            "production": self.env._("manufacturing has begun"),
        }
