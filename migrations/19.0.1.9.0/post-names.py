"""From 19.0.1.8: the notice about credentials, and the job that tells followers, have new names.

An update leaves such records as they are; names that nobody has changed are still the addon's. Odoo
loads their translations after this.
"""

from odoo.tools import SQL

#: Table, XML ID, the former name and the present one.
_NAMES = (
    ("mail_message_subtype", "subtype_account_keys", "Keys", "Credentials"),
    (
        "ir_act_server",
        "cron_tell_health_ir_actions_server",
        "Marketplace: tell who follows accounts what needs attention",
        "Marketplace: tell followers of accounts what needs attention",
    ),
)


def migrate(cr, _version):
    for table, xml_id, former, name in _NAMES:
        cr.execute(
            SQL(
                """
                UPDATE %s record SET name = jsonb_build_object('en_US', %s::text)
                  FROM ir_model_data known
                 WHERE known.module = 'marketplace_order_cancellation'
                   AND known.name = %s
                   AND known.res_id = record.id
                   AND record.name->>'en_US' = %s
                """,
                SQL.identifier(table),
                name,
                xml_id,
                former,
            )
        )
    # Odoo keeps the name of a job once more, as it was when the job was written.
    cr.execute(
        """
        UPDATE ir_cron SET cron_name = action.name->>'en_US'
          FROM ir_act_server action
         WHERE action.id = ir_cron.ir_actions_server_id AND cron_name = %s
        """,
        [_NAMES[-1][2]],
    )
