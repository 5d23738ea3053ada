"""What the page shows while the Orders hook is set up, and of somebody else's."""

from odoo.tests import tagged

from ...tools.inbound.notification import CANCELLATION_STATES, HOOK_STATES
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

    def hook(self, states=HOOK_STATES, key=None):
        """The answer to reading a hook of ours."""
        headers = {"x-vtex-api-appkey": key} if key else {}
        hook = {"url": self.account.hook_url, "headers": headers}
        return 200, {"filter": {"type": "FromWorkflow", "status": list(states)}, "hook": hook}, {}

    def test_hook_that_tells_too_little_is_set_up_again_by_itself(self):
        self.press("action_check_hook", self.hook())
        self.assertEqual(self.account.hook_state, "connected")
        self.press("action_check_hook", self.hook(CANCELLATION_STATES))
        self.assertEqual(self.account.hook_state, "outdated")
        self.marketplace.answers += [self.hook(CANCELLATION_STATES), (200, {}, {})]
        self.run_cron("cron_check_hooks")
        self.assertEqual(self.account.hook_state, "connected")

    def test_hook_with_a_key_that_no_longer_works_is_set_up_again(self):
        self.press("action_check_hook", self.hook(key="gone"))
        self.assertEqual(self.account.hook_state, "outdated")
