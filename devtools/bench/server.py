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
    """One server process with its workers; a context manager.

    :param core: the only one that it may use; None: all
    """

    def __init__(self, database, crons, log, core=None):
        self.database = database
        self.crons = crons
        self.log = Path(log)
        self.core = core
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
        if self.core is not None:  # before it has any worker
            os.sched_setaffinity(self.process.pid, {self.core})
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

    def workers(self, kind):
        """The processes that answer (``HTTP``), or carry out jobs (``cron``)."""
        parent = psutil.Process(self.process.pid)
        workers = [child for child in parent.children() if "gevent" not in child.cmdline()]
        is_cron = [worker.nice() > parent.nice() for worker in workers]  # Odoo makes them so
        found = [w for w, cron in zip(workers, is_cron, strict=True) if cron == (kind == "cron")]
        wanted = self.crons if kind == "cron" else WORKERS
        assert len(found) == wanted, f"{len(found)} {kind} workers, where {wanted} were to be"
        return found

    def memory(self, kind):
        """``{pid: (RSS, USS)}`` of the workers of this kind, in bytes; of none if it is empty."""
        workers = self.workers(kind) if kind else []
        full = {worker.pid: worker.memory_full_info() for worker in workers}
        return {pid: (info.rss, info.uss) for pid, info in full.items()}


def processor_time(servers, backend):
    """Seconds of processor time that ``servers`` and PostgreSQL have taken so far.

    :param backend: the process ID of one of PostgreSQL's sessions
    """
    seconds = 0.0
    parents = [psutil.Process(server.process.pid) for server in servers]
    for parent in (*parents, psutil.Process(backend).parent()):
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):  # its parent has its time from then on
                seconds += sum(process.cpu_times()[:4])  # of itself, and of children that ended
    return seconds


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
