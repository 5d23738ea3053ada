from odoo import api, models
from odoo.tools import config

from ..addresses import networks
from ..discretion import discreet_logger
from ..outbound import client
from ..outbound.client import Unreachable

_logger = discreet_logger(__name__)

#: The option of the server's configuration file that names what may be called besides the internet.
_OPTION = "marketplace_outbound_networks"


class MarketplaceAccount(models.Model):
    """Calling the marketplace, and whom the server calls at all."""

    _inherit = "marketplace.account"

    def _send(self, call):
        """Send ``call`` once, and return the reply.

        :param call: a :class:`~..outbound.call.Call`
        :return: a :class:`~..outbound.client.Reply`
        :raise Unreachable: if the marketplace does not answer, or is not one to be called
        """
        self.ensure_one()
        try:
            return client.send(call, self._outbound_credentials(), self._allowed_networks())
        except Unreachable as error:
            # People are not told which: they could look around in the server's network.
            _logger.info("No answer from marketplace %s: %s", self.code, error.reason)
            raise

    @api.model
    def _allowed_networks(self):
        """The networks that may be called although they are not of the internet.

        Whoever runs the server names them in its configuration file, for a marketplace in the same
        house or on the same machine: ``marketplace_outbound_networks = 127.0.0.1, 10.2.0.0/16``.
        """
        try:
            return networks(config.get(_OPTION))
        except ValueError:
            _logger.error("%s in the server's configuration names no networks", _OPTION)
            return ()
