"""Calls to a marketplace, sent by real servers: killed on the way, and two hosts at once."""

import os
import shlex
import subprocess
import threading
import time

import pytest
from odoo_server import TIMEOUT, Marketplace, OdooServer, database_copy
from selling import cancel_everywhere

from odoo.addons.marketplace_order_cancellation.tests.helpers.stub_marketplace import (
    StubMarketplace,
)

CALL = "marketplace.outbound.call"


@pytest.fixture
def stub():
    with StubMarketplace() as stub:
        yield stub


@pytest.fixture(scope="module")
def outbox():
    with database_copy("outbox") as database, OdooServer(database) as server:
        yield Outbox(server)


class Outbox(Marketplace):
    """An account that calls a marketplace, and orders that are cancelled here and there."""

    def cancelled_here(self, *marketplace_order_ids):
        """Orders that are cancelled, and whose marketplace is to be told."""
        order_ids = [self.import_order(name) for name in marketplace_order_ids]
        cancel_everywhere(self.server, order_ids)

    def sender(self):
        """A further server on the same database, one that runs jobs."""
        return OdooServer(self.server.database, cron_threads=1)

    def call(self, marketplace_order_id):
        domain = [("marketplace_order_id", "=", marketplace_order_id)]
        (call,) = self.search(CALL, domain, ["state", "attempts", "answer_status"])
        return call

    def activities(self, kind):
        """The open ones of the account, of the type with this name."""
        domain = [
            ("res_model", "=", "marketplace.account"),
            ("res_id", "=", self.account_id),
            ("activity_type_id.name", "=", kind),
        ]
        return self.search("mail.activity", domain, ["summary"])

    def wait_for(self, marketplace_order_id, state):
        """The call once it is in this state; an error if it never is."""
        deadline = time.monotonic() + TIMEOUT
        while (call := self.call(marketplace_order_id))["state"] != state:
            assert time.monotonic() < deadline, call
            time.sleep(0.1)
        return call


def test_call_is_sent_after_the_commit_by_a_job(outbox, stub):
    outbox.connect(stub)
    with outbox.sender():
        outbox.cancelled_here("JOB-1")
        assert outbox.wait_for("JOB-1", "sent")["attempts"] == 1
    assert [call.path for call in stub.received] == ["/api/oms/pvt/orders/JOB-1/cancel"]


def test_killed_in_the_middle_it_is_sent_again(outbox, stub):
    outbox.connect(stub)
    arrived, go_on = threading.Event(), threading.Event()

    def hold():
        arrived.set()
        go_on.wait(TIMEOUT)

    stub.answers.append(hold)
    with outbox.sender() as killed:
        outbox.cancelled_here("KILL-1")
        assert arrived.wait(TIMEOUT)
        killed.kill()
    go_on.set()
    assert outbox.call("KILL-1")["state"] == "pending"
    with outbox.sender():
        outbox.cancelled_here("KILL-2")  # wakes the job, which looks once a minute otherwise
        assert outbox.wait_for("KILL-2", "sent")
    assert outbox.call("KILL-1")["answer_status"] == 200
    assert [call.path.split("/")[5] for call in stub.received] == ["KILL-1", "KILL-1", "KILL-2"]


def test_marketplace_that_is_down_for_a_while_gets_everything_once(outbox, stub):
    outbox.connect(stub)
    names = [f"DOWN-{number}" for number in range(5)]
    stub.answers.extend([None] * 3)
    outbox.cancelled_here(*names)
    send_in_processes(outbox.server.database, 1)
    assert {outbox.call(name)["state"] for name in names} == {"pending"}
    assert len(stub.received) == 3  # after these it is left alone
    calls = outbox.search(CALL, [("marketplace_order_id", "in", names)], ["state"])
    outbox.server.execute(CALL, "action_send_again", [call["id"] for call in calls])
    send_in_processes(outbox.server.database, 1)
    assert {outbox.call(name)["state"] for name in names} == {"sent"}
    assert sorted(call.path for call in stub.received[3:]) == [
        f"/api/oms/pvt/orders/{name}/cancel" for name in names
    ]


def test_two_hosts_share_the_work_and_send_nothing_twice(outbox, stub):
    """Not even Odoo's own lock of the job keeps them apart here: they run its method directly."""
    outbox.connect(stub)
    names = [f"HOSTS-{number:02}" for number in range(30)]
    stub.answers.extend([meeting((200, {}, {}))] * 2)
    outbox.cancelled_here(*names)
    send_in_processes(outbox.server.database, 2)
    assert sorted(call.path for call in stub.received) == [
        f"/api/oms/pvt/orders/{name}/cancel" for name in names
    ]
    assert {outbox.call(name)["state"] for name in names} == {"sent"}


def test_rejected_app_key_that_two_hosts_find_out_at_once_is_asked_about_once(outbox, stub):
    outbox.connect(stub)
    names = [f"REJECTED-{number}" for number in range(6)]
    stub.answers.extend([meeting((401, {}, {}))] * 2)
    outbox.cancelled_here(*names)
    send_in_processes(outbox.server.database, 2)
    assert len(stub.received) == 2
    assert {outbox.call(name)["state"] for name in names} == {"pending"}
    assert sum(outbox.call(name)["attempts"] for name in names) == 1  # the other began anew
    assert len(outbox.activities("Rejected App Key")) == 1
    outbox.connect(stub)  # with another token
    assert not outbox.activities("Rejected App Key")
    send_in_processes(outbox.server.database, 1)
    assert {outbox.call(name)["state"] for name in names} == {"sent"}


def test_missing_permission_that_two_hosts_find_out_at_once_is_asked_about_once(outbox, stub):
    outbox.connect(stub)
    names = ["FORBIDDEN-1", "FORBIDDEN-2"]
    stub.answers.extend([meeting((403, {}, {}))] * 2 + [(403, {}, {})])
    outbox.cancelled_here(*names)
    send_in_processes(outbox.server.database, 2)
    assert {outbox.call(name)["state"] for name in names} == {"failed"}
    assert len(stub.received) == 3
    assert len(outbox.activities("App Key without Permission")) == 1


def test_silent_marketplace_is_left_alone_by_every_host(outbox, stub):
    """Each finds it out by itself, and none of them gets in another's way."""
    outbox.connect(stub)
    names = [f"SILENT-{number:02}" for number in range(30)]
    stub.answers.extend([None] * 100)
    outbox.cancelled_here(*names)
    send_in_processes(outbox.server.database, 2)
    assert 3 <= len(stub.received) <= 6  # neither sees yet what the other is about to find out
    fields = ["outbound_paused_until"]
    (account,) = outbox.search("marketplace.account", [("id", "=", outbox.account_id)], fields)
    assert account["outbound_paused_until"]
    assert {outbox.call(name)["state"] for name in names} == {"pending"}


def meeting(answer):
    """An answer that the first of two callers gets when the second one has come."""
    both_there = threading.Barrier(2, timeout=TIMEOUT)

    def meet():
        both_there.wait()
        return answer

    return meet


def send_in_processes(database, number):
    """Send what is due from so many processes at once."""
    command = [
        *shlex.split(os.environ["MARKETPLACE_TEST_ODOO"]),
        "shell",
        f"--config={os.environ['MARKETPLACE_TEST_CONF']}",
        f"--database={database}",
        "--no-http",
        "--log-level=warn",
    ]
    script = f"env['{CALL}']._cron_send()\nprint('everything sent')\n"
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _process in range(number)
    ]
    try:
        for process in processes:  # all of them work while the first is waited for
            process.stdin.write(script)
            process.stdin.close()
        for process in processes:
            assert "everything sent" in process.stdout.read()
            assert process.wait(TIMEOUT) == 0
    finally:
        for process in processes:
            process.kill()
            process.wait()
