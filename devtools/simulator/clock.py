"""What happens by itself? Windows close, and sellers are asked again, or told of changes."""

import threading
import time

from . import change_call, scenarios, states
from .refusal import Refusal

TICK = 0.25  # seconds


def start(marketplace):
    """Let the clock run until ``marketplace.stop`` is set."""
    threading.Thread(target=_run, args=(marketplace,), daemon=True).start()


def _run(marketplace):
    busy = {}  # order ID: the job that asks again
    told = {}  # change ID: the thread that tells the seller of it
    while not marketplace.stop.wait(TICK):
        told = {change_id: thread for change_id, thread in told.items() if thread.is_alive()}
        change_call.call_due(marketplace, told)
        every = marketplace.settings.get().ask_again_every
        orders = marketplace.store.all()  # closes windows on the way
        busy = {order_id: job for order_id, job in busy.items() if not job.done.is_set()}
        for order in orders:
            if every and order.id not in busy and _due(order, every):
                plan = scenarios.Plan(orders=[order.id], request="last")
                try:
                    busy[order.id] = scenarios.start(marketplace, plan, background=True)
                except Refusal:  # somebody was faster, or all was reset
                    continue


def _due(order, every):
    """Is it time to ask again about this order?"""
    request = order.last_request
    return (
        order.state in states.ASKED
        and request is not None
        and request.state in ("pending", "evaluating")
        and request.calls > 0
        and time.monotonic() - request.last_call >= every
    )
