from . import service, pending, queue, batch, at_once
