"""Every operation, called with what its document allows and with what it forbids, answers as the document says.

Cases by schemathesis (Hatfield-Dodds and Dygalo, 2022: https://arxiv.org/abs/2112.10328), from a fixed seed.
"""

from zlib import crc32

import pytest
import requests
import schemathesis
from schemathesis import checks
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks as openapi_checks

from services.gateway.openapi.document import document
from services.gateway.openapi.faces import ADMIN, PLATFORM

CASES = 6
"""Of each operation, beside those at the edges of its schema: about 35 in all (docs/decisions/0092)."""

CONFIG = {
    "seed": 20261122,
    "generation": {"max-examples": CASES, "database": "none", "no-shrink": True},
    "phases": {"coverage": {"unexpected-methods": []}},
}
AS_DOCUMENTED = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]


def schema_of(face):
    return schemathesis.openapi.from_dict(document(face), config=SchemathesisConfig.from_dict(CONFIG))


platform_schema = schema_of(PLATFORM)
admin_schema = schema_of(ADMIN)


@pytest.fixture(scope="module")
def session():
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
async def theirs(make_tenant, make_owned):
    """An organization that has one of everything, and may end as it will."""
    tenant = await make_tenant(webhook_allowed_hostnames=["localhost"])
    return tenant, await make_owned(tenant)


def aimed(case, ids):
    """The case, every other time at resources that are there; a deletion never is: others aim at the same."""
    asked = repr((case.path_parameters, case.query, case.body))
    if case.method != "DELETE" and crc32(asked.encode()) % 2:
        case.path_parameters = {name: ids[name.removesuffix("_id")] for name in case.path_parameters}
    return case


@platform_schema.parametrize()
def test_the_platform_face_answers_as_documented(case, api, theirs, session):
    tenant, ids = theirs
    aimed(case, ids).call_and_validate(
        f"{api.url}{PLATFORM.prefix}", session, {"Authorization": f"Bearer {tenant.key}"}, AS_DOCUMENTED, timeout=60
    )


@admin_schema.parametrize()
def test_the_admin_face_answers_as_documented(case, api, theirs, session):
    _, ids = theirs
    aimed(case, ids).call_and_validate(
        f"{api.url}{ADMIN.prefix}", session, {"Authorization": f"Bearer {api.admin_token}"}, AS_DOCUMENTED, timeout=60
    )
