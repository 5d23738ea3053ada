"""Where goods are, counted from movements, as tables: nothing here touches the database."""

from unittest import TestCase

from ...tools.goods import (
    ELSEWHERE,
    InStock,
    Lying,
    Movement,
    Spot,
    explain,
    less_announced,
    lying,
)

OWN, OTHER = "own", "other"


def spot(location, lot=None, package=None, owner=None):
    return Spot(location, "tea", lot, package, owner)


def moved(source, target, quantity, order=OWN, sure=True, **kind):
    """A movement of one kind of tea between two locations."""
    return Movement(spot(source, **kind), spot(target, **kind), quantity, order, sure)


PICKED = moved(ELSEWHERE, "output", 5)
SHIPPED = moved("output", "customer", 10)


class TestLying(TestCase):
    def assertLying(self, expected, *movements, **counted):
        found = lying(movements, OWN, **counted)
        self.assertEqual(
            {there: found[there] for there in found if there.location is not ELSEWHERE}, expected
        )

    def with_stock(self, on_hand, reserved=0.0, **kind):
        """What is counted: so much in the output location, and nothing else."""
        return {
            "in_stock": {spot("output", **kind): InStock(on_hand, reserved)},
            "counted": {("output", "tea")},
        }

    def test_nothing_was_moved(self):
        self.assertLying({})

    def test_put_back_in_part(self):
        self.assertLying({spot("output"): Lying(2)}, PICKED, moved("output", ELSEWHERE, 3))

    def test_all_went_on(self):
        self.assertLying({spot("customer"): Lying(5)}, PICKED, moved("output", "customer", 5))

    def test_no_more_came_back_than_was_sent(self):
        self.assertLying(
            {}, moved(ELSEWHERE, "customer", 5), moved("customer", ELSEWHERE, 7, sure=True)
        )

    def test_what_another_order_moves_is_not_counted(self):
        self.assertLying({spot("output"): Lying(5)}, PICKED, moved("output", ELSEWHERE, 3, OTHER))

    # -- Lots, packages, owners ------------------------------------------------------------------

    def test_each_lot_is_counted(self):
        self.assertLying(
            {spot("output", "b"): Lying(2)},
            moved(ELSEWHERE, "output", 3, lot="a"),
            moved(ELSEWHERE, "output", 2, lot="b"),
            moved("output", ELSEWHERE, 3, lot="a"),
        )

    def test_taken_out_of_its_package(self):
        self.assertLying(
            {spot("output", package="box"): Lying(1)},
            moved(ELSEWHERE, "output", 3, package="box"),
            moved("output", "elsewhere", 2, package="other box"),
            moved("elsewhere", ELSEWHERE, 2, package="other box"),
        )

    def test_of_another_lot_less_is_sure_and_a_person_looks(self):
        self.assertLying(
            {spot("output", "a"): Lying(1, 2)},
            moved(ELSEWHERE, "output", 3, lot="a"),
            moved("output", ELSEWHERE, 2, lot="b"),
        )

    def test_of_another_owner_less_is_sure_and_a_person_looks(self):
        self.assertLying(
            {spot("output", owner="ann"): Lying(1, 2)},
            moved(ELSEWHERE, "output", 3, owner="ann"),
            moved("output", ELSEWHERE, 2),
        )

    # -- What may be of this order, or not -------------------------------------------------------

    def test_return_that_names_no_order(self):
        self.assertLying(
            {spot("customer"): Lying(4, 6)},
            moved(ELSEWHERE, "customer", 10),
            moved("customer", ELSEWHERE, 6, sure=False),
        )

    def test_return_of_a_lot_that_was_not_sent(self):
        self.assertLying(
            {spot("customer", "a"): Lying(10)},
            moved(ELSEWHERE, "customer", 10, lot="a"),
            moved("customer", ELSEWHERE, 6, lot="b", sure=False),
        )

    def test_brought_for_several_orders(self):
        self.assertLying({spot("output"): Lying(0, 3)}, moved(ELSEWHERE, "output", 3, sure=False))

    # -- What is there ---------------------------------------------------------------------------

    def test_no_more_than_there_is(self):
        self.assertLying({spot("output"): Lying(2)}, PICKED, **self.with_stock(2))

    def test_nothing_is_left_there(self):
        self.assertLying({}, PICKED, in_stock={}, counted={("output", "tea")})

    def test_where_nobody_counts(self):
        self.assertLying({spot("output"): Lying(5)}, PICKED)

    def test_enough_for_all(self):
        other = moved(ELSEWHERE, "output", 4, OTHER)
        self.assertLying({spot("output"): Lying(5)}, PICKED, other, **self.with_stock(9))

    def test_not_enough_for_all(self):
        other = moved(ELSEWHERE, "output", 4, OTHER)
        self.assertLying({spot("output"): Lying(2, 3)}, PICKED, other, **self.with_stock(6))

    def test_more_was_taken_loose_than_there_was(self):
        """Scrapped, say, by somebody who did not name the package."""
        packed, loose = spot("output", package="box"), spot("output")
        self.assertLying(
            {packed: Lying(3, 2)},
            moved(ELSEWHERE, "output", 5, package="box"),
            in_stock={packed: InStock(5), loose: InStock(-2)},
            counted={("output", "tea")},
        )

    def test_more_was_taken_of_a_lot_than_there_was(self):
        lots = [spot("output", lot) for lot in "ab"]
        self.assertLying(
            {lots[0]: Lying(5)},
            moved(ELSEWHERE, "output", 5, lot="a"),
            in_stock={lots[0]: InStock(5), lots[1]: InStock(-2)},
            counted={("output", "tea")},
        )

    def test_what_others_have_reserved(self):
        self.assertLying({spot("output"): Lying(2, 3)}, PICKED, **self.with_stock(6, reserved=4))

    def test_others_that_took_more_than_they_brought_claim_nothing(self):
        others = moved("output", "customer", 4, OTHER), moved(ELSEWHERE, "output", 3, "third")
        self.assertLying({spot("output"): Lying(2, 3)}, PICKED, *others, **self.with_stock(5))


class TestAnnounced(TestCase):
    def left(self, result, *announced):
        return less_announced(result, announced)

    def test_all(self):
        self.assertEqual(self.left({spot("output"): Lying(2)}, ([spot("output")], 3)), {})

    def test_doubtful_stays_so(self):
        left = self.left({spot("output"): Lying(2, 1)}, ([spot("output")], 2))
        self.assertEqual(left, {spot("output"): Lying(0, 1)})

    def test_from_either_of_two_places(self):
        result = {spot("rack"): Lying(2), spot("floor"): Lying(2)}
        left = self.left(result, ([spot("rack"), spot("floor")], 3))
        self.assertEqual(left, {spot("floor"): Lying(1)})

    def test_lot_that_is_not_known_yet(self):
        left = self.left({spot("output", "a"): Lying(2)}, ([spot("output")], 1))
        self.assertEqual(left, {spot("output", "a"): Lying(1)})

    def test_another_lot(self):
        left = self.left({spot("output", "a"): Lying(2)}, ([spot("output", "b")], 1))
        self.assertEqual(left, {spot("output", "a"): Lying(2)})


class TestExplain(TestCase):
    BROUGHT = (("late", moved(ELSEWHERE, "output", 2)), ("early", moved(ELSEWHERE, "output", 5)))

    def test_first_named_first(self):
        self.assertEqual(explain(self.BROUGHT, {spot("output"): 3}), {"late": 2, "early": 1})

    def test_no_more_than_was_brought(self):
        self.assertEqual(explain(self.BROUGHT, {spot("output"): 9}), {"late": 2, "early": 5})

    def test_nothing_lies_there(self):
        self.assertEqual(explain(self.BROUGHT, {spot("packing"): 3}), {})
