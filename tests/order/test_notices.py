"""What orders and transfers tell people of a marketplace's cancellation, and who finds them."""

from odoo.tests import tagged

from ..helpers.notices import NoticeCase


@tagged("post_install", "-at_install")
class TestNotices(NoticeCase):
    def test_nothing_is_told_where_nobody_has_asked(self):
        for order in (self.order_of_three("N-1"), self.make_order(confirm=True)):
            for document in (order, order.picking_ids):
                self.assertFalse(document.marketplace_notice_kind)
                self.assertFalse(document.marketplace_notice)
                self.assertFalse(document.marketplace_notice_details)

    def test_asked_order_says_to_wait(self):
        order, receipt = self.asked("N-2")
        receipt.decide_before = "2026-03-01 10:00:00"
        self.env.invalidate_all()
        walters = order.picking_ids.with_user(self.walter)
        for document, text in ((order, "To be decided before"), (walters, " decides on it before")):
            self.assertTells(
                document,
                "hold",
                "Test Market asks to cancel this order: wait for the decision.",
                "The shopper asked for it on ",
                "Reason: “Wrong size”.",
                "Picking has begun.",
                f"{text} 3/1/26",
            )

    def test_requested_by_the_marketplace_or_by_who_knows(self):
        wants = {False: "The marketplace itself asked for it", None: "Requested on "}
        for number, (by, text) in enumerate(wants.items()):
            order = self.cancelled(
                f"N-3-{number}", **({} if by is None else {"requestedByUser": by})
            )
            self.assertTells(order, "cancelled", text)
            self.assertNotIn("Reason", order.marketplace_notice_details)

    def test_about_to_be_cancelled(self):
        texts = {
            "queued": "The order is cancelled here within moments.",
            "failed": "The order could not be cancelled here yet. Somebody has to look into it.",
        }
        for state, text in texts.items():
            order = self.in_state(f"N-{state}", state)
            for document in (order, order.picking_ids):
                self.assertTells(document, "hold", "It must not be shipped.", text)

    def test_cancelled_order_says_who_cancelled_it(self):
        order = self.cancelled("N-4", reason="Wrong size", requestedByUser=True)
        for document in (order, order.picking_ids.with_user(self.walter)):
            self.assertTells(
                document,
                "cancelled",
                "Test Market has cancelled this order.",
                "The shopper asked for it on ",
                "Reason: “Wrong size”.",
            )
            self.assertFalse(document.marketplace_hold)

    def test_done_after_somebody_has_accepted(self):
        order, receipt = self.asked("N-5")
        receipt.with_user(self.dora).action_accept()
        for document in (order, order.picking_ids):
            self.assertTells(document, "cancelled", "Accepted by Dora on ")

    def test_refused_by_somebody(self):
        order, receipt = self.asked("N-6")
        receipt.with_user(self.dora).action_refuse("It leaves today.")
        for document in (order, order.picking_ids.with_user(self.walter)):
            self.assertTells(
                document,
                "refused",
                "was refused: the order stays open",
                "Refused by Dora on ",
                "Because: “It leaves today”.",
            )
        self.ship(order.picking_ids)
        self.assertFalse(order.picking_ids.marketplace_notice_kind)
        self.assertTells(order, "refused")

    def test_refused_by_the_policy(self):
        self.account.on_shipped = "refuse"
        order = self.order_of_three("N-7", done=1)
        self.request_cancellation("N-7")
        self.assertTells(order, "refused", "Refused, as the account's policy says: It has been")

    def test_refused_by_the_deadline(self):
        order, receipt = self.asked("N-8")
        self.account.default_decision = "refuse"
        receipt.decide_before = "2026-01-01 00:00:00"
        self.run_cron("cron_deadlines")
        self.assertTells(order, "refused", "Refused by the deadline on ", "Nobody decided in time")

    def test_kept_open(self):
        order, receipt = self.asked("N-9")
        receipt.with_user(self.dora).action_keep("Settled on the phone.")
        for document in (order, order.picking_ids):
            self.assertTells(document, "kept", "it is kept open here", "Kept open by Dora on ")

    def test_each_reader_gets_it_in_their_own_words(self):
        self.env["res.lang"]._activate_lang("es_ES")
        order, receipt = self.asked("N-11")
        receipt.decide_before = "2026-03-01 12:00:00"
        self.env.invalidate_all()
        for document in (order, order.picking_ids):
            # in one transaction, as when slips are printed for customers of several languages
            self.assertTells(document, "hold", "asks to cancel this order", "before 3/1/26")
            spanish = document.with_context(lang="es_ES")
            told = f"{spanish.marketplace_notice} {spanish.marketplace_notice_details}"
            self.assertNotIn("asks to cancel", told)
            self.assertIn("1/3/26", told)
            self.assertEqual(spanish.marketplace_hold, spanish.marketplace_notice)

    def test_an_order_that_is_revived_says_that_its_marketplace_has_cancelled_it(self):
        order = self.cancelled("N-10")
        order.action_draft()
        self.assertTells(order, "hold", "Test Market has cancelled its order N-10. ")

    def test_a_new_request_comes_before_a_settled_one(self):
        order, receipt = self.asked("N-11", cancellationRequestId="first")
        receipt.action_refuse("It leaves today.")
        self.ask(order, cancellationRequestId="second", reason="Once more")
        self.assertTells(order, "hold", "“Once more”")
        self.assertTells(order.picking_ids, "hold", "“Once more”")

    def test_the_request_that_did_it_is_told_of_rather_than_its_repeats(self):
        order = self.cancelled("N-12", cancellationRequestId="first", reason="Wrong size")
        self.request_cancellation("N-12", cancellationRequestId="second", reason="Once more")
        self.assertEqual(len(self.receipts("N-12")), 2)
        self.assertTells(order, "cancelled", "“Wrong size”")

    def test_what_was_done_before_and_what_comes_back(self):
        order = self.order_of_three("N-13", steps="two", done=1)
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        receipt = self.cancel(order)
        for picking in done | receipt.return_picking_ids:
            asked = "Test Market asked to cancel this order; it is cancelled here."
            self.assertTells(picking, "after", asked)
            self.assertFalse(picking.is_cancelled_by_marketplace)
        self.assertIn("This brings goods back.", receipt.return_picking_ids.marketplace_notice)
        self.assertNotIn("This brings", done.marketplace_notice)

    def test_a_transfer_cancelled_by_hand_is_not_the_marketplaces(self):
        order, receipt = self.asked("N-14")
        order.picking_ids.action_cancel()
        self.assertEqual(order.picking_ids.marketplace_notice_kind, "undecided")
        self.assertFalse(order.picking_ids.is_cancelled_by_marketplace)
        receipt.action_refuse("It leaves today.")
        self.assertFalse(order.picking_ids.marketplace_notice_kind)

    def test_a_receipt_that_is_deleted_leaves_that_it_was_cancelled(self):
        order = self.cancelled("N-15", reason="Wrong size")
        self.forget(order)
        for document in (order, order.picking_ids):
            self.assertTells(document, "cancelled", "Test Market has cancelled this order.")
            self.assertFalse(document.marketplace_notice_details)

    def test_a_replacement_tells_what_its_order_does(self):
        order = self.order_of_three("N-16")
        replacement = self.make_order(replaced_order_id=order.id, confirm=True)
        order.picking_ids.move_ids.picked = True
        self.ask(order)
        self.assertTells(replacement, "hold", "Test Market asks")
        self.assertTells(replacement.picking_ids, "hold", "Test Market asks")


@tagged("post_install", "-at_install")
class TestSearch(NoticeCase):
    def setUp(self):
        super().setUp()
        models = ("sale.order", "stock.picking")
        self.others = {model: self.env[model].search([]).ids for model in models}

    def found(self, model, field, operator="!=", value=False):
        """What of this test's own records is found, by who sees transfers or by who sees orders."""
        domain = [(field, operator, value), ("id", "not in", self.others[model])]
        user = self.walter if model == "stock.picking" else self.dora
        return self.env[model].with_user(user).search(domain, order="id")

    def test_on_hold(self):
        held, _receipt = self.asked("S-1")
        failed = self.in_state("S-2", "failed")
        replacement = self.make_order(replaced_order_id=held.id, confirm=True)
        free = self.order_of_three("S-3") | self.cancelled("S-4")
        self.assertEqual(self.found("sale.order", "marketplace_hold"), held | failed | replacement)
        self.assertEqual(
            self.found("stock.picking", "marketplace_hold"),
            (held | failed | replacement).picking_ids.sorted("id"),
        )
        self.assertEqual(
            self.found("stock.picking", "marketplace_hold", "="), free.picking_ids.sorted("id")
        )

    def test_waiting_for_an_order_that_is_there_by_now(self):
        order = self.order_of_three("S-5")
        self.register("S-5").state = "waiting"
        self.assertEqual(self.found("stock.picking", "marketplace_hold"), order.picking_ids)
        self.assertEqual(self.found("sale.order", "marketplace_hold"), order)

    def test_a_transfer_for_several_orders_is_found_by_any_that_is_held(self):
        order, _receipt = self.asked("S-6")
        first = self.order_of_three("S-7")
        order.picking_ids.move_ids.picking_id = first.picking_ids
        self.assertEqual(first.picking_ids.sale_id, first)
        self.assertTells(first.picking_ids, "hold")
        self.assertIn(first.picking_ids, self.found("stock.picking", "marketplace_hold"))

    def test_what_comes_back_is_not_on_hold(self):
        order = self.order_of_three("S-8", done=1)
        self.start_return(order.picking_ids)
        self.ask(order)
        self.assertFalse(self.found("stock.picking", "marketplace_hold"))
        self.assertEqual(self.found("sale.order", "marketplace_hold"), order)

    def test_cancelled_by_a_marketplace(self):
        cancelled = self.cancelled("S-9")
        by_hand = self.make_order("S-10", confirm=True)
        by_hand._action_cancel()
        held, _receipt = self.asked("S-11")
        forgotten = self.cancelled("S-12")
        self.forget(forgotten)
        expected = cancelled | forgotten
        self.assertEqual(
            self.found("sale.order", "is_cancelled_by_marketplace", "=", True),
            expected.sorted("id"),
        )
        self.assertEqual(
            self.found("stock.picking", "is_cancelled_by_marketplace", "=", True),
            expected.picking_ids.sorted("id"),
        )
        self.assertEqual(
            self.found("stock.picking", "is_cancelled_by_marketplace", "=", False),
            (by_hand | held).picking_ids.sorted("id"),
        )

    def test_card_of_the_overview_counts_them_and_leads_to_them(self):
        kind = self.warehouse.out_type_id.with_user(self.walter)
        self.assertEqual(kind.count_picking_marketplace_hold, 0)
        order, receipt = self.asked("S-13")
        self.order_of_three("S-14")
        self.env.invalidate_all()
        self.assertEqual(kind.count_picking_marketplace_hold, 1)
        self.assertEqual(
            kind.warehouse_id.in_type_id.count_picking_marketplace_hold, 0, "those come in"
        )
        action = kind.get_action_picking_tree_marketplace_hold()
        self.assertTrue(action["context"]["search_default_marketplace_hold"])
        held = [("marketplace_hold", "!=", False)]
        found = self.env["stock.picking"].with_user(self.walter).search(action["domain"] + held)
        self.assertEqual(found, order.picking_ids)
        receipt.action_refuse("It leaves today.")
        self.env.invalidate_all()
        self.assertEqual(kind.count_picking_marketplace_hold, 0)


@tagged("post_install", "-at_install")
class TestListQueries(NoticeCase):
    """A list of many documents takes as many queries as one of few."""

    FIELDS = ("marketplace_notice_kind", "marketplace_notice", "marketplace_notice_details")

    def queries(self, documents):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        values = documents.read(self.FIELDS)
        self.assertEqual(
            {value["marketplace_notice_kind"] for value in values}, {"hold", "refused", "cancelled"}
        )
        return self.env.cr.sql_log_count - before

    def some_of_each(self, prefix):
        orders, receipt = self.asked(f"{prefix}-1")
        order, receipt = self.asked(f"{prefix}-2")
        receipt.with_user(self.dora).action_refuse("It leaves today.")
        return orders | order | self.cancelled(f"{prefix}-3")

    def test_orders_and_transfers(self):
        few = self.some_of_each("FEW")
        many = few.concat(*(self.some_of_each(f"MANY-{number}") for number in range(8))) | few
        transfers = (few.picking_ids, many.picking_ids)
        cases = [(self.dora, (few, many), 13), (self.dora, transfers, 15)]
        # He reads who decides, looked up once. One query tells which transfers are a marketplace's
        # at all, and spares lists of others all that follows.
        cases.append((self.walter, transfers, 24))
        for user, documents, limit in cases:
            with self.subTest(user.name, of=documents[0]._name):
                # browsed, as a list does, or else they were read one by one
                small, large = (some.browse(some.ids).with_user(user) for some in documents)
                self.assertGreater(len(large), 5 * len(small))
                self.queries(small)  # warms up
                counts = self.queries(small), self.queries(large)
                self.assertEqual(counts[0], counts[1])
                self.assertLessEqual(counts[0], limit)

    def test_cards_of_the_overview(self):
        kinds = self.env["stock.picking.type"].search([])

        def queries(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("count_picking_marketplace_hold")
            return self.env.cr.sql_log_count - before

        self.asked("C-1")
        queries(kinds)
        one, every = queries(self.warehouse.out_type_id), queries(kinds)
        self.assertGreater(len(kinds), 3)
        self.assertEqual(one, every)
