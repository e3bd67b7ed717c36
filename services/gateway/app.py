"""The HTTP application: every face's route table behind the one pipeline."""

from collections.abc import Iterable

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route, Router

from services.gateway.http.guards import Guard, KeyGuard, OperatorGuard
from services.gateway.http.ledger import Ledger
from services.gateway.http.operations import Operation
from services.gateway.http.parts import Parts
from services.gateway.http.pipeline import Pipeline, refused
from services.gateway.http.refusals import Refusal, not_found
from services.gateway.http.usage import KeyUsage
from services.gateway.routes import admin, platform


def create_app(parts: Parts, usage: KeyUsage, admin_token: str | None) -> FastAPI:
    """The application of all faces."""
    ledger = Ledger(parts.store.idempotency, parts.clock)
    platform_routes = routes(platform.OPERATIONS, parts, KeyGuard(usage), ledger)
    admin_routes = routes(admin.OPERATIONS, parts, OperatorGuard(admin_token), ledger)
    app = FastAPI(title="Rushes", openapi_url=None, redirect_slashes=False)
    app.router.routes.extend(platform_routes)
    app.router.routes.append(Mount("/platform", app=Router(platform_routes, redirect_slashes=False)))
    app.router.routes.extend(admin_routes)
    app.add_exception_handler(HTTPException, answer_no_route)
    app.add_exception_handler(Exception, answer_defect)
    return app


def routes(operations: Iterable[Operation], parts: Parts, guard: Guard, ledger: Ledger) -> list[Route]:
    """The operations as routes."""
    made = []
    for operation in operations:
        pipeline = Pipeline(operation, parts, guard, ledger)
        route = Route(operation.path, pipeline, methods=[operation.method], name=operation.act.__name__)
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
    request_id: str = request.state.request_id
    answer = refused(refusal, request_id)
    return Response(
        answer.body, answer.status, headers={"x-request-id": request_id}, media_type=answer.content_type.decode()
    )
