"""What does a person see?"""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
