from odoo import models
from odoo.tools import SQL

from ...tools.signs import COMMITMENTS, TALK, UNTOUCHED, WORK
from ...tools.states import CONFIRMED, HOLDING


class SaleOrder(models.Model):
    """Orders that nobody has begun to work on: most of those that a marketplace cancels."""

    _inherit = "sale.order"

    def _untouched(self, asked_by=()):
        """Those of ``self`` that are as they were when they were confirmed, or before it.

        Nothing is picked, done, invoiced, paid, bought, made or served; no earlier or later step
        and no other order shares their transfers; no other cancellation or call to the marketplace
        is open. All facts about such an order are known (:meth:`_cancellation_facts`), and it takes
        nothing but Odoo's own cancellation to cancel it. Asked with one query for all, where the
        facts of each would take two dozen. When in doubt an order is not among them.

        :param asked_by: receipts that are known to be open
        :return: ``{order: its moves that are not done}``
        """
        if not self.ids:
            return {}
        talk = SQL(
            TALK,
            asked_by=[receipt.id for receipt in asked_by],
            open_or_confirmed=(*HOLDING, *CONFIRMED),
        )
        begun = SQL(" OR ").join([*self._signs_of_work(), talk])
        self.env.flush_all()
        self.env.cr.execute(SQL(UNTOUCHED, orders=tuple(self.ids), begun=begun))
        return {
            self.browse(order_id): self.env["stock.move"].browse(move_ids or [])
            for order_id, move_ids in self.env.cr.fetchall()
        }

    def _signs_of_work(self):
        """Conditions of which one holds if somebody has begun to work on the order: on ``sale``,
        a ``line`` of it and a ``move`` of that.

        Addons that override :meth:`_cancellation_facts` add what they look at.
        """
        work = [SQL(sign.condition) for sign in WORK if self._is_installed(sign.needs)]
        return [*work, *self._signs_of_commitment().values()]

    def _signs_of_commitment(self):
        """Conditions that hold if a module's work on an order stays when the order goes.

        :return: ``{what: SQL}``; :meth:`_texts_of_findings` has the words for it
        """
        return {
            what: SQL(sign.condition)
            for what, sign in COMMITMENTS.items()
            if self._is_installed(sign.needs)
        }

    def _is_installed(self, needs):
        """Whether each of ``{model: field}`` is there."""
        return all(
            model in self.env and field in self.env[model]._fields for model, field in needs.items()
        )
