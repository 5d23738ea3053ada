from odoo import models
from odoo.tools import SQL

from ...tools.any_language import InAnyLanguage
from ...tools.queries import COMMITTED, UNTOUCHED
from ...tools.signs import COMMITMENTS, FOUND_BY_WORK, TALK, WORK
from ...tools.states import CONFIRMED, HOLDING
from ...tools.words import FINDINGS
from ..base.moments import day_of


class SaleOrder(models.Model):
    """Orders that nobody has begun to work on: most of those that a marketplace cancels; and what
    other modules have done for the others that stays when the order goes.
    """

    _inherit = "sale.order"

    def _untouched_with_moves(self, asked_by=()):
        """Those of ``self`` that are as they were when they were confirmed, or before it.

        Nothing is picked, done, invoiced, paid, bought, made or served; no earlier or later step
        and no other order shares their transfers; no other cancellation or call to the marketplace
        is open. All facts about such an order are known (:meth:`_cancellation_facts`), and it takes
        nothing but Odoo's own cancellation to cancel it. One query asks for all of them, where the
        facts of each would take two dozen. When in doubt an order is not among them. Odoo's own
        look-ups of purchases and manufacturing are asked as well, since modules override them.

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
        moves = {
            self.browse(order_id): self.env["stock.move"].browse(move_ids or [])
            for order_id, move_ids in self.env.cr.fetchall()
        }
        if hasattr(self, "_get_purchase_orders") or "mrp_production_ids" in self._fields:
            for order in self.browse().concat(*moves):
                if order.sudo()._has_documents_upstream():  # sudo: purchases are only looked for
                    del moves[order]
        return moves

    def _has_documents_upstream(self):
        """Whether something was bought, made or moved for this order by a step before its own.

        Odoo leaves activities on such documents, but only on those of one order when several are
        cancelled together (`sale_stock`, ``_action_cancel``).
        """
        moves = self.order_line.move_ids
        return bool(
            moves.move_orig_ids
            or ("created_purchase_line_ids" in moves._fields and moves.created_purchase_line_ids)
            or (hasattr(self, "_get_purchase_orders") and self._get_purchase_orders())
            or ("mrp_production_ids" in self._fields and self.mrp_production_ids)
        )

    def _signs_of_work(self):
        """Conditions of which one holds if somebody has begun to work on the order: on ``sale``,
        a ``line`` of it and a ``move`` of that, of which the latter two may be ``NULL``.

        A hook for other addons: those that override :meth:`_cancellation_facts` add what they look
        at. Otherwise an order that looks untouched is cancelled without a look at its facts.

        :return: a list of ``SQL``
        """
        work = [SQL(sign.condition) for sign in WORK if self._is_installed(sign.needs)]
        # Compared by what they ask: another addon may have one of the same name.
        found = [SQL(COMMITMENTS[what].condition) for what in FOUND_BY_WORK]
        commitments = self._signs_of_commitment().values()
        return [*work, *(sign for sign in commitments if sign not in found)]

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

    # -- What was done ----------------------------------------------------------------------------

    def _commitments(self):
        """What of :meth:`_signs_of_commitment` holds for one of these orders: a list of its keys.

        Read past the ORM, with one query.
        """
        if not self.ids:
            return []
        signs = self._signs_of_commitment()
        holds = SQL(", ").join(SQL("bool_or(%s)", sign) for sign in signs.values())
        self.env.flush_all()
        self.env.cr.execute(SQL(COMMITTED, holds=holds, orders=tuple(self.ids)))
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

        The person who has accepted the cancellation, or has cancelled it in the dialog, knows of
        it; where the account's policy is to cancel, a program cancels it, or it was done after the
        marketplace had its confirmation, nobody does.

        :param findings: what :meth:`_findings` said before; of used points more is told elsewhere
        """
        if texts := ", ".join(text for what, text in findings.items() if what != "loyalty"):
            self._have_seen_to(
                self.env._(
                    "The order is cancelled. This remains, please take care of it: %s.", texts
                )
            )

    def _have_seen_to(self, note):
        """Schedule an activity on this order for the user who is responsible for the account."""
        source = self.replaced_order_id or self
        user = source.marketplace_account_id._responsible_user()
        kind = "mail.mail_activity_data_warning"
        summary = self.env._("Account for a cancelled order: %s", self.name)
        self.activity_schedule(kind, day_of(user), summary, note, user_id=user.id)

    def _texts_of_findings(self):
        """``{what: text}``; other addons add the words for what they look at."""
        return {what: InAnyLanguage(self.env)._(text) for what, text in FINDINGS.items()}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Exclude whoever cancels the order at this moment, and would not see what is begun here.

        A line that is free changes nothing of the order itself.
        """
        # sudo: a user who adds a line need not see the order that its order replaces
        self.sudo().order_id._of_marketplaces()._claim_fulfilment()
        return super()._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)
