"""The seller takes a part out of a marketplace's order."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..helpers.seller_parts import SellerPartCase

REASON = "Cracked."


@tagged("post_install", "-at_install")
class TestSellerPart(SellerPartCase):
    def test_part_is_taken_out_here_and_there(self):
        order = self.order_of_both("SP-1")
        call = self.take_out(order, POT=1)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})
        self.assertEqual(sum(order.order_line.move_ids.mapped("product_uom_qty")), 4)
        self.assertEqual(call.state, "pending")
        self.assertEqual(call.body["reason"], REASON)
        self.assertEqual(call.body["remove"], {"items": [{"id": "POT", "quantity": 1}]})
        self.assertFalse(order.untold_parts)

    def test_order_says_what_who_and_why(self):
        order = self.order_of_both("SP-2")
        self.take_out(order, POT=1)
        said = "\n".join(self.chatter(order))
        self.assertIn("Teapot", said)
        self.assertIn("Sally took it out. Reason: “Cracked”.", said)
        self.assertIn("Test Market will be told.", said)
        messages = order.message_ids.filtered(lambda own: "Reason" in own.body)
        self.assertEqual(messages.author_id, self.salesman.partner_id)
        transfers = "\n".join(self.chatter(order.picking_ids))
        self.assertIn("Sally took it out.", transfers)

    def test_here_only_tells_nobody_and_the_order_says_so(self):
        order = self.order_of_both("SP-3")
        self.assertFalse(self.take_out(order, tell=False, POT=1))
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})
        self.assertEqual(order.untold_parts, f"1 × {self.product.display_name}")
        self.assertIn("Test Market is not told.", self.chatter(order))

    def test_marketplace_is_told_afterwards_once(self):
        order = self.order_of_both("SP-4")
        self.take_out(order, tell=False, POT=1)
        for _twice in range(2):
            order.with_user(self.salesman).action_tell_of_parts()
        call = order._outbound_calls("change")
        self.assertEqual(call.body["remove"], {"items": [{"id": "POT", "quantity": 1}]})
        self.assertFalse(order.untold_parts)

    def test_reason_is_needed(self):
        order = self.order_of_both("SP-5")
        form = self.dialog(order, POT=1)
        with self.assertRaisesRegex(AssertionError, "required field"):
            form.save()
        form.reason = " "
        with self.assertRaisesRegex(UserError, "reason"):
            form.save().action_take_out()
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 2})

    def test_dialog_says_how_far_the_lines_have_got(self):
        order = self.order_of_both("SP-6")
        self.ship(order.picking_ids, quantity=1)
        line = self.dialog(order).line_ids.edit(0)
        values = [line.ordered, line.shipped, line.here, line.invoiced]
        self.assertEqual(values, [3, 1, 2, 0])

    def test_dialog_says_what_follows(self):
        order = self.order_of_both("SP-7")
        form = self.dialog(order)
        self.assertFalse(form.consequences)
        form = self.dialog(order, POT=1)
        self.assertEqual(form.consequences, f"Transfers bring less: {order.picking_ids.name}.")

    def test_return_is_announced_for_what_has_left(self):
        order = self.order_of_both("SP-8")
        self.ship(order.picking_ids, quantity=2)
        rest = self.open_pickings(order)
        form = self.dialog(order, POT=2)
        said = f"Transfers bring less: {rest.name}.\nA return is proposed of: 1 × "
        self.assertEqual(form.consequences, f"{said}{self.product.display_name}.")
        self.take_out(order, POT=2)
        self.assertEqual(self.line_of(order, "POT")._quantity_wanted(), 1)
        back = order.order_line.move_ids.filtered(lambda move: move._is_return())
        self.assertEqual(sum(back.mapped("product_uom_qty")), 1)

    def test_more_than_is_there_is_refused(self):
        order = self.order_of_both("SP-9")
        for quantity, flaw in ((4, "no more than 3"), (-1, "A negative quantity")):
            form = self.dialog(order, POT=quantity)
            self.assertIn(flaw, form.line_ids.edit(0).flaw)
            self.assertIn(flaw, form.obstacle_here)
            self.assertFalse(form.consequences)
        self.assertFalse(self.dialog(order, POT=3).obstacle_here)
        form = self.dialog(order, POT=4)
        form.reason = REASON
        with self.assertRaisesRegex(UserError, "no more than 3"):
            form.save().action_take_out()

    def test_nobody_writes_what_was_taken_out(self):
        """By import or RPC it would have lines leave, and be billed, that are not there."""
        order = self.order_of_both("SP-20")
        line = self.line_of(order, "POT").with_user(self.salesman)
        lines = line.browse()
        values = {"order_id": order.id, "product_id": self.product.id}
        with self.assertRaises(AccessError):
            line.marketplace_taken_out = 1
        with self.assertRaises(AccessError):
            lines.create(values | {"marketplace_taken_out": 1})
        with self.assertRaises(AccessError):
            lines.with_context(default_marketplace_taken_out=1).create(values)
        with self.assertRaises(AccessError):
            command = Command.update(line.id, {"marketplace_taken_out": 1})
            order.with_user(self.salesman).order_line = [command]
        found = lines.load([".id", "marketplace_taken_out"], [[str(line.id), "1"]])
        self.assertFalse(found["ids"])
        self.assertEqual(line.sudo().marketplace_taken_out, 0)
        self.assertFalse(lines.fields_get(["marketplace_taken_out"]))

    def test_copy_of_an_order_is_whole(self):
        order = self.order_of_both("SP-21")
        self.ship(order.picking_ids)
        self.take_out(order, POT=1)
        self.assertEqual(self.line_of(order, "POT").marketplace_taken_out, 1)
        copy = order.with_user(self.salesman).copy()
        self.assertEqual(set(copy.sudo().order_line.mapped("marketplace_taken_out")), {0})

    def test_everything_leads_to_the_whole_order(self):
        order = self.order_of_both("SP-10")
        form = self.dialog(order, POT=3, CUP=2)
        self.assertTrue(form.is_everything)
        form.reason = REASON
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "as a whole"):
            wizard.action_take_out()
        action = wizard.action_cancel_whole_order()
        self.assertEqual(action["res_model"], "marketplace.order.cancel")
        cancelling = self.env["marketplace.order.cancel"].with_context(**action["context"])
        cancelling.create({}).action_cancel_order()
        self.assertEqual((order.state, order.seller_cancel_reason), ("cancel", REASON))

    def test_nothing_is_nothing(self):
        order = self.order_of_both("SP-11")
        form = self.dialog(order)
        self.assertFalse(form.is_something)
        form.reason = REASON
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "how much"):
            wizard.action_take_out()

    def test_two_lines_of_one_product_need_their_ids(self):
        order = self.order_of_both("SP-12")
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 5})]
        form = self.dialog(order, POT=1)
        self.assertIn("Several lines", form.obstacle_there)
        first, _cup, second = order.order_line
        first.marketplace_line_id, _cup.marketplace_line_id = "U-1", "U-2"
        second.marketplace_line_id = "U-3"
        quantities = {str(second.id): 2}
        order.with_user(self.salesman).action_take_out(quantities, REASON, True)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [3, 2, 3])
        items = order._outbound_calls("change").body["remove"]["items"]
        self.assertEqual(items, [{"id": "POT", "quantity": 2, "uniqueId": "U-3"}])

    def test_pieces_of_a_dozen_are_told(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.order_of_both("SP-13")
        self.line_of(order, "CUP").write({"product_uom_id": dozen.id})
        form = self.dialog(order, CUP=0.3)
        self.assertIn("whole pieces", form.obstacle_there)
        call = self.take_out(order, CUP=1)
        self.assertEqual(call.body["remove"]["items"], [{"id": "CUP", "quantity": 12}])


@tagged("post_install", "-at_install")
class TestObstacles(SellerPartCase):
    def assertObstacle(self, order, text):
        self.assertRegex(self.dialog(order).obstacle or "", text)
        with self.assertRaisesRegex(UserError, text):
            self.call(order)

    def call(self, order, sku="POT", quantity=1, reason=REASON, tell=False, **context):
        own = order.with_user(self.salesman).with_context(**context)
        line = self.line_of(order, sku)
        return own.action_take_out({str(line.id): quantity}, reason, tell)

    def test_change_of_the_marketplaces_is_open(self):
        order = self.order_of_both("SO-1")
        self.ask_change("SO-1", remove=self.items(CUP=1))
        self.assertObstacle(order, "change by the marketplace is open.* 1 × .*Cup")

    def test_whole_cancellation_waits(self):
        self.account.on_picking = "ask"
        order = self.order_of_both("SO-2")
        order.order_line.move_ids.picked = True
        self.ask(order)
        self.assertObstacle(order, "cancellation first")

    def test_order_that_is_cancelled_or_locked(self):
        order = self.order_of_both("SO-3")
        order.action_lock()
        self.assertObstacle(order, "locked")
        order.action_unlock()
        order.action_cancel()
        self.assertObstacle(order, "is cancelled")

    def test_order_of_no_marketplace(self):
        order = self.order_of_both(None)
        with self.assertRaisesRegex(UserError, "not a marketplace's order"):
            self.call(order)

    def test_marketplace_that_takes_no_calls(self):
        self.account.outbound_key = False
        order = self.order_of_both("SO-4")
        form = self.dialog(order, POT=1)
        self.assertFalse(form.can_tell)
        with self.assertRaisesRegex(UserError, "cannot be called"):
            self.call(order, tell=True)
        self.assertEqual(self.ordered(order)["POT"], 3)
        self.call(order)
        self.assertEqual(self.ordered(order)["POT"], 2)
        self.assertFalse(order.untold_parts)

    def test_account_that_says_not_to_tell(self):
        self.account.tells_parts = False
        order = self.order_of_both("SO-5")
        self.assertFalse(self.dialog(order, POT=1).can_tell)
        with self.assertRaisesRegex(UserError, "is not told of parts"):
            self.call(order, tell=True)

    def test_invoice_that_the_marketplace_has(self):
        order = self.order_of_both("SO-6")
        invoice = self.invoice(order, "posted")
        call = order._add_outbound_call("invoice", None, invoice)
        self.assertIn(invoice.name, self.dialog(order, POT=1).obstacle_there)
        with self.assertRaisesRegex(UserError, "invoiced"):
            self.call(order, tell=True)
        call._end("obsolete")
        self.assertFalse(self.dialog(order, POT=1).obstacle_there)
        call.may_be_carried_out = True
        self.assertTrue(self.dialog(order, POT=1).obstacle_there)

    def test_nonsense_by_rpc_is_refused(self):
        order, other = self.order_of_both("SO-7"), self.order_of_both("SO-8")
        line, foreign = self.line_of(order, "POT"), self.line_of(other, "POT")
        own = order.with_user(self.salesman)
        nonsense = (
            *({str(line.id): wrong} for wrong in (-1, "x", "nan", "inf", None, [], 1e9)),
            *({}, [], None, "1", {str(foreign.id): 1}, {"x": 1}, {0: 1}),
        )
        for quantities in nonsense:
            with self.subTest(quantities), self.assertRaises(UserError):
                own.action_take_out(quantities, REASON, False)
        for reason in (None, "", "  ", False, 7, ["x"]):
            with self.subTest(reason), self.assertRaises(UserError):
                own.action_take_out({str(line.id): 1}, reason, False)
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 2})
        self.assertEqual(self.ordered(other), {"POT": 3, "CUP": 2})

    def test_line_that_the_marketplace_does_not_know(self):
        order = self.order_of_both("SO-9")
        order.order_line = [Command.create({"display_type": "line_note", "name": "Thanks"})]
        note = order.order_line.filtered("display_type")
        with self.assertRaisesRegex(UserError, "not an item"):
            order.action_take_out({note.id: 1}, REASON, False)

    def test_context_carries_no_power(self):
        order = self.order_of_both("SO-10")
        key = "odoo.addons.marketplace_order_cancellation.tools.SellerCancellation"
        odd = {"tracking_disable": True, "mail_notrack": True, key: True, "lang": "en_US"}
        self.call(order, tell=True, **odd, default_state="sent", default_kind="cancel")
        call = order._outbound_calls("change")
        self.assertEqual((call.state, call.kind), ("pending", "change"))
        self.assertIn("Sally took it out.", "\n".join(self.chatter(order)))

    def test_only_who_may_write_the_order(self):
        order = self.order_of_both("SO-11")
        other = new_test_user(self.env, "sp-other", "sales_team.group_sale_salesman")
        order.user_id = self.env.ref("base.user_admin")
        wizards = self.env["marketplace.order.part"]
        with self.assertRaises(AccessError):
            order.with_user(other).action_take_out({}, REASON, False)
        line = [Command.create({"sale_line_id": self.line_of(order, "POT").id, "quantity": 1})]
        values = {"order_id": order.id, "reason": REASON, "line_ids": line}
        with self.assertRaises(AccessError):
            wizards.with_user(other).create(values).action_take_out()
        with self.assertRaises(AccessError):
            order.with_user(other).action_tell_of_parts()
        with self.assertRaises(AccessError):
            order.with_user(other).action_parts_are_known()
        self.assertEqual(self.ordered(order)["POT"], 3)

    def test_failure_changes_nothing(self):
        order = self.order_of_both("SO-12")
        with (
            patch.object(
                self.env.registry["sale.order"], "_check_taken_out", side_effect=UserError("no")
            ),
            self.assertRaises(UserError),
            self.env.cr.savepoint(),
        ):
            self.call(order, tell=True)
        self.assertEqual(self.ordered(order)["POT"], 3)
        self.assertFalse(order._outbound_calls("change"))
