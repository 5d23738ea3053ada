"""Lists that are longer than a marketplace tells are asked for time by time."""

import itertools
from datetime import datetime, timedelta
from unittest import TestCase

from ...tools.outbound.call import MAX_PAGES
from ...tools.outbound.listing import SHORTEST, Window

BEGIN = datetime(2026, 1, 1)
END = BEGIN + timedelta(days=32)


class TestWindow(TestCase):
    def walk(self, pages_of):
        """``(begin, end, page)`` of what is read; ``pages_of`` tells how many a window has."""
        window, read = Window(BEGIN, END), []
        while window:
            pages = pages_of(window)
            if pages <= MAX_PAGES or window.end - window.begin <= SHORTEST:
                read.append(window)
            window = window.after(pages, END)
            self.assertLess(len(read), 10_000)
        return read

    def test_one_page_or_none(self):
        self.assertEqual(self.walk(lambda window: 0), [Window(BEGIN, END)])
        self.assertEqual(self.walk(lambda window: 1), [Window(BEGIN, END)])

    def test_several_pages(self):
        self.assertEqual([own.page for own in self.walk(lambda window: 3)], [1, 2, 3])

    def test_halves_cover_the_whole_time(self):
        read = self.walk(lambda window: (window.end - window.begin).days * 10 + 1)
        firsts = [window for window in read if window.page == 1]
        self.assertEqual((firsts[0].begin, firsts[-1].end), (BEGIN, END))
        for one, next_one in itertools.pairwise(firsts):
            self.assertEqual(one.end, next_one.begin)
        self.assertEqual({own.end - own.begin for own in firsts}, {timedelta(days=2)})

    def test_shortest_time_is_not_divided(self):
        end = BEGIN + SHORTEST
        window, pages = Window(BEGIN, end), []
        while window:
            pages.append(window.page)
            window = window.after(MAX_PAGES + 5, end)
        self.assertEqual(pages, list(range(1, MAX_PAGES + 1)))
