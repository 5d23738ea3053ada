"""Who the shopper is stays out of the server's log, of receipts and of answers."""

import logging
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2 import InterfaceError
from psycopg2.errors import NotNullViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ...tools.discreet_log import discreet, kind_of
from ..helpers.common import EndpointCase, MarketplaceCase

#: What the shopper of these tests is known by; all of it stands in the errors.
SHOPPER = {
    "name": "Zenobia Quick",
    "email": "zenobia@example.org",
    "phone": "+55 11 98765-4321",
    "vat": "BE0477472701",
    "street": "Rua do Teste's End, 42",
    "zip": "01310-100",
    "city": "Vila Zenobiana",
}
TOLD = "; ".join(SHOPPER.values())


class ShopperCase(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.write(SHOPPER)
        cls.order = cls.make_order("959311095", confirm=True)

    @contextmanager
    def cancelling_fails(self, fail):
        """Cancelling an order calls ``fail`` with it once it is done."""
        model = self.registry["sale.order"]
        original = model._action_cancel

        def cancel(orders):
            result = original(orders)
            orders.env.flush_all()
            fail(orders)
            return result

        with patch.object(model, "_action_cancel", cancel):
            yield

    @contextmanager
    def nothing_told(self, *words):
        """The whole log of the meantime says ``words``, and nothing of the shopper."""
        with self.assertLogs("odoo", logging.INFO) as log:
            yield
        text = "\n".join(log.output)
        for word in words:
            self.assertIn(word, text)
        self.assertNamesNobody(text)

    def assertNamesNobody(self, text):
        for name, value in SHOPPER.items():
            self.assertNotIn(value.lower(), text.lower(), name)

    def assertFailed(self, *words):
        """The receipt has failed and says ``words`` of it; nothing at it names the shopper."""
        receipt = self.receipts("959311095")
        self.assertEqual(receipt.state, "failed")
        told = (receipt.error, receipt.activity_ids.note, *receipt.message_ids.mapped("body"))
        for word in words:
            self.assertIn(word, receipt.error)
        self.assertTrue(receipt.activity_ids.note)
        self.assertNamesNobody(" ".join(map(str, told)))


def advise(orders):
    """What an addon tells people, who know whom it is about."""
    message = f"{TOLD.upper()} has to be asked about {orders.name} first."
    raise UserError(message)


def stumble(_orders):
    try:
        {}[TOLD]
    except KeyError as error:
        raise ValueError(f"no such customer: {TOLD}") from error


def violate(orders):
    """PostgreSQL's answer shows the whole row, and Odoo logs the statement."""
    values = orders.partner_id.read(["email", "phone", "vat", "street", "zip", "city"])[0]
    values["comment"] = SHOPPER["name"]
    del values["id"]
    columns = SQL(", ").join(map(SQL.identifier, values))
    values = SQL(", ").join(SQL("%s", value) for value in values.values())
    orders.env.cr.execute(
        SQL(
            "INSERT INTO res_partner (%s, name, autopost_bills) VALUES (%s, NULL, NULL)",
            columns,
            values,
        )
    )


@tagged("post_install", "-at_install")
class TestCall(ShopperCase, EndpointCase):
    def check(self, fail, logged, told):
        with self.cancelling_fails(fail), self.nothing_told(*logged):
            response = self.call("959311095")
        self.assertProblem(response, 500, "cancellation-failed")
        self.assertNamesNobody(response.text)
        self.assertFailed(*told)

    def test_advice_of_another_addon_is_not_logged(self):
        self.check(
            advise,
            ["could not be settled", "UserError", "in advise"],
            ["[customer]", f"has to be asked about {self.order.name} first."],
        )

    def test_mistake_in_a_program(self):
        self.check(
            stumble,
            ["could not be settled", "in stumble", "KeyError", "ValueError"],
            ["ValueError"],
        )

    def test_refused_by_the_database(self):
        self.check(
            violate,
            ["bad query", "INSERT INTO", "in violate", "NotNullViolation (23502)"],
            ["NotNullViolation (23502)"],
        )

    def test_call_that_fails_as_a_whole(self):
        service = self.registry["marketplace.cancellation.service"]
        for error, logged in (
            (ValueError(TOLD), ["A request failed", "ValueError"]),
            (UserError(TOLD), ["A request was refused", "UserError"]),
        ):
            with (
                self.subTest(error),
                patch.object(service, "_answer", side_effect=error),
                self.nothing_told(*logged),
            ):
                response = self.call("959311095")
                self.assertProblem(response, 500, "internal-error")
                self.assertNamesNobody(response.text)

    def test_public_user_that_cannot_be_read(self):
        """Odoo logs why, and denies access: to repeat the call helps."""
        ways = self.registry["ir.http"]
        with (
            patch.object(ways, "_auth_method_marketplace", side_effect=InterfaceError(TOLD)),
            self.nothing_told("during request Authentication", "InterfaceError"),
        ):
            response = self.call("959311095")
        self.assertProblem(response, 503, "unavailable")
        self.assertEqual(response.headers["Retry-After"], "5")


@tagged("post_install", "-at_install")
class TestElsewhere(ShopperCase):
    def test_decision_of_a_person(self):
        self.account.on_picking = "ask"
        self.order.picking_ids.move_ids.picked = True
        self.request_cancellation("959311095")
        receipt = self.receipts("959311095")
        self.assertEqual(receipt.state, "evaluating")
        with self.cancelling_fails(violate), self.nothing_told("bad query", "as decided"):
            receipt.action_accept()
        self.assertFailed("NotNullViolation")

    def test_job_that_fails_as_a_whole(self):
        job = self.env.ref("marketplace_order_cancellation.cron_settle_pending")
        service = self.registry["marketplace.cancellation.service"]
        with (
            patch.object(service, "_cron_settle_pending", side_effect=ValueError(TOLD)),
            self.nothing_told("has failed", "ValueError"),
            self.assertRaisesRegex(RuntimeError, "^ValueError$"),
        ):
            self.run_as_job(job)

    def test_other_jobs_fail_as_ever(self):
        job = self.env["ir.cron"].search([("model_name", "=", "res.users")], limit=1)
        self.assertTrue(job)
        job.code = "raise UserError('as it is')"
        with self.assertRaisesRegex(UserError, "as it is"):
            self.run_as_job(job)

    def run_as_job(self, job):
        with self.own_transactions() as env:
            job.with_env(env)._callback(job.cron_name, job.ir_actions_server_id.id)

    def test_whose_message_is_left_as_it_is(self):
        """Odoo's own log is only kept short where the addon is at work."""
        with self.assertLogs("odoo.sql_db", logging.ERROR) as log:
            self.fail_in_the_database()
        self.assertIn(SHOPPER["email"], log.output[0])
        with discreet(), self.assertLogs("odoo.sql_db", logging.ERROR) as log:
            self.fail_in_the_database()
        self.assertNamesNobody(log.output[0])

    def fail_in_the_database(self):
        with self.assertRaises(NotNullViolation) as raised, self.env.cr.savepoint():
            violate(self.order)
        self.assertEqual(kind_of(raised.exception), "NotNullViolation (23502)")


@tagged("post_install", "-at_install")
class TestWithoutShopper(ShopperCase):
    def replaced(self, text):
        return self.order._without_shopper(text)

    def test_whole_words_only(self):
        self.partner.write({"name": "Ann", "city": "Lo"})
        self.assertEqual(
            self.replaced("Ann, ann and Anna cannot plan, ANN! Lo!"),
            "[customer], [customer] and Anna cannot plan, [customer]! Lo!",
        )

    def test_longest_name_first(self):
        self.partner.write({"name": "Ann", "city": "Ann-Arbor"})
        self.assertEqual(self.replaced("Ann-Arbor"), "[customer]")

    def test_every_partner_of_the_order(self):
        company = self.env["res.partner"].create({"name": "Quick & Sons", "is_company": True})
        self.partner.parent_id = company
        other = self.env["res.partner"].create({"name": "Some (Body)", "street": "Dead End 1"})
        self.order.partner_shipping_id = other
        self.order.partner_invoice_id = self.env["res.partner"].create({"name": "Payer"})
        self.assertEqual(
            self.replaced("Quick & Sons, Some (Body), Dead End 1, Payer: payers"),
            "[customer], [customer], [customer], [customer]: payers",
        )

    def test_without_an_order(self):
        self.assertEqual(self.env["sale.order"]._without_shopper(TOLD), TOLD)
