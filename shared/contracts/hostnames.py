"""Hostnames: one spelling for each, where a webhook goes, what an allowlist lets through (platform contract, 14.1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote

import idna

DEFAULT_PORT = 443
LONGEST_HOSTNAME = 253
HIGHEST_PORT = 65_535
ADDRESS_BITS = 32

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)")
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?::(?P<port>[^:]*))?")
_STANDS_IN_A_PATH = "/?%:@!$&'()*+,;=-._~"
"""What RFC 3986 lets stand in a path and a query; `%` too, since it is already an escape."""


class InvalidTarget(ValueError):  # noqa: N818  it says what the target is
    """The text is no URL that a webhook may have; the message is a sentence for the client."""


@dataclass(frozen=True)
class Target:
    """Where a webhook goes.

    Attributes:
        host: The hostname in lower-case punycode, or the address in its canonical spelling; no brackets, no final dot.
        port: 443 when the URL names none.
        path: Path and query, escaped, beginning with a slash.
    """

    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The value of the request's `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORT else f"{host}:{self.port}"


@lru_cache(maxsize=4096)
def target_of(url: str) -> Target:
    """Read a webhook's URL.

    Raises:
        InvalidTarget: It is not https, or has userinfo, no host, or parts that no URL may have.
    """
    if _NOT_IN_A_URL.search(url):
        raise InvalidTarget("The URL holds a space, a backslash or a control character.")
    parts = _URL.match(url)
    if parts is None or parts["scheme"].lower() != "https":
        raise InvalidTarget("The URL must begin with https://.")
    if "@" in parts["authority"]:
        raise InvalidTarget("The URL must not hold a user name or password.")
    authority = _AUTHORITY.fullmatch(parts["authority"])
    if authority is None or not authority["host"]:
        raise InvalidTarget("The URL names no host.")
    try:
        host = normalise_hostname(authority["host"])
    except ValueError as error:
        raise InvalidTarget(str(error)) from error
    path = quote(parts["rest"], safe=_STANDS_IN_A_PATH)
    return Target(host=host, port=_port(authority["port"]), path=path if path.startswith("/") else f"/{path}")


@lru_cache(maxsize=4096)
def normalise_hostname(text: str) -> str:
    """The one spelling of a hostname: lower-case punycode without a final dot; an address as `ipaddress` writes it.

    A host that a resolver would read as an IPv4 address (decimal, octal, hexadecimal, with fewer than four parts) is
    that address, so no spelling hides one.

    Raises:
        ValueError: It is no hostname; the message is a sentence.
    """
    if text.startswith("[") and text.endswith("]"):
        return _ipv6(text[1:-1])
    if ":" in text:
        return _ipv6(text)
    try:
        mapped = idna.uts46_remap(text.lower(), std3_rules=False).removesuffix(".")
        labels = [label if label.isascii() else idna.alabel(label).decode() for label in mapped.split(".")]
    except idna.IDNAError as error:
        raise ValueError(f"{text!r} is no valid hostname.") from error
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(labels)
    hostname = ".".join(labels)
    if len(hostname) > LONGEST_HOSTNAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{text!r} is no valid hostname.")
    return hostname


@lru_cache(maxsize=4096)
def normalise_entry(text: str) -> str:
    """The stored spelling of an allowlist entry; the bare `*` is kept, though it matches nothing.

    Raises:
        ValueError: It has a scheme, port, path or inner wildcard or is no hostname; the message is a sentence.
    """
    if text == "*":
        return text
    if any(mark in text for mark in "/?#@\\"):
        raise ValueError(f"{text!r} must be a hostname alone, without scheme, user or path.")
    rest = text.removeprefix("*.")
    if "*" in rest:
        raise ValueError(f"{text!r} has a wildcard that is not its whole leftmost label.")
    host, colon, port = rest.rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.endswith("]")):
        raise ValueError(f"{text!r} must not name a port: every port is allowed.")
    hostname = normalise_hostname(rest)
    if rest == text:
        return hostname
    if _is_address(hostname):
        raise ValueError(f"{text!r} is a wildcard before an address; addresses are listed one by one.")
    return f"*.{hostname}"


def is_allowed(hostname: str, entries: Iterable[str]) -> bool:
    """Whether one of the allowlist's entries matches the hostname; entries that cannot be read match nothing."""
    try:
        host = normalise_hostname(hostname)
    except ValueError:
        return False
    return any(_matches(host, entry) for entry in entries)


def _matches(host: str, entry: str) -> bool:
    try:
        normal = normalise_entry(entry)
    except ValueError:
        return False
    if normal.startswith("*."):
        return host.endswith(normal[1:]) and not _is_address(host)
    return host == normal


def _is_address(host: str) -> bool:
    return ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def _port(text: str | None) -> int:
    if not text:
        return DEFAULT_PORT
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_PORT))) or not (
        1 <= int(text) <= HIGHEST_PORT
    ):
        raise InvalidTarget(f"The URL's port must be a number from 1 to {HIGHEST_PORT}.")
    return int(text)


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no valid IPv6 address.") from error
    if address.scope_id is not None:
        raise ValueError(f"{text!r} is no valid hostname: it names a network interface.")
    return str(address)


def _ipv4(parts: list[str]) -> str:
    """Read an IPv4 address as `inet_aton` does: the last part fills the bytes that the others leave."""
    sentence = f"{'.'.join(parts)!r} is no valid IPv4 address."
    *leading, last = [_number(part, sentence) for part in parts]
    room_bits = ADDRESS_BITS - 8 * len(leading)
    if room_bits <= 0 or last >= 1 << room_bits or any(part > 255 for part in leading):  # noqa: PLR2004  one byte
        raise ValueError(sentence)
    value = last
    for position, part in enumerate(leading):
        value += part << (ADDRESS_BITS - 8 * (position + 1))
    return str(IPv4Address(value))


def _number(text: str, sentence: str) -> int:
    try:
        if text[:2].lower() == "0x":
            return int(text[2:] or "0", 16)
        return int(text, 8 if text.startswith("0") else 10)
    except ValueError as error:
        raise ValueError(sentence) from error
