from . import access_log, dispatcher, cancellation, hook, openapi
