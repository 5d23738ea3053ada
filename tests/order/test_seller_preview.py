"""What a person is told before cancelling marketplaces' orders."""

from unittest.mock import patch

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..helpers.outbound import OutboundCase
from ..helpers.seller import OBSTACLE, PreviewCase
from ..helpers.transfers import ChainCase


@tagged("post_install", "-at_install")
class TestPreview(PreviewCase):
    def test_nothing_has_begun(self):
        self.assertPreview(self.order_of_three("L-1"), [""], [""])

    def test_what_has_left(self):
        order = self.order_of_three("L-1")
        self.ship(order.picking_ids, quantity=1)
        form = self.assertPreview(
            order,
            ["Goods have left: 1 × Teapot."],
            ["A return is proposed of: 1 × Teapot, at the customer."],
        )
        form.reason = "Cracked."
        form.save().action_cancel_order()
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 1})

    def test_what_has_come_back(self):
        order = self.order_of_three("L-1", done=1)
        self.give_back(order.picking_ids)
        self.assertPreview(order, [""], [""])

    def test_order_that_is_cancelled_already(self):
        order = self.order_of_three("L-1", done=1)
        self.cancel_here(order, "Cracked.")
        self.assertFalse(order._preview_cancellations())

    def test_what_is_picked(self):
        order = self.order_of_three("L-1")
        order.picking_ids.move_ids.picked = True
        self.assertPreview(order, [f"Picking has begun: {order.picking_ids.name}."], [""])

    def test_what_lies_on_the_way(self):
        order = self.order_of_three("L-1", "three", done=1)
        where = self.pack_location.display_name
        self.assertPreview(
            order,
            [f"Picking has begun: 3 × Teapot, {where}."],
            [f"A return is proposed of: 3 × Teapot, {where}."],
        )

    def test_what_is_invoiced(self):
        order = self.order_of_three("L-1")
        invoice = self.invoice(order, "posted")
        self.assertPreview(
            order,
            [f"Invoiced: {invoice.name}."],
            [f"A draft credit note is made for: {invoice.name}."],
        )

    def test_what_is_credited_already_is_not_announced(self):
        order = self.order_of_three("L-1")
        invoice = self.invoice(order, "posted")
        invoice._reverse_moves().action_post()
        self.assertPreview(order, [f"Invoiced: {invoice.name}."], [""])

    def test_draft_credit_note_is_cancelled_and_another_one_made(self):
        order = self.order_of_three("L-1")
        invoice = self.invoice(order, "posted")
        draft = invoice._reverse_moves()
        form = self.assertPreview(
            order,
            [f"Invoiced: {invoice.name}."],
            [
                f"Draft invoices are cancelled: {draft.display_name}.",
                f"A draft credit note is made for: {invoice.name}.",
            ],
        )
        form.reason = "Cracked."
        form.save().action_cancel_order()
        self.assertEqual(draft.state, "cancel")
        self.assertEqual((invoice.reversal_move_ids - draft).state, "draft")

    def test_drafts_of_others_as_well(self):
        order, other = self.order_of_three("L-1"), self.order_of_three(None)
        draft = (order | other)._create_invoices()
        self.assertPreview(
            order,
            [""],
            [f"Draft invoices are cancelled: the lines of this order on {draft.display_name}."],
        )

    def test_what_a_person_is_asked(self):
        order = self.order_of_three("L-1")
        invoice = self.invoice(order, "posted")
        new = self.make_order(quantity=3, replaced_order_id=order.id, confirm=True)
        goes_on = f"{new.name} stays open for the same order of the marketplace"
        asked = f"Somebody is asked to take care of: {invoice.name}: {goes_on}: "
        asked += "credit what is not to be paid."
        self.assertPreview(order, [f"Invoiced: {invoice.name}."], [asked])

    def test_return_of_what_never_left(self):
        """odoo/odoo #272343"""
        order = self.order_of_three("L-1")
        order.picking_ids.printed = True
        order.order_line.product_uom_qty = 1
        excess = order.picking_ids.filtered(lambda picking: picking.location_id.usage == "customer")
        less = f"Only this is still expected to come back: {excess.name}: 0 × Teapot."
        self.assertPreview(order, [""], [less])
        form = self.many(order)
        self.assertIn(f"Less is expected to come back: 1 ({order.name})", form.marketplace_preview)
        self.cancel_here(order, "Cracked.")
        self.assertEqual(excess.state, "cancel")

    def test_replacement(self):
        """The last order that delivers one of a marketplace ends it there as well."""
        order = self.order_of_three("L-1")
        new = self.make_order(quantity=3, replaced_order_id=order.id, confirm=True)
        self.assertEqual(self.wizard(new).replacements, order.name)
        order.action_cancel()
        self.ship(new.picking_ids)
        cancelled = self.seller_cancellations()
        form = self.assertPreview(
            new,
            ["Goods have left: 3 × Teapot."],
            ["A return is proposed of: 3 × Teapot, at the customer."],
        )
        self.assertEqual((form.expectation, form.replacements or ""), ("goods", ""))
        self.assertEqual(form.marketplace_order_id, "L-1")
        self.assertEqual(form.marketplace_account_id, self.account)
        self.assertEqual(self.many(new).expected_orders_count, 1)
        form.reason = "Cracked."
        form.save().action_cancel_order()
        self.assertEqual(cancelled, [(order, "Cracked.")])

    def test_replacement_has_the_dialog_behind_its_button(self):
        order = self.order_of_three("L-1")
        new = self.make_order(quantity=3, replaced_order_id=order.id)
        arch = self.env["sale.order"].get_view(view_type="form")["arch"]
        ours = self.env.ref("marketplace_order_cancellation.action_marketplace_order_cancel").id
        buttons = {
            button.get("name"): button.get("invisible")
            for button in etree.fromstring(arch).iter("button")
            if button.get("name") in (str(ours), "action_cancel")
        }
        shown = {
            own: [name for name, hidden in buttons.items() if not self.is_hidden(hidden, own)]
            for own in (order, new, self.make_order())
        }
        self.assertEqual(list(shown.values()), [[str(ours)], [str(ours)], ["action_cancel"]])

    def is_hidden(self, expression, order):
        """Whether ``expression``, the button's ``invisible``, holds for ``order``."""
        values = {name: order[name] for name in order._fields if name in expression}
        return safe_eval(expression, {**values, "id": order.id})

    def test_order_of_no_marketplace(self):
        wizard = self.env["marketplace.order.cancel"].create(
            {"order_id": self.order_of_three(None, done=1).id}
        )
        self.assertFalse(wizard.findings)
        self.assertFalse(wizard.consequences)

    def test_many(self):
        left = self.order_of_three("L-1", done=1) | self.order_of_three("L-2", done=1)
        self.invoice(left[0], "posted")
        picked = self.order_of_three("L-3")
        picked.picking_ids.move_ids.picked = True
        plain = self.order_of_three(None, done=1)
        form = self.many(left | picked | plain | self.order_of_three("L-4"))
        both = ", ".join(left.mapped("name"))
        self.assertEqual(
            form.marketplace_preview.split("\n"),
            [
                f"Goods have left: 2 ({both})",
                f"Picking has begun: 1 ({picked.name})",
                f"Invoiced: 1 ({left[0].name})",
                f"A return is proposed: 2 ({both})",
                f"A draft credit note is made: 1 ({left[0].name})",
            ],
        )

    def test_many_of_no_marketplace(self):
        self.assertFalse(self.many(self.order_of_three(None, done=1)).marketplace_preview)

    def test_only_a_few_are_named(self):
        orders = self.env["sale.order"].union(
            *(self.order_of_three(f"L-{number}", done=1) for number in range(7))
        )
        first = self.many(orders).marketplace_preview.split("\n")[0]
        self.assertEqual(first.count(", "), 5)
        self.assertTrue(first.endswith(", …)"))


@tagged("post_install", "-at_install")
class TestPreviewOfChains(PreviewCase, ChainCase):
    def test_what_brings_goods_for_other_orders_as_well(self):
        order, pick, _pack, _ship = self.pulled_order("L-1")
        _other, other_pick, other_pack, _other_ship = self.pulled_order("L-2")
        (pick | other_pick).sale_line_id = False
        other_pack.move_orig_ids |= pick  # one pick feeds both packs
        name = pick.picking_id.name
        asked = f"{name}: it also brings goods for other orders, now perhaps more than they"
        self.assertPreview(order, [""], [f"Somebody is asked to take care of: {asked} need."])
        self.cancel_here(order, "Cracked.")
        self.assertIn(asked, str([note for _user, note in self.activities(order)]))


@tagged("post_install", "-at_install")
class TestObstacle(PreviewCase, OutboundCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("L-1")

    def test_there_is_none_here(self):
        form = self.wizard(self.order)
        self.assertTrue(form.can_tell)
        self.assertFalse(form.obstacle)
        self.assertIsNone(self.order._obstacle_to_cancel_there())

    def test_dialog_says_why_and_the_server_refuses(self):
        self.obstruct(self.order)
        form = self.wizard(self.order)
        self.assertEqual((form.can_tell, form.obstacle), (True, OBSTACLE))
        form.reason = "Cracked."
        with self.assertRaisesRegex(UserError, "no return invoice yet"):
            form.save().action_cancel_everywhere()
        self.assertEqual(self.order.state, "sale")
        form.save().action_cancel_order()
        self.assertEqual(self.order.state, "cancel")
        self.assertFalse(self.calls(self.order))

    def test_archived_account(self):
        self.account.active = False
        form = self.wizard(self.order)
        self.assertIn("does not call Test Market, as its account is archived.", form.obstacle)
        form.reason = "Cracked."
        form.save().action_cancel_order()
        self.assertFalse(self.calls(self.order))

    def test_chatter_says_once_that_an_archived_account_is_not_told(self):
        self.account.active = False
        form = self.many(self.order)
        form.seller_cancel_reason = "Cracked."
        form.save().action_mass_cancel_everywhere()
        (said,) = [text for text in self.chatter(self.order) if "by the seller" in text]
        self.assertIn("is not told: Odoo does not call Test Market, as its account is", said)
        self.assertEqual(said.count("not told"), 1)

    def test_order_that_is_cancelled_here(self):
        self.cancel_here(self.order, "Cracked.")
        self.obstruct(self.order)
        with self.assertRaisesRegex(UserError, "no return invoice yet"):
            self.order.action_cancel_at_marketplace()
        self.assertFalse(self.calls(self.order))

    def test_each_marketplace_that_cannot_be_called(self):
        """Said beforehand, and why, although another one can be."""
        other = self.make_account("other", name="Other")
        silent = self.env["sale.order"].union(
            *(self.make_order(number, marketplace_account_id=other.id) for number in ("L-3", "L-4"))
        )
        form = self.many(self.order | silent)
        both = ", ".join(silent.mapped("name"))
        self.assertTrue(form.can_tell)
        self.assertEqual(
            form.obstructed_orders,
            "2 of them cannot be cancelled there now:\n"
            f"{both}: Odoo has no connection to {other.name}, which still expects the goods: "
            "cancel the order there yourself.",
        )
        self.account.active = False
        lines = self.many(self.order | silent).obstructed_orders.split("\n")
        self.assertEqual(lines[0], "3 of them cannot be cancelled there now:")
        self.assertEqual([line.split(":")[0] for line in lines[1:]], [self.order.name, both])
        self.assertIn("as its account is archived", lines[1])
        form.seller_cancel_reason = "Cracked."
        form.save().action_mass_cancel_everywhere()
        said = [text for text in self.chatter(silent[0]) if "by the seller" in text]
        self.assertIn(f"{other.name} is not told: Odoo has no connection", said[0])

    def test_marketplaces_that_cannot_be_called_come_first(self):
        other = self.make_account("other", name="Other")
        silent = self.make_order("L-9", marketplace_account_id=other.id)
        orders = self.order.union(*(self.make_order(f"L-{number}") for number in range(2, 8)))
        self.startPatcher(
            patch.object(
                self.env.registry["sale.order"],
                "_obstacle_to_cancel_there",
                lambda order: f"Why {order.marketplace_order_id}.",
            )
        )
        lines = self.many(orders | silent).obstructed_orders.split("\n")
        self.assertEqual(lines[0], "8 of them cannot be cancelled there now:")
        self.assertEqual(lines[1], f"{silent.name}: Why L-9.")
        self.assertEqual((len(lines), lines[-1]), (7, "…"))

    def test_many(self):
        free = self.order_of_three("L-2")
        self.obstruct(self.order)
        form = self.many(self.order | free)
        self.assertEqual(
            form.obstructed_orders,
            f"1 of them cannot be cancelled there now:\n{self.order.name}: {OBSTACLE}",
        )
        form.seller_cancel_reason = "Cracked."
        self.assertTrue(form.can_tell)
        told = form.save().action_mass_cancel_everywhere()
        self.assertEqual(told["params"]["type"], "warning")
        name = self.account.name
        self.assertEqual(
            told["params"]["message"],
            f"Cancelled here: 2. {name} will be told of 1. "
            f"{name} is not told of 1, and still expects the goods.",
        )
        self.assertEqual(set((self.order | free).mapped("state")), {"cancel"})
        self.assertEqual(self.calls(free).kind, "cancel")
        self.assertFalse(self.calls(self.order))
        self.assertTrue(self.order.is_untold)
        said = next(text for text in self.chatter(self.order) if "by the seller" in text)
        self.assertIn(f"Test Market is not told: {OBSTACLE}", said)
