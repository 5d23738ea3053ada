"""How does VTEX show an order? The document of one, and the line of it in a list.

Source: VTEX's OpenAPI document "Orders API", "Get order" and "List orders", and protocol page, "A
VTEX store's own back office: the Orders hook". Members that say nothing about a cancellation are
few here.
"""

from .change_documents import attachment
from .orders import now_text


def order_document(order, now, settings, services):
    """The answer to ``GET /api/oms/pvt/orders/{orderId}``.

    :param now: on the marketplace's own clock: a reason may come late
    :param services: the services endpoint
    """
    reason_is_there = order.cancellation and now >= order.cancellation.since + settings.reason_delay
    return {
        "orderId": order.id,
        "marketplaceOrderId": order.id,
        "marketplaceServicesEndpoint": services,
        "sellerOrderId": order.seller_order_id,
        "origin": order.domain,
        "status": order.status,
        "value": order.total,
        "creationDate": order.created,
        "lastChange": order.last_change,
        "orderGroup": order.group,
        "windowToCancelEnds": order.window_ends and now_text(order.window_ends),
        "cancelReason": order.cancellation.reason if reason_is_there else None,
        "totals": order.totals,
        "clientProfileData": {"firstName": order.shopper},
        "items": [_item(item) for item in order.items if item.quantity],
        "cancellationData": _cancellation(order, reason_is_there, settings.member_case),
        "cancellationRequests": [_request(request) for request in order.requests] or None,
        "changesAttachment": attachment(order),
        "packageAttachment": {"packages": [_package(invoice) for invoice in order.invoices]},
    }


def order_line(order, status):
    """One entry of ``list``; ``status`` is what the index knows."""
    return {
        "orderId": order.id,
        "creationDate": order.created,
        "clientName": order.shopper,
        "items": None,
        "totalValue": order.total,
        "status": status,
        "marketPlaceOrderId": order.id,
        "origin": order.domain,
        "orderIsComplete": True,
        "totalItems": sum(item.quantity for item in order.items),
        "currencyCode": "EUR",
    }


def _item(item):
    return {
        "id": item.id,
        "uniqueId": item.unique_id,
        "name": item.name,
        "quantity": item.quantity,
        "price": item.price,
    }


def _cancellation(order, reason_is_there, case):
    """Both ways to write the members' names are documented, or have been seen."""
    cancellation = order.cancellation
    if not cancellation:
        return None
    members = {
        "requestedByUser": cancellation.by_user,
        "requestedBySystem": False,
        "requestedBySellerNotification": cancellation.by_seller,
        "requestedByPaymentNotification": False,
        "reason": cancellation.reason if reason_is_there else None,
        "cancellationDate": cancellation.date,
        "cancellationRequestId": cancellation.request_id,
    }
    if case == "pascal":
        members = {f"{name[0].upper()}{name[1:]}": value for name, value in members.items()}
    return members


def _request(request):
    return {
        "id": request.id,
        "reason": request.reason,
        "cancellationRequestDate": request.date,
        "requestedByUser": request.by_user,
        "deniedBySeller": request.denied is not None,
        "deniedBySellerReason": request.deny_reason or None,
        "cancellationRequestDenyDate": request.denied,
    }


def _package(invoice):
    return {
        "type": invoice.type,
        "invoiceNumber": invoice.number,
        "invoiceValue": invoice.value,
        "items": [
            {"id": item_id, "quantity": quantity}
            for item_id, quantity in invoice.quantities.items()
        ],
    }
