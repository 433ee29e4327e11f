"""The calls to one account, counted across all workers.

The count lives in Redis and may be lost: at worst a burst goes out that the platform answers with
"too many". While Redis is away each process counts for itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redis import Redis
from redis.exceptions import RedisError

from orderloom.clock import Clock
from orderloom.connect import Limits, LocalPacer, Pace
from orderloom.connect.pace import PATIENCE_MS, Step, wait_for_turn

# A turn that is near enough is taken at once, so that two workers never wait for the same one.
_TAKE = """
local now, period, ahead = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = math.max(due - ahead - now, 0)
if wait <= tonumber(ARGV[4]) then
  due = due + period
  redis.call('SET', KEYS[1], string.format('%.3f', due), 'PX', math.ceil(due - now) + 1000)
end
return string.format('%.3f', wait)
"""


@dataclass
class RedisPacer:
    """Takes turns in Redis; see `connect.pace`."""

    redis: Redis
    clock: Clock
    pause: Callable[[float], None] = time.sleep
    _local: LocalPacer = field(init=False)

    def __post_init__(self) -> None:
        self._local = LocalPacer(self.clock, self.pause)
        self._take = self.redis.register_script(_TAKE)

    def of(self, account: str, limits: Limits) -> Pace:
        step, alone = Step.of(limits), self._local.of(account, limits)

        def pace() -> None:
            try:
                wait = self._wait(account, step)
            except RedisError:
                alone()
            else:
                wait_for_turn(wait, self.pause)

        return pace

    def _wait(self, account: str, step: Step) -> float:
        words = (self.clock.now(), step.period, step.ahead, PATIENCE_MS)
        return float(self._take(keys=[f"orderloom:pace:{account}"], args=list(words)))
