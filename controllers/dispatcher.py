"""Plain JSON over HTTP: how the endpoint's requests come in, and its errors go out."""

from psycopg2 import DatabaseError, InterfaceError, OperationalError
from psycopg2.pool import PoolError
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from odoo.exceptions import AccessDenied, UserError
from odoo.http import Dispatcher, _dispatchers, request

from ..tools.arrival import plain_address
from ..tools.discreet_log import discreet_logger
from ..tools.inbound import problem
from ..tools.inbound.path import is_own
from ..tools.inbound.problem import Problem
from ..tools.inbound.rejection import is_of_test, why_rejected
from ..tools.lock import StillLocked
from .access_log import redact_thread_url

_logger = discreet_logger(__name__)


class MarketplaceDispatcher(Dispatcher):
    """Dispatcher of ``type="marketplace"`` routes.

    Unlike Odoo's ``http`` dispatcher it parses no form and passes no query parameter to the
    controller (Odoo logs those that a controller does not expect, and one may be a secret), and
    unlike all of Odoo's it answers every error as an RFC 9457 problem: no HTML, no traceback.
    """

    routing_type = "marketplace"
    #: The code of the account, and the order, that the address names.
    code = order_id = None

    @classmethod
    def is_compatible_with(cls, request):
        return True

    def pre_dispatch(self, rule, args):
        redact_thread_url()
        self.code, self.order_id = args.get("code"), args.get("order_id")
        return super().pre_dispatch(rule, args)

    def dispatch(self, endpoint, args):
        self.request.params = dict(args)
        return self.request.registry["ir.http"]._dispatch(endpoint)

    def handle_error(self, exc):
        """Answer ``exc``, whatever it is, as a problem document, and count what is rejected."""
        answer = as_problem(exc)
        reason = why_rejected(answer)
        is_counted = reason and self.code and not is_of_test(reason, self.order_id)
        if is_counted and self.request.env is not None:
            address = plain_address(self.request.httprequest.remote_addr)
            self.request.env["marketplace.rejected.call"]._count(self.code, reason, address)
        return problem_response(answer)


class PageDispatcher(_dispatchers["http"]):
    """The dispatcher of pages, Odoo's or another addon's; it also answers what fails before a
    route is found.

    While PostgreSQL is down or has just crashed, Odoo finds no route, and would answer with pages:
    404 if it reaches no database, which means something else to a marketplace, and 500 for each
    connection that was lost. It would also answer an invalid Host with a page.
    """

    routing_type = "http"  # replaces Odoo's

    def handle_error(self, exc):
        if is_own(self.request.httprequest.path):
            if isinstance(exc, NotFound) and not self.request.db:
                return problem_response(_unavailable())
            if _is_of_connection(exc):
                return problem_response(as_problem(exc))
            if self.request.registry is None:  # the Host is invalid, and Odoo reads it earlier
                return problem_response(Problem(problem.UNKNOWN_RESOURCE))
        return super().handle_error(exc)


def as_problem(error):
    """The :class:`Problem` that tells a marketplace about ``error``, and nothing internal."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestEntityTooLarge):
        return Problem(problem.BODY_TOO_LARGE, "The body may have 64 KiB.")
    if isinstance(error, ClientDisconnected):  # or invalid chunks, which need no repeat
        return Problem(problem.NOT_JSON, "The body did not arrive whole.")
    if isinstance(error, NotFound):
        return Problem(problem.UNKNOWN_RESOURCE)
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(error.valid_methods or ())
        return Problem(
            problem.METHOD_NOT_ALLOWED, f"Allowed here: {allowed}.", headers={"Allow": allowed}
        )
    # Nobody logs in here: Odoo denies access when it could not read who the public user is.
    if isinstance(error, (StillLocked, AccessDenied)) or _is_of_connection(error):
        _logger.warning("A request must be repeated: %s", type(error).__name__)
        return _unavailable()
    if isinstance(error, (HTTPException, UserError)):
        _logger.warning("A request was refused: %s", type(error).__name__)
    else:
        _logger.error("A request failed", exc_info=error)
    return Problem(problem.INTERNAL_ERROR, "Please repeat the call.")


def _unavailable():
    return Problem(problem.UNAVAILABLE, headers={"Retry-After": "5"})


def _is_of_connection(error):
    """Whether the database connection has failed or is lost, or no connection is free.

    PostgreSQL names the kind of each error. A plain DatabaseError has no kind: the driver raises it
    on a connection whose other side has died.
    """
    return (
        isinstance(error, (OperationalError, InterfaceError, PoolError))
        or type(error) is DatabaseError
    )


def problem_response(answer):
    """The HTTP response for a :class:`Problem`."""
    return request.make_response(
        answer.to_json(),
        headers=[("Content-Type", problem.MEDIA_TYPE), *answer.headers.items()],
        status=answer.status,
    )
