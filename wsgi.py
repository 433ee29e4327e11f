"""The web application for any WSGI server: `granian --interface wsgi wsgi:app`."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent / "platform"), str(Path(__file__).parent)]

from orderloom.app import create_app  # noqa: E402 - found through the line above

app = create_app()
