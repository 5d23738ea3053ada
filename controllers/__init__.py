"""HTTP: the addresses that marketplaces call. The decisions are made in models/service/."""

from . import access_log, dispatcher, cancellation, change, hook, openapi
