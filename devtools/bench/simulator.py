"""The marketplace simulator as the other side: a process of its own, see `devtools/simulator`."""

import json
import os
import shlex
import subprocess
from pathlib import Path
from urllib.request import Request, urlopen

from .load import TIMEOUT

KEY, TOKEN = "bench", "the-bench-calls-the-simulator"
_AT_ONCE = 5000  # orders that it makes in one call
_TELLS = "Marketplace simulator: "


class Simulator:
    """A context manager; it begins without orders."""

    def __init__(self, log):
        self.log = Path(log)

    def __enter__(self):
        command = shlex.split(os.environ["MARKETPLACE_BENCH_SIMULATOR"])
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--port", "0", "--empty", "--app-key", KEY, "--app-token", TOKEN],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        said = self.process.stdout.readline()
        if not said.startswith(_TELLS):
            self.__exit__()
            raise RuntimeError(f"the simulator did not start, see {self.log.name}")
        self.address = said.removeprefix(_TELLS).strip()
        return self

    def __exit__(self, *exc_info):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    @property
    def services(self):
        """Where it takes the seller's calls."""
        return f"{self.address}/api/oms"

    def control(self, method, path, **data):
        """What its control API answers."""
        request = Request(
            f"{self.address}/control/{path}",
            json.dumps(data).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        with urlopen(request, timeout=TIMEOUT) as answer:
            return json.load(answer)

    def add_orders(self, order_ids):
        """Make orders that are being handled."""
        for start in range(0, len(order_ids), _AT_ONCE):
            some = order_ids[start : start + _AT_ONCE]
            self.control("POST", "orders", orders=some, state="handling")
