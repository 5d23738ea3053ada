from contextlib import contextmanager, suppress
from functools import partial

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...tools.cause import Upstream
from ..base.moments import day_of

#: States of a task on which nobody has begun to work.
_NOT_BEGUN = ("01_in_progress", "04_waiting_normal")
_CLOSED = ("1_done", "1_canceled")


class SaleOrder(models.Model):
    """What was bought, made or begun for an order, and what becomes of it.

    What has not begun and is there for the order alone is stopped if a marketplace cancels it. For
    anything else its responsible user, or else the account's, gets an activity, unless Odoo has
    made one.
    """

    _inherit = "sale.order"

    def _documents_upstream(self):
        """The :class:`Upstream` documents of this order, looked up before it is cancelled."""
        moves, productions = self._supply()
        supply = [*self._stops_of_productions(productions), *self._stops_of_purchases(moves)]
        return [Upstream(document, stop) for document, stop in supply] + self._work_upstream()

    def _work_upstream(self):
        """Tasks, repairs, seats and booths, where they are installed.

        Odoo cancels the repairs of the order's lines, also what has begun, and seats, although who
        has attended has attended. Booths stay booked.
        """
        tasks = self._caused("project.task", "sale_line_id", ("state", "not in", _CLOSED))
        open_repair = ("state", "not in", ("done", "cancel"))
        repairs = self._caused("repair.order", "sale_order_id", open_repair)
        seats = self._caused("event.registration", "sale_order_id", ("state", "=", "done"))
        booths = self._caused("event.booth", "sale_order_id", ("state", "=", "unavailable"))
        idle = [own for own in repairs if own.sale_order_line_id and own.state != "under_repair"]
        text = self.env._("The booth is still booked for it.")
        return [
            *(Upstream(task, partial(self._stop_task, task)) for task in tasks),
            *(
                Upstream(
                    own,
                    partial(self._stop_repair, own) if own in idle else None,
                    ends=bool(own.sale_order_line_id),
                )
                for own in repairs
            ),
            *(Upstream(seat, partial(self._keep_attended, seat), ends=True) for seat in seats),
            *(Upstream(booth, text=text) for booth in booths),
        ]

    def _caused(self, model, field, condition):
        """Documents of ``model`` of which ``field`` names this order, or a line of it."""
        if not self._is_installed({model: field}):
            return ()
        named = self.order_line if field == "sale_line_id" else self
        return self.env[model].search([(field, "in", named.ids), condition])

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

    def _stop_repair(self, repair):
        if repair.state != "cancel":
            repair.action_repair_cancel()
        return self.env._("Nothing had begun for %s: cancelled.", self.name)

    def _keep_attended(self, seat):
        seat.flush_recordset()
        seat.state = "done"
        return self.env._("Attendance was recorded, and stays recorded.")

    @contextmanager
    def _see_to_upstream(self, why, stop=True):
        """See to what is there because of these orders, after they are cancelled in the block.

        It is looked up before: Odoo takes the chains apart.

        :param why: ``{order: its :class:`~tools.cause.Cause`}``
        :param stop: stop what has not begun; or else somebody is asked about all that Odoo leaves
        """
        # sudo: buyers, factory and projects have documents of their own, and are told by the system
        orders = self.sudo()
        newest = orders.env["mail.activity"].search([], order="id desc", limit=1).id or 0
        found = {
            order: order._documents_upstream() if stop else order._upstream_that_stays()
            for order in orders
        }
        yield
        for order, documents in found.items():
            for upstream in documents:
                order._see_to_document(upstream, why[order], newest, stop)

    def _see_to_document(self, upstream, cause, newest, stop):
        document, done = upstream.document, False
        if stop and upstream.stop:
            with suppress(UserError), self.env.cr.savepoint():  # or else a person is asked
                done = upstream.stop()
        if done:
            self._told_by_odoo(document, newest).unlink()  # there is nothing left to do
            document._message_log(body=f"{cause.text} {done}")
        else:
            self._ask_about_document(upstream, cause, newest)

    def _told_by_odoo(self, document, newest):
        """The activities that Odoo has left on ``document`` since the one of ID ``newest``."""
        return document.activity_ids.filtered(
            lambda activity: activity.id > newest and activity.automated
        )

    def _ask_about_document(self, upstream, cause, newest):
        """Have somebody see to a document that stays, unless Odoo has told somebody."""
        document = upstream.document
        text = upstream.text or self.env._("Please decide what to do with this document.")
        text = f"{cause.text} {self.name}: {text}"
        document._message_log(body=text)
        user = self._responsible_for(document, cause)
        if by_odoo := self._told_by_odoo(document, newest):
            by_odoo.filtered(lambda own: not self._can_be_asked(own.user_id)).user_id = user
        else:
            kind, summary = "mail.mail_activity_data_warning", self.env._("An order was cancelled")
            if cause.of_part:
                summary = self.env._("A part of an order was cancelled")
            note = plaintext2html(text)
            document.activity_schedule(kind, day_of(user), summary, note, user_id=user.id)

    def _upstream_that_stays(self):
        """Those of :meth:`_documents_upstream` that Odoo does not cancel with this order."""
        return [upstream for upstream in self._documents_upstream() if not upstream.ends]

    def _responsible_for(self, document, cause):
        """Who is asked about ``document``: its own user, else the account's."""
        users = document.env["res.users"]
        for path in ("user_id", "user_ids", "project_id.user_id", "event_id.user_id"):
            if path.partition(".")[0] in document._fields:
                users |= document.mapped(path)
        return users.filtered(self._can_be_asked)[:1] or cause.responsible

    def _can_be_asked(self, user):
        return user.active and user._is_internal() and user != self.env.user
