"""Keys of the context that the addon looks up."""

# pylint: disable=translation-required

#: Keys that the addon's code looks up in a context, and why anybody may set them.
KNOWN_KEYS = {
    "health_check": "chooses which records of those that one may see a page lists",
    "lastcall": "believed only by a job, which RPC may not run; Odoo's own",
    "marketplace_expired": "believed only as an object of a private type",
    "marketplace_logged": "believed only as an object of a private type",
    "marketplace_messages": "believed only as an object of a private type",
    "quants_cache": "believed only as an object of a private type",
}
