"""A marketplace that calls a server of any version of the addon."""

import requests

TIMEOUT = 60  # seconds; nothing here takes that long unless it hangs


class Caller:
    """Calls the endpoint with one pair of app key and app token.

    :param keys: ``(app key, app token)``, by default new ones of the account
    """

    def __init__(self, server, account_id, code, keys=None):
        self.server = server
        self.code = code
        self.key, self.token = keys or _new_keys(server, account_id)

    def cancel(self, marketplace_order_id, path_order_id=None, by_address=False, **body):
        """Ask to cancel an order; return the response.

        :param by_address: prove who calls by the token in the address, not by two headers
        :param body: further fields of the request
        """
        path = f"marketplace/{self.code}/pvt/orders/{path_order_id or marketplace_order_id}/cancel"
        headers = {"X-VTEX-API-AppKey": self.key, "X-VTEX-API-AppToken": self.token}
        return requests.post(
            f"{self.server.url}/{path}",
            json={"marketplaceOrderId": marketplace_order_id, **body},
            headers={} if by_address else headers,
            params={"token": self.token} if by_address else {},
            timeout=TIMEOUT,
        )


def _new_keys(server, account_id):
    action = server.execute("marketplace.account", "action_generate_credential", [account_id])
    return action["context"]["default_app_key"], action["context"]["default_app_token"]


def connect(server, order_ids, account_id):
    """Let orders be the account's; their marketplace IDs are those of the keys.

    :param order_ids: ``{marketplace order ID: ID}``
    """
    for name, order_id in order_ids.items():
        values = {"marketplace_account_id": account_id, "marketplace_order_id": name}
        server.execute("sale.order", "write", [order_id], values)


def states(server, order_id):
    """``(state of the order, states of its transfers)``."""
    (order,) = server.execute("sale.order", "read", [order_id], ["state", "picking_ids"])
    pickings = server.execute("stock.picking", "read", order["picking_ids"], ["state"])
    return order["state"], {picking["state"] for picking in pickings}
