from . import health, checks, reading, rejected, setup
