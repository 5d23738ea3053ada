"""Packages of models. The first seven are the mission: what cancels orders and answers calls.
From reading to selftest they are features, which hook in: no mission package imports one. base has
small hooks into Odoo that all may use.

Odoo chains overrides in this order: see tests/docs/test_structure.py.
"""

from . import (
    account,
    access,
    receipt,
    service,
    order,
    transfer,
    outbox,
    reading,
    change,
    log,
    retention,
    reporting,
    health,
    selftest,
    base,
)
