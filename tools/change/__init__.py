"""Changes of a part of an order, in plain Python: no ORM, no HTTP server, no database."""
