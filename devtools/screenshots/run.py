"""./dev screenshots: take every picture of the documentation from the demo that is being served."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# The folder of this script is no place to import from: it is a package itself.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from screenshots.demo import Demo  # noqa: E402
from screenshots.pictures import PICTURES  # noqa: E402
from screenshots.story import play  # noqa: E402

PATIENCE = 60_000  # ms: the first page makes the assets
CALM = 600  # ms without which fonts and animations are not done


def main():
    info, chromium, folder, *names = sys.argv[1:]
    demo = Demo(info)
    play(demo)
    wanted = [picture for picture in PICTURES if not names or picture.name in names]
    if unknown := set(names) - {picture.name for picture in PICTURES}:
        sys.exit(f"dev: there is no picture {', '.join(sorted(unknown))}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(locale="en-US", timezone_id="UTC")
        log_in(context, demo)
        for picture in wanted:
            take(context, demo, picture, Path(folder))
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


def take(context, demo, picture, folder):
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    width, height = picture.size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{demo.url}{picture.address_in(demo)}")
    page.wait_for_selector(picture.there)
    for selector in picture.clicks:
        page.click(selector)
    page.mouse.move(0, height - 1)  # nothing is hovered
    page.wait_for_timeout(CALM)
    path = folder / f"{picture.name}.png"
    page.screenshot(path=str(path))
    page.close()
    print(path.name)


if __name__ == "__main__":
    main()
