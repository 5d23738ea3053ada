"""What the screens of receipts show: the conversation, overviews and links."""

import json
from datetime import datetime

from lxml import etree

from odoo.tests import new_test_user, tagged

from ...tools.arrival import Arrival
from ...tools.figures import COLORS
from ...tools.inbound.cancellation_request import CancellationRequest
from ..helpers.common import PROBLEM_TYPE
from ..helpers.warehouse import WarehouseCase

RECEIPT = "marketplace.cancellation.receipt"
BODY = {
    "marketplaceOrderId": "C-1",
    "marketplaceOrderGroup": "group-123",
    "cancellationRequestId": "85835ab408514b52aa139e4236ce0c33",
    "cancellationRequestDate": "2024-03-04T15:45:02+00:00",
    "reason": "Ein „Versehen“",
    "requestedByUser": False,
}


@tagged("post_install", "-at_install")
class TestConversation(WarehouseCase):
    def ask(self, **body):
        """The receipt of a request for the order C-1."""
        body = {"marketplaceOrderId": "C-1", **body}
        self.request_cancellation(body.pop("marketplaceOrderId"), **body)
        return self.receipts("C-1")

    def test_request_is_shown_under_the_names_that_it_came_with(self):
        receipt = self.ask(**BODY, surprise={"shopper": "Jane"})
        self.assertEqual(json.loads(receipt.request_text), BODY)
        self.assertEqual(list(json.loads(receipt.request_text)), list(BODY))
        self.assertEqual(
            receipt.request_line, "POST /marketplace/test-market/pvt/orders/C-1/cancel"
        )
        self.assertIn("„Versehen“", receipt.request_text)
        self.assertGreater(len(receipt.request_text.splitlines()), 6)

    def test_what_was_not_said_is_not_shown(self):
        receipt = self.ask()
        self.assertEqual(json.loads(receipt.request_text), {"marketplaceOrderId": "C-1"})

    def test_what_is_shown_reads_as_the_same_request(self):
        for body in ({"marketplaceOrderId": "1"}, BODY, {**BODY, "requestedByUser": True}):
            request = CancellationRequest.from_body(json.dumps(body).encode())
            document = json.dumps(request.to_document()).encode()
            self.assertEqual(CancellationRequest.from_body(document), request)

    def test_stored_answer_is_indented_for_people_alone(self):
        self.order_of_three("C-1")
        receipt = self.ask()
        self.assertEqual(self.request_cancellation("C-1").body, receipt.answer_body)
        self.assertNotIn("\n", receipt.answer_body)
        self.assertEqual(json.loads(receipt.answer_text), json.loads(receipt.answer_body))
        self.assertIn('\n  "orderId"', receipt.answer_text)
        self.assertEqual((receipt.answer_line, receipt.is_answer_stored), ("200 OK", True))

    def test_refusal_is_the_problem_document(self):
        self.order_of_three("C-1", done=1)
        receipt = self.ask()
        self.assertEqual((receipt.answer_line, receipt.answer_text), ("200 OK", ""))
        receipt.action_refuse("It is on its way.")
        self.assertEqual(receipt.answer_line, "409 Conflict")
        self.assertEqual(json.loads(receipt.answer_text)["detail"], "It is on its way.")

    def test_without_a_stored_answer_it_is_told_what_a_repeat_gets(self):
        self.order_of_three("other")
        receipt = self.ask()
        self.assertShowsNextAnswer(receipt, self.request_cancellation("C-1"), "unknown-order")
        self.order_of_three("C-3")
        self.request_cancellation("C-3", "other")
        answer = self.request_cancellation("C-3", "other")
        self.assertShowsNextAnswer(self.receipts("C-3"), answer, "order-mismatch")
        failed = self.register("C-4")
        failed._set_failed(self.env["sale.order"], "It broke.")
        self.assertEqual(failed.answer_line, "500 Internal Server Error")
        received = self.register("C-5")
        self.assertEqual((received.answer_line, received.answer_text), (False, False))

    def assertShowsNextAnswer(self, receipt, answer, kind):
        self.assertFalse(receipt.is_answer_stored)
        self.assertFalse(receipt.answer_body)
        self.assertTrue(receipt.answer_line.startswith(str(answer.status)))
        self.assertEqual(json.loads(receipt.answer_text), json.loads(answer.body))
        self.assertEqual(json.loads(receipt.answer_text)["type"], PROBLEM_TYPE + kind)

    def test_each_delivery_reads_as_one_line(self):
        receipt = self.register("C-1")
        deliveries = self.env["marketplace.cancellation.delivery"].create(
            [
                {
                    "receipt_id": receipt.id,
                    "received_at": datetime(2026, 1, 1),
                    "http_status": status,
                    "duration": duration,
                }
                for status, duration in ((404, 12), (200, 999), (503, 1500), (799, 61_000))
            ]
        )
        self.assertEqual(
            deliveries.mapped("status_text"),
            ["404 Not Found", "200: still deciding", "503 Service Unavailable", "799"],
        )
        self.assertEqual(deliveries.mapped("duration_text"), ["12 ms", "999 ms", "1.5 s", "61.0 s"])
        self.assertEqual(deliveries.mapped("repeat_text"), [False, "Repeat", "Repeat", "Repeat"])


@tagged("post_install", "-at_install")
class TestOverviews(WarehouseCase):
    def make_receipt(self, marketplace_order_id="1", **values):
        values.setdefault("account_id", self.account.id)
        return self.env[RECEIPT].create({"marketplace_order_id": marketplace_order_id, **values})

    def columns(self, **context):
        """``{state: whether it is open}`` as the kanban asks for it."""
        own = self.env[RECEIPT].with_context(read_group_expand=True, **context)
        domain = [("account_id", "=", self.account.id)]
        groups = own.web_read_group(domain, ["state"], auto_unfold=True)["groups"]
        return {group["state"]: "__records" in group for group in groups}

    def test_columns_begin_with_what_somebody_has_to_see_to(self):
        self.assertEqual(self.columns(), {"evaluating": True, "failed": True})
        states = ("cancelled", "refused", "kept", "received", "queued", "waiting", "mismatch")
        for state in states:
            self.make_receipt(state, state=state)
        columns = self.columns()
        self.assertEqual(
            list(columns),
            ["evaluating", "failed", "mismatch", "waiting", "received", "queued", "cancelled",
             "refused", "kept"],
        )  # fmt: skip
        folded = [state for state, is_open in columns.items() if not is_open]
        self.assertEqual(folded, ["cancelled", "refused", "kept"])

    def test_every_state_has_its_colour_and_says_so(self):
        for state, label in self.env[RECEIPT]._fields["state"].selection:
            with self.subTest(state):
                receipt = self.make_receipt(state, state=state)
                self.assertEqual(receipt.color, COLORS[state])
                self.assertEqual(receipt.calendar_title, f"{state}: {label}")
        receipt.resolved_at = datetime(2026, 1, 1)
        self.assertEqual(receipt.calendar_title, f"{state}: Resolved")

    def test_duration_is_measured_per_marketplace(self):
        other = self.make_account("other")
        for account, durations in ((self.account, (10, 20, 60)), (other, (7,))):
            receipt = self.make_receipt(account_id=account.id)
            for duration in durations:
                self.env["marketplace.cancellation.delivery"].create(
                    {
                        "receipt_id": receipt.id,
                        "received_at": datetime(2026, 1, 1),
                        "http_status": 200,
                        "duration": duration,
                    }
                )
            self.assertEqual(receipt.answer_time, sum(durations) / len(durations))
        domain = [("account_id", "in", (self.account + other).ids)]
        measures = ["__count", "answer_time:avg"]
        groups = self.env[RECEIPT].formatted_read_group(domain, ["account_id"], measures)
        found = {group["account_id"][0]: group["answer_time:avg"] for group in groups}
        self.assertEqual(found, {self.account.id: 30, other.id: 7})
        self.assertEqual([group["__count"] for group in groups], [1, 1])
        description = self.env[RECEIPT].fields_get(["answer_time"], ["aggregator"])
        self.assertEqual(description["answer_time"]["aggregator"], "avg")

    def test_overviews_change_nothing(self):
        for view_type, fixed in (
            ("kanban", ("create", "edit", "delete", "records_draggable", "quick_create",
                        "group_create", "group_edit", "group_delete", "groups_draggable")),
            ("calendar", ("create", "edit", "delete", "quick_create")),
        ):  # fmt: skip
            arch = self.env[RECEIPT].get_view(None, view_type)["arch"]
            for name in fixed:
                with self.subTest(view_type, name=name):
                    self.assertRegex(arch.partition(">")[0], f'{name}="(0|False)"')

    def test_narrow_screens_begin_with_the_cards(self):
        action = self.env.ref(
            "marketplace_order_cancellation.action_marketplace_cancellation_receipt"
        )
        self.assertEqual(action.mobile_view_mode, "kanban")
        self.assertEqual(action.view_mode, "list,kanban,calendar,pivot,graph,form")


@tagged("post_install", "-at_install")
class TestLinks(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "sales_team.group_sale_salesman_all_leads,stock.group_stock_user"
        cls.user = new_test_user(cls.env, "seller", groups)

    def test_order_and_transfers_are_a_click_away(self):
        order = self.order_of_three("L-1", steps="two")
        pickings = order.picking_ids
        receipt = self.register("L-1")
        receipt._set_failed(order, "It broke.")
        mine = receipt.with_user(self.user)
        action = mine.action_view_order()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))
        self.assertEqual(mine.transfer_count, len(pickings))
        self.assertOpens(mine.action_view_transfers(), pickings)
        self.assertEqual(mine.return_count, 0)

    def test_order_is_a_link_for_who_may_see_it_alone(self):
        order = self.order_of_three("L-1")
        receipt, lost = self.register("L-1"), self.register("L-2")
        receipt._set_failed(order, "It broke.")
        own = new_test_user(self.env, "own", "sales_team.group_sale_salesman")
        looker = new_test_user(
            self.env, "looker", "marketplace_order_cancellation.group_marketplace_user"
        )
        order.user_id = self.user
        self.assertTrue(receipt.with_user(self.user).may_view_order)
        self.assertFalse(receipt.with_user(own).may_view_order)
        self.assertFalse(receipt.with_user(looker).may_view_order)
        worker = new_test_user(self.env, "order-worker", "stock.group_stock_user")
        self.assertFalse(receipt.with_user(worker).may_view_order, "its page does not open")
        self.assertEqual(receipt.with_user(worker).customer_id, order.partner_id)
        self.assertFalse(lost.with_user(self.user).may_view_order)
        order.user_id = own
        self.assertTrue(receipt.with_user(own).may_view_order)
        arch = etree.fromstring(receipt.with_user(own).get_view(view_type="form")["arch"])
        (button,) = arch.iterfind(".//button[@name='action_view_order']")
        self.assertEqual(button.get("invisible"), "not may_view_order")
        links = [
            field.get("invisible")
            for field in arch.iterfind(".//sheet/group//field[@name='sale_order_id']")
            if "no_open" not in field.get("options", "")
        ]
        self.assertEqual(links, ["not may_view_order"])

    def test_returns_are_links_of_their_own(self):
        order = self.order_of_three("L-1", done=1)
        shipped = order.picking_ids
        self.request_cancellation("L-1")
        receipt = self.receipts("L-1")
        receipt.action_accept()
        back = receipt.return_picking_ids
        self.assertTrue(back)
        mine = receipt.with_user(self.user)
        self.assertEqual((mine.transfer_count, mine.return_count), (len(shipped), len(back)))
        self.assertOpens(mine.action_view_transfers(), shipped)
        self.assertOpens(mine.action_view_returns(), back)

    def test_transfers_of_replacements_are_there_as_well(self):
        order = self.order_of_three("L-1")
        replacement = self.make_order(replaced_order_id=order.id, confirm=True)
        receipt = self.register("L-1")
        receipt._set_failed(order, "It broke.")
        receipt._record_delivery(Arrival.now(None), 500)
        both = order.picking_ids | replacement.picking_ids
        self.assertOpens(receipt.with_user(self.user).action_view_transfers(), both)

    def assertOpens(self, action, pickings):
        self.assertEqual(action["res_model"], "stock.picking")
        if len(pickings) == 1:
            self.assertEqual(action["res_id"], pickings.id)
        else:
            self.assertEqual(self.env["stock.picking"].search(action["domain"]), pickings)
