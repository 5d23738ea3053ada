"""What a worker may use of a limit that it has taken from."""

import unittest

from ...tools.leases import Leases


class TestLeases(unittest.TestCase):
    def test_as_many_calls_as_were_taken(self):
        leases = Leases(60)
        leases.take("a", 2)
        self.assertEqual([leases.use("a") for _call in range(3)], [True, True, False])
        self.assertFalse(leases.use("b"))

    def test_what_was_taken_ends(self):
        leases = Leases(-1)
        leases.take("a", 2)
        self.assertFalse(leases.use("a"))

    def test_spent_limit_is_not_asked_for(self):
        leases = Leases(60)
        leases.spend("a", 30)
        self.assertAlmostEqual(leases.wait("a"), 30, delta=5)
        self.assertEqual(leases.wait("b"), 0)
        leases.spend("a", -1)
        self.assertEqual(leases.wait("a"), 0)

    def test_forgetting(self):
        leases = Leases(60)
        leases.take("a", 2)
        leases.spend("b", 30)
        leases.forget()
        self.assertFalse(leases.use("a"))
        self.assertEqual(leases.wait("b"), 0)
