"""Blueprints: drafts, checks, tries on real orders, publishing and going back."""

from __future__ import annotations

from typing import Any

from orderloom.api.access import current_user, needs
from orderloom.api.hub import current_hub
from orderloom.api.schemas import blueprints as shapes
from orderloom.api.schemas.parameters import ParameterIn, Parameters
from orderloom.api.schemas.records import ScheduledLists
from orderloom.api.smorest import Resource
from orderloom.services.connecting import role_settings
from orderloom.services.deciding import rulebook, schedules
from orderloom.services.deciding import vocabulary as speech
from orderloom.services.publishing import drafts, parameters

blueprints = Resource("blueprints", "/blueprints")
vocabulary = Resource("vocabulary", "/vocabulary")

Record = dict[str, Any]


@vocabulary.call("GET")
@needs("viewer")
@vocabulary.gives(200, shapes.Vocabulary)
def get_vocabulary() -> Record:
    return speech.vocabulary(current_hub().registry)


@blueprints.call("GET")
@needs("viewer")
@blueprints.gives(200, shapes.BlueprintList)
def list_blueprints() -> Record:
    with current_hub().database.read() as tx:
        return {"items": drafts.list_all(tx)}


@blueprints.call("GET", "/<key>")
@needs("viewer")
@blueprints.gives(200, shapes.BlueprintDetail)
def get_blueprint(key: str) -> Record:
    with current_hub().database.read() as tx:
        return drafts.get(tx, key)


@blueprints.call("PUT", "/<key>/draft")
@needs("ops")
@blueprints.takes(shapes.DraftIn)
@blueprints.gives(200, shapes.Saved)
def save_draft(asked: Record, key: str) -> Record:
    hub = current_hub()
    document = asked["document"]
    with hub.database.write() as tx:
        revision = drafts.save(tx, key, document, asked["revision"], hub.clock.now())
    return {"revision": revision, "findings": _findings(key, document)}


@blueprints.call("POST", "/<key>/check")
@needs("viewer")
@blueprints.takes(shapes.DocumentIn)
@blueprints.gives(200, shapes.Findings)
def check_blueprint(asked: Record, key: str) -> Record:
    return {"findings": _findings(key, asked["document"])}


@blueprints.call("POST", "/<key>/try")
@needs("viewer")
@blueprints.takes(shapes.TryIn)
@blueprints.gives(200, shapes.Tried)
def try_blueprint(asked: Record, key: str) -> Record:
    values = _parameters(key)
    with current_hub().database.read() as tx:
        lists = rulebook.on_order(tx, asked["document"], values, int(asked["order_id"]))
    return {"lists": lists}


@blueprints.call("POST", "/<key>/try-record")
@needs("viewer")
@blueprints.takes(shapes.TryRecordIn)
@blueprints.gives(200, shapes.Tried)
def try_on_record(asked: Record, key: str) -> Record:
    hub, values = current_hub(), _parameters(key)
    sample = rulebook.Sample(asked["values"], asked["before"])
    at = asked["list"], sample, hub.clock.now()
    with hub.database.read() as tx:
        return {"lists": [rulebook.on_record(tx, asked["document"], values, *at)]}


@blueprints.call("POST", "/<key>/count")
@needs("viewer")
@blueprints.takes(shapes.CountIn)
@blueprints.gives(200, shapes.Counted)
def count_blueprint(asked: Record, key: str) -> Record:
    values = _parameters(key)
    with current_hub().database.read() as tx:
        return rulebook.on_many(tx, asked["document"], values, asked["limit"])


@blueprints.call("POST", "/<key>/publish")
@needs("ops")
@blueprints.takes(shapes.PublishIn)
@blueprints.gives(200, shapes.Published)
def publish_blueprint(asked: Record, key: str) -> Record:
    hub = current_hub()
    login, now = current_user().login, hub.clock.now()
    with hub.database.write() as tx:
        installed = speech.installed(hub.registry, role_settings.connectors(tx, key))
        return drafts.go_live(tx, key, asked["note"], asked["revision"], login, now, installed)


@blueprints.call("POST", "/<key>/restore")
@needs("ops")
@blueprints.takes(shapes.RestoreIn)
@blueprints.gives(200, shapes.Published)
def restore_blueprint(asked: Record, key: str) -> Record:
    hub = current_hub()
    with hub.database.write() as tx:
        login, now = current_user().login, hub.clock.now()
        return drafts.go_back(tx, key, asked["version"], login, now)


@blueprints.call("GET", "/<key>/versions")
@needs("viewer")
@blueprints.gives(200, shapes.Versions)
def list_versions(key: str) -> Record:
    with current_hub().database.read() as tx:
        return {"items": drafts.versions(tx, key)}


@blueprints.call("GET", "/<key>/schedules")
@needs("viewer")
@blueprints.gives(200, ScheduledLists)
def list_schedules(key: str) -> Record:
    with current_hub().database.read() as tx:
        return {"items": schedules.of_blueprint(tx, key)}


@blueprints.call("GET", "/<key>/parameters")
@needs("viewer")
@blueprints.gives(200, Parameters)
def list_parameters(key: str) -> Record:
    with current_hub().database.read() as tx:
        return parameters.overview(tx, key)


@blueprints.call("PUT", "/<key>/parameters/<name>")
@needs("ops")
@blueprints.takes(ParameterIn)
@blueprints.gives(200, Parameters)
def set_parameter(asked: Record, key: str, name: str) -> Record:
    hub, user = current_hub(), current_user()
    with hub.database.write() as tx:
        value, plan = asked["value"], asked["plan"]
        return parameters.change(tx, key, name, value, plan, user, hub.clock.now())


def _parameters(key: str) -> Record:
    with current_hub().database.read() as tx:
        values: Record = drafts.get(tx, key)["parameters"]
    return values


def _findings(key: str, document: Record) -> list[Record]:
    hub, values = current_hub(), _parameters(key)
    words = speech.words(hub.registry, hub.zone)
    with hub.database.read() as tx:
        installed = speech.installed(hub.registry, role_settings.connectors(tx, key))
    return drafts.findings(document, values, installed, words)
