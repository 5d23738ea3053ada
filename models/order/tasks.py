from functools import partial

from odoo import models

from .upstream import Upstream

#: States of a task on which nobody has begun to work.
_NOT_BEGUN = ("01_in_progress", "04_waiting_normal")
_CLOSED = ("1_done", "1_canceled")


class SaleOrder(models.Model):
    """Tasks, repairs, seats and booths that an order has brought about."""

    _inherit = "sale.order"

    def _documents_upstream(self):
        return [
            *super()._documents_upstream(),
            *self._tasks_upstream(),
            *self._repairs_upstream(),
            *self._seats_upstream(),
        ]

    def _tasks_upstream(self):
        """Tasks that nobody has begun are cancelled, milestones that are not reached are told."""
        if not self._is_installed({"project.task": "sale_line_id"}):
            return []
        of_lines = [("sale_line_id", "in", self.order_line.ids)]
        tasks = self.env["project.task"].search([*of_lines, ("state", "not in", _CLOSED)])
        return [Upstream(task, partial(self._stop_task, task)) for task in tasks]

    def _stop_task(self, task):
        stages = task.project_id.type_ids.filtered(lambda stage: not stage.fold)
        if (
            task.state not in _NOT_BEGUN
            or (task.stage_id and stages and task.stage_id != stages[0])
            or ("timesheet_ids" in task._fields and task.timesheet_ids)
        ):
            return False
        task.state = "1_canceled"
        return self.env._("Nothing had begun for %s: cancelled.", self.name)

    def _repairs_upstream(self):
        """Repairs: Odoo cancels those of the order's lines, also what has begun."""
        if not self._is_installed({"repair.order": "sale_order_id"}):
            return []
        repairs = self.env["repair.order"].search(
            [("sale_order_id", "=", self.id), ("state", "not in", ("done", "cancel"))]
        )
        return [
            Upstream(
                repair,
                partial(self._stop_repair, repair)
                if repair.sale_order_line_id and repair.state != "under_repair"
                else None,
            )
            for repair in repairs
        ]

    def _stop_repair(self, repair):
        if repair.state != "cancel":
            repair.action_repair_cancel()
        return self.env._("Nothing had begun for %s: cancelled.", self.name)

    def _seats_upstream(self):
        """Seats: Odoo cancels them, but who has attended has attended. Booths stay booked."""
        documents = []
        if self._is_installed({"event.registration": "sale_order_id"}):
            attended = self.env["event.registration"].search(
                [("sale_order_id", "=", self.id), ("state", "=", "done")]
            )
            documents += [Upstream(seat, partial(self._keep_attended, seat)) for seat in attended]
        if self._is_installed({"event.booth": "sale_order_id"}):
            booths = self.env["event.booth"].search(
                [("sale_order_id", "=", self.id), ("state", "=", "unavailable")]
            )
            text = self.env._("The booth is still booked for it.")
            documents += [Upstream(booth, text=text) for booth in booths]
        return documents

    def _keep_attended(self, seat):
        seat.flush_recordset()
        seat.state = "done"
        return self.env._("It was attended, and stays so.")
