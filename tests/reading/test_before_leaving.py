"""The marketplace is asked before goods leave: what it has cancelled stays."""

import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.reading import look
from ..helpers.readings import ReadingCase
from ..helpers.stub_marketplace import StubMarketplace


class LookCase(ReadingCase):
    def setUp(self):
        super().setUp()
        look.went_on.forget()
        self.account.write({"before_leaving": "go", "on_picking": "ask"})
        # a test's own transaction has changed stock already
        kind = type(self.env["stock.picking"])
        self.enterContext(patch.object(kind, "_holds_stock", lambda pickings: False))

    def leave(self, pickings, **context):
        """Press the button, with transactions besides the test's own."""
        pickings.action_assign()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            return pickings.with_context(**context).button_validate()

    def assertStays(self, pickings, *texts, **context):
        try:  # assertRaises would roll back what another transaction has noted, too
            self.leave(pickings, **context)
        except UserError as error:
            said = str(error)
        else:
            self.fail("it has left")
        for text in texts:
            self.assertIn(text, said)
        self.assertNotIn("done", pickings.mapped("state"))
        return said

    def assertLeaves(self, pickings, **context):
        self.leave(pickings, **context)
        self.assertEqual(set(pickings.mapped("state")), {"done"})

    def asked(self):
        """The orders that were asked for so far."""
        return sorted(
            call.path.split("?")[0].rsplit("/", 1)[1] for call in self.marketplace.received
        )


DROPSHIP = "stock_dropshipping.route_drop_shipping"


@tagged("post_install", "-at_install")
class TestFound(LookCase):
    def test_what_is_cancelled_there_stays_and_is_settled(self):
        order = self.order_of_three("L-1")
        self.marketplace.orders["L-1"] = "canceled"
        picking = order.picking_ids
        self.assertStays(picking, picking.name, "L-1", "Test Market has cancelled its order")
        reading = self.readings()
        self.assertEqual((reading.marketplace_order_id, reading.source), ("L-1", "check"))
        self.read(self.canceled("L-1", reason="Late"))
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.receipts("L-1").source, "check")

    def test_what_goes_on_leaves(self):
        order = self.order_of_three("L-1")
        self.marketplace.orders["L-1"] = "handling"
        self.assertLeaves(order.picking_ids)
        self.assertEqual(self.asked(), ["L-1"])
        self.assertFalse(self.readings())

    def test_request_that_may_be_refused_holds_until_somebody_has_decided(self):
        order = self.order_of_three("L-1", steps="two", done=1)
        asking = self.requested("L-1", reason="Late")
        self.marketplace.answers.append((200, asking, {}))
        ship = self.open_pickings(order)
        self.assertStays(ship, "the cancellation of order L-1 was asked for at Test Market")
        self.read(asking)
        receipt = self.receipts("L-1")
        self.assertEqual((receipt.state, receipt.source), ("evaluating", "check"))
        self.assertStays(ship, "wait for the decision")
        self.assertEqual(self.asked(), ["L-1"] * 2)  # on hold here: nobody asks there
        receipt.action_refuse("It is packed.")
        self.marketplace.answers.append((200, asking, {}))
        self.assertLeaves(ship)

    def test_what_is_kept_open_leaves_and_nobody_asks(self):
        order = self.order_of_three("L-1", steps="two", done=1)
        self.tell("L-1")
        self.read(self.canceled("L-1", reason="Late"))
        self.receipts("L-1").action_keep("The shopper wants it.")
        self.marketplace.received.clear()
        self.assertLeaves(self.open_pickings(order))
        self.assertFalse(self.asked())

    def test_batch_names_what_to_take_out(self):
        orders = [self.order_of_three(f"L-{number}") for number in range(4)]
        self.marketplace.orders.update({f"L-{number}": "handling" for number in range(4)})
        self.marketplace.orders |= {"L-1": "canceled", "L-2": "cancel"}
        pickings = self.env["sale.order"].union(*orders).picking_ids
        text = self.assertStays(pickings, "L-1", "L-2", "Take these transfers out")
        self.assertNotIn("L-3", text)
        self.assertNotIn(orders[0].picking_ids.name, text)
        self.assertEqual(self.asked(), ["L-0", "L-1", "L-2", "L-3"])
        self.assertEqual(set(self.readings().mapped("marketplace_order_id")), {"L-1", "L-2"})
        self.assertLeaves((orders[0] | orders[3]).picking_ids)

    def test_replacement_is_asked_about_by_what_it_replaces(self):
        order = self.order_of_three("L-1", done=1)
        again = self.make_order(confirm=True, replaced_order_id=order.id)
        self.marketplace.orders["L-1"] = "canceled"
        self.assertStays(again.picking_ids, "L-1")

    def test_steps_inside_and_returns_ask_nobody(self):
        order = self.order_of_three("L-1", steps="three")
        self.marketplace.orders["L-1"] = "handling"
        for _step in range(2):
            ready = self.open_pickings(order).filtered(lambda own: own.state == "assigned")
            self.assertLeaves(ready)
        self.assertFalse(self.asked())
        ship = self.open_pickings(order)
        self.assertLeaves(ship)
        self.assertEqual(self.asked(), ["L-1"])
        self.assertLeaves(self.start_return(ship))
        self.assertEqual(self.asked(), ["L-1"])

    def test_what_the_supplier_sends_to_the_shopper(self):
        if not self.env.ref(DROPSHIP, False):
            self.skipTest("stock_dropshipping is not installed")
        supplier = self.env["res.partner"].create({"name": "A Supplier"})
        product = self.make_product(
            "Samovar",
            route_ids=[Command.set(self.env.ref(DROPSHIP).ids)],
            seller_ids=[Command.create({"partner_id": supplier.id})],
        )
        order = self.make_order("L-1", product=product, confirm=True)
        purchase = self.env["purchase.order"].search([("partner_id", "=", supplier.id)])
        purchase.button_confirm()
        self.marketplace.orders["L-1"] = "canceled"
        self.assertStays(purchase.picking_ids, "L-1")
        self.assertEqual(self.readings().marketplace_order_id, order.marketplace_order_id)

    def test_orders_of_the_shop_itself_ask_nobody(self):
        self.assertLeaves(self.order_of_three(None).picking_ids)
        self.assertFalse(self.asked())

    def test_twice_within_a_moment_asks_once(self):
        order = self.order_of_three("L-1")
        self.marketplace.orders["L-1"] = "handling"
        picking = order.picking_ids
        picking.action_assign()
        picking.move_ids.quantity = 1
        wizard = self.leave_in_part(picking)
        self.assertEqual(wizard["res_model"], "stock.backorder.confirmation")
        made = self.env["stock.backorder.confirmation"].with_context(**wizard["context"]).create({})
        with self.enter_registry_test_mode():
            made.process()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.asked(), ["L-1"])
        look.went_on.forget()
        self.marketplace.orders["L-1"] = "canceled"
        self.assertStays(picking.backorder_ids, "L-1")

    def leave_in_part(self, picking):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            return picking.button_validate()


@tagged("post_install", "-at_install")
class TestAnswers(LookCase):
    """What the marketplace answers instead of the order."""

    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("L-1")
        self.picking = self.order.picking_ids

    def answer(self, status, document=None, **headers):
        look.went_on.forget()
        self.marketplace.answers.append((status, {} if document is None else document, headers))

    def assertNoAnswer(self):
        """The order leaves or not, as the account says; what leaves is read later."""
        self.account.before_leaving = "stop"
        self.assertStays(self.picking, "has not said in time", "L-1")
        self.assertFalse(self.readings())

    def test_no_answer(self):
        for answer in (None, (500, {}, {}), (200, b"<html>", {}), (200, {"orderId": "L-2"}, {})):
            with self.subTest(answer):
                self.marketplace.answers.append(answer)
                self.assertNoAnswer()
        self.account.before_leaving = "go"
        self.marketplace.answers.append(None)
        self.assertLeaves(self.picking)
        self.assertEqual(self.readings().source, "left")

    def test_another_order(self):
        self.answer(200, {"orderId": "L-2", "status": "handling"})
        self.assertNoAnswer()

    def test_too_late(self):
        def slow():
            time.sleep(3)
            return 200, {"status": "canceled"}, {}

        self.marketplace.answers.append(slow)
        began = time.monotonic()
        self.assertNoAnswer()
        self.assertLess(time.monotonic() - began, 2.7)

    def test_order_that_the_marketplace_does_not_know(self):
        self.account.before_leaving = "stop"
        self.answer(404)
        self.assertLeaves(self.picking)
        self.assertFalse(self.readings())

    def test_too_many_calls(self):
        self.answer(429, **{"Retry-After": "90"})
        self.assertNoAnswer()
        self.account.invalidate_recordset()
        now = fields.Datetime.now()
        self.assertGreater(self.account.reading_paused_until, now + timedelta(seconds=80))
        self.assertNoAnswer()  # and it is left alone
        self.assertEqual(self.asked(), ["L-1"])
        self.account.before_leaving = "go"
        self.assertLeaves(self.picking)
        self.assertEqual(self.readings().source, "left")

    def test_missing_permission_is_said_and_nobody_asks_any_more(self):
        self.account.before_leaving = "stop"
        other = self.order_of_three("L-2")
        self.answer(403)
        self.assertLeaves(self.picking)
        self.account.invalidate_recordset()
        self.assertIn("may not read orders", self.account.reading_stop)
        self.assertIn(self.account.reading_stop, self.account.message_ids[0].body)
        self.assertLeaves(other.picking_ids)
        self.assertEqual(self.asked(), ["L-1"])
        self.assertFalse(self.readings())

    def test_looks_count_against_the_rate(self):
        self.account.read_rate = 1
        self.answer(200, {"status": "handling"})
        self.assertLeaves(self.picking)
        other = self.order_of_three("L-2")
        self.answer(200, {"status": "handling"})
        self.assertLeaves(other.picking_ids)  # a look does not wait
        self.order_of_three("L-3")
        self.tell("L-3")
        self.read(self.canceled("L-3"))  # the job does
        self.assertFalse(self.receipts("L-3"))
        self.assertEqual(self.asked(), ["L-1", "L-2"])

    def test_transaction_that_has_changed_stock_does_not_wait(self):
        self.patched_off()
        self.account.before_leaving = "stop"
        self.assertStays(self.picking, "changed in the same step", "L-1")
        self.account.before_leaving = "go"
        self.assertLeaves(self.picking)
        self.assertFalse(self.asked())
        self.assertEqual(self.readings().source, "left")

    def patched_off(self):
        kind = type(self.env["stock.picking"])
        real = next(
            vars(link)["_holds_stock"] for link in kind.mro()[1:] if "_holds_stock" in vars(link)
        )
        self.enterContext(patch.object(kind, "_holds_stock", real))


@tagged("post_install", "-at_install")
class TestWhoIsAsked(LookCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("L-1")
        self.picking = self.order.picking_ids
        self.marketplace.orders["L-1"] = "canceled"

    def test_no_account_asks(self):
        for values in (
            {"before_leaving": "off"},
            {"before_leaving": "stop", "active": False},
            {"active": True, "outbound_key": False},
            {"outbound_key": "a-key"},
        ):
            self.account.write(values)
            self.account.reading_stop = values.get("outbound_key") and "Something."
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self.assertLeaves(self.picking, active_test=False)
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertFalse(self.asked())

    def test_each_account_asks_its_own_marketplace(self):
        """Also that of another company, and one that says nothing does not keep the others."""
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.make_account("theirs", company_id=other.id, before_leaving="stop")
        second = self.enterContext(StubMarketplace())
        theirs.write(
            {
                "services_endpoint": f"{second.url}/api/oms",
                "outbound_key": "a-key",
                "new_outbound_token": "t0ken",
            }
        )
        second.answers.append((500, {}, {}))
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        self.put_in_stock(self.product, 5, warehouse)
        values = {"company_id": other.id, "marketplace_account_id": theirs.id}
        order = self.make_order("T-1", confirm=True, warehouse_id=warehouse.id, **values)
        said = self.assertStays(order.picking_ids | self.picking, "T-1", "L-1")
        self.assertNotIn("Take these", said)
        self.assertEqual(self.asked(), ["L-1"])
        self.assertEqual(len(second.received), 1)
        self.assertEqual(self.readings().account_id, self.account)

    def test_context_does_not_switch_it_off(self):
        context = {
            "skip_sanity_check": True,
            "skip_backorder": True,
            "picking_ids_not_to_backorder": self.picking.ids,
            "button_validate_picking_ids": self.picking.ids,
            "before_leaving": "off",
            "default_before_leaving": "off",
            "marketplace_looked": True,
            "cancel_backorder": True,
            "active_test": True,
            "prefetch_fields": False,
        }
        self.assertStays(self.picking, "L-1", **context)

    def test_user_who_may_see_neither_order_nor_account(self):
        user = self.env["res.users"].create(
            {
                "name": "A Picker",
                "login": "picker",
                "group_ids": [(6, 0, self.env.ref("stock.group_stock_user").ids)],
            }
        )
        for model in ("sale.order", "marketplace.account", "stock.move"):
            self.env["ir.rule"].create(
                {
                    "name": model,
                    "model_id": self.env["ir.model"]._get(model).id,
                    "domain_force": [(0, "=", 1)],
                }
            )
        self.picking.action_assign()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.enter_registry_test_mode(), self.assertRaisesRegex(UserError, "L-1"):
            self.picking.with_user(user).button_validate()
