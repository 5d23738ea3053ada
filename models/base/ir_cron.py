from odoo import api, fields, models

from ...tools.discreet_log import discreet, discreet_logger, kind_of

_logger = discreet_logger(__name__)

_ADDON = "marketplace_order_cancellation"


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _callback(self, cron_name, server_action_id):
        """Keep what the addon's jobs say of orders out of the log; Odoo logs what they raise."""
        model = self.env["ir.actions.server"].browse(server_action_id).sudo().model_name
        if model not in self.env or self.env[model]._original_module != _ADDON:
            return super()._callback(cron_name, server_action_id)
        with discreet():
            try:
                return super()._callback(cron_name, server_action_id)
            except Exception as error:
                _logger.exception("%s has failed", cron_name)
                raise RuntimeError(kind_of(error)) from None

    @api.model
    def _wake_own(self, name, at=None):
        """Have the addon's job ``name`` run soon after this transaction's commit.

        Nothing happens if somebody has deleted the job, or switched it off: the caller goes on.

        :param at: the moment (naive, UTC), by default as soon as it can
        """
        job = self.env.ref(f"marketplace_order_cancellation.{name}", raise_if_not_found=False)
        if job:
            # Odoo looks by the database's clock whether it is due, and tells the workers at once if
            # it is by this host's.
            now = self.env.cr.now().replace(microsecond=0)
            # sudo: a user who imports an order, say, need not see scheduled jobs
            job.sudo()._trigger(at or min(now, fields.Datetime.now()))

    @api.model
    def _work_off(self, records, step):
        """Take the ``step`` for each of the ``records``, and commit after each, as time allows."""
        self._commit_progress(remaining=len(records))
        for record in records:
            step(record)
            if not self._commit_progress(1):
                return

    @api.model
    def _check_may_run_jobs(self):
        """Only the scheduler, and users who may run a scheduled job by hand, run the addon's jobs.

        Odoo lets every user run a job's server action by RPC, with the user's own rights. But the
        addon's jobs work in every company, partly in superuser mode.

        :raise AccessError: for anybody else
        """
        self.browse().check_access("write")
