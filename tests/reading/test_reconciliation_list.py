"""A comparison asks for lists of what is cancelled, and reads that first."""

from urllib.parse import parse_qs, urlsplit

from odoo.tests import tagged

from ..helpers.reconciliation import ReconciliationCase


@tagged("post_install", "-at_install")
class TestList(ReconciliationCase):
    def setUp(self):
        super().setUp()
        self.orders = [self.order_of_three(f"H-{number}") for number in range(3)]
        self.lists = []

    def listed(self, *order_ids, pages=1):
        """A function that answers to lists of cancelled orders with these."""

        def answer(path):
            query = {name: value for name, [value] in parse_qs(urlsplit(path).query).items()}
            self.lists.append(query)
            entries = [{"orderId": order_id, "status": "canceled"} for order_id in order_ids]
            paging = {"pages": pages, "currentPage": int(query["page"])}
            return 200, {"list": entries, "paging": paging}, {}

        return answer

    def test_what_is_listed_is_read_at_once(self):
        run = self.compare("schedule")
        documents = {"H-0": self.canceled("H-0", reason="Late"), "H-2": self.open("H-2")}
        self.read_all(documents, self.listed("H-0", "X-7"))
        self.assertEqual(len(self.lists), 1)
        self.assertEqual(self.lists[0]["f_status"], "canceled,cancellation-requested")
        self.assertEqual(self.order_reads(), ["H-0", "H-2"], "H-2 is the first by schedule")
        self.assertEqual(self.orders[0].state, "cancel")
        self.assertEqual((run.compared_count, run.cancelled_count, run.is_listed), (2, 1, True))
        self.assertEqual(run.state, "running")

    def test_pages(self):
        run = self.compare()
        self.read_all({}, self.listed("X-1", pages=3))
        self.assertEqual([query["page"] for query in self.lists], ["1", "2", "3"])
        self.assertTrue(run.is_listed)

    def test_too_many_pages(self):
        run = self.compare()
        page = self.listed("X-1", pages=1)

        def answer(path):
            if not self.lists:
                return self.listed("X-1", pages=31)(path)
            return page(path)

        self.read_all({}, answer)
        times = [query["f_creationDate"] for query in self.lists]
        self.assertEqual(len(times), 3)
        self.assertEqual(times[1].split(" TO ")[1][:16], times[2].split("[")[1][:16])
        self.assertTrue(run.is_listed)

    def test_key_that_may_not_list(self):
        run = self.compare()
        self.read_all({"H-0": self.canceled("H-0", reason="Late"), "H-1": self.open("H-1")})
        self.assertTrue(run.is_listed)
        self.assertFalse(self.account.reading_stop)
        self.assertEqual(self.orders[0].state, "cancel")

    def test_what_is_no_list(self):
        run = self.compare()
        for listed in ((200, b"<html>", {}), (200, {"list": []}, {}), (404, {}, {})):
            with self.subTest(listed):
                run.is_listed = False
                self.read_all({f"H-{number}": (500, {}, {}) for number in range(3)}, listed)
                self.assertTrue(run.is_listed)

    def test_trouble_that_passes(self):
        run = self.compare()
        for listed in ((500, {}, {}), None, (429, {}, {})):
            with self.subTest(listed):
                self.read_all({f"H-{number}": (500, {}, {}) for number in range(3)}, listed)
                self.assertFalse(run.is_listed)
        self.assertTrue(self.account.reading_paused_until)

    def test_it_goes_on_where_it_was(self):
        self.compare()
        answers = [self.listed("X-1", pages=2), lambda path: (500, {}, {}), self.listed(pages=2)]
        self.read_all({}, answers.pop(0))
        self.read_all({}, answers.pop(0))
        self.assertEqual([query["page"] for query in self.lists], ["1", "2"])

    def test_chosen_orders_need_no_list(self):
        self.account.compare_hours = 0
        self.orders[0].action_compare_with_marketplace()
        self.read_all({"H-0": self.open("H-0")}, self.listed())
        self.assertFalse(self.lists)

    def test_time_that_is_asked_for(self):
        self.compare()
        self.read_all({}, self.listed())
        self.assertRegex(self.lists[0]["f_creationDate"], r"^creationDate:\[.+Z TO .+Z\]$")
