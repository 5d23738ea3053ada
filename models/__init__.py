"""Packages of models. The first seven are the addon's mission and know none of the others, which
are features that hook in. Odoo chains overrides in this order: see tests/docs/test_structure.py.
"""

from . import (
    account,
    access,
    receipt,
    service,
    order,
    transfer,
    outbox,
    log,
    retention,
    reporting,
    health,
    selftest,
    base,
)
