from . import health, checks, reading, setup
