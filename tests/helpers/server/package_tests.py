"""Fed to Odoo's shell: its own way to find the addon's tests."""

from odoo.tests.loader import get_test_modules


def count_modules(env):
    """Return how many modules of tests the addon has, which have all been imported."""
    addon = env["ir.module.module"]._get("marketplace_order_cancellation")
    return len(get_test_modules(addon.name))
