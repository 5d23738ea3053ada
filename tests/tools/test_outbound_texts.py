"""What people read about calls to a marketplace."""

from unittest import TestCase

from ...tools.outbound.client import Reply
from ...tools.outbound.texts import (
    result_of_test,
    text_of_address,
    text_of_number,
    text_of_obstacle,
    text_of_pause,
    text_of_permission,
    text_of_reply,
    text_of_silence,
    text_of_status,
    text_of_stop,
    text_of_unsendable,
)
from ..helpers.capitals import ENV


class TestTexts(TestCase):
    def test_status_says_what_to_look_at(self):
        for status, text in {
            302: "IT HAS ANOTHER ADDRESS (302)",
            400: "FOR ORDER O-1 IN ITS PRESENT STATE",
            401: "DOES NOT KNOW THIS APP KEY",
            403: "LACKS THE PERMISSION",
            404: "DOES NOT KNOW ORDER O-1",
            418: "ANSWERS WITH STATUS 418",
            429: "WANTS FEWER CALLS",
            500: "PROBLEM OF ITS OWN AT THE MOMENT (500)",
        }.items():
            self.assertIn(text, text_of_status(ENV, status, "O-1"))

    def test_address_that_cannot_be_called(self):
        for problem, text in {
            "unknown": "ENTER THE ACCOUNT NAME",
            "host": "HAS NO HOST NAME",
            "scheme": "BEGIN WITH HTTPS://.",
            "insecure": "BEGIN WITH HTTPS://: THE APP TOKEN",
            "credentials": "MUST NOT HOLD A USER NAME",
        }.items():
            self.assertIn(text, text_of_address(ENV, problem))

    def test_document_that_cannot_be_sent(self):
        for reason, text in {
            "value": "ITS VALUE IS ZERO",
            "quantity": "TEAPOT: THE MARKETPLACE ACCEPTS ONLY WHOLE NUMBERS",
            "sku": "TEAPOT HAS NO SKU",
            "part": "FOR A RETURN (TEAPOT)",
            "number_used": "WITH THE NUMBER TEAPOT.",
        }.items():
            self.assertIn(text, text_of_unsendable(ENV, reason, "Teapot"))

    def test_reply_is_quoted_before_what_it_means(self):
        meaning = text_of_status(ENV, 400, "O-1")
        said = text_of_reply(ENV, Reply(400, '{"message": "No s3cret."}'), "O-1", "s3cret")
        self.assertEqual(said, f"“No ….” — {meaning}")
        self.assertEqual(text_of_reply(ENV, Reply(400, "{}"), "O-1", ""), meaning)

    def test_status_is_said_once(self):
        for status in (302, 400, 401, 403, 404, 418, 429, 503):
            said = text_of_reply(ENV, Reply(status, '{"message": "No."}'), "O-1", "")
            self.assertEqual(said.count(str(status)), 1, said)

    def test_result_of_a_test(self):
        for status, is_known, kind, text in (
            (200, True, "success", "ANSWERED FOR ORDER O-1"),
            (404, False, "success", "NO ORDER OF THIS MARKETPLACE HERE"),
            (404, True, "warning", "DOES NOT KNOW ORDER O-1"),
            (429, True, "warning", "FEWER CALLS"),
            (401, True, "danger", "DOES NOT KNOW THIS APP KEY"),
        ):
            found, said = result_of_test(ENV, status, "O-1", is_known)
            self.assertEqual(found, kind)
            self.assertIn(text, said)

    def test_number_that_takes_no_tracking(self):
        self.assertIn("INVOICE I/1 HAS NO NUMBER", text_of_number(ENV, "", "I/1"))
        self.assertIn("NUMBERS LIKE I/1,", text_of_number(ENV, "I/1", "I/1"))

    def test_why_nothing_is_sent(self):
        self.assertIn("UNTIL NOON.", text_of_pause(ENV, "noon"))
        self.assertIn("ARCHIVED", text_of_stop(ENV, is_active=False))
        self.assertIn("REJECTED THE APP KEY", text_of_stop(ENV, is_active=True))
        self.assertIn("LACKS THE PERMISSION", text_of_permission(ENV))

    def test_marketplace_that_does_not_answer(self):
        self.assertIn("NO ANSWER FROM LUX.EXAMPLE:", text_of_silence(ENV, "lux.example"))

    def test_obstacle_names_the_marketplace_and_its_documents(self):
        for obstacle, text in {
            "unknown": "WHETHER LUX HAS THE INVOICE I1",
            "part": "LUX HAS THE INVOICE I1 OF A PART",
            "refused": "LUX HAS NOT ACCEPTED THE RETURN INVOICE I1",
            "invoiced": "LUX HAS THE INVOICE I1. POST ITS CREDIT NOTE FIRST: THEN LUX IS TOLD",
        }.items():
            self.assertIn(text, text_of_obstacle(ENV, obstacle, "Lux", "I1"))

    def test_reason_of_another_addon_comes_with_its_text(self):
        self.assertEqual(text_of_unsendable(ENV, "ours", "It is frozen."), "It is frozen.")
