"""How is the marketplace told what its clock is to do?"""

from flask import Blueprint, jsonify

from .control import given, only_json
from .refusal import Refusal
from .wire import marketplace

LONGEST_LEAP = 10**8  # seconds

blueprint = Blueprint("control_hook", __name__, url_prefix="/control")
blueprint.before_request(only_json)


@blueprint.post("/clock")
def advance_clock():
    """Let the marketplace's own clock leap by ``advance`` seconds; tells what it shows."""
    seconds = given(advance=(int, float)).get("advance", 0)
    if not 0 <= seconds <= LONGEST_LEAP:
        raise Refusal(400, "bad-value", f"advance is from 0 to {LONGEST_LEAP} seconds")
    marketplace().clock.advance(seconds)
    return jsonify({"now": marketplace().clock.now()})
