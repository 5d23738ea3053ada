from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...tools.inbound.cancellation_request import MAX_ID_LENGTH, flaw_of_id, trim_id
from ...tools.needed import OF_ORDER
from ...tools.queries import CONFIRM_FIRST

#: What says which order of which marketplace an order is.
IDENTITY = {"marketplace_account_id", "marketplace_order_id"}
#: What says for which order of which marketplace goods leave.
SAYS_WHICH = {*IDENTITY, "replaced_order_id"}


class SaleOrder(models.Model):
    """Which order of which marketplace an order is, and since when."""

    _inherit = "sale.order"

    marketplace_account_id = fields.Many2one(
        "marketplace.account",
        "Marketplace",
        index="btree_not_null",
        copy=False,
        check_company=True,
        tracking=True,
        ondelete="restrict",
        groups="base.group_user",
    )
    marketplace_order_id = fields.Char(
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="The order's ID at the marketplace.",
    )
    marketplace_created_at = fields.Datetime(
        "Ordered at the Marketplace",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="When the order was made at the marketplace, as the importer says. The shopper's "
        "cancellation window runs from then on; without it, from the order's first confirmation.",
    )
    first_confirmed_at = fields.Datetime(
        "First Confirmed",
        copy=False,
        readonly=True,
        prefetch="marketplace",  # seldom needed: Odoo does not read it with every order
        groups=fields.NO_ACCESS,
    )
    replaced_order_id = fields.Many2one(
        "sale.order",
        "Replaces",
        index="btree_not_null",
        copy=False,
        check_company=True,
        domain="[('marketplace_account_id', '!=', False), ('id', '!=', id)]",
        groups="base.group_user",
        help="The marketplace order that this order replaces, for example because its goods were "
        "lost. When the marketplace cancels that order, this one is cancelled as well.",
    )
    replacement_order_ids = fields.One2many(
        "sale.order",
        "replaced_order_id",
        "Replacements",
        context={"active_test": False},
        groups="base.group_user",
    )
    cancellation_receipt_ids = fields.One2many(
        "marketplace.cancellation.receipt",
        "sale_order_id",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )
    cancellation_receipt_count = fields.Integer(
        compute="_compute_cancellation_receipt_count",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )

    _marketplace_order_unique = models.UniqueIndex(
        "(marketplace_order_id, marketplace_account_id) WHERE marketplace_order_id IS NOT NULL",
        "Another order has this ID at this marketplace already.",
    )

    @api.depends("cancellation_receipt_ids", "marketplace_order_id", "replaced_order_id")
    def _compute_cancellation_receipt_count(self):
        for order in self:
            receipts = order._ever_of_marketplaces().cancellation_receipt_ids
            order.cancellation_receipt_count = len(receipts)

    @api.constrains("replaced_order_id")
    def _check_replaced_order(self):
        for order in self:
            if order.replaced_order_id.replaced_order_id or order.replaced_order_id == order:
                text = order.env._(
                    "%s: “Replaces” must name the marketplace's own order, not "
                    "another replacement.",
                    order.name,
                )
                raise ValidationError(text)
        self.filtered(lambda order: order.state == "sale")._check_replaceable()

    @api.constrains("marketplace_account_id", "marketplace_order_id")
    def _check_marketplace_order(self):
        for order in self:
            if bool(order.marketplace_account_id) != bool(order.marketplace_order_id):
                text = order.env._(
                    "%(order)s: give both the marketplace and the order's ID there, or none.",
                    order=order.name,
                )
                raise ValidationError(text)

    @api.constrains("marketplace_order_id")
    def _check_marketplace_order_id(self):
        """An order whose ID a call cannot name would be shipped although it was cancelled."""
        for order in self.filtered("marketplace_order_id"):
            flaw = flaw_of_id(order.marketplace_order_id)
            if flaw == "long":
                text = order.env._(
                    "%(order)s: the order's ID at the marketplace is longer than %(number)s"
                    " characters.",
                    order=order.name,
                    number=MAX_ID_LENGTH,
                )
                raise ValidationError(text)
            if flaw:
                text = order.env._(
                    "%(order)s: %(id)s cannot be an order's ID at the marketplace. It must be"
                    " neither “.” nor “..”, and hold no line breaks, invisible characters or"
                    " unusual blanks.",
                    order=order.name,
                    id=ascii(order.marketplace_order_id),
                )
                raise ValidationError(text)

    # -- Finding ----------------------------------------------------------------------------------

    def _archived_too(self):
        """``self`` such that a search finds archived orders as well: other addons archive some
        (OCA's `sale_order_archive`, `sale_order_revision`), and marketplaces know nothing of it.
        """
        return self.with_context(active_test=False)

    @api.model
    def _find_marketplace_order(self, account, marketplace_order_id):
        """The order that ``account`` knows under this ID, empty if there is none."""
        return (
            self.with_context(active_test=False)
            .search_fetch(
                [("marketplace_order_id", "=", marketplace_order_id), *self._domain_of(account)],
                OF_ORDER,
            )
            .with_env(self.env)
        )

    @api.model
    def _domain_of(self, account):
        """The orders that calls of ``account`` may reach: the endpoint works in superuser mode."""
        return [
            ("marketplace_account_id", "=", account.id),
            ("company_id", "=", account._settings().company_id),
        ]

    def _is_named(self, request, path_order_id):
        """Whether the address names this order and no other, as far as that is plain to see.

        :param request: what has a ``marketplace_order_id``: a request, or its receipt
        """
        if not self or path_order_id == request.marketplace_order_id:
            return bool(self)  # a repeat needs not even the order's name
        return path_order_id == self.name

    def _other_order_named(self, receipt, path_order_id):
        """The marketplace order, if any, that ``path_order_id`` names and that ``self`` is not.

        The ID in the address may be the marketplace's or the seller's own, which is the order's
        name here. One that names nothing known does no harm: what the seller's connector gave the
        marketplace as its own ID is not known here (protocol, "Identifiers").
        """
        if not path_order_id or path_order_id in (receipt.marketplace_order_id, self.name):
            return self.browse()
        return (
            self._archived_too()
            .search(
                [
                    *self._domain_of(receipt.account_id),
                    "|",
                    ("marketplace_order_id", "=", path_order_id),
                    ("name", "=", path_order_id),
                ],
                limit=1,
            )
            .with_env(self.env)
        )

    # -- Writing ----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create([self._with_trimmed_id(vals) for vals in vals_list])
        orders.filtered(lambda order: order.state == "sale")._note_first_confirmation()
        orders._claim_with_replacements()
        orders._carry_out_waiting_cancellations()
        return orders

    def write(self, vals):
        if "marketplace_order_id" in vals:
            vals = self._with_trimmed_id(vals)
        if "replaced_order_id" in vals:
            self._claim_fulfilment()  # with the order that was replaced until now
        elif not IDENTITY.isdisjoint(vals):
            self.sudo()._of_marketplaces()._claim_fulfilment()  # they may have receipts
        if not vals.keys().isdisjoint(SAYS_WHICH):
            self.check_access("write")  # or else the refusal would tell of the order
            # sudo: the user need not see what its marketplace was told of an order
            self.sudo()._check_may_become_another(vals)
            self.sudo()._leave_what_was_said(vals)
        result = super().write(vals)
        if vals.get("state") == "sale":
            self._note_first_confirmation()
            self._ask_about_confirmed_again()
        if vals.get("is_kept_open"):  # by a decision on the order, or on its receipt
            (self | self.replacement_order_ids)._ask_no_more_about_confirmed_again()
        if "replaced_order_id" in vals:
            self._claim_with_replacements()
        if vals.get("current_revision_id"):  # another addon's
            self.browse(vals["current_revision_id"])._go_on_instead_of(self)
        if not IDENTITY.isdisjoint(vals):
            self._carry_out_waiting_cancellations()
        return result

    @api.model
    def _with_trimmed_id(self, vals):
        """``vals`` without the blanks around the marketplace's ID, which importers bring along."""
        order_id = vals.get("marketplace_order_id")
        if not isinstance(order_id, str):
            return vals
        return {**vals, "marketplace_order_id": trim_id(order_id) or False}

    def _note_first_confirmation(self):
        """Note that these orders are confirmed now, by the database's clock, if none was before.

        Of marketplaces' orders alone: one that becomes theirs when it is confirmed already, and has
        no date of theirs, has no window, and a person is asked. One statement for all of them.
        """
        orders = self.filtered("marketplace_account_id")
        if not orders.ids:
            return
        self.env.cr.execute(SQL(CONFIRM_FIRST, orders=tuple(orders.ids)))
        # nothing else writes it
        orders.invalidate_recordset(["first_confirmed_at"], flush=False)

    def _claim_with_replacements(self):
        """Let a transaction that decides on a replaced order see its replacement, or begin anew."""
        # sudo: the user who makes the order need not see the marketplace's fields
        if replacements := self.sudo().filtered("replaced_order_id"):
            replacements.flush_recordset(["replaced_order_id"])
            replacements._claim_fulfilment()
            confirmed = replacements.filtered(lambda order: order.state == "sale")
            confirmed._ask_about_confirmed_again()

    def action_view_cancellation_receipts(self):
        """Open this order's receipts, the only one directly."""
        return self.cancellation_receipt_ids._action_view()
