"""Documents of two companies, and each kind of user who may want something of them."""

from contextlib import contextmanager
from types import SimpleNamespace

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

from ...tools.arrival import Arrival
from .common import MarketplaceCase
from .rights import ABOUT, FOREIGN, FOREIGN_IS, GROUPS, PAGE
from .stub_marketplace import StubMarketplace

#: What is sent to a marketplace; it must turn up nowhere.
TOKEN = "an-outbound-t0ken"


class RightsCase(MarketplaceCase):
    """``here`` and ``there`` are the same documents, of the main company and of another one."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketplace = cls.enterClassContext(StubMarketplace())
        cls.marketplace.orders["O-1"] = "canceled"
        cls.other_company = cls.env["res.company"].create({"name": "Another Company"})
        cls.users = {kind: cls.make_user(kind, groups) for kind, groups in GROUPS.items()}
        cls.users[FOREIGN] = new_test_user(
            cls.env,
            "foreign-manager",
            GROUPS[FOREIGN_IS],
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.here = cls.make_documents(cls.company, "test-market")
        cls.there = cls.make_documents(cls.other_company, "market-there")
        cls.env.cr.flush()

    @classmethod
    def make_user(cls, kind, groups):
        if kind == "public":
            return cls.env.ref("base.public_user")
        if kind == "endpoint":
            return cls.endpoint_user
        return new_test_user(cls.env, f"{kind.replace(' ', '-')}-user", groups)

    # -- Documents --------------------------------------------------------------------------------

    @classmethod
    def make_documents(cls, company, code):
        """An account that is connected, and of it one of each document, the order on hold."""
        account = cls.env["marketplace.account"].search([("code", "=", code)])
        account = account or cls.make_account(code, company_id=company.id)
        account.write(
            {
                "user_id": False,
                "services_endpoint": f"{cls.marketplace.url}/api/oms",
                "outbound_key": "a-key",
                "new_outbound_token": TOKEN,
            }
        )
        if not account.credential_ids:
            account._generate_credential()
        warehouse = cls.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        cls.put_in_stock(cls.product, 50, warehouse)
        order = cls.make_marketplace_order(account, "O-1")
        receipt = cls.env["marketplace.cancellation.receipt"].create(
            {
                "account_id": account.id,
                "marketplace_order_id": "O-1",
                "sale_order_id": order.id,
                "state": "evaluating",
                "answer_status": 200,
            }
        )
        receipt._record_delivery(Arrival.now("192.0.2.7"), 200)
        contradictory = receipt.create(
            {"account_id": account.id, "marketplace_order_id": "O-6", "state": "mismatch"}
        )
        accepted = receipt.create(
            {"account_id": account.id, "marketplace_order_id": "O-9", "state": "cancelled"}
        )
        told, untold = (cls.make_marketplace_order(account, name) for name in ("O-2", "O-3"))
        (told | untold)._action_cancel()
        return SimpleNamespace(
            company=company,
            account=account,
            order=order,
            receipt=receipt,
            contradictory=contradictory,
            accepted=accepted,
            call=told._cancel_at_marketplace("No more left."),
            **cls.make_bookkeeping(account, receipt),
            changed=cls.make_change(account, order),
            unused=cls.make_account(f"{code}-2", company_id=company.id, user_id=False),
            untold=untold,
            quotation=cls.make_marketplace_order(account, "O-4", confirm=False),
            revived=cls.make_revived_order(account, "O-7"),
            free_picking=cls.make_marketplace_order(account, "O-5").picking_ids,
        )

    @classmethod
    def make_change(cls, account, order):
        """What the marketplace takes out of a line of ``order``, once it was asked for."""
        receipt = cls.env["marketplace.cancellation.receipt"].create(
            {
                "account_id": account.id,
                "kind": "part",
                "state": "part_cancelled",
                "marketplace_order_id": order.marketplace_order_id,
                "sale_order_id": order.id,
                "cancellation_request_id": "C-1",
                "change_body": {"remove": {"items": [{"id": "1", "quantity": 1}]}},
            }
        )
        line = {"receipt_id": receipt.id, "sale_line_id": order.order_line[:1].id, "quantity": 1}
        return cls.env["marketplace.change.line"].create(line)

    @classmethod
    def make_revived_order(cls, account, marketplace_order_id):
        """An order that goes on here although its marketplace was told that it is cancelled."""
        order = cls.make_marketplace_order(account, marketplace_order_id)
        order._action_cancel()
        order._cancel_at_marketplace("No more left.").state = "sent"
        order.action_draft()
        order.with_company(account.company_id).action_confirm()
        return order

    @classmethod
    def make_bookkeeping(cls, account, receipt):
        """What the endpoint keeps of ``account`` for itself."""
        cls.env.cr.flush()  # the log is written then
        moment = {"taken_at": "2026-01-01 00:00:00", "fingerprint": account.code}
        limit = {"key": account.code, "used_until": "2026-01-01 00:00:00"}
        entries = cls.env["marketplace.log.entry"].search([("receipt_id", "=", receipt.id)])
        return {
            "reading": cls.env["marketplace.order.reading"].create(
                {
                    "account_id": account.id,
                    "marketplace_order_id": "O-8",
                    "source": "hook",
                    "noted_at": "2026-01-01 00:00:00",
                    "due_at": "2999-01-01 00:00:00",
                    "attempts": 0,
                }
            ),
            **cls.make_comparison(account),
            "rate": cls.env["marketplace.call.rate"].create(limit),
            "attempt": cls.env["marketplace.signed.attempt"].create(
                {"account_id": account.id, **moment}
            ),
            "entry": entries[:1],
        }

    @classmethod
    def make_comparison(cls, account):
        """A comparison of the account's orders, and what it has found of one."""
        run = cls.env["marketplace.reconciliation"].create(
            {
                "account_id": account.id,
                "cause": "schedule",
                "started_at": "2026-01-01 00:00:00",
                "is_listed": True,
                "order_count": 1,
            }
        )
        order = cls.env["sale.order"].search(
            [("marketplace_account_id", "=", account.id), ("marketplace_order_id", "=", "O-1")]
        )
        finding = run.finding_ids.create(
            {
                "reconciliation_id": run.id,
                "marketplace_order_id": "O-1",
                "sale_order_id": order.id,
                "kind": "unread",
            }
        )
        return {"comparison": run, "finding": finding}

    @classmethod
    def make_marketplace_order(cls, account, marketplace_order_id, confirm=True):
        """An order that every salesperson of the company sees, and the customer, a portal user."""
        company = account.company_id
        order = cls.make_order(
            marketplace_order_id,
            marketplace_account_id=account.id,
            company_id=company.id,
            partner_id=cls.users["portal"].partner_id.id,
            user_id=False,
        )
        if confirm:
            order.with_company(company).action_confirm()
        return order

    def values(self, model, documents):
        """Values of a new record of ``model`` that is about ``documents``; None if it has no table.

        Whoever adds a model to ``RECORDS`` says here what one is made of.
        """
        account = {"account_id": documents.account.id}
        return {
            "marketplace.account": {
                "name": "New",
                "code": "new",
                "company_id": documents.company.id,
                "user_id": False,
            },
            "marketplace.account.credential": {**account, "app_key": "new"},
            "marketplace.cancellation.receipt": {**account, "marketplace_order_id": "new"},
            "marketplace.cancellation.delivery": {
                "receipt_id": documents.receipt.id,
                "received_at": "2026-01-01 00:00:00",
                "http_status": 200,
                "duration": 1,
            },
            "marketplace.cancellation.service": None,
            "marketplace.change.service": None,
            "marketplace.change.line": {"receipt_id": documents.receipt.id},
            "marketplace.log.mixin": None,
            "marketplace.notice.mixin": None,
            "marketplace.order.reading": {
                **account,
                "marketplace_order_id": "new",
                "source": "hook",
                "noted_at": "2026-01-01 00:00:00",
                "due_at": "2999-01-01 00:00:00",
                "attempts": 0,
            },
            "marketplace.hook.replacement": account,
            "marketplace.reconciliation": {
                **account,
                "cause": "schedule",
                "started_at": "2026-01-01 00:00:00",
            },
            "marketplace.reconciliation.finding": {
                "reconciliation_id": documents.comparison.id,
                "marketplace_order_id": "new",
                "kind": "unread",
            },
            "marketplace.call.rate": {"key": "new", "used_until": "2026-01-01 00:00:00"},
            "marketplace.log.check": account,
            "marketplace.log.entry": {
                **account,
                "receipt_id": documents.receipt.id,
                "noted_at": "2026-01-01 00:00:00",
            },
            "marketplace.signed.attempt": {
                **account,
                "fingerprint": "new",
                "taken_at": "2026-01-01 00:00:00",
            },
            "marketplace.outbound.call": {
                **account,
                "kind": "cancel",
                "marketplace_order_id": "new",
            },
            "marketplace.credential.rotation": account,
            "marketplace.credential.show": None,
            "marketplace.decision": {
                "receipt_id": documents.receipt.id,
                "decision": "refuse",
                "reason": "It is on its way.",
            },
            "marketplace.erasure": {"receipt_ids": [Command.set(documents.receipt.ids)]},
            "marketplace.give.up": {
                "call_ids": [Command.set(documents.call.ids)],
                "note": "Told by phone.",
            },
            "marketplace.order.cancel": {"order_id": documents.order.id},
            "marketplace.order.keep": {
                "order_id": documents.revived.id,
                "reason": "The shopper has paid us.",
            },
            "marketplace.resolution": {
                "receipt_ids": [Command.set(documents.contradictory.ids)],
                "note": "Settled by phone.",
            },
            "sale.mass.cancel.orders": {"sale_order_ids": [Command.set(documents.order.ids)]},
            "res.config.settings": {},
            "digest.digest": {"name": "Figures", "company_id": documents.company.id},
        }[model]

    def record(self, model, documents, kind, method=None):
        """A record of ``model`` about ``documents`` as a kind of user has it; wizards are new.

        :param method: that is to be called on it
        """
        existing = {
            "marketplace.account": documents.account,
            "marketplace.account.credential": documents.account.credential_ids,
            "marketplace.cancellation.receipt": documents.receipt,
            "marketplace.cancellation.delivery": documents.receipt.delivery_ids,
            "marketplace.change.line": documents.changed,
            "marketplace.outbound.call": documents.call,
            "marketplace.order.reading": documents.reading,
            "marketplace.reconciliation": documents.comparison,
            "marketplace.reconciliation.finding": documents.finding,
            "marketplace.call.rate": documents.rate,
            "marketplace.log.entry": documents.entry,
            "marketplace.signed.attempt": documents.attempt,
            "sale.order": documents.order,
            "sale.order.line": documents.order.order_line,
            "stock.picking": documents.order.picking_ids,
            "stock.picking.type": documents.order.picking_ids.picking_type_id,
        }
        records = self.as_user(kind, self.env[model])
        if about := ABOUT.get((model, method)):
            return records.browse(getattr(documents, about).ids)
        if model in existing:
            return records.browse(existing[model].ids)
        if self.env[model]._abstract:
            return records
        # sudo: whether the user may have made it is another question
        return records.sudo().create(self.values(model, documents)).sudo(False)

    def as_user(self, kind, records):
        """``records`` as a kind of user sees them; the endpoint as a call of ``here`` has it."""
        context = self.here.account._as_endpoint().env.context if kind == "endpoint" else {}
        return records.with_user(self.users[kind]).with_context(**context)

    def is_allowed(self, kind, documents, row, own_wizard=False):
        """Whether a kind of user may do with ``documents`` what ``row`` allows.

        :param row: kinds of user, of ``helpers/rights.py``
        """
        if row is PAGE:
            return True
        if own_wizard:
            return (FOREIGN_IS if kind == FOREIGN else kind) in row
        if documents is self.here:
            return kind in row
        return kind == FOREIGN and FOREIGN_IS in row

    def is_wizard(self, model):
        return self.env[model]._transient

    def both_sides(self):
        """Each kind of user with the documents of each company."""
        for name in ("here", "there"):
            for kind in self.users:
                yield kind, name, getattr(self, name)

    # -- Attempts ---------------------------------------------------------------------------------

    @contextmanager
    def undone(self):
        """What happens in it is rolled back at the end, whatever it was."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            self.env.cr.clear()
            savepoint.close(rollback=True)
            self.env.registry.clear_cache()

    def is_refused(self, attempt):
        """Whether ``attempt`` ends in an AccessError; anything else that goes wrong is an error."""
        self.env.invalidate_all()
        try:
            attempt()
        except AccessError:
            return True
        return False

    def assertTable(self, answers):
        """What is refused and what is not, is so in the table as well.

        :param answers: ``(what it is about, whether it was refused, whether it is allowed)``
        """
        answers = list(answers)
        self.assertTrue(any(refused for _what, refused, _allowed in answers))
        opened = [what for what, refused, allowed in answers if not refused and not allowed]
        closed = [what for what, refused, allowed in answers if refused and allowed]
        self.assertEqual((opened, closed), ([], []), "(allowed, refused) contrary to the table")

    def state_of_database(self):
        """A digest of each table that the addon has, or changes something in; not of wizards."""
        self.env.cr.flush()  # tracked changes are logged then
        models = [name for name in self.env if name.startswith("marketplace.")]
        models.remove("marketplace.call.rate")  # which counts those who fail
        models += ["sale.order", "stock.picking", "stock.move", "account.move", "mail.message"]
        models += ["mail.activity", "mail.tracking.value", "ir.cron.trigger", "res.users"]
        kept = [model for model in map(self.env.__getitem__, models) if model._auto]
        digests = [self._digest(model) for model in kept if not model._transient]
        # sorted, since PostgreSQL may read the tables in parallel
        return sorted(self.env.execute_query(SQL(" UNION ALL ").join(digests)))

    def _digest(self, model):
        return SQL(
            "SELECT %s, count(*), md5(string_agg(row::text, ' ' ORDER BY id)) FROM %s row",
            model._name,
            SQL.identifier(model._table),
        )
