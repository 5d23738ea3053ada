from . import controllers
from .queries import count_queries
