"""Which calls may a seller make? The marketplace's API.

Source: protocol page, "Outbound: seller → marketplace". Unknown query parameters (``?an=…&sc=…``)
are ignored. Undocumented, and chosen here: orders are named by the marketplace's ID; the same
invoice sent twice, and the same order cancelled twice, get the same answer again.
"""

from flask import Blueprint, request

from . import hooks, invoices
from .documents import order_document
from .listing import Query, listed
from .refusal import Refusal, text_field
from .wire import calling_key, json_object, marketplace, receive

blueprint = Blueprint("api", __name__, url_prefix="/api")
NO_HOOK = Refusal(404, "hook-not-found", "Value not found.")
ALL_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@blueprint.post("/orders/pvt/document/<order_id>/deny-cancellation-request")
def deny(order_id):
    """200 without a body, or 400: request ID not found, already cancelled, wrong status."""

    def work():
        data = json_object()
        request_id, reason = (
            text_field(data, "cancellationRequestId"),
            text_field(data, "denyReason"),
        )
        marketplace().store.deny(order_id, request_id, reason)
        return None, f"denied, the order goes on: {reason}"

    return receive("deny", order_id, work)


@blueprint.post("/oms/pvt/orders/<order_id>/cancel")
def cancel(order_id):
    """An invoiced order only after a return invoice; a partly invoiced or incomplete one never."""

    def work():
        reason = text_field(json_object(), "reason")
        answer = marketplace().store.cancel_by_seller(order_id, reason, _date())
        return answer, f"cancelled by the seller: {reason}"

    return receive("cancel", order_id, work)


@blueprint.post("/oms/pvt/orders/<order_id>/invoice")
def invoice(order_id):
    """Invoice, or return invoice; refuses a pending cancellation."""

    def work():
        sent = invoices.parse(json_object())
        answer = marketplace().store.invoice(order_id, sent, _date())
        kind = "invoice" if sent.type == invoices.OUTPUT else "return invoice"
        return answer, f"{kind} {sent.number} taken"

    return receive("invoice", order_id, work)


@blueprint.get("/oms/pvt/orders/<order_id>")
def read(order_id):
    """The order; also what a seller tests its credentials with."""

    def work():
        here = marketplace()
        services = f"{request.host_url}api/oms"
        with here.store.reading(order_id) as order:
            settings, now = here.settings.get(), here.clock.now()
            document = order_document(order, now, settings, services)
        return document, f"the order is {document['status']}"

    return receive("read", order_id, work)


@blueprint.get("/oms/pvt/orders")
def list_orders():
    """A page of the orders that are indexed."""

    def work():
        here, query = marketplace(), Query.of(request.args)
        indexed_until = here.clock.now() - here.settings.get().index_delay
        with here.store.reading_all() as orders:
            found = listed(orders, query, indexed_until)
        paging = found["paging"]
        return found, f"page {paging['currentPage']} of {paging['pages']}, {paging['total']} orders"

    return receive("list", "", work)


@blueprint.post("/orders/hook/config")
def set_hook():
    """Set the key's hook up, if it answers a ping; it replaces another one."""

    def work():
        here, hook = marketplace(), hooks.parse(json_object(), calling_key())
        here.mail.ping(hook)
        here.hooks.set(hook)
        return hook.to_dict(), "the hook is set up"

    return receive("hook", "", work)


@blueprint.get("/orders/hook/config")
def read_hook():
    """The key's hook; undocumented, and a setting, is what the answer is if there is none."""

    def work():
        hook = marketplace().hooks.get(calling_key())
        if hook:
            return hook.to_dict(), f"the hook calls {hook.url}"
        if marketplace().settings.get().no_hook == "404":
            raise NO_HOOK
        return None, "there is none"

    return receive("hook", "", work)


@blueprint.delete("/orders/hook/config")
def remove_hook():
    """Nothing is notified any more."""

    def work():
        if not marketplace().hooks.remove(calling_key()):
            raise NO_HOOK
        return None, "the hook is removed"

    return receive("hook", "", work)


@blueprint.route("/", defaults={"rest": ""}, methods=ALL_METHODS)
@blueprint.route("/<path:rest>", methods=ALL_METHODS)
def unknown(rest):
    """Whatever else is called is unknown, and worth seeing."""

    def work():
        raise Refusal(404, "unknown-call", f"There is no {request.method} /api/{rest}.")

    return receive("unknown", "", work)


def _date():
    return marketplace().settings.get().date()
