"""The log of an account, and changes of the database past the addon."""

from odoo.tools import SQL

from .common import MarketplaceCase

ADDON = "marketplace_order_cancellation"


class LogCase(MarketplaceCase):
    def setUp(self):
        super().setUp()
        for name in ("L-1", "L-2"):
            self.make_order(name, confirm=True)
            self.request_cancellation(name)
        self.request_cancellation("L-1")  # a repeat
        self.receipt, self.other = self.receipts("L-1"), self.receipts("L-2")

    def verify(self, noted=None, account=None):
        """What the verification says, up to now."""
        self.env.cr.flush()  # as a commit does
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse((account or self.account).id)
            return account.verify_log(noted)

    def findings(self, noted=None, account=None):
        return self.verify(noted, account)["findings"]

    def noted(self):
        verified = self.verify()
        self.assertEqual(verified["findings"], [])
        return f"{verified['number']}:{verified['hash']}"

    def entries(self, condition="TRUE"):
        query = SQL(
            "SELECT id FROM marketplace_log_entry WHERE account_id = %s AND %s ORDER BY number",
            self.account.id,
            SQL(condition),
        )
        entries = self.env["marketplace.log.entry"]
        return entries.browse(row[0] for row in self.env.execute_query(query))

    def delete(self, records):
        """Delete ``records`` past the addon."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM %s WHERE id IN %s", SQL.identifier(records._table), tuple(records.ids))
        )
        self.env.invalidate_all()

    def duplicate(self, record, **values):
        """Put a copy of ``record`` in past the addon."""
        self.env.flush_all()
        names = [
            name
            for name, field in record._fields.items()
            if field.store and field.column_type and name != "id"
        ]
        columns = SQL(", ").join(map(SQL.identifier, names))
        copied = SQL(", ").join(
            SQL("%s", values[name]) if name in values else SQL.identifier(name) for name in names
        )
        table = SQL.identifier(record._table)
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s WHERE id = %s",
                table, columns, copied, table, record.id,
            )
        )  # fmt: skip
