"""Targets: which addresses a webhook may reach, judged after the name is resolved."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

NEVER: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("0.0.0.0/8"),  # "this network": the unspecified address and its like
    IPv4Network("169.254.0.0/16"),  # link-local, where clouds keep their credentials
    IPv4Network("168.63.129.16/32"),  # among the public addresses, but a cloud's own word to its machines
    IPv4Network("224.0.0.0/4"),  # multicast
    IPv4Network("240.0.0.0/4"),  # reserved, and the broadcast address
    IPv6Network("::/128"),  # unspecified
    IPv6Network("fe80::/10"),  # link-local
    IPv6Network("ff00::/8"),  # multicast
    IPv6Network("fd00:ec2::254/128"),  # a cloud's credentials again, among the private addresses
)
"""Refused whatever the settings say."""

PRIVATE: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),  # shared between a carrier and its customers
    IPv4Network("127.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.0.0.0/24"),  # protocol assignments
    IPv4Network("192.0.2.0/24"),  # documentation
    IPv4Network("192.88.99.0/24"),  # the relays of 6to4
    IPv4Network("192.168.0.0/16"),
    IPv4Network("198.18.0.0/15"),  # benchmarks of networks
    IPv4Network("198.51.100.0/24"),  # documentation
    IPv4Network("203.0.113.0/24"),  # documentation
    IPv6Network("::1/128"),
    IPv6Network("64:ff9b:1::/48"),  # translation inside one network
    IPv6Network("100::/64"),  # discarded
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("3fff::/20"),  # documentation
    IPv6Network("5f00::/16"),  # segment routing
    IPv6Network("fc00::/7"),  # unique local
    IPv6Network("fec0::/10"),  # site-local, of old
)
"""Refused unless private targets are allowed (IANA's special-purpose address registries)."""

MAPPED = IPv6Network("::ffff:0:0/96")
COMPATIBLE = IPv6Network("::/96")
TRANSLATED = IPv6Network("64:ff9b::/96")
TRANSLATED_STATELESS = IPv6Network("::ffff:0:0:0/96")
SIX_TO_FOUR = IPv6Network("2002::/16")
LOW_32_BITS = 0xFFFF_FFFF
SIX_TO_FOUR_SHIFT_BITS = 80


@lru_cache(maxsize=4096)
def is_forbidden(address: str, *, allow_private: bool) -> bool:
    """Whether a webhook must not be sent to the address; what is no address is forbidden."""
    try:
        judged = embedded(ip_address(address.partition("%")[0]))
    except ValueError:
        return True
    if _is_in(judged, NEVER):
        return True
    return not allow_private and _is_in(judged, PRIVATE)


def embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address leads to (mapped, compatible, NAT64, 6to4), or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in SIX_TO_FOUR:
        return IPv4Address(int(address) >> SIX_TO_FOUR_SHIFT_BITS & LOW_32_BITS)
    if any(address in network for network in (MAPPED, TRANSLATED, TRANSLATED_STATELESS)):
        return IPv4Address(int(address) & LOW_32_BITS)
    # :: and ::1 lie in the block of compatible addresses but mean themselves.
    if address in COMPATIBLE and int(address) > 1:
        return IPv4Address(int(address) & LOW_32_BITS)
    return address


def _is_in(address: IPv4Address | IPv6Address, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
