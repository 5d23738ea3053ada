"""Lists of a marketplace's orders that are longer than it shows: asked for one period after the
other."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .call import MAX_PAGES

#: A shorter period is not divided any more: what is beyond its last page is left out.
SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True)
class Window:
    """A time within which orders were made, and the page of their list that is read next.

    :param begin: the first moment, naive, UTC
    :param end: the last one
    :param page: from 1
    """

    begin: datetime
    end: datetime
    page: int = 1

    def after(self, pages: int, until: datetime) -> "Window | None":
        """What is to be read after this page, None if that was the last one.

        :param pages: how many pages there are of this time
        :param until: the last moment of all
        """
        length = self.end - self.begin
        if pages > MAX_PAGES and length > SHORTEST:
            return Window(self.begin, self.begin + length / 2)
        if self.page < min(pages, MAX_PAGES):
            return replace(self, page=self.page + 1)
        if self.end >= until:
            return None
        return Window(self.end, min(self.end + max(length, SHORTEST), until))
