"""Moments and days as people read them, wherever they live."""

import pytz

from odoo import fields
from odoo.tools import format_datetime, format_time


def zone_of(user):
    """The time zone in which ``user`` lives: of :mod:`pytz`, UTC for users who have chosen none."""
    return user.with_user(user).with_context(tz=None).env.tz


def zone_called(name):
    """The time zone with this name, None if there is none: some were renamed or withdrawn."""
    try:
        return pytz.timezone(name) if name else None
    except pytz.UnknownTimeZoneError:
        return None


def day_of(user, moment=None):
    """The day on which ``moment`` is where ``user`` lives.

    :param moment: naive, UTC; by default now, by the database's clock
    """
    moment = moment or user.env.cr.now()
    return pytz.utc.localize(moment).astimezone(zone_of(user)).date()


def in_words(env, moment, zone=None):
    """``moment`` (naive, UTC) to the minute, in the language of ``env``.

    The zone is named, as such a text is posted, printed and sent on: 3/5/24, 2:00 PM
    (Europe/Berlin, UTC+01:00).

    :param zone: of :mod:`pytz`; by default that of the user, or of their browser
    """
    zone = zone or env.tz
    text = format_datetime(env, moment, tz=zone.zone, dt_format="short")
    if zone.zone == "UTC":
        return f"{text} (UTC)"
    offset = pytz.utc.localize(moment).astimezone(zone).strftime("%z")
    return f"{text} ({zone.zone}, UTC{offset[:3]}:{offset[3:]})"


def in_short(env, moment):
    """``moment`` (naive, UTC) as short as it is clear: 2:00 PM, on another day with the date."""
    today, day = (
        fields.Datetime.context_timestamp(env.user, one).date()
        for one in (fields.Datetime.now(), moment)
    )
    if day == today:
        return format_time(env, moment, tz=env.tz.zone, time_format="short")
    return format_datetime(env, moment, tz=env.tz.zone, dt_format="short")
