"""Orders that are compared with the marketplace, which answers for each of them by its ID."""

from datetime import timedelta

from .readings import ReadingCase


class ReconciliationCase(ReadingCase):
    def compare(self, cause="person", orders=None, account=None):
        """Begin a comparison; return it, empty if there is nothing to be read."""
        runs = self.env["marketplace.reconciliation"]
        return runs._begin(account or self.account, cause, orders)

    def open(self, order_id, status="handling"):
        return {"orderId": order_id, "status": status}

    def read_all(self, documents, listed=(403, {}, {})):
        """Run the jobs; ``documents`` are what the marketplace answers, by the orders' IDs.

        :param listed: what it answers to lists, or a function of the path
        """

        def answer(path):
            if "/orders?" in path:
                return listed(path) if callable(listed) else listed
            document = documents.get(path.split("?")[0].rsplit("/", 1)[1], (404, {}, {}))
            return document if isinstance(document, tuple) else (200, document, {})

        self.marketplace.respond = answer
        for name in ("cron_reconcile", "cron_read_orders", "cron_reconcile"):
            self.run_cron(name)
        self.env.invalidate_all()
        self.marketplace.respond = None

    def order_reads(self):
        """The IDs of the orders that were read at the marketplace, in this order."""
        paths = [call.path.split("?")[0] for call in self.marketplace.received]
        return [path.rsplit("/", 1)[1] for path in paths if "/orders/" in path]

    def make_readings_due(self):
        """Let everything that waits to be read be due."""
        for reading in self.readings():
            reading.due_at -= timedelta(hours=30)
        self.env.flush_all()
