from odoo import api, fields, models

from ...tools.words import ENTER_SECRET, STEPS

_MANAGER = "marketplace_order_cancellation.group_marketplace_manager"


class MarketplaceAccount(models.Model):
    """The set-up of an account, step by step, until calls come in."""

    _inherit = "marketplace.account"

    setup_steps = fields.Json(compute="_compute_setup", groups=_MANAGER)
    setup_is_open = fields.Boolean(
        compute="_compute_setup", groups=_MANAGER, help="There are steps left to do."
    )
    setup_hidden = fields.Boolean(copy=False, readonly=True)
    is_registered = fields.Boolean(
        copy=False, readonly=True, help="A user has said that the marketplace has the address."
    )
    connection_tested_at = fields.Datetime(copy=False, readonly=True)
    connection_skipped = fields.Boolean(copy=False, readonly=True)

    @api.depends(
        "name",
        "code",
        "authentication",
        "credential_ids",
        "signing_secret_ids",
        "is_connected",
        "store_name",
        "services_endpoint",
        "outbound_key",
        "is_registered",
        "connection_tested_at",
        "connection_skipped",
        "test_passed_at",
        "setup_hidden",
    )
    @api.depends_context("lang")
    def _compute_setup(self):
        for account in self:
            is_called = account._is_called()
            steps = account._setup_steps(is_called)
            todo = [step for step in steps if step["state"] == "later"]
            if todo:
                todo[0]["state"] = "next"
            account.setup_steps = steps
            # If the marketplace calls already, only the step about calls to it may be left.
            is_skipped = account.connection_skipped or account.is_connected
            is_open = bool(todo) and not (is_called and is_skipped)
            account.setup_is_open = is_open and not account.setup_hidden

    def _setup_steps(self, is_called):
        """The steps in their order; ``state`` is done, skipped or later."""
        is_signed = self.authentication != "credentials"
        is_hooked = "hook_state" in self._fields and self.hook_state == "connected"
        needs_pair = self.authentication != "signature" and not self.credential_ids
        is_done = {
            "connect": self._origin,
            "keys": not needs_pair and (self.signing_secret_ids or not is_signed),
            "address": self.is_registered or is_called or is_hooked,
            "connection": self.connection_tested_at,
            "test": self.test_passed_at or is_called,
        }
        steps = {
            key: {
                "key": key,
                "title": self.env._(step.title),
                "text": self.env._(step.text),
                "state": "done" if is_done[key] else "later",
                "buttons": [{**own, "label": self.env._(label)} for label, own in step.buttons],
            }
            for key, step in STEPS.items()
        }
        if is_signed:
            secret = self.env._("Enter the marketplace's signing secret on the page Security.")
            steps["keys"]["text"] = f"{steps['keys']['text']} {secret}" if needs_pair else secret
        if not needs_pair:
            enter = {"label": self.env._(ENTER_SECRET), "page": "security"}
            enter["field"] = "new_signing_secret"
            steps["keys"]["buttons"] = [enter] if is_signed else []
        if field := self._missing_to_call():
            steps["connection"]["buttons"][0] |= {"page": "outbound", "field": field}
        steps["address"]["copy"] = self.endpoint_url or ""
        steps["address"]["warning"] = self.endpoint_warning or ""
        steps["address"]["rejected"] = self._origin._describe_rejected() if self._origin else []
        if self.connection_skipped and not self.connection_tested_at:
            steps["connection"]["state"] = "skipped"
        return list(steps.values())

    def _missing_to_call(self):
        """The first field that must be filled in before the marketplace can be called."""
        credentials = self._outbound_credentials()
        known = {
            "store_name": self._services_endpoint() or self.store_name,
            "outbound_key": credentials.app_key,
            "new_outbound_token": credentials.app_token,
        }
        return next((field for field, value in known.items() if not value), None)

    def _is_called(self):
        """Whether the marketplace has called, other than by a test."""
        # sudo: whether there is one at all
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        return bool(receipts.search_count(self._origin._domain_called(), limit=1))

    # -- What people do ---------------------------------------------------------------------------

    def action_setup_registered(self):
        """Note that the address is registered at the marketplace."""
        self.is_registered = True

    def action_setup_skip(self):
        """Go on without calls to the marketplace."""
        self.connection_skipped = True

    def action_setup_hide(self):
        """Show the steps no more."""
        self.setup_hidden = True

    def action_setup_show(self):
        """Show the steps again, on the account's own page."""
        self.setup_hidden = False
        return self._open_form()

    def action_setup_connection(self):
        """Test the connection, and have the form show what came of it."""
        action = self.action_test_connection()
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    def _test_connection(self):
        """Note when it has worked."""
        kind, message = super()._test_connection()
        if kind == "success":
            self.connection_tested_at = fields.Datetime.now()
        return kind, message
