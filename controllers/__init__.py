from . import access_log, dispatcher, cancellation, openapi
