"""Accounts that have kept the former default get the new one."""


def migrate(cr, _version):
    """``background_after`` was 50 ms unless somebody changed it; now it is 20 ms."""
    cr.execute("UPDATE marketplace_account SET background_after = 20 WHERE background_after = 50")
