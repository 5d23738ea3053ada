"""Which cancellations are sent, how often and in which order? Runs of calls to the seller."""

import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from . import seller, verdicts
from .refusal import Refusal

AT_ONCE = 32  # calls at the same time, at most
MOST = 1000  # calls of one run
JOBS = 200  # runs in the background that are remembered
SEQUENCES = ("given", "reversed", "shuffled")
REQUESTS = ("waiting", "last", "new")


@dataclass
class Plan:
    """What to send.

    :param orders: IDs; in this order, unless ``sequence`` says otherwise
    :param burst: make so many new orders, and send for these too
    :param times: calls for each order, all for the same request
    :param at_once: all calls at the same time, else one after the other
    :param request: which of the order's requests, see :meth:`.store.Store.request`
    """

    orders: list = field(default_factory=list)
    burst: int = 0
    times: int = 1
    at_once: bool = False
    sequence: str = "given"
    reason: str = "Changed my mind"
    by_user: bool = True
    request: str = "waiting"
    any_state: bool = False
    manner: seller.Manner = field(default_factory=seller.Manner)

    def check(self):
        """:raise Refusal: if it cannot be carried out"""
        self.manner.check()
        calls = (len(self.orders) + self.burst) * self.times
        if min(self.burst, self.times - 1) < 0 or not 1 <= calls <= MOST:
            raise Refusal(400, "bad-value", f"that is {calls} calls: 1 to {MOST} are possible")
        if self.sequence not in SEQUENCES:
            raise Refusal(400, "bad-value", f"sequence is one of {', '.join(SEQUENCES)}")
        if self.request not in REQUESTS:
            raise Refusal(400, "bad-value", f"request is one of {', '.join(REQUESTS)}")


class Job:
    """A run: its calls, and what came of them."""

    def __init__(self):
        self.id = uuid.uuid4().hex[:8]
        self.exchanges = []
        self.error = None
        self.refusal = None
        self.done = threading.Event()

    def to_dict(self):
        exchanges = list(self.exchanges)
        return {
            "job": self.id,
            "done": self.done.is_set(),
            "error": self.error,
            **verdicts.count(exchanges),
            "exchanges": exchanges,
        }


def start(marketplace, plan, background=False):
    """Carry out a plan.

    :param background: do not wait until it is done
    :return: the :class:`Job`
    """
    plan.check()
    job, store = Job(), marketplace.store
    order_ids = [*plan.orders, *(store.add().id for _ in range(plan.burst))]
    if plan.sequence == "reversed":
        order_ids.reverse()
    elif plan.sequence == "shuffled":
        random.shuffle(order_ids)
    pairs = [
        (
            store.get(order_id),
            store.request(order_id, plan.reason, plan.by_user, plan.request, plan.any_state),
        )
        for order_id in order_ids
    ]
    calls = pairs * plan.times
    if plan.sequence == "shuffled":
        random.shuffle(calls)
    if background:
        marketplace.jobs[job.id] = job
        for old in list(marketplace.jobs)[:-JOBS]:
            marketplace.jobs.pop(old, None)
        threading.Thread(target=_run, args=(marketplace, plan, calls, job), daemon=True).start()
    else:
        _run(marketplace, plan, calls, job)
        if job.refusal:
            raise job.refusal
    return job


def _run(marketplace, plan, calls, job):
    def call(pair):
        if not marketplace.stop.is_set():
            job.exchanges.append(seller.call(marketplace, *pair, plan.manner))

    try:
        if not plan.at_once:
            for pair in calls:
                call(pair)
            return
        threads = min(len(calls), AT_ONCE)
        barrier = threading.Barrier(threads)

        def call_with_others(numbered):
            number, pair = numbered
            if number < threads:  # the first of each thread
                barrier.wait()
            call(pair)

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(call_with_others, enumerate(calls)))
    except Refusal as refusal:
        job.error, job.refusal = refusal.message, refusal
    finally:
        if len(job.exchanges) < len(calls) and not job.error:
            job.error = "not all calls were made"
        job.done.set()
