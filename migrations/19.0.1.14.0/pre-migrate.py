"""From 19.0.1.13: the address of the list of cancellations is that of the menu's action now.

Odoo looks whether it is taken before it has written that the list has lost it.
"""


def migrate(cr, _version):
    cr.execute("UPDATE ir_act_window SET path = NULL WHERE path = 'marketplace-cancellations'")
