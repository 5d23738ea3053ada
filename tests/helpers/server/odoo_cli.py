"""Odoo's command line on a copy of a database, and what is in that database afterwards."""

import inspect
import json
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql

ADDON = "marketplace_order_cancellation"
PATIENCE = 600  # seconds; nothing here takes that long unless it hangs

_RESULT = "the function's result: "
_COMPLAINT = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) ")


def command(database, *words, addons=None):
    """The words of an Odoo command line.

    :param addons: the folder with the version of the addon to work with, by default the present one
    """
    options = [f"--addons-path={addons_path(addons)}"] if addons else []
    conf = os.environ["MARKETPLACE_TEST_CONF"]
    program = shlex.split(os.environ["MARKETPLACE_TEST_ODOO"])
    return [*program, *words, f"--config={conf}", f"--database={database}", *options]


def addons_path(addons):
    """The configured addons path, with ``addons`` in place of the present version's folder."""
    conf = ConfigParser(interpolation=None)
    conf.read(os.environ["MARKETPLACE_TEST_CONF"])
    folders = conf["options"]["addons_path"].split(",")
    others = [folder for folder in folders if not (Path(folder) / ADDON).exists()]
    assert len(others) == len(folders) - 1
    return ",".join([*others, str(addons)])


def install(database, addons=None, module=ADDON):
    """Install the addon, or another module; return the log."""
    return _modules(database, "--init", addons, module)


def update(database, addons=None):
    """Bring the addon up to date; return the log."""
    return _modules(database, "--update", addons, ADDON)


def _modules(database, option, addons, module):
    end = ["--stop-after-init", "--no-http", "--workers=0", "--max-cron-threads=0"]
    words = command(database, addons=addons)
    done = _run([*words, option, module, *end])
    assert done.returncode == 0, done.stderr
    return done.stderr


def call(database, function, addons=None, **arguments):
    """Run ``function`` of an environment in Odoo's shell, commit, and return what it returns.

    Its module is fed to the shell as it is, so it imports from Odoo alone.

    :param arguments: of the function, and with what it returns, in JSON
    """
    source = inspect.getsource(sys.modules[function.__module__])
    script = f"""{source}
import json
result = {function.__name__}(env, **json.loads({json.dumps(arguments)!r}))
env.cr.commit()
print({_RESULT!r} + json.dumps(result))
"""
    words = command(database, "shell", addons=addons)
    done = _run([*words, "--no-http", "--log-level=warn"], script)
    # The shell ends well even when what it was fed does not.
    _before, found, result = done.stdout.partition(_RESULT)
    assert found, done.stderr
    return json.loads(result)


def _run(words, script=None):
    return subprocess.run(
        words,
        input=script,
        stdin=subprocess.DEVNULL if script is None else None,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def complaints(log):
    """The lines of ``log`` that are warnings or worse."""
    # The tests themselves call the server in a way that Odoo 20 will not have any more.
    return [
        line
        for line in log.splitlines()
        if _COMPLAINT.match(line) and "odoo.addons.rpc.controllers." not in line
    ]


def query(database, statement, *values):
    """The rows that an SQL statement returns, if it does; it is committed."""
    with _cursor(database) as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def _cursor(database):
    connection = psycopg2.connect(dbname=database)
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def columns(database):
    """``{table: its columns}``."""
    return dict(
        query(
            database,
            """
            SELECT table_name, array_agg(column_name::text ORDER BY column_name)
              FROM information_schema.columns
              JOIN information_schema.tables USING (table_schema, table_name)
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
             GROUP BY table_name
            """,
        )
    )


def snapshot(database, wanted):
    """``{table: Counter of its rows as JSON texts}``.

    :param wanted: ``{table: columns}``
    """
    found = {}
    with _cursor(database) as cursor:
        for table, names in wanted.items():
            cursor.execute(
                sql.SQL("SELECT to_jsonb(part)::text FROM (SELECT {} FROM {}) part").format(
                    sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table)
                )
            )
            found[table] = Counter(row for (row,) in cursor)
    return found


def changes(before, after):
    """``{table: (rows that are gone or were changed, new ones)}`` of tables that differ."""
    return {
        table: (sorted(before[table] - after[table]), sorted(after[table] - before[table]))
        for table in before
        if before[table] != after[table]
    }
