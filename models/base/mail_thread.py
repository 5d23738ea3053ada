from odoo import api, models


class _Logged(list):
    """A list that equals itself alone: Odoo takes environments of equal context for the same."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _log_with_change_of_state(self, texts):
        """Log a text on each record whose tracked state is about to change.

        It becomes the body of the message that Odoo logs for the change anyway: one message, not
        two. Odoo tracks no changes of what was created in the same transaction; there, the text is
        a message of its own.

        :param texts: ``{record: text}``
        """
        for record, text in texts.items():
            if record.create_date < self.env.cr.now():
                record._track_set_log_message(text)
            else:
                record._message_log(body=text)

    @api.model
    def _log_tracked_together(self, *model_names):
        """Log now what has been tracked on the models' records, in one go for all of them.

        Odoo does so before a commit, with two inserts for each record. Only for a transaction that
        nobody else has begun: this user signs for everything.
        """
        self.env.flush_all()  # what is computed is tracked, too
        logged = _Logged()
        for model_name in model_names:
            self.env[model_name].with_context(marketplace_logged=logged)._track_finalize()
        tracked = [values.pop("tracking_value_ids", None) or [] for values in logged]
        # sudo: as Odoo itself logs
        messages = self.sudo()._message_create(logged)
        self.env["mail.tracking.value"].sudo().create(
            [
                dict(values, mail_message_id=message.id)
                for message, commands in zip(messages, tracked, strict=True)
                for _command, _id, values in commands
            ]
        )

    def _message_log_batch(self, bodies, **kwargs):
        """Inside :meth:`_log_tracked_together`: keep the messages for later."""
        logged = self.env.context.get("marketplace_logged")
        if not isinstance(logged, _Logged):
            return super()._message_log_batch(bodies, **kwargs)
        thread = self.with_context(marketplace_logged=None, marketplace_messages=logged)
        return super(MailThread, thread)._message_log_batch(bodies, **kwargs)

    def _message_create(self, values_list):
        messages = self.env.context.get("marketplace_messages")
        if not isinstance(messages, _Logged):
            return super()._message_create(values_list)
        messages += values_list
        return self.env["mail.message"]
