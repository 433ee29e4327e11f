"""Whether a page can be used by everybody: the axe rules of WCAG 2.2 AA."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "builder_ui" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A transition half-way has colours of neither state.
_SETTLED = """() => Promise.all(document.getAnimations()
    .filter((a) => a.effect?.getTiming().iterations !== Infinity)
    .map((a) => a.finished.catch(() => null)))"""


def broken(page: Page) -> list[str]:
    """The rules the page breaks as it stands, each with its place."""
    page.evaluate(_SETTLED)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))  # evaluated: no policy is loosened
    found = page.evaluate("(tags) => window.axe.run(document, { runOnly: tags })", TAGS)
    return [
        f"{rule['id']}: {' '.join(node['target'])}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
