"""The commands of `orderloom`, one module each: `configure(parser, console)` declares the words
it takes, `run(args, console) -> int` does it. The text of `cli.<name>` is its summary."""

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "run": "orderloom.commands.run",
    "migrate": "orderloom.commands.migrate",
    "doctor": "orderloom.commands.doctor",
    "web": "orderloom.commands.web",
    "worker": "orderloom.commands.worker",
    "ticker": "orderloom.commands.ticker",
    "import": "orderloom.commands.import_orders",
    "status": "orderloom.commands.status",
    "users": "orderloom.commands.users",
    "connector": "orderloom.commands.connector",
    "connections": "orderloom.commands.connections",
    "rules": "orderloom.commands.rules",
    "openapi": "orderloom.commands.openapi",
}
