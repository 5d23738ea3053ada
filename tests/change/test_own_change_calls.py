"""The seller's own change at the marketplace: asked for, acknowledged and confirmed, once each."""

from odoo.tests import tagged

from ..helpers.outbound import OutboundCase
from ..helpers.seller_parts import SellerPartCase

PATH = "/api/order-system/orders/{}/changes"
IN_PROGRESS = (400, {"error": {"code": "SalesOrderSystem014", "message": "In progress"}}, {})
NO = (400, {"error": {"code": "SalesOrderSystem046", "message": "Invoiced"}}, {})


@tagged("post_install", "-at_install")
class TestOwnChangeCalls(SellerPartCase, OutboundCase):
    def setUp(self):
        super().setUp()
        OutboundCase.connect(self, self.account)
        self.product.default_code = "POT"

    # pylint: disable-next=arguments-differ
    @classmethod
    def connect(cls, account, **values):
        """Each test has a marketplace of its own."""

    def taken(self, change_id="C-1"):
        """The answer to a change that is taken."""
        return 202, {"requestId": change_id}, {}

    def told(self):
        """What the marketplace was told, in its order."""
        calls = [call for call in self.marketplace.received if call.method != "GET"]
        return [call.body.get("agreementType") or call.method for call in calls]

    def send_all(self, order):
        for _run in range(3):
            pending = self.calls(order).filtered(lambda call: call.state == "pending")
            self.make_due(pending.filtered("next_attempt_at"))
            self.send()

    def told_back(self, order_id, change_id="C-1"):
        """Let the marketplace ask for both agreements."""
        for agreement in ("Acknowledgment", "Confirmation"):
            self.ask_change(order_id, agreement, change_id, remove=self.items(POT=1))
        self.run_cron("cron_settle_changes")

    def test_three_calls_in_their_order_once_each(self):
        order = self.order_of_both("OC-1")
        self.take_out(order, POT=1)
        self.marketplace.answers.append(self.taken())
        self.send_all(order)
        self.told_back("OC-1")
        self.send_all(order)
        self.assertEqual(self.told(), ["PATCH", "Acknowledgment", "Confirmation"])
        first, *others = self.marketplace.received
        self.assertIn(PATH.format("OC-1"), first.path)
        self.assertEqual(first.body["reason"], "Cracked.")
        self.assertTrue(all("/OC-1/changes/C-1/send-agreement" in own.path for own in others))
        self.assertEqual(set(self.calls(order).mapped("state")), {"sent"})
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_told_back_while_our_call_is_on_its_way(self):
        order = self.order_of_both("OC-2")
        call = self.take_out(order, POT=1)
        self.told_back("OC-2")
        self.assertEqual(self.change_of("OC-2").own_change_call_id, call)
        call.may_be_carried_out = True  # its answer got lost
        self.send_all(order)
        # what the marketplace has told of is not asked for once more
        self.assertEqual(self.told(), ["Acknowledgment", "Confirmation"])
        self.assertEqual((call.state, call.change_id), ("sent", "C-1"))
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_marketplace_wants_the_same_at_the_same_time(self):
        """Our call is answered with another change: what was taken for its echo is none."""
        order = self.order_of_both("OC-3")
        call = self.take_out(order, POT=1)
        self.told_back("OC-3", "C-2")
        receipt = self.change_of("OC-3", "C-2")
        self.assertTrue(receipt.is_own_presumed)
        self.env["marketplace.outbound.call"].flush_model()
        self.rewrite(receipt, own_change_call_id=None)  # not seen by who is just sending it
        self.marketplace.answers.append(self.taken("C-1"))
        self.make_due(call)
        self.send()
        self.rewrite(receipt, own_change_call_id=call.id)
        self.run_cron("cron_settle_changes")
        self.run_cron("cron_settle_changes")
        self.assertEqual((receipt.state, receipt.own_change_call_id.id), ("part_cancelled", False))
        self.assertFalse(receipt.is_own_presumed)
        self.assertEqual(self.ordered(order)["POT"], 1)

    def test_presumption_that_proves_right(self):
        order = self.order_of_both("OC-4")
        call = self.take_out(order, POT=1)
        self.told_back("OC-4")
        self.send_all(order)
        self.run_cron("cron_settle_changes")
        receipt = self.change_of("OC-4")
        self.assertEqual(receipt.own_change_call_id, call)
        self.assertFalse(receipt.is_own_presumed)
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_second_change_waits_for_the_first_and_blocks_nothing(self):
        order = self.order_of_both("OC-5")
        self.take_out(order, POT=1)
        second = self.take_out(order, CUP=1)
        agreed = [(200, {}, {})] * 2
        self.marketplace.answers += [self.taken(), IN_PROGRESS, *agreed, self.taken("C-2")]
        self.send()  # nothing is made due: it does not wait for its time
        agreements = ["Acknowledgment", "Confirmation"]
        self.assertEqual(self.told(), ["PATCH", "PATCH", *agreements, "PATCH", *agreements])
        self.assertEqual((second.state, second.change_id), ("sent", "C-2"))

    def test_change_of_the_marketplaces_comes_before_ours(self):
        """It is agreed to although our own call waits for it."""
        order = self.order_of_both("OC-9")
        call = self.take_out(order, POT=1)
        self.ask_change("OC-9", "Confirmation", "C-2", remove=self.items(CUP=1))
        self.run_cron("cron_settle_changes")
        agreed = [(200, {}, {})] * 2
        self.marketplace.answers += [IN_PROGRESS, *agreed, self.taken()]
        self.send_all(order)
        agreements = ["Acknowledgment", "Confirmation"]
        self.assertEqual(self.told(), ["PATCH", *agreements, "PATCH", *agreements])
        self.assertEqual((call.state, call.change_id), ("sent", "C-1"))
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 1})

    def test_invoice_waits_until_the_change_is_confirmed(self):
        order = self.order_of_both("OC-6")
        self.take_out(order, POT=1)
        self.marketplace.answers.append(self.taken())
        invoice = self.invoice(order, "posted")
        call = order._add_outbound_call("invoice", None, invoice)
        self.assertTrue(call.on_hold)
        self.send_all(order)
        self.assertEqual(call.state, "sent")
        self.assertEqual(self.told()[:3], ["PATCH", "Acknowledgment", "Confirmation"])
        self.assertEqual(call.body["items"][0]["quantity"], 2)

    def test_refused_for_good_a_person_is_asked(self):
        order = self.order_of_both("OC-7")
        call = self.take_out(order, POT=1)
        self.marketplace.answers.append(NO)
        self.send_all(order)
        self.assertEqual(call.state, "failed")
        self.assertIn("changed here already", call.error)
        self.assertEqual(len(call.activity_ids), 1)
        self.assertEqual(self.told(), ["PATCH"])
        untold = f"1 × {self.product.display_name}"
        self.assertEqual(order.untold_parts, untold)
        call.action_give_up("Done by hand.")
        self.assertFalse(call.activity_ids)
        self.assertEqual(self.ordered(order)["POT"], 2)
        self.assertEqual(order.untold_parts, untold)
        call.action_send_again()
        self.assertFalse(order.untold_parts)
        self.marketplace.answers.append(self.taken())
        self.send_all(order)
        self.assertEqual(self.told()[1:], ["PATCH", "Acknowledgment", "Confirmation"])

    def refused(self, order_id):
        """An order of which the marketplace has refused the seller's change, and the call."""
        order = self.order_of_both(order_id)
        call = self.take_out(order, POT=1)
        self.marketplace.answers.append(NO)
        self.send_all(order)
        return order, call

    def test_refused_and_made_there_by_hand_is_not_taken_out_twice(self):
        order, call = self.refused("OC-10")
        self.told_back("OC-10")
        receipt = self.change_of("OC-10")
        self.assertEqual((receipt.state, self.ordered(order)["POT"]), ("part_evaluating", 2))
        receipt.action_taken_out_before()
        self.assertEqual((receipt.state, self.ordered(order)["POT"]), ("part_cancelled", 2))
        self.assertEqual(call.state, "obsolete")
        self.assertFalse(order.untold_parts)

    def test_refused_and_told_in_another_way_is_not_sent_again(self):
        ends = ("action_parts_are_known", "set back", "action_tell_of_parts")
        for number, end in enumerate(ends):
            with self.subTest(end):
                order, call = self.refused(f"OC-2{number}")
                if end == "set back":
                    self.line_of(order, "POT").product_uom_qty = 3
                else:
                    getattr(order, end)()
                self.assertEqual(call.state, "obsolete")
                self.assertFalse(order.untold_parts or call.activity_ids)

    def test_whole_cancellation_makes_it_needless(self):
        order = self.order_of_both("OC-8")
        call = self.take_out(order, POT=1)
        self.cancelled_here(order)
        self.send_all(order)
        self.assertEqual(call.state, "obsolete")
        self.assertEqual(self.told(), ["POST"])
