"""The calls to a marketplace, in plain Python: no ORM."""
