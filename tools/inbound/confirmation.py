"""The answer that confirms a cancellation: exactly four fields."""

import json
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

MEDIA_TYPE = "application/json"

#: How a date is written: the protocol's own example, or ISO 8601 with an offset.
DATE_FORMATS = {"plain": "2014-10-06 18:52:00", "iso8601": "2014-10-06T18:52:00+00:00"}


def format_date(moment: datetime, date_format: str = "plain", zone: str = "UTC") -> str:
    """Write ``moment`` (naive, UTC) as the account wants it.

    :param date_format: a key of :data:`DATE_FORMATS`
    :param zone: name of an IANA time zone
    """
    local = moment.replace(microsecond=0, tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
    if date_format == "iso8601":
        return local.isoformat()
    return local.strftime("%Y-%m-%d %H:%M:%S")


def confirmation_body(
    date: str, marketplace_order_id: str, order_name: str, protocol_code: str
) -> str:
    """The JSON text of a confirmation (protocol, "Response 200")."""
    return json.dumps(
        {
            "date": date,
            "marketplaceOrderId": marketplace_order_id,
            "orderId": order_name,
            "receipt": protocol_code,
        },
        ensure_ascii=False,
    )
