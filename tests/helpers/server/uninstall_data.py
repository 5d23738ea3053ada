"""Data of every kind that the addon has, and documents that hang on it. Fed to Odoo's shell."""

from odoo.fields import Command


def make_everything(env, orders):
    """Give the marketplaces' orders all that the addon can leave on them; return IDs.

    :param orders: IDs of all kinds of orders by what became of them
    """
    user = env.ref("base.user_admin")
    account = env["marketplace.account"].create(
        {
            "name": "To Be Removed",
            "code": "removed",
            "user_id": user.id,
            "services_endpoint": "http://127.0.0.1:9/api/oms",
            "outbound_key": "a-key",
            "new_outbound_token": "a-t0ken",
            "retention_days": 30,
            "background_after": 0,
        }
    )
    account._generate_credential()
    for name, order_id in orders.items():
        if not name.startswith("second_"):
            env["sale.order"].browse(order_id).write(
                {"marketplace_account_id": account.id, "marketplace_order_id": name}
            )
    replacement = env["sale.order"].browse(orders["draft"]).copy()
    replacement.replaced_order_id = orders["shipped"]
    return {"account": account.id, "replacement": replacement.id}


def leave_traces(env, account_id):
    """What people do with the addon's records: notes, files, filters, exports, rights, jobs."""
    account = env["marketplace.account"].browse(account_id)
    receipts = env["marketplace.cancellation.receipt"].search([("account_id", "=", account_id)])
    calls = env["marketplace.outbound.call"].search([("account_id", "=", account_id)])
    assert receipts
    assert calls
    for records in (account, receipts, calls):
        records[0].message_post(body="A note.", attachments=[("note.txt", b"A file.")])
        records[0].message_subscribe([env.ref("base.user_admin").partner_id.id])
        model = env["ir.model"]._get(records._name)
        env["ir.attachment"].create(
            {"name": "f", "raw": b"f", "res_model": model.model, "res_id": records[0].id}
        )
        env["ir.filters"].create({"name": f"Mine of {model.name}", "model_id": model.model})
        env["ir.exports"].create({"name": f"Mine of {model.name}", "resource": model.model})
        env["ir.model.access"].create(
            {"name": f"Mine of {model.name}", "model_id": model.id, "perm_read": True}
        )
        env["mail.template"].create({"name": f"Mine of {model.name}", "model_id": model.id})
        env["ir.actions.act_window"].create(
            {"name": f"Mine of {model.name}", "res_model": model.model}
        )
        env["ir.cron"].create(
            {
                "name": f"Mine of {model.name}",
                "model_id": model.id,
                "state": "code",
                "code": "model.search([])",
            }
        )
    receipts[0].activity_schedule(
        "mail.mail_activity_data_todo", user_id=env.ref("base.user_admin").id
    )
    env["ir.default"].set("marketplace.account", "decision_hours", 48)
    test = account.start_test_cancellation()
    account.finish_test_cancellation(test["reference"])
    group = env.ref("marketplace_order_cancellation.group_marketplace_manager")
    person = env["res.users"].create(
        {"name": "A Manager", "login": "manager", "group_ids": [Command.link(group.id)]}
    )
    return person.id
