from . import ir_cron, ir_http, mail_thread, res_config_settings, moments
