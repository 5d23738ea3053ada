"""The machine's browser, for tests that go through Odoo's web client."""

import os
import resource
import shutil
from contextlib import contextmanager

import pytest
from odoo_server import TIMEOUT

try:
    from playwright.sync_api import expect, sync_playwright
except ImportError:  # a tool of these tests
    expect = sync_playwright = None

BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")


def need_browser(*variables):
    """Skip the test where there is no browser, or none of ``variables`` in the environment."""
    if not (sync_playwright and _path() and all(map(os.environ.get, variables))):
        pytest.skip("needs a browser and playwright: run it with ./dev test")


@contextmanager
def chromium():
    """The browser, without a window; Playwright allows for one at a time."""
    with _no_memory_limit(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_path(), args=FLAGS)
        expect.set_options(timeout=TIMEOUT * 1000)
        yield browser
        browser.close()


def new_context(browser, **options):
    """Windows that share cookies, and are as patient as the tests are."""
    context = browser.new_context(**options)
    context.set_default_timeout(TIMEOUT * 1000)
    return context


def log_in(page, url, login="admin"):
    """Log in as the administrator, or another user whose password is the login."""
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/odoo**")


def _path():
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def _no_memory_limit():
    """Odoo limits the address space of its process, of which a browser reserves a lot."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limits[1], limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
