"""The HTTP application: every face's route table behind the one pipeline."""

import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Mount, Route, Router
from starlette.types import Scope

from services.gateway.http.buckets import Buckets
from services.gateway.http.guards import Guard, KeyGuard, OperatorGuard
from services.gateway.http.ledger import Ledger
from services.gateway.http.operations import Operation
from services.gateway.http.parts import Parts
from services.gateway.http.pipeline import Pipeline, refused
from services.gateway.http.refusals import Refusal, not_found
from services.gateway.http.usage import KeyUsage
from services.gateway.routes import admin, docs, platform
from shared.kit.http import NO_TELEMETRY, chassis

Ready = Callable[[], Awaitable[Mapping[str, bool]]]


NO_LIMIT_BYTES = sys.maxsize
"""The chassis limits no body: the pipeline does, in its place among the checks."""


def create_app(parts: Parts, usage: KeyUsage, admin_token: str | None, ready: Ready) -> FastAPI:
    """The application of all faces, on the chassis."""
    ledger = Ledger(parts.store.idempotency, parts.clock)
    platform_routes = routes(
        platform.OPERATIONS, parts, KeyGuard(usage, Buckets(parts.store.buckets, parts.clock)), ledger
    )
    admin_routes = routes(admin.OPERATIONS, parts, OperatorGuard(admin_token), ledger)
    app = FastAPI(title="Rushes", openapi_url=None, redirect_slashes=False, telemetry=NO_TELEMETRY)
    app.router.routes.extend(platform_routes)
    app.router.routes.append(Mount("/platform", app=Router(platform_routes, redirect_slashes=False)))
    app.router.routes.extend(admin_routes)
    app.router.routes.extend(OperationRoute(path, endpoint) for path, endpoint in docs.ENDPOINTS.items())
    app.add_exception_handler(HTTPException, answer_no_route)
    app.add_exception_handler(Exception, answer_defect)
    chassis(app, service="gateway", ready=ready, json_limit_bytes=NO_LIMIT_BYTES)
    return app


class OperationRoute(Route):
    """A route that logs and metrics can name, as those that FastAPI makes itself."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether it is this route's call; if so, it says so in the scope."""
        match, found = super().matches(scope)
        if match is Match.FULL:
            found["route"] = self
        return match, found


def routes(operations: Iterable[Operation], parts: Parts, guard: Guard, ledger: Ledger) -> list[BaseRoute]:
    """The operations as routes."""
    made: list[BaseRoute] = []
    for operation in operations:
        pipeline = Pipeline(operation, parts, guard, ledger)
        route = OperationRoute(operation.path, pipeline, methods=[operation.method], name=operation.act.__name__)
        route.methods = {operation.method}  # without the HEAD that comes with a GET: the contract has none
        made.append(route)
    return made


async def answer_no_route(request: Request, _: Exception) -> Response:
    """An unknown route, or a method that a route does not have."""
    return render(not_found(), request)


async def answer_defect(request: Request, _: Exception) -> Response:
    """What no code has foreseen; the log tells more."""
    return render(Refusal("internal_error", "Something unexpected went wrong"), request)


def render(refusal: Refusal, request: Request) -> Response:
    """A refusal outside of any route."""
    answer = refused(refusal, request.state.request_id)
    return Response(answer.body, answer.status, media_type=answer.content_type.decode())
