import pytest

from shared.contracts.hostnames import InvalidTarget, Target, is_allowed, normalise_entry, normalise_hostname, target_of


def test_an_empty_list_allows_nothing() -> None:
    assert not is_allowed("hooks.example.com", [])


def test_an_exact_entry_matches_only_that_hostname() -> None:
    assert is_allowed("hooks.example.com", ["hooks.example.com"])
    assert not is_allowed("a.hooks.example.com", ["hooks.example.com"])
    assert not is_allowed("example.com", ["hooks.example.com"])


@pytest.mark.parametrize("hostname", ["a.example.com", "foo.bar.example.com", "A.EXAMPLE.com"])
def test_a_wildcard_matches_any_depth(hostname: str) -> None:
    assert is_allowed(hostname, ["*.example.com"])


@pytest.mark.parametrize("hostname", ["example.com", "evilexample.com", "example.com.evil.org", "a.example.co"])
def test_a_wildcard_matches_neither_the_apex_nor_a_lookalike(hostname: str) -> None:
    assert not is_allowed(hostname, ["*.example.com"])


@pytest.mark.parametrize(
    ("hostname", "entry"),
    [
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "Bücher.example"),
        ("shop.bücher.example", "*.XN--BCHER-KVA.example"),
        ("straße.example", "xn--strae-oqa.example"),  # the older standard would read strasse.example
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
    ],
)
def test_comparison_is_case_insensitive_on_the_punycode_form(hostname: str, entry: str) -> None:
    assert is_allowed(hostname, [entry])


def test_one_trailing_dot_is_stripped_on_both_sides() -> None:
    assert is_allowed("hooks.example.com.", ["hooks.example.com"])
    assert is_allowed("hooks.example.com", ["hooks.example.com."])
    assert is_allowed("a.example.com.", ["*.example.com."])
    assert not is_allowed("hooks.example.com..", ["hooks.example.com"])


@pytest.mark.parametrize("entry", ["*", "a.*.com", "*.*.com", "hooks.*", "*example.com", "a*.example.com", "**.com"])
def test_a_bare_star_and_an_inner_wildcard_match_nothing(entry: str) -> None:
    assert not is_allowed("hooks.example.com", [entry])
    assert not is_allowed("a.b.com", [entry])


def test_an_address_matches_only_by_an_exact_entry() -> None:
    assert is_allowed("127.0.0.1", ["127.0.0.1"])
    assert is_allowed("0:0:0:0:0:0:0:1", ["::1"])
    assert not is_allowed("127.0.0.1", ["*.0.0.1", "*", "localhost"])


@pytest.mark.parametrize(
    "spelling",
    [
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.1",
        "127.0.1",
        "0x7f.0.0.0x1",
        "127.0.0.1.",
        "１２７．０．０．１",  # noqa: RUF001  the fullwidth spelling
    ],
)
def test_no_spelling_hides_an_address(spelling: str) -> None:
    assert normalise_hostname(spelling) == "127.0.0.1"


@pytest.mark.parametrize(
    "text",
    ["", ".", "a..b", "-a.com", "a-.com", "a b", "a/b", "256.0.0.1", "1.2.3.4.5", "09.0.0.1", "1.2.3.4294967296", "[a]",
     "[::1", "fe80::1%eth0", "a" * 64 + ".com", ".".join(["a" * 60] * 5), "☃.net", "%41.com", "a℀b.com"],
)  # fmt: skip
def test_what_is_no_hostname_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="valid"):
        normalise_hostname(text)


@pytest.mark.parametrize(
    ("entry", "stored"),
    [
        ("*.Example.com", "*.example.com"),
        ("Hooks.Example.com.", "hooks.example.com"),
        ("*.Bücher.example", "*.xn--bcher-kva.example"),
        ("[::1]", "::1"),
        ("*", "*"),
        ("my_host", "my_host"),
    ],
)
def test_an_entry_is_stored_in_lower_case_punycode_without_a_final_dot(entry: str, stored: str) -> None:
    assert normalise_entry(entry) == stored
    assert normalise_entry(stored) == stored


@pytest.mark.parametrize(
    "entry",
    ["https://x.com", "x.com:443", "[::1]:443", "x.com/hooks", "a.*.com", "*.*.com", "u@x.com", "", "*.", "*.0.0.1"],
)
def test_an_entry_with_more_than_a_hostname_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        normalise_entry(entry)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hooks.example.com", Target("hooks.example.com", 443, "/")),
        ("HTTPS://Hooks.Example.COM./a?b=c#d", Target("hooks.example.com", 443, "/a?b=c")),
        ("https://hooks.example.com:8443?x", Target("hooks.example.com", 8443, "/?x")),
        ("https://hooks.example.com:/%2F/é", Target("hooks.example.com", 443, "/%2F/%C3%A9")),
        ("https://[2001:DB8::0:1]:99/", Target("2001:db8::1", 99, "/")),
        ("https://2130706433/", Target("127.0.0.1", 443, "/")),
        ("https://hooks.example.com/@x", Target("hooks.example.com", 443, "/@x")),
    ],
)
def test_a_url_is_read(url: str, target: Target) -> None:
    assert target_of(url) == target


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com", "ftp://hooks.example.com", "hooks.example.com", "https:hooks.example.com", "https:///a",
     "https://", "https://:443/", "https://user@hooks.example.com", "https://user:pass@hooks.example.com", "https://@a.com",
     "https://a.com:0", "https://a.com:65536", "https://a.com:x", "https://a.com:1:2", "https://a.com:\u0661", " https://a.com",
     "https://a.com\\@b.com", "https://a.com\n", "https://a .com", "https://[::1", "https://[fe80::1%25eth0]/", "https://a\ud800.com",
     "https://a.com:-1", "", "//a.com"],
)  # fmt: skip
def test_what_is_no_https_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidTarget, match=r"\.$"):
        target_of(url)


@pytest.mark.parametrize(
    ("url", "authority"),
    [("https://a.com", "a.com"), ("https://a.com:8443", "a.com:8443"), ("https://[::1]:8443", "[::1]:8443")],
)
def test_the_host_header_names_the_port_unless_it_is_the_default(url: str, authority: str) -> None:
    assert target_of(url).authority == authority
