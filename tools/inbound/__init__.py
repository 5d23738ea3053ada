"""What a marketplace sends and is answered, in plain Python: no ORM, no HTTP, no database."""
