"""The calls to a marketplace; plain Python, no ORM."""
