"""What a seller's people do by RPC."""


def cancel_everywhere(server, order_ids):
    """Cancel each order as with the wizard, and have its marketplace told."""
    for order_id in order_ids:
        wizard = server.execute("marketplace.order.cancel", "create", {"order_id": order_id})
        server.execute("marketplace.order.cancel", "action_cancel_everywhere", [wizard])
