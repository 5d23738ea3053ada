"""What makes the web application? The factory: blueprints, errors, and who may talk to it."""

from flask import Flask, jsonify, request
from werkzeug.exceptions import HTTPException

from . import api, api_change, control, control_change, control_hook, pages
from .refusal import Refusal
from .states import NotPermitted
from .views import time_of_day
from .wire import BODY_BYTES, as_refusal


def create_app(marketplace, hosts=None):
    """
    :param marketplace: the :class:`~.marketplace.Marketplace` to serve
    :param hosts: the Host headers that are served; None: all
    """
    app = Flask(__name__)
    app.extensions["marketplace"] = marketplace
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.json.sort_keys = False
    app.json.ensure_ascii = False
    app.url_map.merge_slashes = False  # a wrong address is wrong, not redirected
    app.jinja_env.filters["time_of_day"] = time_of_day
    app.register_blueprint(api.blueprint)
    app.register_blueprint(api_change.blueprint)
    app.register_blueprint(control.blueprint)
    app.register_blueprint(control_hook.blueprint)
    app.register_blueprint(control_change.blueprint)
    app.register_blueprint(pages.blueprint)

    @app.before_request
    def check_host():
        """Another site's name may point here (DNS rebinding)."""
        if hosts is not None and request.host not in hosts:
            raise Refusal(421, "wrong-host", f"This is not {request.host}.")

    @app.errorhandler(Refusal)
    @app.errorhandler(NotPermitted)
    @app.errorhandler(HTTPException)
    def tell(error):
        refusal = as_refusal(error)
        return jsonify(refusal.to_dict()), refusal.status

    return app
