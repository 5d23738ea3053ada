"""Documents of a company: one of each kind that the addon has, or has to do with."""

from types import SimpleNamespace

from ...tools.arrival import Arrival
from .common import MarketplaceCase

#: What is sent to a marketplace; it must turn up nowhere.
TOKEN = "an-outbound-t0ken"


class RightsDocuments(MarketplaceCase):
    @classmethod
    def make_documents(cls, company, code):
        """An account that is connected, and of it one of each document, the order on hold."""
        account = cls.env["marketplace.account"].search([("code", "=", code)])
        account = account or cls.make_account(code, company_id=company.id)
        account.write(
            {
                "user_id": False,
                "services_endpoint": f"{cls.marketplace.url}/api/oms",
                "outbound_key": "a-key",
                "new_outbound_token": TOKEN,
            }
        )
        if not account.credential_ids:
            account._generate_credential()
        warehouse = cls.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        cls.put_in_stock(cls.product, 50, warehouse)
        order = cls.make_marketplace_order(account, "O-1")
        receipt = cls.env["marketplace.cancellation.receipt"].create(
            {
                "account_id": account.id,
                "marketplace_order_id": "O-1",
                "sale_order_id": order.id,
                "state": "evaluating",
                "answer_status": 200,
            }
        )
        receipt._record_delivery(Arrival.now("192.0.2.7"), 200)
        contradictory = receipt.create(
            {"account_id": account.id, "marketplace_order_id": "O-6", "state": "mismatch"}
        )
        accepted = receipt.create(
            {"account_id": account.id, "marketplace_order_id": "O-9", "state": "cancelled"}
        )
        told, untold = (cls.make_marketplace_order(account, name) for name in ("O-2", "O-3"))
        (told | untold)._action_cancel()
        return SimpleNamespace(
            company=company,
            account=account,
            order=order,
            receipt=receipt,
            contradictory=contradictory,
            accepted=accepted,
            call=told._cancel_at_marketplace("No more left."),
            **cls.make_bookkeeping(account, receipt),
            changed=cls.make_change(account, order),
            unclear=cls.make_unclear_change(account),
            unused=cls.make_account(f"{code}-2", company_id=company.id, user_id=False),
            untold=untold,
            quotation=cls.make_marketplace_order(account, "O-4", confirm=False),
            revived=cls.make_revived_order(account, "O-7"),
            divisible=cls.make_divisible_order(account, "O-10"),
            lowered=cls.make_lowered_order(account, "O-11"),
            undecided=cls.make_undecided_change(cls.make_lowered_order(account, "O-12")),
            agreed=cls.make_agreed_change(account),
            repeated=cls.make_repeated_change(account),
            part=cls.make_seller_part(account),
            attempt_to_call=cls.make_attempt(account),
            free_picking=cls.make_marketplace_order(account, "O-5").picking_ids,
        )

    @classmethod
    def make_change(cls, account, order):
        """What the marketplace takes out of a line of ``order``, once it was asked for."""
        receipt = cls.env["marketplace.cancellation.receipt"].create(
            {
                "account_id": account.id,
                "kind": "part",
                "state": "part_cancelled",
                "marketplace_order_id": order.marketplace_order_id,
                "sale_order_id": order.id,
                "cancellation_request_id": "C-1",
                "change_body": {"remove": {"items": [{"id": "1", "quantity": 1}]}},
            }
        )
        line = {"receipt_id": receipt.id, "sale_line_id": order.order_line[:1].id, "quantity": 1}
        return cls.env["marketplace.change.line"].create(line)

    @classmethod
    def make_undecided_change(cls, order):
        """A change, to be decided on, that may ask for what was taken out of ``order`` already."""
        return cls.env["marketplace.cancellation.receipt"].create(
            {
                "account_id": order.marketplace_account_id.id,
                "kind": "part",
                "state": "part_evaluating",
                "marketplace_order_id": order.marketplace_order_id,
                "sale_order_id": order.id,
                "cancellation_request_id": "C-2",
                "change_body": {"remove": {"items": [{"id": "TEAPOT", "quantity": 1}]}},
            }
        )

    @classmethod
    def make_agreed_change(cls, account):
        """A change that the marketplace has not asked the confirmation of."""
        receipt = cls.make_undecided_change(cls.make_divisible_order(account, "O-14"))
        receipt.state = "part_agreed"
        return receipt

    @classmethod
    def make_repeated_change(cls, account):
        """A change of which a person has to say whether it is a repeat."""
        order = cls.make_marketplace_order(account, "O-15")
        line = cls.make_change(account, order)
        line.receipt_id.write({"state": "part_evaluating", "may_be_repeat": True})
        return line.receipt_id

    @classmethod
    def make_unclear_change(cls, account):
        """A line that an open change may mean: a person has to say whether."""
        order = cls.make_marketplace_order(account, "O-13")
        line = cls.make_change(account, order)
        line.write({"asked": 1, "quantity": 0, "sku": "1", "ordered_before": 1})
        line.receipt_id.state = "part_evaluating"
        return line

    @classmethod
    def make_revived_order(cls, account, marketplace_order_id):
        """An order that goes on here although its marketplace was told that it is cancelled."""
        order = cls.make_marketplace_order(account, marketplace_order_id)
        order._action_cancel()
        order._cancel_at_marketplace("No more left.").state = "sent"
        order.action_draft()
        order.with_company(account.company_id).action_confirm()
        return order

    @classmethod
    def make_divisible_order(cls, account, marketplace_order_id):
        """An order of two pieces of what the marketplace knows."""
        order = cls.make_marketplace_order(account, marketplace_order_id, quantity=2)
        order.order_line.marketplace_sku = "TEAPOT"
        return order

    @classmethod
    def make_seller_part(cls, account):
        """What the seller has taken out of an order."""
        order = cls.make_divisible_order(account, "O-16")
        order._note_seller_part({order.order_line: 1}, "Cracked.")
        return order.sudo().seller_part_ids

    @classmethod
    def make_attempt(cls, account):
        """An attempt to tell a marketplace of an order that is cancelled."""
        order = cls.make_marketplace_order(account, "O-17")
        order._action_cancel()
        call = order._cancel_at_marketplace("No more left.")
        values = {"call_id": call.id, "attempted_at": "2026-01-01 00:00:00", "http_status": 503}
        return cls.env["marketplace.outbound.attempt"].create(values)

    @classmethod
    def make_lowered_order(cls, account, marketplace_order_id):
        """An order of which the marketplace expects more than is on it."""
        order = cls.make_divisible_order(account, marketplace_order_id)
        order.order_line.with_company(account.company_id).product_uom_qty = 1
        return order

    @classmethod
    def make_bookkeeping(cls, account, receipt):
        """What the endpoint keeps of ``account`` for itself."""
        cls.env.cr.flush()  # the log is written then
        moment = {"taken_at": "2026-01-01 00:00:00", "fingerprint": account.code}
        limit = {"key": account.code, "used_until": "2026-01-01 00:00:00"}
        entries = cls.env["marketplace.log.entry"].search([("receipt_id", "=", receipt.id)])
        return {
            "reading": cls.env["marketplace.order.reading"].create(
                {
                    "account_id": account.id,
                    "marketplace_order_id": "O-8",
                    "source": "hook",
                    "noted_at": "2026-01-01 00:00:00",
                    "due_at": "2999-01-01 00:00:00",
                    "attempts": 0,
                }
            ),
            **cls.make_comparison(account),
            "rate": cls.env["marketplace.call.rate"].create(limit),
            "rejected": cls.env["marketplace.rejected.call"].create(
                {
                    "account_id": account.id,
                    "reason": "address",
                    "hour": "2026-01-01 00:00:00",
                    "remote_address": "192.0.2.8",
                    "calls": 2,
                    "last_at": "2026-01-01 00:00:00",
                }
            ),
            "attempt": cls.env["marketplace.signed.attempt"].create(
                {"account_id": account.id, **moment}
            ),
            "entry": entries[:1],
        }

    @classmethod
    def make_comparison(cls, account):
        """A comparison of the account's orders, and what it has found of one."""
        run = cls.env["marketplace.reconciliation"].create(
            {
                "account_id": account.id,
                "cause": "schedule",
                "started_at": "2026-01-01 00:00:00",
                "is_listed": True,
                "order_count": 1,
            }
        )
        order = cls.env["sale.order"].search(
            [("marketplace_account_id", "=", account.id), ("marketplace_order_id", "=", "O-1")]
        )
        finding = run.finding_ids.create(
            {
                "reconciliation_id": run.id,
                "marketplace_order_id": "O-1",
                "sale_order_id": order.id,
                "kind": "unread",
            }
        )
        return {"comparison": run, "finding": finding}

    @classmethod
    def make_marketplace_order(cls, account, marketplace_order_id, confirm=True, quantity=1):
        """An order that every salesperson of the company sees, and the customer, a portal user."""
        company = account.company_id
        order = cls.make_order(
            marketplace_order_id,
            quantity,
            marketplace_account_id=account.id,
            company_id=company.id,
            partner_id=cls.users["portal"].partner_id.id,
            user_id=False,
        )
        if confirm:
            order.with_company(company).action_confirm()
        return order
