from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...tools.samples import NO_TEST
from ...tools.states import CALLED_OFF, UNDECIDED

#: How many of the reasons, which are whatever marketplaces write, are named.
_REASONS = 8
#: For how long at the most a cancellation may have waited for its order to be placed here.
_EARLY = timedelta(days=7)
#: What waits for a person now, whenever it was asked for.
OPEN_DECISIONS = [("state", "in", UNDECIDED), ("resolved_at", "=", False)]


class MarketplaceAccount(models.Model):
    """The figures of the dashboard: few queries, each reads the receipts of one period.

    All of them are the user's: of the companies that are chosen, and of orders and values only
    what the user may see.
    """

    _inherit = "marketplace.account"

    def cancellation_figures(self, begin, end):
        """What these marketplaces asked to cancel in a period, and what became of it.

        :param begin: the period's first moment, as Odoo's RPC has times
        :param end: the moment after its last one
        :return: a dictionary that JSON can carry; ``called_off`` and ``orders`` are None for who
            may not see what orders are worth, or no orders
        """
        self.check_access("read")
        begin, end = (fields.Datetime.to_datetime(moment) for moment in (begin, end))
        period = self._domain_of_period("received_at", begin, end)
        counts = self._count_receipts(period)
        orders = self._count_orders(begin, end)
        undecided = self._receipts()._read_group(
            [("account_id", "in", self.ids), *OPEN_DECISIONS], ["state"], ["__count"]
        )
        for account in counts["accounts"]:
            account["orders"] = orders and orders[account["id"]]
        return {
            **counts,
            "asked_before": self._receipts().search_count(
                self._domain_of_period("received_at", begin - (end - begin), begin)
            ),
            "orders": orders and {
                key: sum(numbers[key] for numbers in orders.values())
                for key in ("placed", "cancelled")
            },
            "reasons": self._count_reasons(period),
            "hours": self._hours_to_cancel(period),
            "undecided": dict.fromkeys(UNDECIDED, 0) | dict(undecided),
            "domains": {
                "cancelled": [("state", "in", CALLED_OFF)],
                "no_test": [NO_TEST],
                "orders_cancelled": [("cancellation_receipt_ids.state", "in", CALLED_OFF)],
                "undecided": OPEN_DECISIONS,
            },
        }  # fmt: skip

    def _receipts(self):
        return self.env["marketplace.cancellation.receipt"]

    def _domain_of_period(self, field, begin, end):
        # The accounts' ID under its name on receipts; orders have a domain of their own.
        return fields.Domain(
            [("account_id", "in", self.ids), (field, ">=", begin), (field, "<", end), NO_TEST]
        )

    def _count_receipts(self, period):
        """Receipts by marketplace, outcome, who asked and how far the orders had got."""
        receipts = self._receipts()
        may_see_value = receipts._has_field_access(receipts._fields["called_off"], "read")
        by_account, by_requester, by_stage = receipts._read_grouping_sets(
            period,
            [["account_id", "state"], ["requested_by_user"], ["stage", "state"]],
            ["__count", "called_off:sum"] if may_see_value else ["__count"],
        )
        accounts = {account: account._no_figures(may_see_value) for account in self}
        states, stages = defaultdict(int), defaultdict(int)
        for account, state, count, *value in by_account:
            figures = accounts[account]
            figures["asked"] += count
            states[state] += count
            if state in CALLED_OFF:
                figures["cancelled"] += count
                if may_see_value:
                    figures["called_off"] += value[0] or 0
        for stage, state, count, *_value in by_stage:
            if state in CALLED_OFF:
                stages[stage] += count
        return {
            "asked": sum(states.values()),
            "cancelled": sum(states[state] for state in CALLED_OFF),
            "accounts": list(accounts.values()),
            "states": self._labelled("state", states),
            "requesters": self._labelled(
                "requested_by_user", {key: count for key, count, *_value in by_requester}
            ),
            "stages": self._labelled("stage", stages),
        }

    def _no_figures(self, may_see_value):
        return {
            "id": self.id,
            "name": self.name,
            "currency_id": self.company_id.currency_id.id,
            "asked": 0,
            "cancelled": 0,
            "called_off": 0.0 if may_see_value else None,
        }

    def _labelled(self, field, counts):
        """``counts`` with the labels of a selection field, in its order; without one comes last."""
        labels = self._receipts()._fields[field]._description_selection(self.env)
        return [
            {"key": key, "label": label, "count": counts[key]}
            for key, label in [*labels, (False, self.env._("Not known"))]
            if counts.get(key)
        ]

    def _count_reasons(self, period):
        """The most frequent reasons."""
        return [
            {"key": reason, "label": reason or self.env._("No reason given"), "count": count}
            for reason, count in self._receipts()._read_group(
                period, ["reason"], ["__count"], order="__count DESC, reason", limit=_REASONS
            )
        ]

    def _count_orders(self, begin, end):
        """``{account ID: orders placed in the period, and those of them that were cancelled}``.

        Cancelled by the marketplace, whenever; what the seller cancelled unasked does not count.
        """
        orders = self.env["sale.order"]
        if not orders.has_access("read"):
            return None
        placed = fields.Domain(
            [
                ("marketplace_account_id", "in", self.ids),
                ("state", "in", ("sale", "cancel")),
                ("date_order", ">=", begin),
                ("date_order", "<", end),
                ("is_marketplace_test", "=", False),
            ]
        )
        # By the date as well, or else the receipts of all times would be read.
        asked = [
            ("account_id", "in", self.ids),
            ("state", "in", CALLED_OFF),
            ("received_at", ">=", begin - _EARLY),
        ]
        cancelled = placed & fields.Domain(
            [("state", "=", "cancel"), ("cancellation_receipt_ids", "any", asked)]
        )
        numbers = {account_id: {"placed": 0, "cancelled": 0} for account_id in self.ids}
        for key, domain in (("placed", placed), ("cancelled", cancelled)):
            counts = orders._read_group(domain, ["marketplace_account_id"], ["__count"])
            for account, count in counts:
                numbers[account.id][key] = count
        return numbers

    def _hours_to_cancel(self, period):
        """The hours in which half, and 95 % of the orders were cancelled; None if none was."""
        receipts = self._receipts()
        query = receipts._search(period & fields.Domain("state", "=", "cancelled"))
        hours = receipts._field_to_sql(query.table, "hours_to_settle", query)
        ((values,),) = self.env.execute_query(
            query.select(SQL("percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY %s)", hours))
        )
        return values and dict(zip(("p50", "p95"), values, strict=True))
