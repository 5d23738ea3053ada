from odoo import api, fields, models

from ..tools.notification import notification
from ..tools.trusted_context import SellerCancellation
from .chosen_reason import leave_to_chosen_reason

#: How many orders are named at most.
_NAMED = 5


class SaleMassCancelOrders(models.TransientModel):
    """Warns when marketplace orders are among those that are cancelled at once."""

    _inherit = "sale.mass.cancel.orders"

    expected_orders_count = fields.Integer(
        compute="_compute_expected_orders_count",
        help="The number of orders whose goods a marketplace still expects.",
    )
    asked_orders = fields.Text(
        compute="_compute_expected_orders_count",
        help="How many orders, and which, their marketplaces ask to cancel as well.",
    )
    can_tell = fields.Boolean(
        compute="_compute_expected_orders_count",
        help="A marketplace can be called, and told of one of the orders.",
    )
    obstructed_orders = fields.Text(
        compute="_compute_expected_orders_count",
        help="Which orders cannot be cancelled at their marketplaces, and why.",
    )
    marketplace_preview = fields.Text(
        compute="_compute_marketplace_preview",
        help="How far marketplaces' orders have got, and what is done when they are cancelled.",
    )
    seller_cancel_reason = fields.Text("Explanation")
    tell_marketplace = fields.Boolean(
        "Cancel Them There, Too", help="Only marketplaces that can be called are told."
    )

    @api.depends("sale_order_ids")
    def _compute_expected_orders_count(self):
        for wizard in self:
            expected = wizard._orders_expected_as("goods")
            wizard.expected_orders_count = len(expected)
            wizard.asked_orders = wizard._describe_asked(wizard._orders_expected_as("cancellation"))
            obstacles = {order: order._obstacle_to_cancel_there() for order in expected}
            wizard.can_tell = any(
                order._can_cancel_at_marketplace() and not why for order, why in obstacles.items()
            )
            wizard.obstructed_orders = wizard._describe_obstructed(obstacles)

    def _open_orders(self):
        return self.sale_order_ids._origin.filtered(lambda own: own.state != "cancel")

    def _orders_expected_as(self, expectation):
        """The marketplaces' orders, in superuser mode, of which they expect this.

        :param expectation: what :meth:`_marketplace_expectation` says
        """
        # sudo: what they replace, and what marketplaces were sent, may be others' to see
        ending = self._open_orders().sudo()._ending_at_marketplace()
        return ending.filtered(lambda order: order._marketplace_expectation() == expectation)

    def _describe_asked(self, asked):
        """What becomes of the requests for the orders ``asked``: a line for each outcome."""
        archived = asked.filtered(lambda order: not order.marketplace_account_id.active)
        sentences = {
            (False, False): self.env._(
                "The marketplace asks to cancel %(number)s of them as well (%(orders)s): its "
                "request will be confirmed. It refunds what the shopper paid there."
            ),
            (False, True): self.env._(
                "Their marketplaces ask to cancel %(number)s of them as well (%(orders)s): their "
                "requests will be confirmed. They refund what the shoppers paid there."
            ),
            (True, False): self.env._(
                "The marketplace asks to cancel %(number)s of them as well (%(orders)s). It does "
                "not learn of it, as its account is archived."
            ),
            (True, True): self.env._(
                "Their marketplaces ask to cancel %(number)s of them as well (%(orders)s). They do "
                "not learn of it, as their accounts are archived."
            ),
        }
        return "\n".join(
            sentences[orders == archived, len(orders.marketplace_account_id) > 1]
            % {"number": len(orders), "orders": ", ".join(_some(orders.mapped("name")))}
            for orders in (asked - archived, archived)
            if orders
        )

    def _describe_obstructed(self, obstacles):
        """Which orders cannot be cancelled at their marketplaces: a line for each reason.

        Marketplaces that cannot be called at all come first.

        :param obstacles: ``{order: why, None if it can be}``
        """
        obstructed = self.env["sale.order"].sudo().concat(*filter(obstacles.get, obstacles))
        if not obstructed:
            return ""
        account_first = obstructed.sorted(
            lambda order: (
                order.marketplace_account_id.active and order.marketplace_account_id.is_connected
            )
        )
        by_reason = account_first.grouped(obstacles.get)
        lines = [f"{', '.join(_some(own.mapped('name')))}: {why}" for why, own in by_reason.items()]
        number = self.env._("%s of them cannot be cancelled there now:", len(obstructed))
        return "\n".join([number, *_some(lines)])

    @api.depends("sale_order_ids")
    def _compute_marketplace_preview(self):
        for wizard in self:
            wizard.marketplace_preview = "\n".join(wizard.sale_order_ids._describe_previews())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        return leave_to_chosen_reason(self.env, arch, "seller_cancel_reason"), view

    def action_mass_cancel(self):
        """Record the reason on the marketplaces' orders, and tell the marketplaces if wanted.

        Of `sale_cancel_reason`, the reason that was chosen is told where nobody explains it.

        :return: what Odoo returns; for marketplaces' orders, a message on who is told
        """
        were_open = self._open_orders()
        expected = self._orders_expected_as("goods")
        asked = self._orders_expected_as("cancellation")
        reason = self.seller_cancel_reason
        if not reason and "reason_id" in self._fields:
            reason = self.reason_id.display_name
        cancellation = SellerCancellation(reason, self.tell_marketplace)
        wizard = self.with_context(**cancellation.as_context())
        result = super(SaleMassCancelOrders, wizard).action_mass_cancel()
        if not expected | asked:
            return result
        return self._tell_outcome(were_open, expected, asked, result)

    def action_mass_cancel_everywhere(self):
        """Cancel the orders here, and at those of their marketplaces that can be called."""
        self.tell_marketplace = True
        return self.action_mass_cancel()

    def _tell_outcome(self, were_open, expected, asked, then):
        """A message on how many orders are cancelled, and which marketplaces are told of them.

        :param were_open: the orders that were open before
        :param expected: the orders of which marketplaces expected the goods
        :param asked: the orders that marketplaces asked to cancel
        :param then: what is to be done after that, if anything
        """
        number = len(were_open.filtered(lambda order: order.state == "cancel"))
        texts = [self.env._("Cancelled here: %s.", number)]
        kind = "success"
        for account, orders in expected.grouped("marketplace_account_id").items():
            told = orders.filtered(lambda own: own._outbound_calls("cancel", "pending", "sent"))
            untold = len(orders - told)
            if told:
                named = {"name": account.name, "number": len(told)}
                texts.append(self.env._("%(name)s will be told of %(number)s.", **named))
            if untold:
                kind = "warning"
                text = self.env._(
                    "%(name)s is not told of %(number)s, and still expects the goods.",
                    name=account.name,
                    number=untold,
                )
                texts.append(text)
        confirmed = asked.filtered(lambda own: own._marketplace_expectation() != "cancellation")
        for account, own in confirmed.grouped("marketplace_account_id").items():
            named = {"name": account.name, "number": len(own)}
            text = self.env._("%(name)s asked to cancel %(number)s, and gets its confirmation.")
            if not account.active:
                text = self.env._(
                    "%(name)s asked to cancel %(number)s, and does not learn of it: its account is "
                    "archived."
                )
            texts.append(text % named)
        then = then or {"type": "ir.actions.act_window_close"}
        title = self.env._("Orders Cancelled")
        return notification(kind, title, " ".join(texts), sticky=kind != "success", next=then)


def _some(texts):
    """As many of ``texts`` as people read, and a sign that there are more."""
    return texts[:_NAMED] + (["…"] if len(texts) > _NAMED else [])
