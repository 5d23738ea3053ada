import time
from datetime import timezone

from psycopg2 import Error

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.sql_db import PoolError
from odoo.tools import SQL

from ...tools import fault
from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger
from ...tools.inbound.credentials import find_pair, find_signing_key
from ...tools.inbound.problem import AUTHENTICATE, UNAUTHORIZED, Problem
from ...tools.inbound.rejection import why_unproved
from ...tools.queries import NOTE_USE

_logger = discreet_logger(__name__)

#: How often a worker notes that a credential is used, in seconds.
_INTERVAL = 60
#: ``{(database, credential ID): when this worker noted its use}``.
_noted = {}


class MarketplaceAccount(models.Model):
    """The account's endpoint: its address, who may call it, and as which user a call works."""

    _inherit = "marketplace.account"

    endpoint_url = fields.Char(
        "Fulfillment Endpoint",
        compute="_compute_endpoint_url",
        help="The address to register at the marketplace.",
    )
    allow_query_token = fields.Boolean(
        "Accept the Token in the Address",
        tracking=True,
        help="For marketplaces that cannot send a header of your choice: the app token is then "
        "part of the registered address, as ?token=… Addresses are seen by proxies and their logs, "
        "so prefer the headers wherever they are possible.",
    )

    @api.depends("code")
    def _compute_endpoint_url(self):
        for account in self:
            account.endpoint_url = account.code and (
                f"{account.get_base_url()}/marketplace/{account.code}"
            )

    def _admit_endpoint_user(self):
        """Let the endpoint's technical user work in the accounts' companies."""
        # sudo: a user who may connect a marketplace need not be allowed to change users
        user = self._endpoint_user().sudo()
        missing = self.company_id - user.company_ids
        if missing:
            user.write({"company_ids": [fields.Command.link(company.id) for company in missing]})

    @api.model
    def _endpoint_user(self):
        """The technical user as whom the endpoint works."""
        # Not by `env.ref`, which asks the database each time whether the user still exists.
        xmlids = self.env["ir.model.data"]
        user_id = xmlids._xmlid_to_res_id("marketplace_order_cancellation.user_endpoint")
        return self.env["res.users"].browse(user_id)

    def _as_endpoint(self):
        """This account in the environment in which the endpoint works for it.

        The author is the technical user, the mode is superuser's: a record rule of the shop's must
        hide no transfer that a cancellation has to stop, and each addon's part of a cancellation
        must be allowed. So each look-up says how far it may reach: the orders of this
        account in its company, and their documents.
        """
        self.ensure_one()
        settings = self._settings()
        company_ids = [settings.company_id]
        # The caller's context is replaced: what is done for a marketplace depends neither on who is
        # logged in nor on the companies they have chosen.
        context = {"allowed_company_ids": company_ids, "lang": settings.lang, "tz": settings.tz}
        endpoint = self.with_user(self._endpoint_user()).sudo()
        return endpoint.with_context(context)  # pylint: disable=context-overridden

    @api.model
    def _authenticate(self, code, credentials, signed_call, remote_address):
        """Find the account that a caller may speak for.

        :param code: the account's code, from the address
        :param credentials: a :class:`~tools.inbound.credentials.Credentials`
        :param signed_call: a function that reads the
            :class:`~tools.inbound.signature.SignedCall`, body and all; asked only if it counts.
            None where callers cannot sign: app key and app token are enough there
        :param remote_address: of the caller
        :return: the account, in superuser mode
        :raise Problem: unauthorized, the same for an unknown account and for wrong credentials,
            or too-many-calls if that happens often; for the right credentials, what
            :meth:`_check_admission` says, or replayed-call
        """
        account = self.sudo().browse(self._ids_by_code().get(code))  # sudo: nobody is logged in yet
        settings = account._settings() if account else None
        is_signed = bool(settings) and settings.authentication != "credentials"
        signed = signed_call() if is_signed and signed_call else None
        used, pair = self._keys_used(settings, credentials, signed)
        if not all(used):
            self._check_failed_rate(remote_address)
            raise Problem(
                UNAUTHORIZED,
                "Send the app key and app token of this marketplace account.",
                headers=AUTHENTICATE,
                reason=why_unproved(settings, credentials, pair, used, bool(signed)),
            )
        for key in used:
            noted = _noted.get((self.env.cr.dbname, key.credential_id), -_INTERVAL)
            if time.monotonic() - noted >= _INTERVAL:
                account._note_use(key.credential_id, remote_address, signed)
        account._check_admission(remote_address)
        if signed:
            self.env["marketplace.signed.attempt"]._take(account, signed)
        return account

    @api.model
    def _keys_used(self, settings, credentials, signed):
        """The credential behind each proof that the account wants, None for one that is missing.

        As many comparisons are made whether there is such an account or not. The database's clock
        decides what has ended and how old a signature is. It is the same for every host, so a
        signed call that was taken, and forgotten since, is too old for all of them.

        :param settings: of the account, None if there is no such account
        :return: a list of :class:`~tools.inbound.credentials.Key` or None, and the pair that was
            shown, None if there is no such pair; it may have ended
        """
        keys = settings.keys if settings else ()
        used, pair = [], None
        if not signed or settings.authentication == "both":
            pair = find_pair(keys, credentials)
            is_allowed = not credentials.from_query or (settings and settings.allow_query_token)
            used.append(pair if is_allowed else None)
        if signed:
            used.append(find_signing_key(keys, signed))
        if all(used) and (signed or used[0].expires_at):
            now = database_now(self.env.cr)
            used = [key if key.works(now) else None for key in used]
            if signed and not signed.is_fresh(now.replace(tzinfo=timezone.utc).timestamp()):
                return [None], pair
        return used, pair

    def _note_use(self, credential_id, remote_address, signed_call):
        """Note that a credential of this account is used now.

        In a transaction of its own: what comes of the call does not matter, and no call waits for
        another, or fails because of it. Past the ORM, as nothing that is kept in memory changes.

        :param remote_address: of the caller
        :param signed_call: the :class:`~tools.inbound.signature.SignedCall`, None if not signed
        """
        _noted[self.env.cr.dbname, credential_id] = time.monotonic()
        now = fields.Datetime.now()
        note = SQL(NOTE_USE, now=now, address=remote_address, credential=credential_id)
        try:
            with self.env.registry.cursor() as cr:
                cr.execute(note, log_exceptions=False)
                fault.point("use of credential written")
            fault.point("use of credential committed")
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.debug("Another worker has just noted the use of credential %s", credential_id)
        except (Error, PoolError):
            _logger.exception("The use of credential %s could not be noted", credential_id)


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_marketplace_endpoint(self):
        """Keep the user as whom every marketplace's request is settled."""
        if self.env["marketplace.account"]._endpoint_user() in self:
            text = self.env._("This user carries out what marketplaces ask; it cannot be deleted.")
            raise UserError(text)
