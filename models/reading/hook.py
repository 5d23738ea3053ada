from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.any_language import InAnyLanguage, said_by, stored
from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger
from ...tools.inbound.notification import HOOK_STATES
from ...tools.lock import is_concurrency_error
from ...tools.outbound import call as calls
from ...tools.outbound.client import Unreachable
from ...tools.outbound.hook import HookConfig
from ...tools.outbound.texts import text_of_hook_forbidden, text_of_status
from ..base.any_language import AnyLanguage

_logger = discreet_logger(__name__)


class MarketplaceAccount(models.Model):
    """The Orders hook of a VTEX store: set up by a button, looked at every day."""

    _inherit = "marketplace.account"

    hook_url = fields.Char("Address of the Hook", compute="_compute_hook_url")
    hook_state = fields.Selection(
        [
            ("none", "Not set up"),
            ("connecting", "Being set up"),
            ("connected", "Connected"),
            ("other", "Another one is set up"),
            ("dropped", "Dropped by the marketplace"),
            ("outdated", "Tells too little"),
        ],
        "Orders Hook",
        required=True,
        default="none",
        copy=False,
        readonly=True,
        tracking=True,
    )
    hook_error = AnyLanguage("Why It Is Not Set Up", copy=False, readonly=True)
    hook_other_url = fields.Char("It Calls", copy=False, readonly=True)
    hook_checked_at = fields.Datetime("Checked", copy=False, readonly=True)
    hook_is_repaired = fields.Boolean(
        "Set It Up Again Automatically",
        tracking=True,
        help="The marketplace drops a hook that has told nothing for three days. Odoo then sets "
        "it up again.",
    )
    hook_credential_ids = fields.One2many(
        "marketplace.account.credential",
        "account_id",
        domain=[("kind", "=", "hook")],
        groups="marketplace_order_cancellation.group_marketplace_manager",
    )

    @api.depends("endpoint_url")
    def _compute_hook_url(self):
        for account in self:
            account.hook_url = account.endpoint_url and f"{account.endpoint_url}/hook"

    def _working_credentials(self):
        return super()._working_credentials() | self.hook_credential_ids.filtered("active")

    @api.constrains("arrival_way")
    def _check_hook_is_wanted(self):
        for account in self:
            if not account._is_hook_wanted() and account.hook_state in ("connecting", "connected"):
                raise ValidationError(self.env._("Disconnect the Orders hook first."))

    def action_connect_hook(self):
        """Have the hook set up, unless the marketplace has one that is somebody else's: ask first.

        :raise UserError: in words, if the marketplace does not say what it has
        """
        self.ensure_one()
        self._check_manages_credentials()
        found = self._look_at_hook()
        if found and not self._is_own_hook(found):
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Replace the Orders Hook"),
                "res_model": "marketplace.hook.replacement",
                "views": [(False, "form")],
                "target": "new",
                "context": {"default_account_id": self.id, "default_url": found.shown_url},
            }
        return self._begin_to_connect_hook()

    def _begin_to_connect_hook(self):
        """Have a job set the hook up: the marketplace calls back before it answers, and this
        request may have the only worker that could answer.
        """
        account = self.sudo()  # sudo: the state is written by the addon alone
        if not account._is_hook_wanted():
            account.arrival_way = "hook"
        account.write({"hook_state": "connecting", "hook_error": False, "hook_other_url": False})
        self.env["ir.cron"]._wake_own("cron_check_hooks")
        return True

    def _connect_hook(self):
        """Set the hook up with credentials of its own, in place of whatever is there.

        Each of the steps is committed: credentials must work when the marketplace calls back.

        :raise UserError: in words, if the marketplace does not take it
        """
        former = self.hook_credential_ids
        credential, token = former._issue(self, kind="hook")
        headers = {"X-VTEX-API-AppKey": credential.app_key, "X-VTEX-API-AppToken": token}
        try:
            address, states = self._outbound_address(), HOOK_STATES
            call = calls.set_hook(address, self.hook_url, headers, states)
            self.env.cr.commit()  # pylint: disable=invalid-commit
            self._call_hook(call)
        except UserError:
            self.env.cr.commit()  # pylint: disable=invalid-commit  # as below
            credential.active = False
            raise
        # What was read before is old: the marketplace has called back, and that was noted.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        former.active = False
        self._tell_issued(credential, former, None)
        self._set_hook_state("connected")

    def action_disconnect_hook(self):
        """Remove the hook at the marketplace, if it is ours, and its credentials."""
        self.ensure_one()
        self._check_manages_credentials()
        account = self.sudo()  # sudo: as above
        found = account._look_at_hook()
        if found and account._is_own_hook(found):
            account._call_hook(calls.remove_hook(account._outbound_address()))
        for key in account.hook_credential_ids:
            key.active = False
            text = self.env._("%s no longer works.", key._shown_key())
            account._tell_followers("keys", text)
        account._set_hook_state("none")
        return True

    def action_check_hook(self):
        """Look at the marketplace whether the hook is there."""
        self.ensure_one()
        self.check_access("write")
        self._look_at_hook()
        return True

    def _look_at_hook(self):
        """Read how the hook is set up, note what became of ours, and return what is there.

        :return: a :class:`~tools.outbound.hook.HookConfig`, None if there is none
        :raise UserError: in words, if the marketplace does not say
        """
        account = self.sudo()  # sudo: the state is written by the addon alone
        text = account._call_hook(calls.read_hook(account._outbound_address()))
        try:
            found = HookConfig.from_text(text)
        except ValueError as error:
            text = InAnyLanguage(self.env)._(
                "The marketplace's answer could not be understood as a hook."
            )
            raise UserError(text) from error
        is_own = found and account._is_own_hook(found)
        if account.hook_state == "connecting" and not is_own:
            pass  # the job that sets it up says what came of it
        elif found is None:
            was_there = account.hook_state in ("connected", "dropped", "outdated")
            account._set_hook_state("dropped" if was_there else "none")
        elif is_own:
            account._set_hook_state("connected" if account._is_complete(found) else "outdated")
        else:
            account._set_hook_state("other", found.shown_url)
        return found

    def _is_complete(self, found):
        """Whether our hook tells of all that it is to, in a way that is let in.

        An earlier version of the addon may have set it up, or somebody by hand.
        """
        key = found.key
        keys = self.hook_credential_ids.filtered("active").mapped("app_key")
        return found.tells_of(HOOK_STATES) and (key is None or key in keys)

    def _is_own_hook(self, found):
        return found.is_ours(self.hook_url)

    def _set_hook_state(self, state, url=None):
        other = url if state == "other" else False
        now = database_now(self.env.cr)
        values = {"hook_state": state, "hook_other_url": other, "hook_checked_at": now}
        self.write({**values, "hook_error": False})

    def _call_hook(self, call):
        """Send ``call``, and return the text of the answer, empty if there is no hook.

        :raise UserError: in words, if it is not carried out
        """
        try:
            reply = self._send(call)
        except Unreachable as error:
            raise UserError(self._explain_unreachable()) from error
        if reply.status == 404:
            return ""
        if reply.status == 400:
            raise UserError(
                InAnyLanguage(self.env)._(
                    "The marketplace calls %s, and was not answered: is this address reachable"
                    " from the internet?",
                    self.hook_url,
                )
            )
        if reply.status == 403:
            raise UserError(text_of_hook_forbidden(InAnyLanguage(self.env)))
        if not 200 <= reply.status < 300:
            raise UserError(text_of_status(InAnyLanguage(self.env), reply.status, ""))
        return reply.text

    @api.model
    def _cron_check_hooks(self):
        """Set hooks up that people want; see for each other one whether it is there still, and set
        it up again where that is wanted.
        """
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        # sudo: the accounts of every company
        hooked = self.sudo().search([("hook_state", "not in", ("none", "other"))])
        cron._work_off(hooked, type(self)._check_hook)

    def _check_hook(self):
        """See to one account's hook; somebody who changes the account meanwhile comes first."""
        try:
            self._check_hook_now()
            self.env.cr.flush()
        except Exception as error:
            if not is_concurrency_error(error):
                raise
            self.env.cr.rollback()
            self.env["ir.cron"]._wake_own("cron_check_hooks")

    def _check_hook_now(self):
        account = self.with_context(lang=self._settings().lang)
        try:
            if account.hook_state != "connecting":
                account._look_at_hook()
            if account.hook_state == "connecting" or account._is_hook_to_be_repaired():
                account._connect_hook()
        except UserError as error:
            _logger.info("The hook of account %s could not be set up, or looked at", account.id)
            account._note_hook_error(said_by(error))

    def _is_hook_to_be_repaired(self):
        """Ours is brought up to date anyway; one that was dropped, if that is wanted."""
        return self.hook_state == "outdated" or (
            self.hook_state == "dropped" and self.hook_is_repaired
        )

    def _note_hook_error(self, why):
        """Say why there is no hook, or nobody knows; tell followers once."""
        if self.hook_state == "connecting":
            self._set_hook_state("none")
        if self.hook_error != why:
            self.hook_error = stored(why)
            text = self.env._("The Orders hook could not be set up, or looked at: %s", why)
            self._tell_followers("health", text)
