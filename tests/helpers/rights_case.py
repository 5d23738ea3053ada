"""Documents of two companies, and each kind of user who may want something of them."""

from contextlib import contextmanager

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

from .rights import ABOUT, ARGUMENTS, FOREIGN, FOREIGN_IS, GROUPS, PAGE
from .rights_documents import RightsDocuments
from .stub_marketplace import StubMarketplace


class RightsCase(RightsDocuments):
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

    # -- Records -----------------------------------------------------------------------------------

    def values(self, model, documents):
        """Values of a new record of ``model`` that is about ``documents``; None if it has no table.

        If you add a model to ``RECORDS``, say here what a record is made of.
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
            "marketplace.change.choice": {
                "receipt_id": documents.unclear.receipt_id.id,
                "line_ids": [
                    Command.create({"change_line_id": documents.unclear.id, "quantity": 1})
                ],
            },
            "marketplace.change.choice.line": {
                "choice_id": self.choice_about(documents).id,
                "change_line_id": documents.unclear.id,
            },
            "marketplace.insert.mixin": None,
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
            "marketplace.rejected.call": {
                **account,
                "reason": "limit",
                "hour": "2026-01-01 00:00:00",
                "remote_address": "192.0.2.9",
                "calls": 1,
                "last_at": "2026-01-01 00:00:00",
            },
            "marketplace.log.check": account,
            "marketplace.log.entry": {
                **account,
                "receipt_id": documents.receipt.id,
                "noted_at": "2026-01-01 00:00:00",
            },
            "marketplace.seller.part": {
                "sale_order_id": documents.divisible.id,
                "sale_line_id": documents.divisible.order_line.id,
                "taken_out_at": "2026-01-01 00:00:00",
            },
            "marketplace.signed.attempt": {
                **account,
                "fingerprint": "new",
                "taken_at": "2026-01-01 00:00:00",
            },
            "marketplace.outbound.attempt": {
                "call_id": documents.call.id,
                "attempted_at": "2026-01-01 00:00:00",
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
            "marketplace.order.part": {
                "order_id": documents.divisible.id,
                "reason": "Cracked.",
                "line_ids": [Command.create(self.line_of_part(documents))],
            },
            "marketplace.order.part.line": self.line_of_part(documents),
            "marketplace.resolution": {
                "receipt_ids": [Command.set(documents.contradictory.ids)],
                "note": "Settled by phone.",
            },
            "sale.mass.cancel.orders": {"sale_order_ids": [Command.set(documents.order.ids)]},
            "res.config.settings": {},
            "digest.digest": {"name": "Figures", "company_id": documents.company.id},
        }[model]

    def line_of_part(self, documents):
        return {"sale_line_id": documents.divisible.order_line.id, "quantity": 1}

    def choice_about(self, documents):
        """A dialog about a change that is not clear."""
        receipt = documents.unclear.receipt_id
        return self.env["marketplace.change.choice"].create({"receipt_id": receipt.id})

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
            "marketplace.outbound.attempt": documents.attempt_to_call,
            "marketplace.order.reading": documents.reading,
            "marketplace.reconciliation": documents.comparison,
            "marketplace.reconciliation.finding": documents.finding,
            "marketplace.call.rate": documents.rate,
            "marketplace.rejected.call": documents.rejected,
            "marketplace.log.entry": documents.entry,
            "marketplace.seller.part": documents.part,
            "marketplace.signed.attempt": documents.attempt,
            "sale.order": documents.order,
            "sale.order.line": documents.order.order_line,
            "stock.picking": documents.order.picking_ids,
            "stock.move": documents.order.picking_ids.move_ids,
            "stock.picking.type": documents.order.picking_ids.picking_type_id,
            "stock.rule": self.env["stock.rule"],
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

    def arguments(self, record, method):
        """What ``method`` is called with on ``record``."""
        given = ARGUMENTS.get((record._name, method), {})
        return given(record.sudo()) if callable(given) else given

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
        for counting in ("marketplace.call.rate", "marketplace.rejected.call"):
            models.remove(counting)  # those who fail
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
