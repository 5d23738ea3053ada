"""How requests of self-tests, for sample orders, are recognized."""

#: How the ID of every sample order begins.
TEST_PREFIX = "TEST-"
#: The condition on receipts that leaves these requests out: no marketplace has made them.
NO_TEST = ("marketplace_order_id", "not =like", f"{TEST_PREFIX}%")
#: What the command that shows new credentials cancels: no marketplace has it, and no shop.
TRIED_ORDER = f"{TEST_PREFIX}CURL"
