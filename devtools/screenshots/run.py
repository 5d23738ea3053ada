"""./dev screenshots: take every picture of the documentation from the demo that is being served."""

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

# The folder of this script is no place to import from: it is a package itself.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from screenshots.demo import Demo  # noqa: E402
from screenshots.pictures import PICTURES  # noqa: E402
from screenshots.story import play  # noqa: E402

PATIENCE = 60_000  # ms: the first page makes the assets
CALM = 1200  # ms without which fonts, graphs and animations are not done
COLOURS = 256
#: Of the Odoo that is pictured: 127.0.0.1 would be warned of wherever the endpoint is shown.
ADDRESS = "https://odoo.example.com"
TROUBLE = ".o_error_dialog, .o_notification.border-danger, .o_view_nocontent"


def main():
    info, chromium, addon, *names = sys.argv[1:]
    demo = Demo(info)
    play(demo)
    wanted = [picture for picture in PICTURES if not names or picture.name in names]
    if unknown := set(names) - {picture.name for picture in PICTURES}:
        sys.exit(f"dev: there is no picture {', '.join(sorted(unknown))}")
    with demo.known_as(ADDRESS), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(locale="en-US", timezone_id="UTC")
        log_in(context, demo)
        for picture in wanted:
            take(context, demo, picture, Path(addon) / picture.path)
        browser.close()


def log_in(context, demo):
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{demo.url}/web/login")
    page.fill("input[name=login]", demo.info["login"])
    page.fill("input[name=password]", demo.info["password"])
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    page.close()


def take(context, demo, picture, path):
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    width, height = picture.size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(picture.address_in(demo))
    page.wait_for_selector(picture.there)
    for selector in picture.clicks:
        page.click(selector)
    if picture.seen:
        page.wait_for_selector(picture.seen)
    page.mouse.move(width * 0.65, 2)  # nothing is hovered
    page.wait_for_timeout(CALM)
    if page.locator(TROUBLE).count():
        sys.exit(f"dev: there is an error on the page of the picture {picture.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(path))
    page.close()
    make_small(path)
    print(picture.path)


def make_small(path):
    """Keep as many colours as the eye needs."""
    with Image.open(path) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main()
