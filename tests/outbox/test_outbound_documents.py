"""What becomes of calls when invoices and orders go ways of their own."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..helpers.outbound import OutboundCase


class DocumentCase(OutboundCase):
    def invoice_numbers(self):
        return [call.body["invoiceNumber"] for call in self.marketplace.received]


@tagged("post_install", "-at_install")
class TestInvoices(DocumentCase):
    def sent_then_reset_then_refused_again(self):
        """A sent invoice is a draft again, and a second refusal waits for one."""
        order, _receipt = self.refused("O-1", invoice="posted", cancellationRequestId="r-1")
        self.send()
        order.invoice_ids.button_draft()
        self.ask(order, cancellationRequestId="r-2").action_refuse("No.")
        self.assertEqual(self.calls(order).mapped("state"), ["sent", "waiting"])
        return order, order.invoice_ids

    def test_invoice_that_was_sent_can_be_posted_again(self):
        order, invoice = self.sent_then_reset_then_refused_again()
        invoice.action_post()
        self.send()
        self.assertEqual(self.invoice_numbers(), [invoice.name.replace("/", "-")])
        self.assertEqual(self.calls(order).mapped("state"), ["sent", "obsolete"])

    def test_invoice_that_was_sent_can_be_deleted(self):
        _order, invoice = self.sent_then_reset_then_refused_again()
        invoice.with_context(force_delete=True).unlink()
        self.env.flush_all()

    def test_two_invoices_can_be_deleted(self):
        order = self.order_of_three("O-1", done=1)
        self.invoice(order, "posted")
        order.order_line.product_uom_qty = 5
        self.invoice(order, "posted")
        self.ask(order).action_refuse("No.")
        self.assertEqual(len(self.calls(order)), 2)
        order.invoice_ids.button_draft()
        order.invoice_ids.with_context(force_delete=True).unlink()
        self.env.flush_all()

    def test_what_is_no_longer_posted_is_not_sent(self):
        order, _receipt = self.refused("O-1", invoice="posted")
        order.invoice_ids.button_draft()
        order.invoice_ids.button_cancel()
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertEqual(self.calls(order).state, "waiting")

    def test_what_is_sent_is_the_invoice_as_it_is_now(self):
        order, _receipt = self.refused("O-1", invoice="posted")
        invoice = order.invoice_ids
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 7
        invoice.action_post()
        self.send()
        self.assertEqual(self.marketplace.received[0].body["invoiceValue"], 2100)

    def test_reversed_invoice_is_not_sent(self):
        order = self.order_of_three("O-1", done=1)
        invoice = self.invoice(order, "posted")
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        reversal.create({"journal_id": invoice.journal_id.id}).refund_moves()
        invoice.reversal_move_ids.action_post()
        if invoice.payment_state != "reversed":
            lines = (invoice | invoice.reversal_move_ids).line_ids
            lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual(invoice.payment_state, "reversed")
        self.ask(order).action_refuse("No.")
        self.assertEqual(self.calls(order).state, "waiting")

    def test_of_a_shared_invoice_each_marketplace_order_gets_its_part(self):
        orders = self.order_of_three("O-1", done=1) | self.order_of_three("O-2", done=1)
        invoice = orders._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.action_post()
        self.ask(orders[0]).action_refuse("No.")
        self.send()
        body = self.marketplace.received[0].body
        self.assertEqual(body["invoiceValue"], round(orders[0].amount_total * 100))
        self.assertEqual(len(body["items"]), 1)

    def test_down_payment_is_not_the_invoice(self):
        order, _receipt = self.refused("O-1")
        self.down_payment(order)
        self.assertEqual(self.calls(order).state, "waiting")

    def test_quantities_are_those_of_the_products_unit(self):
        self.product.uom_id = self.env.ref("uom.product_uom_dozen")
        order = self.order_of_three("O-1", done=1)
        line = order.order_line
        line.write({"price_unit": 10, "tax_ids": False})
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids.product_uom_id = self.env.ref("uom.product_uom_unit")
        invoice.invoice_line_ids.write({"quantity": 12, "price_unit": 10})
        invoice.action_post()
        (item,) = invoice._marketplace_invoice_body(order)["items"]
        self.assertEqual((item["quantity"], item["price"]), (1, 12000))

    def test_error_in_an_addons_hook_stops_no_posting(self):
        order, _receipt = self.refused("O-1")
        invoice = self.invoice(order, "draft")

        def fail(*_args):
            raise ZeroDivisionError

        self.patch(type(invoice), "_marketplace_invoice_body", fail)
        invoice.action_post()
        self.assertEqual((invoice.state, self.calls(order).state), ("posted", "pending"))

    def test_accountant_who_sees_no_orders_may_post(self):
        order, _receipt = self.refused("O-1")
        invoice = self.invoice(order, "draft")
        user = new_test_user(self.env, "mkt_accountant", "account.group_account_invoice")
        self.env.invalidate_all()
        invoice.with_user(user).action_post()
        self.assertEqual(self.calls(order).state, "pending")


@tagged("post_install", "-at_install")
class TestOrders(DocumentCase):
    def test_order_kept_open_is_neither_denied_nor_invoiced(self):
        for refusal in ("denial", "invoice"):
            with self.subTest(refusal):
                self.account.refusal_call = refusal
                order, _receipt = self.refused(refusal, cancellationRequestId="r-1")
                self.ask(order, cancellationRequestId="r-2").action_keep("Settled.")
                self.invoice(order, "posted")
                self.send()
                self.assertFalse(self.marketplace.received)
                self.assertEqual(self.calls(order).state, "obsolete")

    def test_order_that_goes_on_after_all_is_not_cancelled_there(self):
        order = self.order_of_three("O-1")
        call = self.cancelled_here(order)
        order.action_draft()
        order.action_confirm()
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertEqual(call.note, "The order stays open after all.")

    def test_deleted_order_is_cancelled_there_nevertheless(self):
        gone = self.order_of_three("O-0")
        self.cancel_asking_nobody(gone)
        gone.unlink()
        order = self.order_of_three("O-1")
        call = self.cancelled_here(order)
        order.unlink()
        self.send()
        self.assertEqual(call.state, "sent")

    def test_what_failed_can_be_asked_for_once_more(self):
        order = self.order_of_three("O-1")
        self.cancelled_here(order)
        self.marketplace.answers.append((403, {}, {}))
        self.send()
        self.assertTrue(order.is_untold)
        order.action_cancel_at_marketplace()
        self.send()
        self.assertEqual(self.calls(order).mapped("state"), ["obsolete", "sent"])

    def test_order_that_was_revived_and_is_cancelled_again(self):
        order = self.order_of_three("O-1")
        self.cancelled_here(order).action_give_up("Not after all.")
        order.action_draft()
        order.action_confirm()
        self.cancelled_here(order)
        self.send()
        self.assertEqual(self.calls(order).mapped("state"), ["given_up", "sent"])

    def test_second_refusal_after_the_first_was_given_up(self):
        order, _receipt = self.refused("O-1", cancellationRequestId="r-1")
        self.calls(order).action_give_up("By phone.")
        self.ask(order, cancellationRequestId="r-2").action_refuse("No.")
        self.invoice(order, "posted")
        self.send()
        self.assertEqual(self.calls(order).mapped("state"), ["given_up", "sent"])

    def test_replacement_keeps_the_order_alive_there(self):
        order = self.order_of_three("O-1")
        self.make_order(confirm=True, replaced_order_id=order.id)
        wizard = self.env["marketplace.order.cancel"].create({"order_id": order.id})
        self.assertFalse(wizard.can_tell)

    def test_refusal_without_an_order(self):
        self.account.refusal_call = "denial"
        receipt = self.ask(self.order_of_three("O-1", done=1))
        receipt.sale_order_id = False
        receipt.action_refuse("No.")
        self.assertEqual(receipt.state, "refused")
        self.assertFalse(receipt.outbound_call_ids)

    def test_accountant_may_cancel_as_in_odoo_itself(self):
        order = self.order_of_three("O-1")
        user = new_test_user(self.env, "mkt_accountant", "account.group_account_invoice")
        wizards = self.env["marketplace.order.cancel"].with_user(user)
        self.assertTrue(wizards.create({"order_id": order.id, "reason": "Cracked."}).can_tell)


@tagged("post_install", "-at_install")
class TestSending(DocumentCase):
    def test_denial_without_a_request_id_is_never_sent(self):
        self.account.refusal_call = "denial"
        order, _receipt = self.refused("O-1")
        with self.assertRaisesRegex(UserError, "cannot be denied"):
            self.calls(order).action_send_again()

    def test_invoice_that_was_given_up_waits_again(self):
        order, _receipt = self.refused("O-1")
        call = self.calls(order)
        call.action_give_up("By phone.")
        call.action_send_again()
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertEqual(call.state, "waiting")

    def test_pause_that_is_asked_for_holds_for_the_account(self):
        first = self.cancelled_here(self.order_of_three("O-1"))
        second = self.cancelled_here(self.order_of_three("O-2"))
        self.marketplace.answers.append((429, {}, {"Retry-After": "3600"}))
        self.send()
        self.assertEqual(len(self.marketplace.received), 1)
        first.action_send_again()  # by somebody who knows better
        self.send()
        self.assertEqual((first.state, second.state), ("sent", "sent"))

    def test_pause_is_no_age(self):
        self.account.outbound_days = 1
        call = self.cancelled_here(self.order_of_three("O-1"))
        self.marketplace.answers.append((429, {}, {"Retry-After": "86400"}))
        self.send()
        self.assertEqual(call.state, "pending")

    def test_lost_token_loses_no_call(self):
        call = self.cancelled_here(self.order_of_three("O-1"))
        self.account.sudo().outbound_token = False
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertEqual(call.state, "pending")
        self.assertIn("app token first", call.error)

    def test_long_order_is_read_as_a_whole(self):
        call = self.cancelled_here(self.order_of_three("O-1"))
        document = {"items": ["x" * 1000] * 200, "status": "canceled"}
        self.marketplace.answers.extend([(400, {}, {}), (200, document, {})])
        self.send()
        self.assertEqual(call.state, "sent")

    def test_request_that_is_not_there_is_not_denied(self):
        self.account.refusal_call = "denial"
        order, _receipt = self.refused("O-1", cancellationRequestId="r-1")
        self.marketplace.orders["O-1"] = "ready-for-handling"
        self.marketplace.answers.append((404, {}, {}))
        self.send()
        self.assertEqual(self.calls(order).state, "failed")

    def test_token_in_an_answer_is_not_kept(self):
        call = self.cancelled_here(self.order_of_three("O-1"))
        self.marketplace.answers.append((400, {"echo": self.account.sudo().outbound_token}, {}))
        self.send()
        self.assertIn("…", call.answer_body)
        self.assertNotIn(self.account.sudo().outbound_token, call.answer_body)
