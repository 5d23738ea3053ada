"""A marketplace that signs its calls, with the Standard Webhooks specification's own library."""

from datetime import datetime, timezone

try:
    from standardwebhooks import Webhook
except ImportError:  # a tool of these tests, which Odoo runs without
    Webhook = None

#: The secret of the vector that the specification's libraries are tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def signed_headers(body, secrets=(SECRET,), at=None, message_id="msg_1"):
    """The headers of a call whose ``body`` (a text) each of ``secrets`` has signed.

    :param at: an aware datetime, by default now
    """
    at = at or datetime.now(timezone.utc)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(message_id, at, body) for secret in secrets
        ),
    }
