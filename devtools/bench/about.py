"""Where and with what something was measured."""

import os
import platform
import re
import shlex
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import psutil
import psycopg2

from .server import WORKERS

_SETTINGS = (
    "shared_buffers",
    "work_mem",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "jit",
    "autovacuum",
    "max_connections",
)


def about(options):
    """``{name: value}`` of the machine, the versions and the settings; no paths, no names."""
    python = shlex.split(os.environ["MARKETPLACE_BENCH_ODOO"])[0]
    only = " --only " + " ".join(options.only) if options.only else ""
    return {
        "command": f"./dev bench{' --quick' if options.quick else ''}{only}",
        "quick": options.quick,
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "addon": _git_state(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "system": f"Linux {platform.release().split('-')[0]}",
        "Odoo": _odoo_version(),
        "Python": _said_by(python, "--version").removeprefix("Python "),
        "Odoo's settings": f"--workers={WORKERS}, --log-level=warn, no proxy, demo data",
        "PostgreSQL": _postgres(),
    }


def _git_state():
    here = Path(__file__).parent
    commit = _said_by("git", "-C", str(here), "rev-parse", "--short=12", "HEAD")
    changed = _said_by("git", "-C", str(here), "status", "--porcelain", "--untracked-files=no")
    return f"commit {commit}{', changed since' if changed else ''}" if commit else "no commit"


def _said_by(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip() if done.returncode == 0 else ""


def _processor():
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _odoo_version():
    release = Path(os.environ["ODOO_HOME"], "odoo/release.py").read_text()
    names = {}
    exec(compile(release, "release.py", "exec"), names)  # a few assignments
    return names["version"]


def _postgres():
    with psycopg2.connect(dbname="postgres") as connection, connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        cursor.execute(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s) ORDER BY 1",
            (list(_SETTINGS),),
        )
        settings = ", ".join(f"{name}={value}" for name, value in cursor.fetchall())
    return f"{version}; {settings}"
