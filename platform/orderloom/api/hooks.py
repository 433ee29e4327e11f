"""Where platforms call the hub: everything is kept before they get the answer they want."""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, Response, request

from orderloom.api.access import PLATFORM, address, needs
from orderloom.api.bodies import whole_body
from orderloom.api.hub import Hub, current_hub
from orderloom.api.problems import problem
from orderloom.api.signing import Signer
from orderloom.connect import Answer, AuthFailed, ConnectorError, Request, TryLater
from orderloom.errors import NotFound, Retired
from orderloom.services.incoming import webhooks
from orderloom.services.incoming.webhooks import Hook, Moved
from orderloom.store.db import Tx

hooks = Blueprint("hooks", __name__)

PURPOSE = "webhook"
_SIGNATURE = "connect.signature"


@hooks.route("/hooks/<ident:connection_id>/<token>", methods=["GET", "POST"])
@needs(PLATFORM)
def receive(connection_id: int, token: str) -> Response:
    """One call of a platform.

    401: not genuine; 410: nobody listens any more; 5xx: not kept, so it had better come again.
    """
    hub = current_hub()
    try:
        answer = _received(hub, connection_id, token)
    except TooMany as refused:
        return _later(problem(429, "webhook.too_many"), refused.wait_ms)
    except ConnectorError as error:
        return _refused(hub, error)
    return Response(answer.body, answer.status, content_type=answer.content_type)


def _received(hub: Hub, connection_id: int, token: str) -> Answer:
    """What to answer, once everything is kept; read again if the connection is another by now."""
    hook = _admitted(hub, connection_id, token)
    sent = _as_sent(connection_id)
    try:
        _, push = hub.pushed.do(lambda: (hook, webhooks.read(hook, sent)))
    except (Moved, ConnectorError):
        with hub.database.read() as tx:
            if webhooks.called(tx, connection_id) == hook.called:
                raise
        hub.hooks.pop(connection_id, None)
        return _received(hub, connection_id, token)
    return push.answer


class TooMany(Exception):
    """Somebody calls more often than a platform would."""

    def __init__(self, wait_ms: int) -> None:
        super().__init__(wait_ms)
        self.wait_ms = wait_ms


def address_of(signer: Signer, tx: Tx, connection_id: int) -> str:
    """The path a platform calls for a connection; raises NotFound."""
    return f"/hooks/{connection_id}/{signer.token(PURPOSE, webhooks.name(tx, connection_id))}"


def _admitted(hub: Hub, connection_id: int, token: str) -> Hook:
    """Raises NotFound for a wrong address, whatever is wrong with it, Retired for an old one."""
    hook = hub.hooks.get(connection_id)
    if hook is None or not hub.signer.is_token(PURPOSE, hook.called.name, token):
        hook = _looked_up(hub, connection_id, token)
    wait = hub.pushes.wait_ms(connection_id, hub.clock.now())
    if wait:
        raise TooMany(wait)
    return hook


def _looked_up(hub: Hub, connection_id: int, token: str) -> Hook:
    with hub.database.read() as tx:
        called = webhooks.called(tx, connection_id)
    if called is None or not hub.signer.is_token(PURPOSE, called.name, token):
        _slow_down(hub, address(), hub.clock.now())
        raise NotFound("webhook.unknown")
    if called.is_retired:
        _turn_away(hub, connection_id)
    hook = hub.hooks[connection_id] = webhooks.answering(hub.gateway, called)
    return hook


def _turn_away(hub: Hub, connection_id: int) -> NoReturn:
    """Raises Retired; people see how often somebody called in vain."""
    now = hub.clock.now()
    _slow_down(hub, address(), now)
    with hub.database.write() as tx:
        webhooks.called_in_vain(tx, connection_id, now)
    raise Retired("webhook.retired", str(connection_id))


def _as_sent(connection_id: int) -> Request:
    """The call without the token, which is nobody else's business."""
    url = f"{request.scheme}://{request.host}{request.root_path}/hooks/{connection_id}"
    if request.query_string:
        url += "?" + request.query_string.decode("latin-1")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Request(request.method, url, headers, whole_body(request))


def _refused(hub: Hub, error: ConnectorError) -> Response:
    if isinstance(error, TryLater):
        return problem(503, error.code, error.params)
    if isinstance(error, AuthFailed) or error.code == _SIGNATURE:
        _slow_down(hub, address(), hub.clock.now())
        return problem(401, error.code, error.params)
    return problem(400, error.code, error.params, error.where)


def _slow_down(hub: Hub, caller: str, now: int) -> None:
    wait = hub.strangers.wait_ms(caller, now)
    if wait:
        raise TooMany(wait)


def _later(response: Response, wait_ms: int) -> Response:
    response.headers["Retry-After"] = str(wait_ms // 1000 + 1)
    return response
