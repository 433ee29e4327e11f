"""All simulators in one process: one HTTP port (`/taobao`, `/qimen`, …), one SMTP port.

Prints one line of JSON when ready: {"ready": true, "http": port, "smtp": port}.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from orderloom.connect import Clock, SystemClock

from . import cainiao, douyin, jd, jushuitan, kuaidi100, pdd, qimen, rest, taobao, wangdian, wxshop
from .cainiao import CainiaoSimulator
from .director import Director
from .douyin import DouyinSimulator
from .jd import JdSimulator
from .journal import Journal
from .jushuitan import JushuitanSimulator
from .kuaidi100 import Kuaidi100Simulator
from .mail import MailServer, MailSimulator
from .pdd import PddSimulator
from .qimen import QimenSimulator
from .qimen_life import WarehouseLife
from .rest import RestSimulator
from .robots import ROBOTS
from .server import SimulatorServer, mounted
from .shop import Keep, ShopSimulator
from .stockroom import StockroomSimulator
from .stockroom_life import StockroomLife
from .taobao import Options, TaobaoSimulator
from .traffic import Traffic
from .wangdian import WangdianSimulator
from .wire import Simulator
from .wxshop import WxshopSimulator

# ERP -> what its people do with an order that will not leave
_ERPS = {"jushuitan": "refuse", "wangdian": "cancel"}
SENDER = "hub@orderloom.example"


def demo_settings(http: int, smtp: int, host: str = "127.0.0.1") -> dict[str, dict[str, Any]]:
    """Connector settings (key -> values) that reach the simulators on these ports."""
    base = f"http://{host}:{http}"
    web = {key: module.demo_settings(f"{base}/{key}") for key, module in MODULES.items()}
    mailbox = {"host": host, "port": smtp, "security": "none", "sender": SENDER}
    return {**web, "smtp": mailbox}


MODULES: dict[str, Any] = {
    "taobao": taobao,
    "jd": jd,
    "pdd": pdd,
    "douyin": douyin,
    "rest": rest,
    "wxshop": wxshop,
    "qimen": qimen,
    "jushuitan": jushuitan,
    "wangdian": wangdian,
    "cainiao": cainiao,
    "kuaidi100": kuaidi100,
    **ROBOTS,
}
"""Connector -> the module (or class) of its simulator, which is mounted at `/connector`."""


def simulators(clock: Clock, keep: Keep | None, full_list: bool) -> dict[str, Simulator]:
    shop = TaobaoSimulator(clock, Options(full_list=full_list), keep)
    return {
        "taobao": shop,
        "jd": JdSimulator(clock, jd.Options(per_second=50), keep),
        "pdd": PddSimulator(clock, pdd.Options(thin_list=not full_list), keep),
        "douyin": DouyinSimulator(clock, keep=keep),
        "rest": RestSimulator(clock, keep),
        "wxshop": WxshopSimulator(clock, wxshop.Options(per_second=200), keep),
        "qimen": QimenSimulator(clock, keep),
        "jushuitan": JushuitanSimulator(clock, keep),
        "wangdian": WangdianSimulator(clock, keep),
        "cainiao": CainiaoSimulator(clock, shop.knows, keep),
        "kuaidi100": Kuaidi100Simulator(clock, shop.knows, keep),
        "mail": MailSimulator(clock, keep),
        **{key: robot(clock, keep) for key, robot in ROBOTS.items()},
    }


class Scene:
    """The simulators together, with what they remember; `start` and `stop` in that order."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._journal = Journal(Path(options.state)) if options.state else None
        keep = self._journal.put if self._journal else None
        self.all = simulators(SystemClock(), keep, options.full_list)
        shops = [one for one in self.all.values() if isinstance(one, ShopSimulator)]
        self.traffic = Traffic(shops, cast("QimenSimulator", self.all["qimen"]), options.seed)
        self.lives: list[WarehouseLife | StockroomLife] = [
            WarehouseLife(cast("QimenSimulator", self.all["qimen"])),
            *(_life(self.all[key], no) for key, no in _ERPS.items()),
        ]
        self._stop = threading.Event()
        self._warehouses: list[threading.Thread] = []
        self._last_ports: dict[str, int] = {}
        self._recall()

    def start(self) -> dict[str, Any]:
        """Opens the ports; what the ready line says."""
        apps = mounted({**self.all, "demo": Director(self.all)})
        host, ports = self._options.host, self._ports()
        self._http = _listening(ports["http"], lambda port: SimulatorServer(apps, host, port))
        self._http.start()
        self._smtp = _listening(ports["smtp"], lambda port: self._mail_server(host, port))
        if self._options.rate > 0:
            self._traffic = threading.Thread(
                target=self.traffic.run, args=(self._options.rate, self._stop), daemon=True
            )
            self._traffic.start()
            for life in self.lives:
                thread = threading.Thread(target=life.run, args=(self._stop,), daemon=True)
                self._warehouses.append(thread)
                thread.start()
        bound = {"http": self._http.port, "smtp": self._smtp.port}
        if self._journal:
            self._journal.put("scene", "ports", bound)
        return {"ready": True, **bound}

    def stop(self) -> None:
        """Ends traffic, then the ports, then the memory."""
        self._stop.set()
        if self._options.rate > 0:
            self._traffic.join()
            for warehouse in self._warehouses:
                warehouse.join()
        self._http.stop()
        self._smtp.stop()
        if self._journal:
            self._journal.close()

    def _mail_server(self, host: str, port: int) -> MailServer:
        return MailServer(cast("MailSimulator", self.all["mail"]), host, port).start()

    def _recall(self) -> None:
        if self._journal is None:
            return
        journal = self._journal
        for simulator in self.all.values():
            simulator.recall(journal)
        self.traffic.number = journal.all("scene").get("step", 0)
        self.traffic.on_step = lambda number: journal.put("scene", "step", number)
        self._last_ports = journal.all("scene").get("ports", {})
        journal.forget()

    def _ports(self) -> dict[str, int]:
        """The ports asked for, else those of the last run: stored connections name them."""
        last, options = self._last_ports, self._options
        return {
            "http": options.http_port or last.get("http", 0),
            "smtp": options.smtp_port or last.get("smtp", 0),
        }


def _life(simulator: Simulator, no: str) -> StockroomLife:
    erp = cast("StockroomSimulator", simulator)
    return StockroomLife(erp.room, erp.clock, no)


def _listening(port: int, listen: Any) -> Any:
    """`listen(port)`, or on any free port when that one is taken."""
    try:
        return listen(port)
    except OSError:
        if port == 0:
            raise
        return listen(0)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="simulators", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--http-port", type=int, default=0, help="0: the last one, or any free one")
    parser.add_argument("--smtp-port", type=int, default=0)
    parser.add_argument("--rate", type=float, default=1.0, help="orders a second; 0: none")
    parser.add_argument("--seed", default="demo")
    parser.add_argument("--state", help="folder to remember everything in")
    parser.add_argument("--full-list", action="store_true", help="lists carry whole orders")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    scene = Scene(parser.parse_args(argv))
    sys.stdout.write(json.dumps(scene.start()) + "\n")
    sys.stdout.flush()
    ended.wait()
    scene.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
