from odoo import models
from odoo.tools import SQL


def exists(tables, condition, *arguments):
    """The condition in SQL that a row of ``tables`` fulfils ``condition``."""
    return SQL(f"EXISTS (SELECT FROM {tables} WHERE {condition})", *arguments)


#: A task that is approved, done, or not in the first stage of its project any more.
_BEGUN = SQL(
    """
    task.state IN ('02_changes_requested', '03_approved', '1_done')
    OR task.stage_id <> (
        SELECT stage.id FROM project_task_type stage
          JOIN project_task_type_rel used ON used.type_id = stage.id
         WHERE used.project_id = task.project_id AND stage.fold IS NOT TRUE
         ORDER BY stage.sequence, stage.id LIMIT 1)
    """
)
#: A task on which time was logged, and time that was logged for a line of the order.
_TIMED = exists("account_analytic_line spent", "spent.task_id = task.id")
_BILLED = exists(
    "account_analytic_line spent", "spent.so_line = line.id AND spent.project_id IS NOT NULL"
)


class SaleOrder(models.Model):
    """Conditions in SQL by which the work of other modules shows, where they are installed.

    Both :meth:`_is_committed` and :meth:`_untouched` ask them, so that the two cannot disagree.
    """

    _inherit = "sale.order"

    def _signs_of_commitment(self):
        """Conditions that hold if a module's work on an order stays when the order goes: on
        ``sale``, a ``line`` of it and a ``move`` of that.

        :return: ``{what: SQL}``; :meth:`_texts_of_findings` has the words for it
        """
        signs = {
            "payment": exists(
                """
                sale_order_transaction_rel paid
                JOIN payment_transaction payment ON payment.id = paid.transaction_id
                """,
                "paid.sale_order_id = sale.id AND payment.state = 'pending'",
            )
        }
        if self._knows("stock.picking", "carrier_tracking_ref"):
            signs["label"] = exists(
                "stock_picking picking",
                """
                picking.id = move.picking_id AND picking.state NOT IN ('done', 'cancel')
                AND picking.carrier_tracking_ref <> ''
                """,
            )
        return (
            signs
            | self._signs_in_shops()
            | self._signs_at_events()
            | self._signs_in_projects()
            | self._signs_in_workshops()
        )

    def _knows(self, model, field):
        """Whether ``model`` is installed and has a column ``field``."""
        return model in self.env and field in self.env[model]._fields

    def _signs_in_shops(self):
        signs = {}
        if self._knows("pos.order.line", "sale_order_origin_id"):
            # What is paid there shows in the quantities of the order's lines.
            signs["point_of_sale"] = exists(
                "pos_order_line sold JOIN pos_order shop ON shop.id = sold.order_id",
                "sold.sale_order_origin_id = sale.id AND (shop.state = 'draft' OR %s)",
                exists(  # it ships later, by a transfer that does not name the order
                    "stock_picking later",
                    "later.pos_order_id = shop.id AND later.state NOT IN ('done', 'cancel')",
                ),
            )
        if self._knows("product.product", "gelato_product_uid"):
            signs["printing"] = exists(
                "product_product printed",
                """
                printed.id = line.product_id AND printed.gelato_product_uid <> ''
                AND sale.state = 'sale'
                """,
            )
        if self._knows("sale.order.coupon.points", "points"):
            signs["loyalty"] = self._sign_of_used_points()
        return signs

    def _sign_of_used_points(self):
        """Points, or money on a card, that the order gave and that are not on the card any more.

        What the order itself took off the card comes back (`sale_loyalty`, ``_action_cancel``).
        """
        return exists(
            "sale_order_coupon_points given JOIN loyalty_card card ON card.id = given.coupon_id",
            """
            given.order_id = sale.id AND sale.state = 'sale'
            AND given.points > 0.001 + GREATEST(card.points, 0) + COALESCE((
                SELECT SUM(reward.points_cost) FROM sale_order_line reward
                 WHERE reward.order_id = sale.id AND reward.coupon_id = card.id
                   AND reward.reward_id IS NOT NULL
            ), 0)
            """,
        )

    def _signs_at_events(self):
        signs = {}
        if self._knows("event.registration", "sale_order_line_id"):
            signs["attended"] = exists(
                """
                event_registration seat
                JOIN event_event event ON event.id = seat.event_id
                LEFT JOIN event_slot slot ON slot.id = seat.event_slot_id
                """,
                """
                seat.sale_order_line_id = line.id
                AND (seat.state = 'done' OR seat.state <> 'cancel' AND sale.state = 'sale' AND
                     COALESCE(slot.start_datetime, event.date_begin) <= now() AT TIME ZONE 'UTC')
                """,
            )
        if self._knows("event.booth", "sale_order_line_id"):
            # Odoo does not give it free again.
            signs["booth"] = exists(
                "event_booth booth",
                "booth.sale_order_line_id = line.id AND booth.state = 'unavailable'",
            )
        return signs

    def _signs_in_projects(self):
        signs = {}
        if self._knows("project.task", "sale_line_id"):
            signs["task"] = self._has_task(_BEGUN)
            if self._knows("account.analytic.line", "task_id"):
                signs["time"] = SQL("(%s OR %s)", self._has_task(_TIMED), _BILLED)
        if self._knows("project.milestone", "sale_line_id"):
            signs["milestone"] = exists(
                "project_milestone milestone",
                "milestone.sale_line_id = line.id AND milestone.is_reached",
            )
        if self._knows("hr.expense", "sale_order_id"):
            signs["expense"] = exists(
                "hr_expense expense",
                "expense.sale_order_id = sale.id AND expense.state <> 'refused'",
            )
        return signs

    def _has_task(self, condition):
        """The condition that a ``task`` of the order fulfils ``condition``: one for its line, or
        one in a project that is there for it.
        """
        project = "project_project project ON project.id = task.project_id"
        return SQL(
            "(%s OR %s)",
            exists("project_task task", "task.sale_line_id = line.id AND (%s)", condition),
            exists(
                f"project_task task JOIN {project}",
                "project.reinvoiced_sale_order_id = sale.id AND (%s)",
                condition,
            ),
        )

    def _signs_in_workshops(self):
        signs = {}
        if self._knows("repair.order", "sale_order_id"):
            signs["repair"] = exists(
                "repair_order repair",
                "repair.sale_order_id = sale.id AND repair.state IN ('under_repair', 'done')",
            )
        if self._knows("stock.reference", "production_ids"):
            # Whichever level it is on; sale.order.mrp_production_ids has the uppermost alone.
            signs["production"] = exists(
                """
                stock_reference_sale_rel sold
                JOIN stock_reference_production_rel made ON made.reference_id = sold.reference_id
                JOIN mrp_production production ON production.id = made.production_id
                """,
                """
                sold.sale_id = sale.id AND (
                    production.state IN ('progress', 'to_close', 'done')
                    OR production.state <> 'cancel' AND %s)
                """,
                exists(
                    "stock_move used",
                    "used.raw_material_production_id = production.id AND used.state = 'done'",
                ),
            )
        return signs
