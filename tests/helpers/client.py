"""Calls over real sockets."""

from ...tools.network import networks
from ...tools.outbound import client

CREDENTIALS = client.Credentials("a-key", "a-t0ken")
#: What the configuration has to allow, for peers on this machine to be called at all.
OWN = networks("127.0.0.0/8 ::1")
