from odoo import models


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
