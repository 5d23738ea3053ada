"""A real Odoo with two HTTP workers, and the databases that it serves."""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from .load import Failed, call, message

WORKERS = 2
_PATIENCE = 90  # seconds until it must have started


def odoo_command(database, *arguments):
    """The words that run Odoo's command line on ``database``."""
    return [
        *shlex.split(os.environ["MARKETPLACE_BENCH_ODOO"]),
        *arguments,
        f"--config={os.environ['MARKETPLACE_BENCH_CONF']}",
        f"--addons-path={os.environ['MARKETPLACE_BENCH_ADDONS']}",
        f"--database={database}",
    ]


def database_copy(name):
    """A fresh database with the addon, as :func:`copy_of` makes it."""
    return copy_of(os.environ["MARKETPLACE_BENCH_TEMPLATE"], name)


@contextmanager
def copy_of(template, name):
    """A fresh copy of the database ``template``, by its name, as long as the context lasts."""
    database = f"{template}_run_{name.replace('-', '_')}"
    drop = ["dropdb", "--if-exists", "--force", database]
    quietly = dict(os.environ, PGOPTIONS="-c client_min_messages=warning")
    try:
        subprocess.run(drop, env=quietly, check=True)
        subprocess.run(["createdb", f"--template={template}", database], check=True)
        yield database
    finally:
        subprocess.run(drop, env=quietly, check=False)
        filestore = Path(os.environ["MARKETPLACE_BENCH_FILESTORE"]) / database
        shutil.rmtree(filestore, ignore_errors=True)


class OdooServer:
    """One server process with its workers; a context manager."""

    def __init__(self, database, crons, log):
        self.database = database
        self.crons = crons
        self.log = Path(log)
        self.port = _free_port()

    def __enter__(self):
        command = [
            *odoo_command(self.database),
            f"--http-port={self.port}",
            f"--gevent-port={_free_port()}",
            f"--workers={WORKERS}",
            f"--max-cron-threads={self.crons}",
            "--log-level=warn",
        ]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait(self):
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if call(self.port, message("GET", "/web/health"))[0] == 200:
                    return
            except (OSError, Failed):
                time.sleep(0.2)
        raise RuntimeError(f"Odoo did not start, see {self.log.name}")

    def __exit__(self, *exc_info):
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # whatever of its session is left
        self.process.wait()

    def http_workers(self):
        """The processes that answer. Only of a server without cron workers."""
        assert not self.crons
        children = psutil.Process(self.process.pid).children()
        workers = [child for child in children if "gevent" not in child.cmdline()]
        assert len(workers) == WORKERS, f"{len(workers)} workers, where {WORKERS} were to be"
        return sorted(workers, key=lambda worker: worker.pid)

    def memory(self):
        """``{pid: (RSS, USS)}`` of the HTTP workers, in bytes."""
        full = {worker.pid: worker.memory_full_info() for worker in self.http_workers()}
        return {pid: (info.rss, info.uss) for pid, info in full.items()}


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
