"""Fed to `odoo shell`: connects the account `demo` with the marketplace beside the demo."""

import os

account = env["marketplace.account"].search([("code", "=", "demo")])  # noqa: F821
account.write(
    {
        "services_endpoint": os.environ["DEMO_SERVICES"],
        "outbound_key": os.environ["DEMO_OUTBOUND_KEY"],
        "new_outbound_token": os.environ["DEMO_SECRET"],
    }
)
env.cr.commit()  # noqa: F821
print("connected")
