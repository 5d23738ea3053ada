"""What the tests build upon: an account, a product in stock, and calls of the endpoint."""

import json
import os
import random
from contextlib import contextmanager
from urllib.parse import quote

from odoo.fields import Command
from odoo.tests import HttpCase, TransactionCase
from odoo.tools import SQL, html2plaintext

from ...tools.arrival import Arrival
from ...tools.inbound.cancellation_request import CancellationRequest
from ...tools.inbound.credentials import QUERY_TOKEN

SERVICE_LOGGER = "odoo.addons.marketplace_order_cancellation.models.service.service"
ADMISSION_LOGGER = "odoo.addons.marketplace_order_cancellation.models.access.admission"
#: Of what half is hidden from the endpoint's user in the run that has record rules of a shop's own.
HIDDEN = ["account.move", "product.product", "product.template", "sale.order", "stock.picking"]
PROBLEM_TYPE = "urn:problem:marketplace-order-cancellation:"


class MarketplaceCase(TransactionCase):
    """An account ``test-market`` of the main company, and a product with 100 pieces in stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.warehouse = cls.env.ref("stock.warehouse0")
        cls.endpoint_user = cls.env.ref("marketplace_order_cancellation.user_endpoint")
        cls.partner = cls.env["res.partner"].create({"name": "A Shopper"})
        cls.account = cls.make_account("test-market", name="Test Market")
        cls.product = cls.make_product("Teapot")
        cls.put_in_stock(cls.product, 100, cls.warehouse)
        if os.environ.get("MARKETPLACE_TEST_HIDE"):
            cls.hide_half_from_endpoint()

    @classmethod
    def hide_half_from_endpoint(cls):
        """Add record rules that hide a random half of all documents from the endpoint's user."""
        chance = random.Random(os.environ["MARKETPLACE_TEST_HIDE"] + cls.__name__)
        last_digits = chance.sample("0123456789", 5)
        seen = ["|"] * 4 + [("id", "=like", f"%{digit}") for digit in last_digits]
        domain = f"{seen} if user.id == {cls.endpoint_user.id} else []"
        for name in HIDDEN:
            cls.env["ir.rule"].create(
                {
                    "name": f"Half of {name}, by the last digit of the ID",
                    "model_id": cls.env["ir.model"]._get(name).id,
                    "domain_force": domain,
                }
            )

    # -- Records ----------------------------------------------------------------------------------

    @classmethod
    def make_account(cls, code, **values):
        return cls.env["marketplace.account"].create({"name": code, "code": code, **values})

    @classmethod
    def make_product(cls, name, **values):
        return cls.env["product.product"].create(
            {"name": name, "type": "consu", "is_storable": True, "taxes_id": False, **values}
        )

    @classmethod
    def end_programs(cls):
        """End the loyalty programs of the demo data, which give points for every order."""
        if "loyalty.program" in cls.env:
            cls.env["loyalty.program"].search([]).active = False

    @classmethod
    def put_in_stock(cls, product, quantity, warehouse):
        cls.env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, quantity)

    @classmethod
    def make_order(cls, marketplace_order_id=None, quantity=1, confirm=False, **values):
        """A sales order with one line; of the account if it has a marketplace order ID.

        :param values: further values of the order, or others than the usual ones; ``product`` is
            the line's product
        """
        product = values.pop("product", cls.product)
        if marketplace_order_id:
            values.setdefault("marketplace_account_id", cls.account.id)
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.partner.id,
                "marketplace_order_id": marketplace_order_id,
                "pricelist_id": False,  # demo data may have discounts for everybody
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    # -- Requests ---------------------------------------------------------------------------------

    def request_cancellation(self, marketplace_order_id, path_order_id=None, account=None, **body):
        """Have a request settled as the endpoint does, without HTTP.

        :param body: further fields of the request's body
        :return: the :class:`~tools.inbound.answer.Answer`
        """
        body["marketplaceOrderId"] = marketplace_order_id
        request = CancellationRequest.from_body(json.dumps(body).encode())
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse((account or self.account).id)._as_endpoint()
            return account.env["marketplace.cancellation.service"]._answer(
                account, request, path_order_id or marketplace_order_id, Arrival.now("192.0.2.7")
            )

    def register(self, marketplace_order_id, path_order_id=None, **request):
        """A receipt as a request leaves it that waits for its turn in another process.

        :param request: further fields of the :class:`CancellationRequest`
        """
        return self.env["marketplace.cancellation.receipt"]._find_or_create(
            self.account,
            CancellationRequest(marketplace_order_id, **request),
            path_order_id=path_order_id or marketplace_order_id,
            received_at=Arrival.now(None).received_at,
        )

    def run_cron(self, name="cron_settle_pending"):
        """Run a job of the addon's as the scheduler does; by default what settles the pending."""
        with self.own_transactions() as env:
            env.ref(f"marketplace_order_cancellation.{name}").method_direct_trigger()

    @contextmanager
    def own_transactions(self):
        """An environment that may commit; to this test, that is a savepoint."""
        self.env.flush_all()
        with self._test_mode(), self.registry.cursor() as cr:
            try:
                yield self.env(cr=cr)
            finally:
                self.assertNoLockLeft()
        self.env.invalidate_all()

    def _test_mode(self):
        return self.enter_registry_test_mode()

    def rewrite(self, records, **values):
        """Change ``records`` past the addon, as who has the database in hand."""
        records.env.flush_all()
        for name, value in values.items():
            records.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id IN %s",
                    SQL.identifier(records._table),
                    SQL.identifier(name),
                    value,
                    tuple(records.ids),
                )
            )
        records.invalidate_recordset()

    # -- What came of it --------------------------------------------------------------------------

    def receipts(self, marketplace_order_id, account=None):
        """All receipts for a marketplace's order, oldest first."""
        return self.env["marketplace.cancellation.receipt"].search(
            [
                ("account_id", "=", (account or self.account).id),
                ("marketplace_order_id", "=", marketplace_order_id),
            ],
            order="id",
        )

    def moves(self, order):
        """All stock moves that were made for ``order``, those of earlier steps included.

        Odoo takes the chain apart when it cancels it: ask before.
        """
        moves = order.order_line.move_ids
        return moves.browse(moves._rollup_move_origs() | moves._rollup_move_dests())

    def ship(self, picking, quantity=None):
        """Do the transfer, ``quantity`` of it only and the rest as a backorder if given."""
        picking.action_assign()
        if quantity is not None:
            picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking._action_done()

    def without_returns(self, pickings):
        """``pickings`` but for the ways back that a cancellation has proposed."""
        return pickings.filtered(
            lambda picking: not (picking.return_receipt_id or picking.return_order_id)
        )

    def on_hand(self, product=None):
        """``(quantity, reserved quantity)`` in all of the company's own locations."""
        self.env.cr.flush()  # what is cancelled gives its goods free before the commit
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.product).id),
                ("location_id.usage", "=", "internal"),
            ]
        )
        return sum(quants.mapped("quantity")), sum(quants.mapped("reserved_quantity"))

    def chatter(self, record):
        """The messages on ``record`` as plain text, newest first."""
        return [html2plaintext(message.body).strip() for message in record.message_ids]

    def assertNoLockLeft(self):
        """Every lock was given back: nobody else would do so to one of a session in the pool.

        One of a transaction ends with it, and cannot be given back before: here this test's own.
        """
        with self.env.cr.connection.cursor() as cr:  # which no test counts
            cr.execute(
                "SELECT pg_advisory_unlock((classid::bigint << 32) | objid::bigint) FROM pg_locks"
                " WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'"
                " AND pid = pg_backend_pid()"
            )
            self.assertNotIn((True,), cr.fetchall(), "a lock was not given back")

    def assertCancelled(self, order):
        """``order`` is cancelled, and so is everything of it that was not shipped."""
        self.assertEqual(order.state, "cancel")
        pickings = self.without_returns(order.picking_ids)
        moves = self.moves(order).filtered(
            lambda move: not move.picking_id or self.without_returns(move.picking_id)
        )
        self.assertLessEqual(set(moves.mapped("state")), {"cancel", "done"})
        self.assertLessEqual(set(pickings.mapped("state")), {"cancel", "done"})

    def assertUntouched(self, order):
        """The confirmed ``order`` goes on: nothing of it was cancelled."""
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.picking_ids)
        self.assertNotIn("cancel", order.picking_ids.mapped("state"))
        self.assertNotIn("cancel", self.moves(order).mapped("state"))


class EndpointCase(MarketplaceCase, HttpCase):
    """Calls the endpoint over HTTP, with the account's credentials."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.app_key, cls.app_token = cls.account._generate_credential()
        cls.credentials = {
            "X-VTEX-API-AppKey": cls.app_key,
            "X-VTEX-API-AppToken": cls.app_token,
        }

    @contextmanager
    def _test_mode(self):
        yield  # HttpCase is in it all the time

    def call(
        self,
        marketplace_order_id="",
        body=None,
        path_order_id=None,
        headers=None,
        method="POST",
        path=None,
        query="",
    ):
        """Send one request to the endpoint.

        :param body: dictionary of the JSON body, or the raw body; by default the 2020 contract's
        :param path_order_id: ID in the address, by default ``marketplace_order_id``
        :param headers: besides the credentials and ``Content-Type``; None leaves a header out
        :param path: instead of the cancellation's address
        """
        if body is None:
            body = {"marketplaceOrderId": marketplace_order_id}
        if isinstance(body, dict):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        headers = {"Content-Type": "application/json", **self.credentials, **(headers or {})}
        order_id = quote(path_order_id or marketplace_order_id, safe="")
        path = path or f"/marketplace/{self.account.code}/pvt/orders/{order_id}/cancel"
        response = self.opener.request(
            method,
            f"{self.base_url()}{path}{query and '?' + query}",
            data=body,
            headers={name: value for name, value in headers.items() if value is not None},
            allow_redirects=False,
            timeout=30,
        )
        self.assertNoLockLeft()
        return response

    def no_credentials(self):
        """Value of ``headers`` for a call without credentials."""
        return dict.fromkeys(self.credentials)

    def query_token(self, token=None):
        """Value of ``query`` for a call with the token in the address."""
        return f"{QUERY_TOKEN}={token or self.app_token}"

    def assertProblem(self, response, status, kind):
        """``response`` is the problem ``kind``: RFC 9457, nothing else, and it sets no cookie."""
        self.assertEqual(response.status_code, status)
        self.assertEqual(response.headers["Content-Type"], "application/problem+json")
        self.assertNotIn("Set-Cookie", response.headers)
        if response.request.method != "HEAD":
            document = response.json()
            self.assertEqual(document["status"], status)
            self.assertEqual(document["type"], PROBLEM_TYPE + kind)
            self.assertTrue(document["title"])
        for leak in ("<html", "<!doctype", "Traceback", self.app_token):
            self.assertNotIn(leak.lower(), response.text.lower())

    def assertConfirmed(self, response, order, marketplace_order_id=None):
        """``response`` confirms that ``order`` is cancelled; return its receipt."""
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(response.headers["Content-Type"], "application/json")
        document = response.json()
        self.assertEqual(list(document), ["date", "marketplaceOrderId", "orderId", "receipt"])
        self.assertEqual(
            document["marketplaceOrderId"], marketplace_order_id or order.marketplace_order_id
        )
        self.assertEqual(document["orderId"], order.name)
        receipt = self.env["marketplace.cancellation.receipt"].search(
            [("protocol_code", "=", document["receipt"])]
        )
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(receipt.sale_order_id, order)
        self.assertCancelled(order)
        return receipt
