"""Signs that somebody has begun to work on an order: conditions in SQL, of which at least one holds
for an order ``sale``, a ``line`` of it or a ``move`` of that.

Signs of other modules are used if these are installed. It imports no Odoo: it only knows its
tables.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Sign(NamedTuple):
    """One condition.

    :param condition: in SQL
    :param needs: ``{model: field that is a column or a relation}``, without which nobody can ask
    """

    condition: str
    needs: Mapping[str, str] = MappingProxyType({})


def exists(tables: str, condition: str, of_few: str = "") -> str:
    """The condition that a row of ``tables`` fulfils ``condition``, and ``of_few`` as well.

    To plan it takes PostgreSQL longer than to look. With an offset it does not plan it a second
    time for many rows: they are few. Inside ``CASE`` it does not compare ``of_few`` with each
    index.
    """
    if of_few:
        condition = f"{condition} AND CASE WHEN {of_few} THEN TRUE END"
    return f"EXISTS (SELECT FROM {tables} WHERE {condition} OFFSET 0)"


#: The marketplace was told something of the order, or more is to be settled with it than the
#: receipts ``asked_by``: a cancellation, or a change.
TALK = " OR ".join(
    [
        "sale.is_kept_open",
        "sale.cancelled_at_marketplace",
        exists(
            "marketplace_cancellation_receipt receipt",
            "receipt.sale_order_id = sale.id",
            """
            receipt.id <> ALL(%(asked_by)s)
            AND (receipt.state IN %(open_or_confirmed)s OR receipt.decision = 'refuse')
            """,
        ),
        exists(
            "marketplace_cancellation_receipt receipt",
            """
            receipt.account_id = sale.marketplace_account_id
            AND receipt.marketplace_order_id = sale.marketplace_order_id
            """,
            """
            receipt.state = 'waiting' AND receipt.id <> ALL(%(asked_by)s)
            OR receipt.kind = 'part'
            AND receipt.state IN ('part_received', 'part_waiting', 'part_failed',
                                  'part_evaluating', 'part_agreed')
            """,
        ),
        exists(
            "marketplace_outbound_call call",
            "call.sale_order_id = sale.id",
            """
            call.state = 'waiting'
            OR call.kind = 'cancel'
            AND (call.state = 'sent' OR call.last_attempt_at IS NOT NULL)
            """,
        ),
    ]
)

#: Something was done for the order, or made because of it: it has to be looked at.
WORK = [
    Sign("move.state = 'done'"),
    Sign("move.picked"),
    Sign("move.origin_returned_move_id IS NOT NULL"),
    Sign("line.qty_delivered > 0"),  # services, too, and whatever no move explains
    Sign("line.qty_invoiced > 0"),  # at a point of sale, say
    Sign(  # something comes back, for a line of negative quantity say
        exists(
            "stock_location source", "source.id = move.location_id AND source.usage = 'customer'"
        )
    ),
    Sign(  # taken off the shelf, or put in a package: one that is taken as it is stays the same
        exists(
            "stock_move_line taken",
            "taken.move_id = move.id",
            """
            taken.picked
            OR taken.result_package_id IS NOT NULL
            AND taken.result_package_id IS DISTINCT FROM taken.package_id
            """,
        )
    ),
    Sign(exists("stock_move_move_rel step", "move.id IN (step.move_orig_id, step.move_dest_id)")),
    Sign(exists("sale_order_line_invoice_rel invoiced", "invoiced.order_line_id = line.id")),
    Sign(exists("sale_order_transaction_rel paid", "paid.sale_order_id = sale.id")),
    Sign(exists("sale_order other", "other.replaced_order_id = sale.id")),
    Sign(  # others whom the transfer serves as well
        exists(
            "stock_move other LEFT JOIN sale_order_line served ON served.id = other.sale_line_id",
            "other.picking_id = move.picking_id AND served.order_id IS DISTINCT FROM sale.id",
        )
    ),
    Sign(
        exists(
            "stock_picking picking",
            "picking.id = move.picking_id AND picking.batch_id IS NOT NULL",
        ),
        {"stock.picking": "batch_id"},
    ),
    Sign(
        exists("purchase_order_line bought", "bought.sale_line_id = line.id"),
        {"purchase.order.line": "sale_line_id"},
    ),
    Sign(
        exists("stock_move_created_purchase_line_rel bought", "bought.move_id = move.id"),
        {"stock.move": "created_purchase_line_ids"},
    ),
    Sign(
        exists(
            """
            stock_reference_sale_rel sold
            JOIN stock_reference_purchase_rel bought ON bought.reference_id = sold.reference_id
            """,
            "sold.sale_id = sale.id",
        ),
        {"stock.reference": "purchase_ids"},
    ),
    Sign(
        exists(
            """
            stock_reference_sale_rel sold
            JOIN stock_reference_production_rel made ON made.reference_id = sold.reference_id
            JOIN mrp_production production ON production.id = made.production_id
            """,
            "sold.sale_id = sale.id AND production.state <> 'cancel'",
        ),
        {"stock.reference": "production_ids"},
    ),
    Sign(
        exists("project_task task", "task.sale_line_id = line.id"), {"project.task": "sale_line_id"}
    ),
    Sign(
        exists("repair_order repair", "repair.sale_order_id = sale.id"),
        {"repair.order": "sale_order_id"},
    ),
]


def _has_task(condition: str) -> str:
    """A ``task`` fulfils ``condition``: one for the line, or in a project that is for the order."""
    of_line = exists("project_task task", f"task.sale_line_id = line.id AND ({condition})")
    of_project = exists(
        "project_task task JOIN project_project project ON project.id = task.project_id",
        f"project.reinvoiced_sale_order_id = sale.id AND ({condition})",
    )
    return f"({of_line} OR {of_project})"


#: A task that is approved, done, or not in the first stage of its project any more.
_BEGUN = """
    task.state IN ('02_changes_requested', '03_approved', '1_done')
    OR task.stage_id <> (
        SELECT stage.id FROM project_task_type stage
          JOIN project_task_type_rel used ON used.type_id = stage.id
         WHERE used.project_id = task.project_id AND stage.fold IS NOT TRUE
         ORDER BY stage.sequence, stage.id LIMIT 1)
"""
#: A task on which time was logged, and time that was logged for a line of the order.
_TIMED = exists("account_analytic_line spent", "spent.task_id = task.id")
_BILLED = exists(
    "account_analytic_line spent", "spent.so_line = line.id AND spent.project_id IS NOT NULL"
)

#: A module's work on an order that stays when the order goes: ``{what: Sign}``.
COMMITMENTS = {
    "payment": Sign(
        exists(
            """
            sale_order_transaction_rel paid
            JOIN payment_transaction payment ON payment.id = paid.transaction_id
            """,
            "paid.sale_order_id = sale.id AND payment.state = 'pending'",
        )
    ),
    "label": Sign(
        exists(
            "stock_picking picking",
            """
            picking.id = move.picking_id AND picking.state NOT IN ('done', 'cancel')
            AND picking.carrier_tracking_ref <> ''
            """,
        ),
        {"stock.picking": "carrier_tracking_ref"},
    ),
    # What is paid there shows in the quantities of the order's lines; what ships later leaves by a
    # transfer that does not name the order.
    "point_of_sale": Sign(
        exists(
            "pos_order_line sold JOIN pos_order shop ON shop.id = sold.order_id",
            """
            sold.sale_order_origin_id = sale.id AND (shop.state = 'draft' OR EXISTS (
                SELECT FROM stock_picking later
                 WHERE later.pos_order_id = shop.id AND later.state NOT IN ('done', 'cancel')))
            """,
        ),
        {"pos.order.line": "sale_order_origin_id"},
    ),
    "printing": Sign(
        exists(
            "product_product printed",
            """
            printed.id = line.product_id AND printed.gelato_product_uid <> ''
            AND sale.state = 'sale'
            """,
        ),
        {"product.product": "gelato_product_uid"},
    ),
    # Points, or money on a card, that the order gave and that are not on the card any more. What
    # the order itself took off the card comes back (`sale_loyalty`, ``_action_cancel``).
    "loyalty": Sign(
        exists(
            "sale_order_coupon_points given JOIN loyalty_card card ON card.id = given.coupon_id",
            """
            given.order_id = sale.id AND sale.state = 'sale'
            AND given.points > 0.001 + GREATEST(card.points, 0) + COALESCE((
                SELECT SUM(reward.points_cost) FROM sale_order_line reward
                 WHERE reward.order_id = sale.id AND reward.coupon_id = card.id
                   AND reward.reward_id IS NOT NULL
            ), 0)
            """,
        ),
        {"sale.order.coupon.points": "points"},
    ),
    "attended": Sign(
        exists(
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
        ),
        {"event.registration": "sale_order_line_id"},
    ),
    "booth": Sign(  # Odoo does not give it free again
        exists(
            "event_booth booth",
            "booth.sale_order_line_id = line.id AND booth.state = 'unavailable'",
        ),
        {"event.booth": "sale_order_line_id"},
    ),
    "course": Sign(  # the customer stays enrolled
        exists(
            """
            slide_channel course
            JOIN slide_channel_partner member ON member.channel_id = course.id
            """,
            """
            course.product_id = line.product_id AND course.enroll = 'payment'
            AND member.partner_id = sale.partner_id AND member.active
            AND member.member_status <> 'invited' AND sale.state = 'sale'
            """,
        ),
        {"slide.channel": "product_id"},
    ),
    "partnership": Sign(  # the customer keeps the level
        exists(
            """
            product_product sold
            JOIN product_template level ON level.id = sold.product_tmpl_id
            JOIN res_partner customer ON customer.id = sale.partner_id
            JOIN res_partner partner ON partner.id = customer.commercial_partner_id
            """,
            """
            sold.id = line.product_id AND level.service_tracking = 'partnership'
            AND partner.grade_id = level.grade_id AND sale.state = 'sale'
            """,
        ),
        {"product.template": "grade_id"},
    ),
    "task": Sign(_has_task(_BEGUN), {"project.task": "sale_line_id"}),
    "time": Sign(
        f"({_has_task(_TIMED)} OR {_BILLED})",
        {"project.task": "sale_line_id", "account.analytic.line": "task_id"},
    ),
    "milestone": Sign(
        exists(
            "project_milestone milestone",
            "milestone.sale_line_id = line.id AND milestone.is_reached",
        ),
        {"project.milestone": "sale_line_id"},
    ),
    "expense": Sign(
        exists(
            "hr_expense expense", "expense.sale_order_id = sale.id AND expense.state <> 'refused'"
        ),
        {"hr.expense": "sale_order_id"},
    ),
    "repair": Sign(
        exists(
            "repair_order repair",
            "repair.sale_order_id = sale.id AND repair.state IN ('under_repair', 'done')",
        ),
        {"repair.order": "sale_order_id"},
    ),
    # Whichever level it is on; sale.order.mrp_production_ids has the uppermost alone.
    "production": Sign(
        exists(
            """
            stock_reference_sale_rel sold
            JOIN stock_reference_production_rel made ON made.reference_id = sold.reference_id
            JOIN mrp_production production ON production.id = made.production_id
            """,
            """
            sold.sale_id = sale.id AND (
                production.state IN ('progress', 'to_close', 'done')
                OR production.state <> 'cancel' AND EXISTS (
                    SELECT FROM stock_move used
                     WHERE used.raw_material_production_id = production.id AND used.state = 'done'))
            """,
        ),
        {"stock.reference": "production_ids"},
    ),
}

#: Those of which :data:`WORK` finds more than holds here: they need not be asked for beside it.
FOUND_BY_WORK = ("payment", "repair", "production")
