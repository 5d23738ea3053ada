from collections import Counter
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...tools.figures import COUNTED
from ...tools.samples import NO_TEST
from ...tools.states import CALLED_OFF, PART_UNDECIDED, UNDECIDED

#: How many of the reasons, which are whatever marketplaces write, are named.
_REASONS = 8
#: For how long at the most a cancellation may have waited for its order to be placed here.
_EARLY = timedelta(days=7)
#: What waits for a person now, whenever it was asked for.
OPEN_DECISIONS = [
    ("state", "in", (*UNDECIDED, *PART_UNDECIDED)),
    ("resolved_at", "=", False),
    ("is_test", "=", False),
]


class MarketplaceAccount(models.Model):
    """The figures of the dashboard: few queries, each reads the receipts of one period.

    All of them are the user's: of the companies that are chosen, and of orders and values only
    what the user may see.
    """

    _inherit = "marketplace.account"

    def cancellation_figures(self, begin, end):
        """What these marketplaces asked to cancel in a period, and what became of it.

        :param begin: the period's first moment, as Odoo's RPC has times; False for a period that
            begins with the first cancellation
        :param end: the moment after its last one
        :return: a dictionary that JSON can carry; ``called_off`` and ``orders`` are None for users
            who may not see what orders are worth, or no orders; ``asked_before`` is None if nothing
            is
            before the period, and ``first`` is when its first request came, if it has no begin
        """
        self.check_access("read")
        begin, end = (fields.Datetime.to_datetime(moment) for moment in (begin, end))
        period = self._domain_of_period(begin, end)
        orders = self._count_orders(begin, end)
        undecided = Counter(dict.fromkeys(UNDECIDED, 0))
        for state, count in self._receipts()._read_group(
            [("account_id", "in", self.ids), *OPEN_DECISIONS], ["state"], ["__count"]
        ):
            undecided[state.removeprefix("part_")] += count
        return {
            **self._count_receipts(period, orders),
            "asked_before": begin and self._receipts().search_count(
                self._domain_of_period(begin - (end - begin), begin)
            ),
            "first": None if begin else self._first_asked(period),
            "orders": orders and {
                key: sum(numbers[key] for numbers in orders.values())
                for key in ("placed", "cancelled")
            },
            "reasons": self._count_reasons(period),
            "hours": self._hours_to_cancel(period),
            "undecided": dict(undecided),
            "domains": {
                "cancelled": [("state", "in", COUNTED)],
                "no_test": [NO_TEST],
                "orders_cancelled": [("cancellation_receipt_ids.state", "in", CALLED_OFF)],
                "undecided": OPEN_DECISIONS,
            },
        }  # fmt: skip

    def _receipts(self):
        return self.env["marketplace.cancellation.receipt"]

    def _domain_of_period(self, begin, end):
        # The accounts' ID under its name on receipts; orders have a domain of their own.
        period = fields.Domain([("account_id", "in", self.ids), NO_TEST])
        return period & self._within("received_at", begin, end)

    def _within(self, field, begin, end):
        """That a moment is in a period, which may have no begin."""
        since = fields.Domain(field, ">=", begin) if begin else fields.Domain.TRUE
        return since & fields.Domain(field, "<", end)

    def _first_asked(self, period):
        ((first,),) = self._receipts()._read_group(period, [], ["received_at:min"])
        return first and fields.Datetime.to_string(first)

    def _count_receipts(self, period, orders):
        """Receipts by marketplace, outcome, who asked and how far the orders had got."""
        receipts = self._receipts()
        may_see_value = receipts._has_field_access(receipts._fields["called_off"], "read")
        # Not by grouping sets: PostgreSQL shares those among no workers, and these groups are few.
        groups = receipts._read_group(
            period,
            ["account_id", "state", "requested_by_user", "stage"],
            ["__count", "called_off:sum"] if may_see_value else ["__count"],
        )
        asked, cancelled, called_off = Counter(), Counter(), Counter()
        states, requesters, stages = Counter(), Counter(), Counter()
        for account, state, requester, stage, count, *value in groups:
            asked[account] += count
            states[state] += count
            requesters[requester] += count
            if state in COUNTED:
                cancelled[account] += count
                stages[stage] += count
                called_off[account] += sum(filter(None, value))
        return {
            "asked": asked.total(),
            "cancelled": cancelled.total(),
            "accounts": [
                {
                    "id": account.id,
                    "name": account.name,
                    "currency_id": account.company_id.currency_id.id,
                    "asked": asked[account],
                    "cancelled": cancelled[account],
                    "called_off": called_off[account] if may_see_value else None,
                    "orders": orders and orders[account.id],
                }
                for account in self
            ],
            "states": self._labelled("state", states),
            "requesters": self._labelled("requested_by_user", requesters),
            "stages": self._labelled("stage", stages),
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
        reasons = self._receipts()._read_group(
            period, ["reason"], ["__count"], order="__count DESC, reason", limit=_REASONS
        )
        return [
            {"key": reason, "label": reason or self.env._("No reason given"), "count": count}
            for reason, count in reasons
        ]

    def _count_orders(self, begin, end):
        """``{account ID: orders placed in the period, and those of them that were cancelled}``.

        Cancelled by the marketplace, whenever; what the seller cancelled unasked does not count.
        """
        orders = self.env["sale.order"]._archived_too()
        if not orders.has_access("read"):
            return None
        placed = fields.Domain(
            [
                ("marketplace_account_id", "in", self.ids),
                ("state", "in", ("sale", "cancel")),
                ("is_marketplace_test", "=", False),
            ]
        ) & self._within("date_order", begin, end)
        # By the date as well, or else the receipts of all times would be read.
        asked = [
            ("account_id", "in", self.ids),
            ("state", "in", CALLED_OFF),
        ]
        if begin:
            asked.append(("received_at", ">=", begin - _EARLY))
        cancelled = placed & fields.Domain(
            [("state", "=", "cancel"), ("cancellation_receipt_ids", "any", asked)]
        )
        placed, cancelled = (
            dict(orders._read_group(domain, ["marketplace_account_id"], ["__count"]))
            for domain in (placed, cancelled)
        )
        return {
            account.id: {"placed": placed.get(account, 0), "cancelled": cancelled.get(account, 0)}
            for account in self
        }

    def _hours_to_cancel(self, period):
        """The hours in which half, and 95 % of the orders were cancelled; None if none was."""
        receipts = self._receipts()
        query = receipts._search(period & fields.Domain("state", "=", "cancelled"))
        hours = receipts._field_to_sql(query.table, "hours_to_settle", query)
        ((values,),) = self.env.execute_query(
            query.select(SQL("percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY %s)", hours))
        )
        return values and dict(zip(("p50", "p95"), values, strict=True))
