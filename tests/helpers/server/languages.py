"""What pages are called in each language; for Odoo's shell, so it imports nothing of the tests'."""

ADDON = "marketplace_order_cancellation"


def titles_in(env, codes):
    """What the list of cancellations is called in each language."""
    action = env.ref(f"{ADDON}.action_marketplace_cancellation_receipt")
    for code in codes:
        env["res.lang"]._activate_lang(code)
    env["ir.module.module"]._load_module_terms([ADDON], codes)
    return {code: action.with_context(lang=code).name for code in codes}
