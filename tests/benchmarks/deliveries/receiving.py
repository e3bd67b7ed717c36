"""The receiver of webhooks that benchmarks deliver to: a process of its own, certified for `localhost`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trustme

from tests.benchmarks.children import child, free_port

RECEIVER = "tests.benchmarks.deliveries.receiver"


@asynccontextmanager
async def receiving(folder: Path) -> AsyncIterator[tuple[Path, int]]:
    """The certificate of the authority that it is certified by, and its port, while it listens."""
    authority = trustme.CA()
    ca_file, certificate, port = folder / "ca.pem", folder / "receiver.pem", free_port()
    authority.cert_pem.write_to_path(ca_file)
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(certificate)
    async with child(RECEIVER, str(port), str(certificate), environment={}, folder=folder, speaks=True) as receiver:
        await receiver.said()
        yield ca_file, port
