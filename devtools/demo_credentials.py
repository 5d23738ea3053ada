"""Fed to `odoo shell`: gives the account `demo` a credential and keeps it in a file.

The database holds only its hash, so this is the one moment to write it down.
"""

import json
import os

account = env["marketplace.account"].search([("code", "=", "demo")])  # noqa: F821
account.ensure_one()
app_key, app_token = account._generate_credential()
env.cr.commit()  # noqa: F821
descriptor = os.open(os.environ["DEMO_KEYS"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
with os.fdopen(descriptor, "w") as file:
    json.dump({"account": account.code, "app_key": app_key, "app_token": app_token}, file)
