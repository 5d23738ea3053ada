"""What interrupts those who take locks."""


class Interrupted(Exception):
    """What a test throws in, as a limit of time or somebody who ends the query does."""
