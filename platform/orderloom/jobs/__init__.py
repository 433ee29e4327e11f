"""RQ functions: claim, open the transaction, call the service, wake what comes next.

Arguments are ids only; what is to be done stands in the database. Each function may be called
at any moment, twice, or not at all: leases and the sweep see to it that work is done once.
"""

from orderloom.jobs.confirming import confirm
from orderloom.jobs.context import prepare
from orderloom.jobs.delivering import deliver
from orderloom.jobs.fetching import fetch
from orderloom.jobs.listing import list_outbound
from orderloom.jobs.processing import process
from orderloom.jobs.pulling import pull
from orderloom.jobs.renewing import renew
from orderloom.jobs.scheduling import run_schedule
from orderloom.jobs.taking_in import take_in
from orderloom.jobs.watching import watch

__all__ = [
    "confirm",
    "deliver",
    "fetch",
    "list_outbound",
    "prepare",
    "process",
    "pull",
    "renew",
    "run_schedule",
    "take_in",
    "watch",
]
