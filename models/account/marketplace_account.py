import secrets
from itertools import chain

from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import ValidationError

from ...tools.account_code import CODE, alike, propose_code
from ...tools.inbound.answer import DATE_FORMATS

_SUBTYPE = "marketplace_order_cancellation.subtype_account_%s"


class MarketplaceAccount(models.Model):
    """One marketplace that is connected to one company, and the users who are responsible for
    it."""

    _name = "marketplace.account"
    _description = "Marketplace Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True,
        copy=False,
        tracking=True,
        help="Part of the address that the marketplace calls: small letters, digits, - and _.",
    )
    proposed_code = fields.Char(store=False, help="What the form has proposed as the code.")
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        tracking=True,
        check_company=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="This user is asked when a person has to look at a cancellation.",
    )
    date_format = fields.Selection(
        [(key, example) for key, example in DATE_FORMATS.items()],
        required=True,
        default="plain",
        help="How dates are written in the answers to the marketplace.",
    )
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        required=True,
        default="UTC",
        help="Time zone of the dates in the answers to the marketplace.",
    )
    order_count = fields.Integer(
        compute="_compute_order_count", groups="sales_team.group_sale_salesman"
    )
    receipt_count = fields.Integer(compute="_compute_receipt_count")

    _code_unique = models.Constraint("UNIQUE(code)", "Another marketplace has this code already.")

    def _compute_order_count(self):
        counts = self._count("sale.order", "marketplace_account_id")
        for account in self:
            account.order_count = counts.get(account, 0)

    def _compute_receipt_count(self):
        counts = self._count("marketplace.cancellation.receipt", "account_id")
        for account in self:
            account.receipt_count = counts.get(account, 0)

    def _count(self, model, field):
        """``{account: number of the records of model whose field it is}``, of these accounts."""
        counted = [(field, "in", self.ids), *self._domain_counted(model)]
        return dict(self.env[model]._read_group(counted, [field], ["__count"]))

    @api.model
    def _domain_counted(self, model):
        """A domain of the records of ``model`` that count: all of them."""
        return []

    @api.constrains("code")
    def _check_code(self):
        for account in self:
            if not CODE.fullmatch(account.code or ""):
                text = self.env._(
                    "The code “%(code)s” is part of an address: use up to 64 small letters, "
                    "digits, - and _, and begin and end with a letter or digit.",
                    code=account.code,
                )
                raise ValidationError(text)
            # The names of the server's settings (_server_setting) do not tell - from _.
            if alike(account.code) in map(alike, account._codes_of_others()):
                text = self.env._(
                    "Another marketplace has the code “%s”, or one like it.", account.code
                )
                raise ValidationError(text)

    def _codes_of_others(self):
        # sudo: of every company, those that are archived as well
        accounts = self.sudo().with_context(active_test=False)
        return accounts.search([("id", "not in", self._origin.ids), ("code", "!=", False)]).mapped(
            "code"
        )

    @api.onchange("name")
    def _onchange_name(self):
        """Propose a code for a new account, unless somebody has written another one.

        The code of a saved account stays: it is part of the address that the marketplace calls.
        """
        if self._origin or not self.name or (self.code and self.code != self.proposed_code):
            return
        self.code = self.proposed_code = propose_code(self.name, self._codes_of_others())

    @api.onchange("code")
    def _onchange_code(self):
        """Say what another code means for the marketplace."""
        old = self._origin.code
        if not old or self.code == old:
            return None
        text = self.env._(
            "The marketplace calls the address with “%s”. Once you save another code, those calls "
            "are rejected until the new address is registered there.",
            old,
        )
        return {"warning": {"title": self.env._("The address changes"), "message": text}}

    @api.constrains("company_id")
    def _check_company_of_orders(self):
        for account in self:
            orders_elsewhere = [
                ("marketplace_account_id", "=", account.id),
                ("company_id", "!=", account.company_id.id),
            ]
            if self.env["sale.order"]._archived_too().search_count(orders_elsewhere, limit=1):
                text = self.env._(
                    "“%(account)s” has orders of another company; its company cannot change.",
                    account=account.name,
                )
                raise ValidationError(text)

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._admit_endpoint_user()
        return accounts

    def write(self, vals):
        """Track each change of the account, whatever the caller's context says of tracking."""
        accounts = self.with_context(tracking_disable=False, mail_notrack=False)
        result = super(MarketplaceAccount, accounts).write(vals)
        if "company_id" in vals:
            self.check_access("write")  # Odoo checks before; nobody moves an account out of reach
            self._admit_endpoint_user()
        return result

    def copy_data(self, default=None):
        given = default or {}
        copies = super().copy_data(default)
        for account, values in zip(self, copies, strict=True):
            if "name" not in given:
                values["name"] = self.env._("%s (copy)", account.name)
            if "code" not in given:
                values["code"] = f"{account.code[:52]}-copy-{secrets.token_hex(3)}"
        return copies

    def action_view_orders(self):
        """Open the account's orders."""
        return self._open("action_marketplace_orders", "marketplace_account_id")

    def action_view_receipts(self):
        """Open the account's cancellation receipts."""
        return self._open("action_marketplace_cancellation_receipt", "account_id")

    def _open(self, action, field):
        """``action`` of this addon, on the records whose ``field`` is this account."""
        self.ensure_one()
        xmlid = f"marketplace_order_cancellation.{action}"
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return dict(action, domain=[(field, "=", self.id)], context={})

    def _responsible_user(self):
        """The user who is responsible for this account: the first who can be asked, see
        :meth:`_deputies`."""
        # sudo: the users are only named
        account = self.sudo()
        candidates = chain(account.user_id, account.create_uid, account._deputies())
        able = next((user for user in candidates if account._can_be_asked(user)), None)
        return able or account._administrators()[:1] or account.user_id or account.create_uid

    def _can_be_asked(self, user):
        """Whether ``user`` is still there, and sees this account's cancellations."""
        return (
            user.active
            and not user.share
            and self.company_id in user.company_ids
            and user.has_group("marketplace_order_cancellation.group_marketplace_user")
            and user != self._endpoint_user()
        )

    def _deputies(self):
        """Who looks after marketplaces, those of the account's company alone; administrators."""
        managers = self.env.ref("marketplace_order_cancellation.group_marketplace_manager")
        return managers.all_user_ids.sorted("id") | self._administrators()

    def _administrators(self):
        users = self.env.ref("base.group_system").all_user_ids
        return users.filtered(lambda user: user.active and not user.share).sorted("id")

    # -- Followers: each kind of news can be switched off ------------------------------------------

    def _tell_followers(self, kind, body, **values):
        """Post a message that followers get.

        :param kind: ``keys``, ``log``, ``admission`` or ``health``
        """
        return self.message_post(body=body, subtype_xmlid=_SUBTYPE % kind, **values)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Messages say which keys and addresses an account has: only who may change it reads them,
        and followers those that they are told."""
        if message_operation == "read":
            return dict.fromkeys(self, "write")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    def _track_subtype(self, init_values):
        if {"is_paused", "active", "allowed_networks", "authentication"} & set(init_values):
            return self.env.ref(_SUBTYPE % "admission")
        return super()._track_subtype(init_values)
