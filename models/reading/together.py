import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from odoo import models
from odoo.exceptions import UserError

from ...tools.any_language import said_by
from ...tools.inbound.marketplace_order import MarketplaceOrder
from ...tools.outbound import call as calls


class MarketplaceOrderReading(models.Model):
    """Orders that are compared are read several at once. Nearly all of them go on at the
    marketplace as they do here; these cost no more statements than one of them.
    """

    _inherit = "marketplace.order.reading"

    def _read_claimed(self, ends):
        """Read these orders of one account, and settle what is found.

        :param ends: reading of the monotonic clock after which what is found is left to the next
            run, which reads it anew
        """
        if len(self) == 1:
            return self._alone(self._read)
        account = self._account_in_its_language()
        noted = self._noted_until_now().grouped("marketplace_order_id")
        try:
            answers = account._read_orders_apart(noted)
        except UserError as error:  # no address, or none that can be called
            return account._stop_reading(said_by(error))
        unchanged = self._unchanged(account, answers, noted)
        unchanged._alone(unchanged._forget)
        for order_id, same in noted.items():
            if reading := (self & same - unchanged)[:1]:
                answer = answers.get(order_id)
                if answer and time.monotonic() < ends:
                    reading._alone(partial(reading._take_up, account, answer.result, same))
                else:
                    reading._put_back(0)

    def _unchanged(self, account, answers, noted):
        """All that is noted of orders with which nothing is to be done: neither there nor here is
        anything cancelled or asked for, and nothing but the comparison wants to know of them.
        """
        going_on = [order_id for order_id, answer in answers.items() if _goes_on(answer, order_id)]
        orders = self.env["sale.order"]._archived_too()
        cancelled = orders.search(
            [
                *orders._domain_of(account),
                ("marketplace_order_id", "in", going_on),
                ("state", "=", "cancel"),
            ]
        )
        going_on = set(going_on) - set(cancelled.mapped("marketplace_order_id"))
        same = (noted[order_id] for order_id in going_on)
        is_compared = {"reconciliation"}.issuperset
        return self.browse().union(*(own for own in same if is_compared(own.mapped("source"))))


def _goes_on(answer, order_id):
    with suppress(Exception):  # whatever it is, it is looked at where the order is settled alone
        reply = answer.result()
        return reply.status == 200 and MarketplaceOrder.from_text(reply.text, order_id).goes_on
    return False


class MarketplaceAccount(models.Model):
    _inherit = "marketplace.account"

    def _read_orders_apart(self, order_ids):
        """Read several orders at the same time, between two transactions.

        :return: ``{ID: what has become of it}``, a future of the reply, without those for which the
            system gave no thread
        """
        address, send = self._outbound_address(), self._sender()

        def ask():
            answers = {}
            with ThreadPoolExecutor(len(order_ids)) as threads:
                for order_id in order_ids:
                    with suppress(RuntimeError):
                        call = calls.read_order(address, order_id)
                        answers[order_id] = threads.submit(send, call)
            return answers

        return self._ask_apart(ask)
