"""One decision on many receipts: what is said beforehand, and what comes of each of them."""

from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.receipt import bulk
from ..helpers.warehouse import WarehouseCase

RECEIPT = "marketplace.cancellation.receipt"
MODELS = "odoo.addons.marketplace_order_cancellation.models"
LOGGERS = (f"{MODELS}.receipt.decision", f"{MODELS}.receipt.bulk", "odoo.sql_db")
SALES = "sales_team.group_sale_salesman_all_leads"
LOOKER = "marketplace_order_cancellation.group_marketplace_user"


class BulkCase(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "seller", SALES, name="Dora")

    def undecided(self, *names):
        """Requests for new orders, which have left: somebody has to decide."""
        for name in names:
            self.order_of_three(name, done=1)
            self.request_cancellation(name)
        receipts = self.env[RECEIPT].search([("marketplace_order_id", "in", names)], order="id")
        self.assertEqual(set(receipts.mapped("state")), {"evaluating"})
        return receipts

    def gone(self):
        """A receipt that was deleted."""
        newest = self.env[RECEIPT].search([], order="id desc", limit=1)
        return newest.browse(newest.id + 10_000)

    def plan(self, receipts, decision="accept", user=None):
        """What the person is told beforehand."""
        mine = receipts.with_user(user or self.seller)
        return getattr(mine, f"action_{decision}_selected")()["params"]

    def skipped(self, receipts, decision="accept", user=None):
        """``{why: (how many, the first names)}``"""
        groups = self.plan(receipts, decision, user)["skipped"]
        return {group["why"]: (group["count"], group["names"]) for group in groups}

    def decide(self, receipts, decision="accept", reason=None, user=None):
        """``{order: (outcome, why)}``, as the browser is told it."""
        with self.own_transactions() as env:
            mine = receipts.with_env(env).with_user(user or self.seller)
            results = mine.decide_each(decision, reason)
        return {(own["name"], own["id"]): (own["outcome"], own["why"]) for own in results}

    def outcomes(self, *args, **kwargs):
        return [outcome for outcome, _why in self.decide(*args, **kwargs).values()]

    @contextmanager
    def broken(self, name, *errors):
        """The cancellation of one order fails, once with each of the ``errors``."""
        model = self.registry["sale.order"]
        original, left = model.action_cancel, list(errors)

        def fail(orders):
            if left and name in orders.mapped("marketplace_order_id"):
                raise left.pop(0)
            return original(orders)

        with patch.object(model, "action_cancel", fail), mute_logger(*LOGGERS):
            yield


@tagged("post_install", "-at_install")
class TestSaidBeforehand(BulkCase):
    def test_how_many_and_which(self):
        receipts = self.undecided(*(f"A-{number}" for number in range(7)))
        plan = self.plan(receipts)
        self.assertEqual(plan["ids"], receipts.ids)
        self.assertEqual(plan["due"], "To be accepted: 7 of 7")
        self.assertEqual(plan["names"], "A-0, A-1, A-2, A-3, A-4, …")
        self.assertEqual((plan["skipped"], plan["skipped_count"]), ([], 0))
        self.assertEqual(set(receipts.mapped("state")), {"evaluating"})

    def test_what_follows_of_acceptance(self):
        receipts = self.undecided("A-1")
        order = receipts.sale_order_id
        follows = self.plan(receipts)["follows"]
        self.assertIn(f"Goods have left: 1 ({order.name})", follows)
        self.assertIn(f"A return is proposed: 1 ({order.name})", follows)
        self.assertEqual(len(self.plan(receipts, "refuse")["follows"]), 1)
        with patch.object(bulk, "_PREVIEWED", 0):
            self.assertEqual(len(self.plan(receipts)["follows"]), 1)

    def test_what_is_skipped_and_why(self):
        due = self.undecided("A-1")
        settled = self.undecided("S-1", "S-2")
        settled.action_refuse("It has left.")
        failed = self.undecided("F-1")
        failed._set_failed(failed.sale_order_id, "It broke.")
        self.request_cancellation("W-1")
        every = due + settled + failed + self.receipts("W-1")
        plan = self.plan(every)
        self.assertEqual((plan["ids"], plan["skipped_count"]), (due.ids, 4))
        self.assertEqual(plan["due"], "To be accepted: 1 of 5")
        self.assertEqual(
            self.skipped(every),
            {
                "Settled already": (2, "S-1, S-2"),
                "Failed before (“Process Again” is for these)": (1, "F-1"),
                "Nothing to decide at the moment": (1, "W-1"),
            },
        )
        refusal = self.plan(every, "refuse")
        self.assertEqual(refusal["ids"], (due + failed).ids)

    def test_what_was_confirmed_is_not_refused(self):
        order = self.order_of_three("A-1")
        self.request_cancellation("A-1")
        order.action_draft()
        order.action_confirm()
        self.request_cancellation("A-1", cancellationRequestId="again")
        receipt = self.receipts("A-1").filtered(lambda own: own.state == "evaluating")
        why = "Confirmed to the marketplace, so refusing is too late"
        self.assertEqual(self.skipped(receipt, "refuse"), {why: (1, "A-1")})
        self.assertFalse(receipt.with_user(self.seller).can_refuse)
        self.assertTrue(receipt.with_user(self.seller).can_accept)
        self.assertEqual(self.skipped(receipt), {})

    def test_it_counts_as_the_buttons_of_the_form_do(self):
        receipts = self.undecided("A-1", "A-2", "A-3")
        receipts[1].action_keep("Settled by phone.")
        receipts[2]._set_failed(receipts[2].sale_order_id, "It broke.")
        for decision in ("accept", "refuse"):
            offered = receipts.with_user(self.seller).filtered(f"can_{decision}")
            self.assertEqual(self.plan(receipts, decision)["ids"], offered.ids)
            form = receipts.with_user(self.seller).get_view(None, "form")["arch"]
            self.assertIn(f"not can_{decision}", form)

    def test_who_may_decide_on_some_is_told_of_the_others(self):
        mine, other = self.undecided("A-1"), self.undecided("A-2")
        looker = new_test_user(self.env, "looker", LOOKER)
        with self.assertRaises(AccessError):
            self.plan(mine + other, user=looker)
        second = self.make_account("second", user_id=looker.id)
        self.rewrite(mine, account_id=second.id)
        self.env.invalidate_all()
        plan = self.plan(mine + other, user=looker)
        self.assertEqual(plan["ids"], mine.ids)
        why = "For the account's responsible user or a manager to decide"
        self.assertEqual(self.skipped(mine + other, user=looker), {why: (1, "A-2")})
        self.assertFalse(other.with_user(looker).can_accept)

    def test_what_the_user_does_not_see_is_counted(self):
        receipts = self.undecided("A-1", "A-2", "A-3")
        self.hide(receipts[1])
        every = receipts + self.gone()
        hidden = {"Deleted, or not visible to you": (2, "")}
        self.assertEqual(self.skipped(every), hidden)
        self.assertEqual(self.plan(every)["ids"], (receipts[0] + receipts[2]).ids)

    def hide(self, receipt):
        self.env["ir.rule"].create(
            {
                "name": "Not this one",
                "model_id": self.env["ir.model"]._get_id(RECEIPT),
                "domain_force": [("id", "!=", receipt.id)],
                "groups": [Command.link(self.env.ref(SALES).id)],
            }
        )

    def test_list_offers_it_to_who_decides(self):
        looker = new_test_user(self.env, "looker", LOOKER)
        for kind in ("list", "kanban"):
            for user, is_offered in ((self.seller, True), (looker, False)):
                arch = self.env[RECEIPT].with_user(user).get_view(None, kind)["arch"]
                for name in ("action_accept_selected", "action_refuse_selected"):
                    self.assertEqual(name in arch, is_offered, (kind, name))


@tagged("post_install", "-at_install")
class TestDecidedOneByOne(BulkCase):
    def test_accepted(self):
        receipts = self.undecided("A-1", "A-2")
        self.assertEqual(self.outcomes(receipts), ["done", "done"])
        self.assertEqual(receipts.mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual(receipts.decided_by_id, self.seller)
        self.assertFalse(receipts.activity_ids)

    def test_refused_for_one_reason(self):
        receipts = self.undecided("A-1", "A-2")
        self.assertEqual(self.outcomes(receipts, "refuse", "They have left."), ["done", "done"])
        self.assertEqual(receipts.mapped("state"), ["refused", "refused"])
        self.assertEqual(receipts.mapped("decision_reason"), ["They have left."] * 2)

    def test_reason_is_mandatory(self):
        receipts = self.undecided("A-1")
        for reason in (None, "", "  "):
            with self.assertRaises(UserError):
                self.decide(receipts, "refuse", reason)
        self.assertEqual(receipts.state, "evaluating")

    def test_nothing_else_is_decided_in_bulk(self):
        receipts = self.undecided("A-1")
        with self.assertRaises(UserError):
            self.decide(receipts, "keep", "No.")
        self.assertEqual(receipts.state, "evaluating")

    def test_one_that_fails_stops_no_other(self):
        receipts = self.undecided("A-1", "A-2", "A-3")
        with self.broken("A-2", UserError("It is broken.")):
            results = self.decide(receipts)
        self.assertEqual(
            list(results.values()), [("done", ""), ("failed", "It is broken."), ("done", "")]
        )
        self.assertEqual(receipts.mapped("state"), ["cancelled", "failed", "cancelled"])

    def test_one_that_raises_is_left_as_it_was(self):
        receipts = self.undecided("A-1", "A-2", "A-3")
        model = self.registry[RECEIPT]
        original = model._carry_out_decision

        def fail(receipt):
            if receipt.marketplace_order_id == "A-2":
                raise ValueError("secret")
            return original(receipt)

        with patch.object(model, "_carry_out_decision", fail), mute_logger(*LOGGERS):
            results = list(self.decide(receipts, "refuse", "They have left.").values())
        self.assertEqual([outcome for outcome, _why in results], ["done", "failed", "done"])
        self.assertIn("Unexpected error: ValueError", results[1][1])
        self.assertNotIn("secret", results[1][1])
        self.assertEqual(receipts.mapped("state"), ["refused", "evaluating", "refused"])
        self.assertFalse(receipts[1].decision)

    def test_who_is_in_the_way_goes_first(self):
        receipts = self.undecided("A-1")
        with self.broken("A-1", SerializationFailure(), SerializationFailure()):
            self.assertEqual(self.outcomes(receipts), ["done"])
        self.assertEqual(receipts.state, "cancelled")

    def test_what_somebody_has_locked_is_left_for_later(self):
        receipts = self.undecided("A-1", "A-2")
        with self.broken("A-1", LockNotAvailable()):
            results = list(self.decide(receipts).values())
        locked = ("failed", "Somebody else is working on it. Try again.")
        self.assertEqual(results, [locked, ("done", "")])
        self.assertEqual(receipts.mapped("state"), ["evaluating", "cancelled"])

    def test_two_requests_for_one_order_are_both_done(self):
        first = self.undecided("A-1")
        self.request_cancellation("A-1", cancellationRequestId="again")
        both = self.receipts("A-1").sorted("id")
        self.assertEqual(self.plan(both)["ids"], both.ids)
        self.assertEqual(self.outcomes(both), ["done", "done"])
        self.assertEqual(both.mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual(first.sale_order_id.state, "cancel")

    def test_what_somebody_else_has_decided_meanwhile_is_skipped(self):
        receipts = self.undecided("A-1", "A-2")
        receipts[0].action_refuse("It has left.")
        results = list(self.decide(receipts).values())
        self.assertEqual(results, [("skipped", "Settled already"), ("done", "")])
        self.assertEqual(receipts.mapped("state"), ["refused", "cancelled"])

    def test_what_is_deleted_meanwhile_is_skipped(self):
        receipts = self.gone() + self.undecided("A-1")
        self.assertEqual(self.outcomes(receipts), ["skipped", "done"])

    def test_receipts_of_several_companies(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.seller.company_ids += company
        mine = self.undecided("A-1")
        other = self.make_account("abroad", company_id=company.id)
        theirs = self.env[RECEIPT].create(
            {"account_id": other.id, "marketplace_order_id": "B-1", "state": "evaluating"}
        )
        here = (mine + theirs).with_user(self.seller)
        one = here.with_context(allowed_company_ids=mine.company_id.ids)
        plan = one.action_accept_selected()["params"]
        self.assertEqual((plan["ids"], plan["skipped_count"]), (mine.ids, 1))
        both = here.with_context(allowed_company_ids=(mine.company_id + company).ids)
        self.assertEqual(both.action_refuse_selected()["params"]["ids"], here.ids)
        with self.own_transactions() as env:
            results = both.with_env(both.env(cr=env.cr)).decide_each("refuse", "Not now.")
        self.assertEqual([own["outcome"] for own in results], ["done", "done"])
        self.assertEqual((mine + theirs).mapped("state"), ["refused", "refused"])

    def test_it_tells_how_far_it_is_after_a_while(self):
        receipts = self.undecided("A-1", "A-2", "A-3")
        with patch.object(bulk, "_TURN", -1):
            self.assertEqual(self.outcomes(receipts), ["done"])
            self.assertEqual(self.outcomes(receipts[1:]), ["done"])
        self.assertEqual(receipts.mapped("state"), ["cancelled", "cancelled", "evaluating"])

    def test_only_who_decides_may(self):
        receipts = self.undecided("A-1")
        looker = new_test_user(self.env, "looker", LOOKER)
        with self.assertRaises(AccessError):
            self.decide(receipts, user=looker)
        self.assertEqual(receipts.state, "evaluating")
