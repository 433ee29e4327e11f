"""flask-smorest as this API uses it: typed, our error shape, strict and bounded input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import flask_smorest  # type: ignore[import-untyped]
import orjson
from flask import Request, Response
from marshmallow import RAISE, Schema
from webargs.core import is_json, missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from orderloom.api.bodies import whole_body
from orderloom.api.problems import answer_http
from orderloom.api.schemas.problem import Problem
from orderloom.errors import InputError

View = TypeVar("View", bound=Callable[..., Any])


class Parser(FlaskParser):
    """Unknown names are errors everywhere; orjson refuses deep nesting, NaN and broken UTF-8."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"query": RAISE, "json": RAISE}  # noqa: RUF012 - webargs' own name

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json(req.mimetype):
            return missing
        try:
            return orjson.loads(whole_body(req))
        except orjson.JSONDecodeError as error:
            raise InputError("request.bad_json") from error


class Api(flask_smorest.Api):  # type: ignore[misc]
    """The OpenAPI document, with errors in our shape."""

    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: HTTPException) -> Response:
        return answer_http(error)


class Resource(flask_smorest.Blueprint):  # type: ignore[misc]
    """The calls under one address."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, prefix: str) -> None:
        super().__init__(name, __name__, url_prefix=f"/api/v1{prefix}")

    def call(self, method: str, rule: str = "") -> Callable[[View], View]:
        """Register a view for one method; its name becomes the operation's id."""

        def register(view: View) -> View:
            documented = self.doc(operationId=view.__name__)(view)
            self.route(rule, methods=[method])(documented)
            return view

        return register

    def takes(self, schema: type[Schema], location: str = "json") -> Callable[[View], View]:
        """What the call takes: a JSON body, or the query."""
        decorator: Callable[[View], View] = self.arguments(schema, location=location)
        return decorator

    def takes_file(self, view: View) -> View:
        """Document that the body is a file; `access.takes_file` lets it in."""
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        documented: View = self.doc(requestBody={"required": True, "content": content})(view)
        return documented

    def gives(self, status: int, schema: type[Schema] | None = None) -> Callable[[View], View]:
        """What the call answers."""
        decorator: Callable[[View], View] = self.response(status, schema)
        return decorator
