"""Small hooks into Odoo's own models, and days, moments and quantities as people read them."""

from . import (
    any_language,
    insert,
    ir_cron,
    ir_http,
    mail_thread,
    res_config_settings,
    moments,
    quantities,
)
