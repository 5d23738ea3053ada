import json
import secrets
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.clock import database_now
from ...tools.inbound.signature import read_secret, sign
from ...tools.samples import TEST_PREFIX

#: How long a test may take: after that its app token works no more, and its order is cancelled.
_MINUTES = 5


class MarketplaceAccount(models.Model):
    """Test cancellations: a sample order, cancelled by a call that is as real as a marketplace's.

    The browser makes the call. A server with only one worker would wait for itself, and its own
    address is not always the one at which others reach it.
    """

    _inherit = "marketplace.account"

    credential_ids = fields.One2many(domain=[("kind", "=", "pair"), ("is_test", "=", False)])
    test_credential_ids = fields.One2many(
        "marketplace.account.credential",
        "account_id",
        domain=[("is_test", "=", True)],
        groups="marketplace_order_cancellation.group_marketplace_manager",
    )
    test_passed_at = fields.Datetime(copy=False, readonly=True)

    def action_send_test_cancellation(self):
        """Open the dialog that sends a test cancellation."""
        self.ensure_one()
        self._check_manages_credentials()
        return {
            "type": "ir.actions.client",
            "name": self.env._("Test Cancellation for %s", self.name),
            "tag": "marketplace_test_cancellation",
            "target": "new",
            "params": {"account_id": self.id},
        }

    def start_test_cancellation(self):
        """Make a sample order, and the call that cancels it.

        :return: ``reference``, the order's ID at the marketplace; ``request``: path, headers and
            body of the call, with an app token that works for minutes and is kept nowhere; and
            what :meth:`look_at_test_cancellation` returns
        :raise AccessError: for a user who is not a marketplace manager
        """
        self.ensure_one()
        self._check_manages_credentials()
        reference = f"{TEST_PREFIX}{secrets.token_hex(4).upper()}"
        # sudo: a user who manages marketplaces need not have rights to Sales
        account = self.sudo().with_company(self.company_id)
        self.env["sale.order"].sudo()._make_test_order(account, reference)
        body = json.dumps({"marketplaceOrderId": reference})
        headers = {"Content-Type": "application/json", **account._test_headers(reference, body)}
        account._tell_test_started(reference)
        soon = fields.Datetime.now() + timedelta(minutes=_MINUTES, seconds=5)
        self.env["ir.cron"]._wake_own("cron_end_tests", soon)
        return {
            "reference": reference,
            "request": {
                "path": f"/marketplace/{self.code}/pvt/orders/{reference}/cancel",
                "headers": headers,
                "body": body,
            },
            **self.look_at_test_cancellation(reference),
        }

    def look_at_test_cancellation(self, reference):
        """How far a test has got.

        :param reference: the sample order's ID at the marketplace
        :return: ``order`` and ``receipt``, each None if there is none
        :raise AccessError: for a user who is not a marketplace manager
        """
        self.ensure_one()
        self._check_manages_credentials()
        order, receipt = self._test_documents(reference)
        text = receipt.error or receipt.note or ""
        return {
            "order": self._describe_test_order(order) if order else None,
            "receipt": _describe(receipt) | {"id": receipt.id, "text": text} if receipt else None,
        }

    def finish_test_cancellation(self, reference):
        """End a test: its order is cancelled, if the call has not done that, and its token works
        no more.

        :param reference: the sample order's ID at the marketplace
        :return: what :meth:`look_at_test_cancellation` returns, and whether the test ``passed``
        :raise AccessError: for a user who is not a marketplace manager
        """
        self.ensure_one()
        self._check_manages_credentials()
        order, receipt = self._test_documents(reference)
        # Before the order is cancelled in any case, which settles its receipt as well.
        passed = order.state == "cancel" and receipt.state == "cancelled"
        account = self.sudo()  # sudo: as in `start_test_cancellation`
        order._end_test()
        keys = account.test_credential_ids._of_test(reference)
        if order:
            account._tell_test_ended(reference, passed, keys)
        keys.unlink()
        if passed:
            account.test_passed_at = database_now(self.env.cr)
        return {**self.look_at_test_cancellation(reference), "passed": passed}

    @api.model
    def _cron_end_tests(self):
        """End the tests that nobody has ended: the browser was closed, say."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        # sudo: the tests of every company
        credentials = self.env["marketplace.account.credential"].sudo()
        credentials = credentials.with_context(active_test=False)
        credentials.search([("is_test", "=", True)]).filtered("is_expired").unlink()
        begun_before = database_now(self.env.cr) - timedelta(minutes=_MINUTES)
        orders = self.env["sale.order"].sudo()._find_tests(begun_before)
        cron._work_off(orders, type(orders)._try_to_end_test)

    # -- Tests count nowhere ----------------------------------------------------------------------

    @api.model
    def _domain_counted(self, model):
        flag = {"sale.order": "is_marketplace_test", "marketplace.cancellation.receipt": "is_test"}
        of_no_test = [(flag[model], "=", False)] if model in flag else []
        return [*super()._domain_counted(model), *of_no_test]

    def _open(self, action, field):
        """Show as many as the button says, with the tests a click away."""
        return dict(super()._open(action, field), context={"search_default_no_tests": 1})

    # -- The call ---------------------------------------------------------------------------------

    def _test_headers(self, reference, body):
        """The headers with which a call of this account proves itself."""
        headers = {}
        if self.authentication != "signature":
            credential, token = self.env["marketplace.account.credential"]._issue(
                self,
                app_key=f"{self.code}-{reference.lower()}",
                expires_at=database_now(self.env.cr) + timedelta(minutes=_MINUTES),
                is_test=True,
            )
            headers |= {"X-VTEX-API-AppKey": credential.app_key, "X-VTEX-API-AppToken": token}
        if self.authentication != "credentials":
            headers |= self._sign_test(reference, body)
        return headers

    def _sign_test(self, reference, body):
        """The headers that sign ``body``; the secret itself stays here."""
        secret = self.signing_secret_ids.filtered(lambda secret: not secret.is_expired)[:1]
        if not secret:
            text = self.env._(
                "This account's calls are signed: enter the signing secret that the "
                "marketplace shows, on the page Security."
            )
            raise UserError(text)
        timestamp = str(int(database_now(self.env.cr).replace(tzinfo=timezone.utc).timestamp()))
        key = read_secret(secret.signing_secret)
        return {
            "webhook-id": reference,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{sign(key, reference, timestamp, body.encode())}",
        }

    def _note_use(self, credential_id, remote_address, signed_call):
        """Leave out a signed call of a test: it is not the marketplace that uses the secret."""
        if signed_call and signed_call.message_id.startswith(TEST_PREFIX):
            orders = self.env["sale.order"].sudo()  # sudo: nobody is logged in
            order = orders._find_marketplace_order(self, signed_call.message_id)
            if order.is_marketplace_test:
                return None
        return super()._note_use(credential_id, remote_address, signed_call)

    def _working_credentials(self):
        return super()._working_credentials() | self.test_credential_ids.filtered("active")

    # -- What is seen of it -----------------------------------------------------------------------

    def _test_documents(self, reference):
        """The sample order ``reference`` and its receipt, either empty if there is none."""
        # sudo: as in `start_test_cancellation`; other orders than of tests are not found
        order = self.env["sale.order"].sudo()._find_marketplace_order(self, reference)
        order = order.filtered("is_marketplace_test")
        named = [("account_id", "=", self.id), ("marketplace_order_id", "=", reference)]
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        return order, receipts.search(named, limit=1) if order else receipts

    def _describe_test_order(self, order):
        may_open = order.with_user(self.env.user).sudo(False).has_access("read")
        return {
            "id": order.id if may_open else False,
            **_describe(order),
            "transfers": [_describe(picking) for picking in order.picking_ids],
        }

    def _tell_test_started(self, reference):
        text = self.env._("Test cancellation %s was sent.", reference)
        if keys := self.test_credential_ids._of_test(reference):
            text += " " + self.env._(
                "The app key %(key)s was issued for it, for %(minutes)s minutes at the longest.",
                key=keys.app_key,
                minutes=_MINUTES,
            )
        self.message_post(body=text)

    def _tell_test_ended(self, reference, passed, keys):
        if passed:
            text = self.env._("Test cancellation %s: it works.", reference)
        else:
            text = self.env._("Test cancellation %s did not cancel its order.", reference)
        if keys:
            text += " " + self.env._("Its app key no longer works.")
        self.message_post(body=text)


class MarketplaceAccountCredential(models.Model):
    _inherit = "marketplace.account.credential"

    is_test = fields.Boolean(
        "Of a Test", readonly=True, help="Made for one test cancellation, and deleted after it."
    )

    def _of_test(self, reference):
        return self.filtered(lambda key: key.app_key.endswith(f"-{reference.lower()}"))


def _describe(document):
    """What the dialog shows of an order, a transfer or a receipt."""
    name = document._rec_name
    label = document._fields["state"].convert_to_export(document.state, document)
    return {"name": document[name], "state": document.state, "state_label": label}
