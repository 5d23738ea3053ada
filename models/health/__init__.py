"""A feature: the page Health, the steps of the set-up, and what followers are told."""

from . import health, checks, reading, rejected, setup
