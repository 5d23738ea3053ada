"""Counts queries over all workers of a server, those of scheduled jobs included.

Odoo counts for itself, but in each process apart. The number here lies in memory that the
workers share, because Odoo loads the addon before it forks them.
"""

from multiprocessing import Value

from odoo.sql_db import Cursor

_counted = Value("Q", 0)


def count_queries():
    """Let every cursor count from now on."""
    execute = Cursor.execute

    def execute_and_count(self, *args, **kwargs):
        with _counted.get_lock():
            _counted.value += 1
        return execute(self, *args, **kwargs)

    Cursor.execute = execute_and_count


def queries_counted():
    """Queries made so far; commits and rollbacks are none."""
    return _counted.value
