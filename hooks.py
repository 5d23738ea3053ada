"""Deletes what Odoo would leave behind when it uninstalls this addon."""

from typing import Any

_ADDON = "marketplace_order_cancellation"


def uninstall_hook(env: Any) -> None:
    """Delete the records that refer to the addon's models and would stay, although nobody can use
    them.

    Odoo deletes the models after this, with their rows, messages, files, jobs and rights.

    :param env: Odoo's environment; its types are not known here
    """
    models = [name for name, model in env.registry.items() if model._original_module == _ADDON]
    # What people have made for these models.
    for holder, field in (
        ("ir.filters", "model_id"),
        ("ir.exports", "resource"),
        ("ir.actions.act_window", "res_model"),
    ):
        env[holder].with_context(active_test=False).search([(field, "in", models)]).unlink()
    # What the models have from other addons, mail say, is filed under these.
    for described, field in (
        ("ir.model.fields", "model"),
        ("ir.model.fields.selection", "field_id.model"),
        ("ir.model.inherit", "model_id.model"),
    ):
        records = env[described].search([(field, "in", models)])
        env["ir.model.data"].search(
            [("module", "!=", _ADDON), ("model", "=", described), ("res_id", "in", records.ids)]
        ).unlink()
    # Sample orders stay, so their partner and product must stay: Odoo would fail to delete these.
    samples = ("partner_test", "product_test", "product_test_product_template")
    env["ir.model.data"].search([("module", "=", _ADDON), ("name", "in", samples)]).unlink()
    # Foreign keys of columns in other addons' tables.
    env["ir.model.constraint"].search(
        [
            ("module.name", "=", _ADDON),
            ("type", "=", "f"),
            ("model.model", "not in", models),
        ]
    ).unlink()
