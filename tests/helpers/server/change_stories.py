"""Stories of one order whose parts a marketplace, people and the warehouse take out or ship.

All calls are real ones between Odoo and the simulator, and some of them get lost. Nothing happens
by itself: jobs run, and the marketplace calls for the second time, when a story says so.
"""

from itertools import count
from typing import NamedTuple

import requests
from changed_shop import ACCOUNT, RECEIPT, SKU, ChangedShop
from hypothesis import note
from hypothesis import strategies as st
from odoo_server import TIMEOUT

UNDECIDED = ("part_evaluating", "part_failed", "evaluating", "failed")
JOBS = ("cron_settle_changes", "cron_send_calls", "cron_read_orders")
#: So often, at the most, everybody has to go on until nothing is open any more.
MOST_ROUNDS = 20
#: What is done: each deed is a method of :class:`ToldShop`.
ASKED = (*["take_out"] * 3, "call_again", "take_back")
PEOPLE = ("seller_part", "seller_part", "ship", "ship", "accept", "refuse")
LOST = ("lose", "lose_answer", "answer_error")
TIME = ("work", "go_on", "go_on")
#: Which calls get lost.
CALLS = ("acknowledge", "confirm", "withdraw", "change", "read-change")

#: All calls that wait, and all changes that are to be read, are due.
#: Nobody may read by RPC what was taken out afterwards.
_WANTED = """
    SELECT marketplace_line_id, (product_uom_qty - COALESCE(marketplace_taken_out, 0))::float
      FROM sale_order_line WHERE order_id = %s AND marketplace_line_id IS NOT NULL
"""
_LET_BE_DUE = """
    UPDATE marketplace_outbound_call
       SET next_attempt_at = (now() AT TIME ZONE 'UTC') - interval '1 second'
     WHERE state = 'pending';
    UPDATE marketplace_outbound_call SET pause_until = NULL WHERE pause_until IS NOT NULL;
    UPDATE marketplace_account SET reading_paused_until = NULL;
    UPDATE marketplace_order_reading
       SET due_at = (now() AT TIME ZONE 'UTC') - interval '1 second';
"""


class Story(NamedTuple):
    """
    :param quantities: of the order's lines, all of which sell the same product
    :param policy: of the account
    :param habits: of the simulator
    :param deeds: (name, which line or call, how many)
    :param whole: before which deed the whole order is cancelled, None if it is not
    """

    quantities: tuple
    policy: dict
    habits: dict
    deeds: tuple
    whole: int | None


def stories():
    def deed(names):
        return st.tuples(st.sampled_from(names), st.integers(0, 4), st.sampled_from((1, 2, 3)))

    anything = deed(ASKED) | deed(PEOPLE) | deed(PEOPLE) | deed(LOST) | deed(TIME) | deed(TIME)
    ask = st.sampled_from(("ask", "cancel"))
    return st.builds(
        Story,
        quantities=st.sampled_from(((6, 4), (5, 2), (9,))),
        policy=st.fixed_dictionaries(
            {"on_picking": ask, "on_partly_shipped": ask, "on_shipped": st.just("ask")}
        ),
        habits=st.fixed_dictionaries(
            {
                "change_id": st.sampled_from(("requestId", "changeRequestId", "address")),
                "change_times": st.sampled_from((1, 2)),
                "own_change": st.sampled_from(("called", "uncalled")),
                "repeat_agreement": st.sampled_from(("ok", "refused")),
            }
        ),
        deeds=st.tuples(*[anything] * 12),
        whole=st.sampled_from((None, None, None, 11, 8, 5)),
    )


class ImpossibleError(Exception):
    """As things stand, somebody refuses to do it."""


class ToldShop(ChangedShop):
    """Plays stories, each with an order of its own."""

    numbers = count(1)

    def play(self, story):
        """Do all that happens in ``story``, and then whatever is still open."""
        self.simulator.settings(change_second="lost", **story.habits)
        values = {"refusal_call": "denial", **story.policy}
        self.server.execute(ACCOUNT, "write", [self.account_id], values)
        self.name = f"STORY-{next(self.numbers)}"
        self.order_id = self.sell(self.name, *story.quantities)
        self.lines_there = len(story.quantities)
        for number, deed in enumerate(story.deeds):
            if number == story.whole:
                self.do("cancel")
            self.do(*deed)
        self.simulator.control("DELETE", "faults")
        self.end()

    def do(self, name, *arguments):
        try:
            getattr(self, name)(*arguments)
        except (ImpossibleError, RuntimeError) as error:
            note(f"{name} was not possible: {error}")

    def control(self, path, **data):
        """Have the marketplace do something, if it does."""
        url = f"{self.simulator.url}/control/{path}"
        response = requests.post(url, json=data, timeout=TIMEOUT)
        if not response.ok:
            raise ImpossibleError(response.text)
        return response.json()

    # -- The marketplace --------------------------------------------------------------------------

    def take_out(self, which, how_many):
        line = f"{self.name}-{which % self.lines_there}"
        items = [{"id": SKU, "quantity": how_many, "uniqueId": line}]
        self.control(f"orders/{self.name}/changes", remove={"items": items})

    def call_again(self, which, how_many):
        """It asks for what it waits for, or once more for what it has."""
        agreement = {"agreement": "Acknowledgment"} if which == 0 else {}
        self.control(f"orders/{self.name}/changes/calls", times=min(how_many, 2), **agreement)

    def take_back(self, _which, _how_many):
        """It does not want its last change any more, unless Odoo knows that it waits for it."""
        parts = self.parts(self.name)
        if not parts or parts[-1]["confirmation_asked_at"]:
            raise ImpossibleError("It is too late for that.")
        self.control(f"orders/{self.name}/changes/withdraw")

    def cancel(self, *_):
        """The shopper wants nothing of it any more."""
        self.control("cancellations", orders=[self.name])

    def lose(self, which, how_many, **how):
        """The next calls of Odoo do not arrive."""
        self.control("faults", kind="drop", call=CALLS[which], times=how_many, **how)

    def lose_answer(self, which, how_many):
        """The next calls arrive, and the answers get lost."""
        self.lose(which, how_many, after_work=True)

    def answer_error(self, which, _how_many):
        """The next call arrives, and is answered with an error all the same."""
        self.control("faults", kind="status", status=500, call=CALLS[which], after_work=True)

    # -- The seller -------------------------------------------------------------------------------

    def work(self, *_):
        """The jobs run, as often as it takes until nothing is due."""
        self.server.query(_LET_BE_DUE)
        for job in JOBS:
            cron = self.server.ref(f"marketplace_order_cancellation.{job}")
            self.server.execute("ir.cron", "method_direct_trigger", [cron])

    def go_on(self, *_):
        """The same, and the marketplace asks for what it waits for, unless that gets lost."""
        self.work()
        self.ask_for_what_is_open()
        self.work()

    def receipts_of(self, *states):
        domain = [("account_id", "=", self.account_id), ("marketplace_order_id", "=", self.name)]
        if states:
            domain.append(("state", "in", states))
        fields = ["kind", "state", "cancellation_request_id", "note", "error"]
        return sorted(self.search(RECEIPT, domain, fields), key=lambda receipt: receipt["id"])

    def decide_on_first(self, action, *arguments):
        undecided = self.receipts_of(*UNDECIDED)
        if not undecided:
            raise ImpossibleError("Nothing is to be decided.")
        self.server.execute(RECEIPT, action, [undecided[0]["id"]], *arguments)

    def accept(self, *_):
        self.decide_on_first("action_accept")

    def refuse(self, *_):
        self.decide_on_first("action_refuse", "It is packed.")

    def seller_part(self, which, how_many):
        lines = self.order_lines()
        line = lines[which % len(lines)]
        arguments = {str(line["id"]): how_many}, "One is cracked.", True
        self.server.execute("sale.order", "action_take_out", [self.order_id], *arguments)

    def ship(self, which, how_many):
        """So many of each line, or all of it; the rest becomes a backorder."""
        domain = [("sale_id", "=", self.order_id), ("state", "=", "assigned")]
        domain.append(("picking_type_code", "=", "outgoing"))
        pickings = self.search("stock.picking", domain, ["name"])
        if not pickings:
            raise ImpossibleError("Nothing is ready.")
        domain = [("picking_id", "=", pickings[0]["id"]), ("state", "!=", "cancel")]
        moves = self.search("stock.move", domain, ["quantity"])
        for move in moves:
            quantity = move["quantity"] if which == 0 else min(move["quantity"], how_many)
            values = {"quantity": quantity, "picked": True}
            self.server.execute("stock.move", "write", [move["id"]], values)
        context = {"skip_backorder": True}
        self.server.execute(
            "stock.picking", "button_validate", [pickings[0]["id"]], context=context
        )

    # -- The end ----------------------------------------------------------------------------------

    def end(self):
        """Everything that is asked for is called for, accepted and told, until nothing is open."""
        for _round in range(MOST_ROUNDS):
            self.work()
            is_open = self.ask_for_what_is_open()
            if not (self.accept_what_is_undecided() or is_open or self.calls("pending")):
                return
        raise AssertionError(f"There is no end: {self.receipts_of()}, {self.calls('pending')}")

    def ask_for_what_is_open(self):
        """The marketplace calls about what it waits for; return whether there is anything."""
        there = self.there()
        waits = [change for change in there["changes"] if change["status"].startswith("waiting")]
        if waits:
            self.control(f"orders/{self.name}/changes/calls")
        is_asked = there["status"] in ("request-cancel", "waiting-for-seller-decision")
        if is_asked:
            self.cancel()
        return bool(waits or is_asked)

    def accept_what_is_undecided(self):
        if self.receipts_of(*UNDECIDED):
            self.accept()
            return True
        return bool(self.receipts_of("part_received", "part_waiting", "received", "queued"))

    # -- What is to be seen -----------------------------------------------------------------------

    def there(self):
        """The order as the simulator has it."""
        return self.simulator.control("GET", f"orders/{self.name}")

    def order_lines(self):
        domain = [("order_id", "=", self.order_id), ("marketplace_line_id", "!=", False)]
        fields = ["marketplace_line_id", "product_uom_qty"]
        return self.search("sale.order.line", domain, fields)

    def wanted(self):
        """How much is still wanted here of each line, by the marketplace's ID of it."""
        return dict(self.server.query(_WANTED, self.order_id))

    def calls(self, *states):
        domain = [("sale_order_id", "=", self.order_id), ("state", "in", states)]
        fields = ["kind", "state", "change_id", "error", "answer_body"]
        return self.search("marketplace.outbound.call", domain, fields)
