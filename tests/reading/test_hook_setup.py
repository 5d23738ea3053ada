"""What the page shows while the Orders hook is set up, and of somebody else's."""

from odoo.tests import tagged

from ..helpers.readings import ReadingCase

NONE = (404, {}, {})


@tagged("post_install", "-at_install")
class TestHookSetUp(ReadingCase):
    def press(self, button, answer):
        self.marketplace.answers.append(answer)
        return getattr(self.account, button)()

    def test_looking_at_it_does_not_keep_it_from_being_set_up(self):
        self.assertIs(self.press("action_connect_hook", NONE), True)
        self.assertEqual(self.account.hook_state, "connecting")
        self.press("action_check_hook", NONE)
        self.assertEqual(self.account.hook_state, "connecting")

    def test_secret_in_the_address_of_somebody_else_is_not_shown(self):
        other = {"hook": {"url": "https://x.example/hook?token=s3cret"}}
        action = self.press("action_connect_hook", (200, other, {}))
        self.assertEqual(action["context"]["default_url"], "https://x.example/hook")
        self.assertEqual(self.account.hook_other_url, "https://x.example/hook")
