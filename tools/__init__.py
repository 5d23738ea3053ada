"""Plain Python: the decision, goods, money, states, the lock, the clock. No ORM, no HTTP server."""
