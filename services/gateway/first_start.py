"""What exists from the first start on: the default organization and, where asked for, a first key of it."""

import os
import secrets
from datetime import datetime
from pathlib import Path

import structlog

from services.gateway.core.keys import digest_of, display_prefix, spell_key
from services.gateway.core.resources import new_key, new_organization
from services.gateway.core.secrets import SECRET_BYTES, spell_secret
from services.gateway.store import Store
from shared.contracts.ids import new_id
from shared.kit.documents import DuplicateId

DEFAULT_ORGANIZATION = "00000000-0000-7000-8000-000000000000"
"""Its id is the same everywhere, so that gateways that start together make one."""

log = structlog.get_logger()


async def make_default_organization(store: Store, now: datetime) -> None:
    """Make the organization `default` unless it is there."""
    organization = new_organization(
        DEFAULT_ORGANIZATION,
        name="default",
        is_active=True,
        settings={},
        studio_secret=spell_secret(secrets.token_bytes(SECRET_BYTES)),
        now=now,
    )
    try:
        await store.organizations.insert(organization)
    except DuplicateId:
        return
    log.info("default_organization_made", organization_id=DEFAULT_ORGANIZATION)


async def make_first_key(store: Store, file: Path, now: datetime) -> None:
    """Write a new key of the default organization to the file (mode 0600), unless it has one already.

    The file is written first: a key that nobody can read would be worse than a file whose key does not work and
    is replaced at the next start.
    """
    if await store.keys.find_one({"organization_id": DEFAULT_ORGANIZATION}) is not None:
        return
    raw_key = spell_key(secrets.choice)
    write_private(file, raw_key)
    key = new_key(
        new_id(),
        organization_id=DEFAULT_ORGANIZATION,
        name="first",
        digest=digest_of(raw_key),
        key_prefix=display_prefix(raw_key),
        scopes=None,
        member_id=None,
        expires_at=None,
        now=now,
    )
    await store.keys.insert(key)
    log.info("first_key_made", file=str(file), key_prefix=key["key_prefix"])


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as writer:
        writer.write(f"{text}\n")
    partial.replace(file)
