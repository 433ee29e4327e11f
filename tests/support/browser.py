"""A real Chromium, driven by Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kit.browser import ADVICE, find
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

# Without a sandbox it also runs as root; a container's /dev/shm is too small for it.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]


class NoBrowser(Exception):
    """There is no Chromium; the message says how to get one."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Raises NoBrowser; `make test` installs one where it can."""
    program = find()
    if program is None:
        raise NoBrowser(f"The browser tests need a Chromium: run `make test`. {ADVICE}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=ARGUMENTS)
        yield browser
        browser.close()


class Errors:
    """What a page complained about; refused resources and broken policies included."""

    def __init__(self, page: Page) -> None:
        self.seen: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(message.text)
