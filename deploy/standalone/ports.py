"""Free ports on the loopback address, the same ones again at the next start when they are still free."""

import json
import random
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.standalone.files import read_json, write_whole

LOOPBACK = "127.0.0.1"
# Below every system's range for outgoing connections: while a part is down, no client (not even one that keeps
# trying to reach that part) can be given its port.
FIRST_PORT = 20_000
LAST_PORT = 32_000
TRIES = 500


class NoFreePortError(Exception):
    """No port is free in the range."""


class PortRefusedError(Exception):
    """A server could not listen where the user wants it to."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now."""
    try:
        require_free(port, host)
    except PortRefusedError:
        return False
    return True


def require_free(port: int, host: str) -> None:
    """Raise PortRefusedError, with the system's reason, unless a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: connections of an earlier server that still fade away do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise PortRefusedError(
                f"cannot listen on {host}, port {port} ({reason}): end what uses it, or choose another --port"
            ) from None


def choose_ports(names: Iterable[str], earlier: Mapping[str, int]) -> dict[str, int]:
    """A free port for each name: the earlier one where it is still free."""
    chosen: dict[str, int] = {}
    for name in names:
        port = earlier.get(name)
        if port is None or port in chosen.values() or not is_free(port):
            port = _any_free_port({*chosen.values(), *earlier.values()})
        chosen[name] = port
    return chosen


def keep_ports(names: Iterable[str], file: Path) -> dict[str, int]:
    """Choose a port for each name and remember the choice in the file."""
    earlier = {name: port for name, port in read_json(file).items() if isinstance(port, int)}
    chosen = choose_ports(names, earlier)
    write_whole(file, json.dumps({**earlier, **chosen}, indent=1) + "\n")
    return chosen


def _any_free_port(taken: set[int]) -> int:
    for _ in range(TRIES):
        port = random.randint(FIRST_PORT, LAST_PORT)
        if port not in taken and is_free(port):
            return port
    raise NoFreePortError(f"no free port found between {FIRST_PORT} and {LAST_PORT}")
