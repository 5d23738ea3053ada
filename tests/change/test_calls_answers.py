"""What the answers to calls about changes mean, and how far a change has got there."""

from odoo.tests import tagged

from ..helpers.change_calls import HandshakeCase


@tagged("post_install", "-at_install")
class TestRefused(HandshakeCase):
    """A call is refused that may have been carried out the first time, comes too early, or late."""

    def refuse(self, call, *statuses, code=None):
        """Have ``call`` sent, and refused in the end."""
        self.marketplace.answers.extend((status, {"code": code}, {}) for status in statuses)
        for _status in statuses:
            self.make_due(call)
            self.send()

    def confirming(self):
        """An order and the call that is about to confirm its change."""
        order, receipt = self.asked()
        self.send()
        self.carry_out(order, receipt)
        return order, receipt, self.calls(order)[-1]

    def test_acknowledged_before(self):
        for number, status in enumerate(("waiting-confirmation", "done")):
            with self.subTest(status):
                order, receipt = self.asked(f"A-{number}")
                self.show(self.there(status))
                self.refuse(self.calls(order), 503, 400)
                self.assertEqual(receipt.handshake_state, "acknowledged")
                self.assertFalse(self.calls(order).activity_ids)

    def test_acknowledgement_that_is_not_carried_out(self):
        order, receipt = self.asked()
        self.show(self.there("waiting-acknowledgement"))
        self.refuse(self.calls(order), 400)
        self.assertEqual(receipt.handshake_state, "failed")
        self.assertTrue(self.calls(order).activity_ids)

    def test_acknowledgement_of_what_is_taken_back(self):
        order, receipt = self.asked()
        self.show(self.there("canceled"))
        self.refuse(self.calls(order), 400)
        self.assertEqual(self.calls(order).state, "obsolete")
        self.assertFalse(self.calls(order).activity_ids)
        self.read_changes()
        self.assertEqual(receipt.state, "part_withdrawn")

    def test_confirmed_before(self):
        _order, receipt, call = self.confirming()
        self.show(self.there("done"))
        self.refuse(call, 500, 400)
        self.assertEqual((call.state, receipt.handshake_state), ("sent", "confirmed"))
        self.assertIn("already", call.note)

    def test_confirmation_that_comes_too_early_is_sent_later(self):
        _order, receipt, call = self.confirming()
        self.show(self.there("waiting-acknowledgement"))
        self.refuse(call, 400)
        self.assertEqual((call.state, receipt.handshake_state), ("pending", "to_confirm"))
        self.make_due(call)
        self.send()
        self.assertEqual(receipt.handshake_state, "confirmed")

    def test_refusal_that_cannot_be_looked_into_just_now_is_sent_later(self):
        """The marketplace has taken the change back, say: nobody has to do anything then."""
        for number, status in enumerate((503, 429)):
            with self.subTest(status):
                order, _receipt = self.asked(f"L-{number}")
                self.marketplace.respond = lambda _path, status=status: (status, {}, {})
                self.refuse(call := self.calls(order), 400)
                self.assertEqual((call.state, call.activity_ids.ids), ("pending", []))
                self.show(self.there("canceled"))
                self.refuse(call, 400)
                self.assertEqual((call.state, call.activity_ids.ids), ("obsolete", []))

    def test_confirmation_that_is_refused_for_good_is_asked_about(self):
        for status in ("waiting-confirmation", "canceled", None):
            with self.subTest(status):
                order = self.order_of_both(f"F-{status}")
                receipt = self.receipt_of(order, POT=1)
                self.carry_out(order, receipt)
                call = self.calls(order)
                self.show(*[self.there(status)] if status else ())
                self.refuse(call, 400, code="SalesOrderSystem046")
                self.assertEqual(receipt.handshake_state, "failed")
                self.assertIn("changed here already", receipt.handshake_error)
                self.assertIn("changed here already", call.activity_ids.note)

    def test_change_that_is_not_known_is_asked_about(self):
        _order, receipt, call = self.confirming()
        self.refuse(call, 404)
        self.assertEqual(receipt.handshake_state, "failed")
        self.assertTrue(call.activity_ids)
        self.assertFalse(self.reads())

    def test_withdrawn_before(self):
        order, receipt = self.asked()
        order._withdraw_change_at_marketplace(receipt, "It has left.")
        call = self.calls(order)[-1]
        self.show(self.there("canceled"))
        self.refuse(call, 400)
        self.assertEqual((call.state, receipt.handshake_state), ("sent", "withdrawn"))

    def test_withdrawal_of_what_is_done_is_asked_about(self):
        order, receipt = self.asked()
        order._withdraw_change_at_marketplace(receipt, "It has left.")
        self.show(self.there("done"))
        self.refuse(self.calls(order)[-1], 400)
        self.assertEqual(receipt.handshake_state, "failed")
        self.assertIn("was not changed here", self.calls(order).activity_ids.note)

    def test_key_without_the_permission(self):
        order, receipt = self.asked()
        self.refuse(self.calls(order), 403)
        self.assertEqual(receipt.handshake_state, "failed")
        self.assertFalse(self.reads())
        self.assertTrue(self.account.activity_ids)


@tagged("post_install", "-at_install")
class TestOwnChange(HandshakeCase):
    ITEMS = ({"id": "POT", "quantity": 1},)

    def change(self, receipt=None, name="O-1"):
        order = receipt.sale_order_id if receipt else self.order_of_both(name)
        return order, order._change_at_marketplace(list(self.ITEMS), "Cracked.", receipt)

    def own_receipt(self, name="O-1"):
        return self.receipt_of(self.order_of_both(name), None, POT=1)

    def test_it_is_created_acknowledged_and_confirmed(self):
        order, _call = self.change()
        self.marketplace.answers.append((202, self.there("waiting-acknowledgement", "N-1"), {}))
        self.send()
        path = "/api/order-system/orders/O-1/changes?an=lux&accountName=lux"
        body = {"reason": "Cracked.", "remove": {"items": list(self.ITEMS)}}
        self.assertEqual(self.marketplace.calls()[0], ("PATCH", path, body))
        self.assertEqual(self.told(), [None, "Acknowledgment", "Confirmation"])
        self.assertEqual(self.calls(order).mapped("change_id"), ["N-1"] * 3)

    def test_it_is_confirmed_when_the_order_is_changed(self):
        receipt = self.own_receipt()
        order, _call = self.change(receipt)
        self.marketplace.answers.append((202, {"requestId": "N-1"}, {}))
        self.send()
        self.assertEqual(self.told(), [None, "Acknowledgment"])
        self.assertEqual(receipt.change_id_there, "N-1")
        self.carry_out(order, receipt)
        self.send()
        self.assertEqual(receipt.handshake_state, "confirmed")
        self.assertEqual(self.calls(order).mapped("change_id"), ["N-1"] * 3)

    def test_it_waits_for_another_change(self):
        refusals = ((409, {}, {}), (400, {"error": {"code": "SalesOrderSystem014"}}, {}))
        for number, answer in enumerate(refusals):
            with self.subTest(answer):
                _order, call = self.change(name=f"W-{number}")
                self.marketplace.answers.append(answer)
                self.send()
                self.assertEqual((call.state, call.attempts), ("pending", 1))
                self.assertFalse(call.activity_ids)

    def test_it_is_refused(self):
        order, call = self.change()
        self.marketplace.answers.append((400, {"error": {"code": "SalesOrderSystem010"}}, {}))
        self.send()
        self.assertEqual(call.state, "failed")
        self.assertTrue(call.activity_ids)
        self.assertEqual(self.calls(order), call)

    def test_it_is_not_made_twice(self):
        for answer in (None, (500, {}, {})):
            with self.subTest(answer):
                name = f"T-{answer and 1}"
                order, call = self.change(name=name)
                self.marketplace.answers.append(answer)
                self.send()
                self.show(self.there("waiting-acknowledgement", f"N-{name}"))
                before = len(self.told())
                self.make_due(call)
                self.send()
                self.assertEqual(call.change_id, f"N-{name}")
                self.assertEqual(self.told()[before:], ["Acknowledgment", "Confirmation"])
                self.assertEqual(len(self.calls(order)), 3)

    def test_it_is_made_again_if_it_is_not_there(self):
        """What is there has another content, is somebody else's, or of long ago."""
        order, call = self.change()
        self.receipt_of(order, "C-2", POT=1)._set_part("part_cancelled")
        self.marketplace.answers.append(None)
        self.send()
        self.show(
            self.there("done", "C-1", remove=[self.items(POT=2)]),
            self.there("done", "C-2"),
            self.there("done", "C-3", date="2024-07-27T17:52:18.6483116Z"),
        )
        self.make_due(call)
        self.send()
        self.assertEqual(self.told()[:2], [None, None])
        self.assertEqual(call.state, "sent")

    def test_it_is_not_made_again_as_long_as_the_marketplace_does_not_say(self):
        _order, call = self.change()
        self.marketplace.answers.append(None)
        self.send()
        for answer in (None, (503, {}, {}), (403, {}, {}), (200, {"requests": None}, {})):
            with self.subTest(answer):
                self.marketplace.respond = lambda _path, answer=answer: answer
                call.pause_until = False
                self.make_due(call)
                self.send()
                self.assertEqual(call.state, "pending")
                self.assertEqual(len(self.told()), 1)

    def test_answer_without_an_id(self):
        _order, call = self.change()
        self.marketplace.answers.append((202, {}, {}))
        self.send()
        self.assertEqual(call.state, "sent")
        self.assertTrue(call.activity_ids)
        self.assertEqual(self.told(), [None])

    def test_id_that_the_answer_lacks_is_looked_for(self):
        receipt = self.own_receipt()
        order, _call = self.change(receipt)
        self.marketplace.answers.append((202, {}, {}))
        self.show(self.there("waiting-acknowledgement", "N-1"))
        self.send()
        self.assertEqual(self.told(), [None, "Acknowledgment"])
        self.assertEqual(self.calls(order)[-1].change_id, "N-1")

    def test_one_that_is_given_up_before_it_was_sent(self):
        receipt = self.own_receipt()
        order, _call = self.change(receipt)
        order._withdraw_change_at_marketplace(receipt, "It was found.")
        self.send()
        self.assertEqual(set(self.calls(order).mapped("state")), {"obsolete"})
        self.assertFalse(self.marketplace.received)

    def test_one_that_is_given_up_after_it_was_sent(self):
        receipt = self.own_receipt()
        order, _call = self.change(receipt)
        self.marketplace.answers.append((202, {"requestId": "N-1"}, {}))
        self.send()
        order._withdraw_change_at_marketplace(receipt, "It was found.")
        self.send()
        self.assertEqual(receipt.handshake_state, "withdrawn")
        self.assertTrue(self.marketplace.received[-1].path.split("?")[0].endswith("/N-1/cancel"))


@tagged("post_install", "-at_install")
class TestWithoutId(HandshakeCase):
    def test_it_is_found_by_its_content(self):
        order, receipt = self.asked(change_id=None)
        self.show(
            self.there("done", "X-1"),
            self.there("waiting-acknowledgement", "X-2"),
            self.there("waiting-acknowledgement", "X-3", remove=[self.items(POT=2)]),
        )
        self.send()
        self.assertEqual(self.told(), ["Acknowledgment"])
        self.assertEqual((self.calls(order).change_id, receipt.change_id_there), ("X-2", "X-2"))
        reads = len(self.reads())
        self.carry_out(order, receipt)
        self.send()
        self.assertEqual(self.told(), ["Acknowledgment", "Confirmation"])
        self.assertEqual(len(self.reads()), reads)

    def test_several_are_possible(self):
        order, receipt = self.asked(change_id=None)
        self.show(self.there("waiting-acknowledgement", "X-1"), self.there(change_id="X-2"))
        self.send()
        self.assertFalse(self.told())
        self.assertEqual(receipt.handshake_state, "failed")
        self.assertIn("came without an ID", receipt.handshake_error)
        self.assertTrue(self.calls(order).activity_ids)

    def test_it_may_be_in_the_list_later(self):
        order, receipt = self.asked(change_id=None)
        self.show()
        for _time in range(2):
            self.make_due(self.calls(order))
            self.send()
            self.assertEqual(self.calls(order).state, "pending")
        self.show(self.there("waiting-acknowledgement", "X-2"))
        self.make_due(self.calls(order))
        self.send()
        self.assertEqual(receipt.handshake_state, "acknowledged")

    def test_it_is_not_there(self):
        order, receipt = self.asked(change_id=None)
        for _time in range(4):
            self.make_due(self.calls(order))
            self.send()  # the marketplace does not know the order
        self.assertEqual(receipt.handshake_state, "failed")
        self.assertFalse(self.told())
