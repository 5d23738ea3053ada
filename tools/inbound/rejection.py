"""Why a call was rejected and left no receipt: shown to the seller, who can mend it.

The caller is told less: it must not learn which of its credentials is wrong.
"""

from ..samples import TEST_PREFIX
from ..settings import Settings
from . import problem
from .credentials import Credentials, Key

#: Each reason, and how people read it. The models translate it.
REASONS = {
    "no_account": "No such account",
    "no_credentials": "No credentials",
    "unknown_key": "Unknown or revoked app key",
    "wrong_token": "Wrong app token",
    "ended": "Credentials that have ended",
    "in_address": "Token in the address, not accepted",
    "signature": "Signature missing, wrong or too old",
    "replayed": "Copy of an earlier call",
    "failed_limit": "Too many without the right credentials",
    "limit": "Too many calls a minute",
    "address": "Address not allowed",
    "paused": "Account paused",
    "archived": "Account archived",
    "hook": "Orders hook not expected",
    "path": "Unknown path",
    "method": "Wrong HTTP method",
    "too_large": "Body too large",
    "body": "Body that cannot be read",
}


def _lt(text: str) -> str:
    """Mark ``text`` for translation."""
    return text


_ENTER = _lt("Enter the app key and app token at the marketplace, or generate new ones.")
_PROTOCOL = _lt("The caller does not follow the protocol: tell whoever runs the marketplace.")
#: What to do about each reason.
ADVICE = {
    "no_account": _lt(
        "Compare the address at the marketplace with the account's: after /marketplace/ comes the "
        "account's code, here it was another one."
    ),
    "no_credentials": _ENTER,
    "unknown_key": _ENTER,
    "wrong_token": _lt(
        "The app key is one of the account's, the token is not the one that was issued with it. "
        "Enter the token at the marketplace once more, or generate new credentials."
    ),
    "ended": _lt("These credentials were replaced. Enter the new ones at the marketplace."),
    "in_address": _lt(
        "Have the marketplace send the token in a header, or switch on “Accept the Token in the "
        "Address”."
    ),
    "signature": _lt("Compare the signing secret with the marketplace's, and both clocks."),
    "replayed": _lt("If it happens often, somebody repeats calls: replace the credentials."),
    "failed_limit": _lt("See why the other calls from this address were rejected."),
    "limit": _lt("If all of them are the marketplace's, raise “Calls a Minute”."),
    "address": _lt(
        "Add the address to “Allowed Addresses”, or revoke the credentials if it is not your "
        "marketplace's."
    ),
    "paused": _lt("Resume the account. The marketplace is told to come later."),
    "archived": _lt("Unarchive the account, or remove its address at the marketplace."),
    "hook": _lt("Connect the hook on the account, or remove it at the marketplace."),
    "path": _lt("Compare the address at the marketplace with the account's."),
    **dict.fromkeys(("method", "too_large", "body"), _PROTOCOL),
}
#: Reasons that have to do with app key and token.
OF_CREDENTIALS = {"no_credentials", "unknown_key", "wrong_token", "ended", "in_address"}
#: Reasons that show nothing of who calls: anybody can make such calls.
BY_ANYBODY = {
    "no_account",
    "no_credentials",
    "unknown_key",
    "signature",
    "failed_limit",
    "path",
    "method",
    "too_large",
}
#: Reasons for rejecting a caller that has proved who it is.
_OF_PROVED = {"replayed", "limit", "address", "paused", "archived", "body"}
#: What a kind of problem says by itself.
_OF_KIND = {
    problem.REPLAYED_CALL: "replayed",
    problem.ADDRESS_NOT_ALLOWED: "address",
    problem.ACCOUNT_ARCHIVED: "archived",
    problem.HOOK_NOT_EXPECTED: "hook",
    problem.UNKNOWN_RESOURCE: "path",
    problem.METHOD_NOT_ALLOWED: "method",
    problem.BODY_TOO_LARGE: "too_large",
    problem.NOT_JSON: "body",
    problem.INVALID_FIELD: "body",
    problem.UNSUPPORTED_MEDIA_TYPE: "body",
}


def why_rejected(answer: problem.Problem) -> str | None:
    """The reason for which a call is rejected; None where a receipt tells what became of it."""
    if "receipt" in answer.extensions:
        return None
    return answer.reason or _OF_KIND.get(answer.kind)


def is_of_test(reason: str, marketplace_order_id: str | None) -> bool:
    """Whether a call that is rejected was a self-test's, so that nobody has to see to it.

    A caller that has proved nothing may write any ID, so its ID is not believed.
    """
    return reason in _OF_PROVED and (marketplace_order_id or "").startswith(TEST_PREFIX)


def why_unproved(
    settings: Settings | None,
    credentials: Credentials,
    pair: Key | None,
    used: list[Key | None],
    is_signed: bool,
) -> str:
    """Why a caller has not proved who it is. No token is compared for this.

    :param settings: of the account, None if there is none
    :param pair: the pair that ``credentials`` are of, None if there is none; it may have ended
    :param used: the credential behind each proof, None for one that does not count
    :param is_signed: whether a signature was asked for
    """
    if settings is None:
        return "no_account"
    if is_signed and (settings.authentication == "signature" or (pair and used[0])):
        return "signature"
    if not pair:
        if not (credentials.app_key or credentials.token):
            return "no_credentials"
        keys = {key.app_key for key in settings.keys if key.token_hash}
        is_known = credentials.from_query or credentials.app_key in keys
        return "wrong_token" if is_known else "unknown_key"
    if credentials.from_query and not settings.allow_query_token:
        return "in_address"
    # What was signed at another time counts for nothing as a whole.
    return "signature" if is_signed and len(used) == 1 else "ended"
