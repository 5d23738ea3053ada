"""Fed to Odoo's shell: a database in which English is not active."""


def speak_portuguese(env):
    """Have everybody speak Portuguese, and nobody English."""
    env["res.lang"]._activate_lang("pt_BR")
    modules = env["ir.module.module"].search([("state", "=", "installed")])
    modules._update_translations(["pt_BR"])
    env["res.partner"].with_context(active_test=False).search([]).lang = "pt_BR"
    env["ir.default"].set("res.partner", "lang", "pt_BR")
    env["res.lang"].search([("code", "=", "en_US")]).active = False
    return env["res.lang"].search([]).mapped("code")
