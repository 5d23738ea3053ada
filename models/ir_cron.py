from odoo import api, models


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _check_may_run_jobs(self):
        """Jobs are for the scheduler, and for who may run a scheduled job by hand.

        Odoo lets everybody run a job's server action by RPC, if only with the own rights. But the
        addon's jobs are at work in every company, partly in superuser mode.

        :raise AccessError: for anybody else
        """
        self.browse().check_access("write")
