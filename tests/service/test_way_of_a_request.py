"""How far the code of one request is spread: somebody has to read it."""

import sys
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from ...controllers.dispatcher import MarketplaceDispatcher
from ..helpers.common import EndpointCase

ADDON = Path(__file__).resolve().parents[2]
PARTS = ("controllers", "models", "tools")

#: How many of the addon's own functions a first call on an untouched order runs through, overrides
#: of Odoo's methods and what features add included, and in how many files. Fewer are better.
MOST_FUNCTIONS, MOST_FILES = 110, 30


class Way:
    """The addon's functions that are run: ``{(file, name)}``."""

    def __init__(self):
        self.functions = set()
        self._known = {}

    def follow(self, function):
        def followed(*arguments):
            sys.setprofile(self._note)
            try:
                return function(*arguments)
            finally:
                sys.setprofile(None)

        return followed

    def _note(self, frame, event, _argument):
        if event != "call":
            return
        code = frame.f_code
        if code not in self._known:
            self._known[code] = self._place(code)
        if place := self._known[code]:
            self.functions.add(place)

    def _place(self, code):
        path = Path(code.co_filename).resolve()
        is_own = ADDON in path.parents and path.relative_to(ADDON).parts[0] in PARTS
        if not is_own or code.co_name.startswith("<"):
            return None
        return path.relative_to(ADDON).as_posix(), code.co_name


@tagged("post_install", "-at_install")
class TestWayOfARequest(EndpointCase):
    def test_first_call_on_an_untouched_order_runs_through_few_functions_and_files(self):
        self.make_order("W-0", confirm=True)
        self.call("W-0")  # fills the caches
        order = self.make_order("W-1", confirm=True)
        way = Way()
        dispatch = MarketplaceDispatcher.dispatch
        with patch.object(MarketplaceDispatcher, "dispatch", way.follow(dispatch)):
            response = self.call("W-1")
        self.assertConfirmed(response, order)
        listed = "\n".join(f"{file}: {name}" for file, name in sorted(way.functions))
        files = {file for file, _name in way.functions}
        self.assertIn(("models/service/service.py", "_answer"), way.functions)
        self.assertLessEqual(len(way.functions), MOST_FUNCTIONS, listed)
        self.assertLessEqual(len(files), MOST_FILES, sorted(files))
