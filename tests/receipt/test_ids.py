"""IDs are checked the same on orders as in calls, and do no harm where they are shown."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.inbound.cancellation_request import MAX_ID_LENGTH
from ..helpers.common import SERVICE_LOGGER, EndpointCase
from ..helpers.ids import AROUND, INSIDE, STEPS
from ..helpers.outbound import OutboundCase


@tagged("post_install", "-at_install")
class TestOrders(EndpointCase):
    def test_what_an_importer_leaves_around_an_id_is_trimmed(self):
        for number, blank in enumerate(AROUND):
            with self.subTest(ascii(blank)):
                if blank == "\x00":
                    continue  # PostgreSQL does not store it, and Odoo says so
                order = self.make_order(f"{blank}M-{number}{blank}", confirm=True)
                self.assertEqual(order.marketplace_order_id, f"M-{number}")
                self.assertConfirmed(self.call(f"M-{number}"), order)

    def test_trimmed_when_it_is_changed_as_well(self):
        order = self.make_order("M-1", confirm=True)
        order.marketplace_order_id = "\u200bM-2\n"
        self.assertConfirmed(self.call("M-2"), order)

    def test_cancellation_that_came_first_meets_an_order_with_blanks(self):
        self.assertProblem(self.call("M-1"), 404, "unknown-order")
        order = self.make_order(" M-1\n", confirm=True)
        self.assertCancelled(order)

    def test_nothing_but_blanks_is_no_id(self):
        with self.assertRaisesRegex(ValidationError, "give both"):
            self.make_order("\u200b ")
        self.assertFalse(self.make_order(" ", marketplace_account_id=False).marketplace_order_id)

    def test_what_no_call_can_name_is_refused(self):
        for value in (*(f"M{hidden}1" for hidden in INSIDE), *STEPS):
            with (
                self.subTest(ascii(value)),
                self.assertRaisesRegex(ValidationError, "cannot be an order's ID") as caught,
            ):
                self.make_order(value)
            self.assertTrue(str(caught.exception).isprintable())
        with self.assertRaisesRegex(ValidationError, "longer than 128"):
            self.make_order("x" * (MAX_ID_LENGTH + 1))

    def test_markup_does_no_harm(self):
        """In chatters, activities, names, lists and the answer it is the text that it is."""
        name = "<img src=x onerror=alert(1)>%s{{7*7}}"
        self.account.on_shipped = "ask"
        order = self.make_order(name, confirm=True)
        self.ship(order.picking_ids)
        body = {"marketplaceOrderId": name, "cancellationRequestId": name, "reason": name}
        self.assertEqual(self.call(name, body=body).content, b"")
        receipt = self.receipts(name)
        for record in (order, order.picking_ids, receipt):
            self.assertNotIn("<img", " ".join(map(str, record.message_ids.mapped("body"))))
        self.assertNotIn("<img", str(receipt.activity_ids.note))
        self.assertIn(name, receipt.display_name)
        receipt.action_accept()
        self.assertIn(name, self.call(name, body=body).json()["marketplaceOrderId"])


@tagged("post_install", "-at_install")
class TestTexts(EndpointCase):
    def test_what_turns_or_breaks_a_text_is_left_out(self):
        order = self.make_order("M-1", confirm=True)
        reason = (
            "\x1b[31mlate\x08\x00 \u202eevil\u2066 \ufffe\x0c\x85!\ttab\r\nline \u200d👩\u200d🚀"
        )
        body = {"marketplaceOrderId": "M-1", "reason": reason, "marketplaceOrderGroup": "\u202eg"}
        self.assertConfirmed(self.call("M-1", body=body), order)
        receipt = self.receipts("M-1")
        self.assertEqual(receipt.reason, "[31mlate evil !\ttab\r\nline \u200d👩\u200d🚀")
        self.assertEqual(receipt.marketplace_order_group, "g")
        chatter = "".join(self.chatter(order))
        self.assertIn("late evil !", chatter)
        for unfit in ("\x1b", "\x08", "\u202e", "\u2066", "\ufffe"):
            self.assertNotIn(unfit, chatter)


LINK = "<a href='https://evil.example'>1</a>"


@tagged("post_install", "-at_install")
class TestActivities(OutboundCase):
    """The note of an activity is HTML, and what it tells of is not."""

    def test_of_a_call_that_the_marketplace_refuses(self):
        self.account.refusal_call = "denial"
        order, _receipt = self.refused(LINK, cancellationRequestId="r-1")
        self.marketplace.answers.append((404, {}, {}))
        self.send()
        self.assertIn(LINK, self.calls(order).error)
        self.assertTold(self.calls(order).activity_ids.note)

    def test_of_a_cancellation_that_fails(self):
        order = self.make_order(LINK, confirm=True)

        def refuse(orders):
            raise UserError(f"Ask about {orders.marketplace_order_id} first.")  # pylint: disable=translation-required

        self.patch(self.registry["sale.order"], "_action_cancel", refuse)
        with mute_logger(SERVICE_LOGGER):
            self.request_cancellation(LINK)
        receipt = self.receipts(LINK)
        self.assertEqual((receipt.state, order.state), ("failed", "sale"))
        self.assertTold(receipt.activity_ids.note)

    def assertTold(self, note):
        self.assertNotIn("<a", str(note))
        self.assertIn("&lt;a href=", str(note))
