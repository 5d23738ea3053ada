from . import health, checks, setup
