import re
import secrets

from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import AccessError, ValidationError

from ..protocol.confirmation import DATE_FORMATS, format_date
from ..protocol.problem import ACCOUNT_ARCHIVED, UNAUTHORIZED, Problem

_CODE = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")


class MarketplaceAccount(models.Model):
    """One marketplace that is connected to one company."""

    _name = "marketplace.account"
    _description = "Marketplace Account"
    _inherit = ["mail.thread"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True,
        copy=False,
        tracking=True,
        help="Part of the address that the marketplace calls: small letters, digits, - and _.",
    )
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
        help="Is asked when a person has to look at a cancellation.",
    )
    endpoint_url = fields.Char(
        "Fulfillment Endpoint",
        compute="_compute_endpoint_url",
        help="The address to register at the marketplace.",
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
    allow_query_token = fields.Boolean(
        "Accept the token in the address",
        tracking=True,
        help="For marketplaces that can send no header of yours: the app token then stands in the "
        "registered address, as ?token=… Addresses are seen by proxies and their logs, so prefer "
        "the headers wherever they are possible.",
    )
    credential_ids = fields.One2many(
        "marketplace.account.credential",
        "account_id",
        groups="marketplace_order_cancellation.group_marketplace_manager",
    )
    order_count = fields.Integer(
        compute="_compute_order_count", groups="sales_team.group_sale_salesman"
    )
    receipt_count = fields.Integer(compute="_compute_receipt_count")

    _code_unique = models.Constraint("UNIQUE(code)", "Another marketplace has this code already.")

    @api.depends("code")
    def _compute_endpoint_url(self):
        for account in self:
            account.endpoint_url = account.code and (
                f"{account.get_base_url()}/marketplace/{account.code}"
            )

    def _compute_order_count(self):
        counts = dict(
            self.env["sale.order"]._read_group(
                [("marketplace_account_id", "in", self.ids)],
                ["marketplace_account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.order_count = counts.get(account, 0)

    def _compute_receipt_count(self):
        counts = dict(
            self.env["marketplace.cancellation.receipt"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.receipt_count = counts.get(account, 0)

    @api.constrains("code")
    def _check_code(self):
        for account in self:
            if not _CODE.fullmatch(account.code or ""):
                raise ValidationError(
                    self.env._(
                        "The code “%(code)s” is part of an address: use up to 64 small letters, "
                        "digits, - and _, and begin and end with a letter or digit.",
                        code=account.code,
                    )
                )

    @api.constrains("company_id")
    def _check_company_of_orders(self):
        for account in self:
            orders_elsewhere = [
                ("marketplace_account_id", "=", account.id),
                ("company_id", "!=", account.company_id.id),
            ]
            if self.env["sale.order"].search_count(orders_elsewhere, limit=1):
                raise ValidationError(
                    self.env._(
                        "“%(account)s” has orders of another company; its company cannot change.",
                        account=account.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._admit_endpoint_user()
        return accounts

    def write(self, vals):
        result = super().write(vals)
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

    def _admit_endpoint_user(self):
        """Let the endpoint's technical user work in the accounts' companies."""
        # sudo: who may connect a marketplace need not be one who may change users
        user = self._endpoint_user().sudo()
        missing = self.company_id - user.company_ids
        if missing:
            user.write({"company_ids": [fields.Command.link(company.id) for company in missing]})

    @api.model
    def _endpoint_user(self):
        """The technical user as whom the endpoint works."""
        return self.env.ref("marketplace_order_cancellation.user_endpoint")

    def _endpoint_context(self):
        """Context of the endpoint's work for this account: its company alone, a known language."""
        self.ensure_one()
        account = self.sudo()  # sudo: the responsible's language, read before anybody is logged in
        return {
            "allowed_company_ids": account.company_id.ids,
            "lang": account.user_id.lang or account.company_id.partner_id.lang or "en_US",
            "tz": account.tz,
        }

    def _as_endpoint(self):
        """This account as the endpoint's technical user sees it."""
        self.ensure_one()
        # The caller's context is replaced: what is done for a marketplace depends neither on who is
        # logged in nor on the companies they have chosen.
        context = self._endpoint_context()
        endpoint = self.with_user(self._endpoint_user())
        return endpoint.with_context(context)  # pylint: disable=context-overridden

    @api.model
    def _authenticate(self, code, credentials):
        """Find the account that a caller may speak for.

        :param code: the account's code, from the address
        :param credentials: a :class:`~..protocol.credentials.Credentials`
        :return: the account, in superuser mode
        :raise Problem: unauthorized, the same for an unknown account and for wrong credentials;
            account-archived for the right credentials of an archived account
        """
        # sudo: nobody is logged in yet; accounts and hashes are readable by no public user
        accounts = self.sudo().with_context(active_test=False)
        # What can be no code (a NUL, say) need not reach the database.
        account = accounts.search([("code", "=", code)]) if _CODE.fullmatch(code) else accounts
        credential = account.credential_ids.filtered("active")._match(credentials)
        if not credential or (credentials.from_query and not account.allow_query_token):
            raise Problem(
                UNAUTHORIZED,
                "Send the app key and app token of this marketplace account.",
                headers={"WWW-Authenticate": "VTEX"},
            )
        if not account.active:
            raise Problem(ACCOUNT_ARCHIVED, "This marketplace account takes no more requests.")
        return account

    def _format_date(self, moment):
        """Write ``moment`` (naive, UTC) the way this account's marketplace wants it."""
        self.ensure_one()
        return format_date(moment, self.date_format, self.tz)

    def _generate_credential(self):
        """Issue a new app key and app token; the present ones stop working.

        :return: ``(app_key, app_token)``; the token cannot be had again
        :raise AccessError: for who is not a marketplace manager
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(
            "marketplace_order_cancellation.group_marketplace_manager"
        ):
            raise AccessError(
                self.env._("Only a marketplace manager can generate credentials for an account.")
            )
        self.check_access("write")
        # sudo: credentials are written here and nowhere else
        account = self.sudo()
        account.credential_ids.active = False
        credential, token = account.credential_ids._issue(account)
        account.message_post(
            body=self.env._("New credentials were generated: app key %s.", credential.app_key)
        )
        return credential.app_key, token

    def action_generate_credential(self):
        """Issue new credentials and show them, this once."""
        app_key, token = self._generate_credential()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credentials for %s", self.name),
            "res_model": "marketplace.credential.show",
            "views": [(False, "form")],
            "target": "new",
            # as Odoo shows its own API keys: passed along, stored nowhere
            "context": {
                "default_endpoint_url": self.endpoint_url,
                "default_app_key": app_key,
                "default_app_token": token,
                "default_allow_query_token": self.allow_query_token,
            },
        }

    def action_view_orders(self):
        """Open the account's orders."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_orders"
        )
        return dict(action, domain=[("marketplace_account_id", "=", self.id)])

    def action_view_receipts(self):
        """Open the account's cancellation receipts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_cancellation_receipt"
        )
        return dict(action, domain=[("account_id", "=", self.id)], context={})
