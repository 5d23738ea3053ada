from . import access_log, dispatcher, cancellation, change, hook, openapi
