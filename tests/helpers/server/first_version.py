"""A shop that worked with the first version for a while, and what it told the marketplaces."""

from caller import Caller, connect
from first_version_data import make_unsettled, write_and_attach
from odoo_cli import addons_path, call, install, query
from odoo_server import OdooServer

RECEIPTS = "marketplace.cancellation.receipt"
#: Lets the cancellation of one order fail, whatever the addon does.
BREAK = """
    ALTER TABLE sale_order ADD CONSTRAINT broken
    CHECK (NOT (state = 'cancel' AND marketplace_order_id = 'locked'))
"""
#: What a marketplace says when the shopper wants it.
SHOPPER = {
    "cancellationRequestId": "R-1",
    "reason": "Changed their mind",
    "requestedByUser": True,
}


class FirstVersion:
    """Accounts ``first``, ``second`` (of another company) and ``archived``, with all that happened.

    :param addons: the folder with the first version
    :param orders: IDs of all kinds of orders by what became of them, which is also what the
        marketplace calls them from now on
    """

    def __init__(self, database, addons, orders):
        self.database, self.orders = database, orders
        install(database, addons)
        options = [f"--addons-path={addons_path(addons)}"]
        with OdooServer(database, options=options) as self.server:
            self._connect()
            self.can_ask = self.server.execute(
                "ir.model.fields",
                "search_count",
                [("model", "=", RECEIPTS), ("name", "=", "decision")],
            )
            query(database, BREAK)
            self.told = self._receive()
            query(database, "ALTER TABLE sale_order DROP CONSTRAINT broken")
        ids = {"account_id": self.first_id, "marketplace_order_id": "draft_invoice"}
        call(database, make_unsettled, addons, **ids)
        call(database, write_and_attach, addons)
        rows = query(database, "SELECT DISTINCT state FROM marketplace_cancellation_receipt")
        self.states = {state for (state,) in rows}

    def move_to(self, server):
        """Let the marketplaces call another server."""
        for caller in (self.former, self.first, self.second, self.archived):
            caller.server = server

    def _connect(self):
        """Accounts with credentials, and the orders that are theirs."""
        execute = self.server.execute
        (order,) = execute("sale.order", "read", [self.orders["second_draft"]], ["company_id"])
        self.first_id, self.second_id, archived_id = execute(
            "marketplace.account",
            "create",
            [
                {"name": "First", "code": "first", "allow_query_token": True},
                {"name": "Second", "code": "second", "company_id": order["company_id"][0]},
                {"name": "Archived", "code": "archived"},
            ],
        )
        self.former = Caller(self.server, self.first_id, "first")
        self.first = Caller(self.server, self.first_id, "first")  # ends the former one
        self.second = Caller(self.server, self.second_id, "second")
        self.archived = Caller(self.server, archived_id, "archived")
        execute("marketplace.account", "write", [archived_id], {"active": False})
        theirs = {name: id_ for name, id_ in self.orders.items() if name.startswith("second_")}
        mine = {name: id_ for name, id_ in self.orders.items() if name not in theirs}
        connect(self.server, mine, self.first_id)
        connect(self.server, theirs, self.second_id)

    def _receive(self):
        """Receipts in every state that this version has.

        :return: ``{marketplace order ID: (status, body) that a repeat was answered}``
        """
        self.told_shopper = self.first.cancel("confirmed", **SHOPPER).text
        self.second.cancel("second_confirmed")
        self.first.cancel("several_steps", path_order_id="draft")  # names two orders
        names = ["confirmed", "cancelled", "picked", "unknown", "locked"]
        if self.can_ask:
            names += ["partly_shipped", "shipped", "invoiced", "paid"]
            self.first.cancel("invoiced")
            self.first.cancel("paid")
            self._decide("invoiced", "action_refuse")
            self._decide("paid", "action_keep")
        told = {}
        for _delivery in range(2):
            answers = {name: self.first.cancel(name) for name in names}
            told = {name: (answer.status_code, answer.text) for name, answer in answers.items()}
        return told

    def _decide(self, name, method):
        domain = [("marketplace_order_id", "=", name)]
        (receipt_id,) = self.server.execute(RECEIPTS, "search", domain)
        self.server.execute(RECEIPTS, method, [receipt_id], "It has left.")
