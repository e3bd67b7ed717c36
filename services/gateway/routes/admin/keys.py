"""API keys on the admin face (contract, section 5)."""

import secrets

from services.gateway.changes import find_or_make
from services.gateway.core.keys import digest_of, display_prefix, is_imported_form, spell_key
from services.gateway.core.resources import new_key
from services.gateway.faces.admin import present_key
from services.gateway.faces.shapes.admin import Key, NewKey
from services.gateway.http.answering import CREATED, created, listed, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.operations import KEY_OF_ORGANIZATION, ORGANIZATION, Answers, Operation
from services.gateway.http.pages import read_page
from services.gateway.http.refusals import invalid
from services.gateway.routes.admin.bodies import KeyBody, NewKeyBody, Patch
from services.gateway.routes.admin.editing import patched
from services.gateway.routes.admin.links import check_member
from shared.kit.documents import DuplicateId

NOT_IMPORTED = (("validation_failed", "import_key: is known already"),)
CHANGEABLE = ("name", "scopes", "is_active", "expires_at")


async def create_key(call: Call) -> Answer:
    """Make a key, or take over an existing one; only this answer, and no replay of it, shows the key."""
    wanted: NewKeyBody = call.body
    await check_member(call, "member_id", wanted.member_id)
    if wanted.import_key is not None and not is_imported_form(wanted.import_key):
        raise invalid("import_key: must begin with lymo_ or lvz_live_, with at least 16 characters after it")
    raw_key = wanted.import_key or spell_key(secrets.choice)
    try:
        made, is_new = await find_or_make(
            call.parts.store.keys, call.claim.resource_id, lambda: _make(call, wanted, raw_key)
        )
    except DuplicateId as error:
        raise invalid("import_key: is known already") from error
    shows_key = is_new and wanted.import_key is None
    return created(call, present_key(made, raw_key=raw_key if shows_key else None), kept=present_key(made))


async def list_keys(call: Call) -> Answer:
    """The keys of an organization, those made on other faces too."""
    where = {"organization_id": call.found["organization"]["_id"]}
    return listed(call, await read_page(call.parts.store.keys, where, call.page), present_key)


async def get_key(call: Call) -> Answer:
    """One key."""
    return shown(call, present_key(call.found["key"]))


async def patch_key(call: Call) -> Answer:
    """Change what the patch names; it holds on the key's next call."""
    key = await patched(
        call,
        call.parts.store.keys,
        "Key",
        call.parameters["key_id"],
        current=lambda key: {name: key[name] for name in CHANGEABLE},
        schema=KeyBody,
        apply=lambda _, wanted: wanted.model_dump(),
    )
    return shown(call, present_key(key))


async def _make(call: Call, wanted: NewKeyBody, raw_key: str) -> Document:
    key = new_key(
        call.claim.resource_id,
        organization_id=call.found["organization"]["_id"],
        name=wanted.name,
        digest=digest_of(raw_key),
        key_prefix=display_prefix(raw_key),
        scopes=None if wanted.scopes is None else list(dict.fromkeys(wanted.scopes)),
        member_id=wanted.member_id,
        expires_at=wanted.expires_at,
        now=call.parts.clock(),
    )
    await call.parts.store.keys.insert(key)
    return key


_ALL = "/admin/v1/organizations/{organization_id}/keys"
_ONE = _ALL + "/{key_id}"

OPERATIONS = (
    Operation(
        "POST",
        _ALL,
        create_key,
        finds=(ORGANIZATION,),
        accepts=NewKeyBody,
        answers=Answers(NewKey, status=CREATED, refuses=NOT_IMPORTED),
    ),
    Operation("GET", _ALL, list_keys, finds=(ORGANIZATION,), is_paged=True, answers=Answers(Key, "page")),
    Operation("GET", _ONE, get_key, finds=(ORGANIZATION, KEY_OF_ORGANIZATION), answers=Answers(Key)),
    Operation(
        "PATCH",
        _ONE,
        patch_key,
        finds=(ORGANIZATION, KEY_OF_ORGANIZATION),
        accepts=Patch,
        answers=Answers(Key),
        takes=KeyBody,
    ),
)
