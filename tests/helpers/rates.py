"""Time for tests of limits, as the database's clock stands still in them."""

from odoo.tools import SQL

from ...models.access import admission


def elapse(env, seconds):
    """Let time go by for the limits: the database's own stands still within a test."""
    admission.leases.forget()
    env.cr.execute(
        SQL(
            "UPDATE marketplace_call_rate SET used_until = used_until - make_interval(secs => %s)",
            seconds,
        )
    )
