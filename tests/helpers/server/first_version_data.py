"""What a shop leaves behind that worked with the first version. Fed to that version's shell."""

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec


def make_unsettled(env, account_id, marketplace_order_id):
    """The receipt of a request that the server did not live to settle."""
    cancellation_request = _module("cancellation_request")
    account = env["marketplace.account"].browse(account_id)
    env["marketplace.cancellation.receipt"]._find_or_create(
        account,
        cancellation_request.CancellationRequest(marketplace_order_id),
        path_order_id=marketplace_order_id,
        received_at=datetime(2026, 1, 2, 3, 4, 5),  # as Odoo has them
    )


def _module(name):
    """The addon's module that reads requests, where that version has it."""
    addon = "odoo.addons.marketplace_order_cancellation"
    folder = "tools.inbound" if find_spec(f"{addon}.tools") else "protocol"
    return import_module(f"{addon}.{folder}.{name}")


def write_and_attach(env):
    """A note on every account, receipt and marketplace order that takes one; and files."""
    accounts = env["marketplace.account"].with_context(active_test=False).search([])
    receipts = env["marketplace.cancellation.receipt"].search([])
    orders = env["sale.order"].search([("marketplace_order_id", "!=", False)])
    for records in (accounts, receipts, orders):
        if hasattr(records, "message_post"):
            for record in records:
                record.message_post(body="We have called them.")
        env["ir.attachment"].create(
            [
                {
                    "name": "call.txt",
                    "raw": b"What they said.",
                    "res_model": record._name,
                    "res_id": record.id,
                }
                for record in records
            ]
        )
