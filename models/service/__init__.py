"""From a checked request to its answer: read service.py first, from top to bottom."""

from . import service, pending, queue, batch, at_once
