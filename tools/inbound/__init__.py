"""The marketplace's wire, in plain Python: no ORM, no HTTP server, no database."""
