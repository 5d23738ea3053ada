"""What is read of documents to cancel an order."""

from unittest import TestCase
from unittest.mock import Mock

from ...tools.needed import fetch


class TestFetch(TestCase):
    def test_fields_of_addons_that_are_not_installed_are_left_out(self):
        moves = Mock(_name="stock.move", _fields={"state": 1, "product_id": 2})
        fetch({"stock.move": ["product_id", "purchase_line_id", "state"]}, moves)
        moves.fetch.assert_called_once_with(["product_id", "state"])
