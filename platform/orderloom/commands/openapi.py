"""`orderloom openapi`: the API's description, for generating clients."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

from orderloom import config
from orderloom.api.documents import description
from orderloom.app import create_app
from orderloom.clock import SystemClock
from orderloom.connect import Registry, Unpaced
from orderloom.console import Console
from orderloom.services.connecting.connections import Gateway
from orderloom.services.connecting.secrets import new_key


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    """It takes no words of its own."""


def run(args: argparse.Namespace, console: Console) -> int:
    # The description depends on nothing that is installed here, not even on a key.
    settings = replace(config.load(), secret_key=new_key())
    gateway = Gateway.of(settings, SystemClock(), Unpaced(), Registry([]))
    app = create_app(settings, gateway=gateway)
    print(json.dumps(description(app, console.locale), ensure_ascii=False, indent=2), flush=True)
    return 0
