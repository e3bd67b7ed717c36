"""A call on its way through the pipeline: what it asks, and what the checks have found so far."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.types import Receive, Scope

from services.gateway.core.pagination import PageRequest

if TYPE_CHECKING:
    from services.gateway.http.content import Content
    from services.gateway.http.ledger import Claim
    from services.gateway.http.operations import Operation
    from services.gateway.http.parts import Parts

Document = dict[str, Any]


@dataclass(slots=True)
class Call:
    """One call.

    Attributes:
        content: The body as it arrives.
        owner: Whose idempotency records it uses: an organization's id, or the operator.
        organization: Whose resources it sees; read only. None on the operator's face, which sees all.
        found: The resources in the path by name; read only.
        page: The page it asks for.
        body: The body, in the class that the operation accepts.
        json: The body as JSON: what it names and what it leaves out.
        claim: What a POST may make, under which id.
    """

    parts: "Parts"
    operation: "Operation"
    scope: Scope
    receive: Receive
    request_id: str
    content: "Content"
    owner: str = ""
    organization: Document | None = None
    found: dict[str, Document] = field(default_factory=dict)
    page: PageRequest = field(default_factory=PageRequest)
    body: Any = None
    json: dict[str, Any] = field(default_factory=dict)
    claim: "Claim" = None  # type: ignore[assignment]  # set by the ledger before any route of a POST runs

    @property
    def tenant(self) -> Document:
        """The organization, where a key has named one."""
        if self.organization is None:
            raise LookupError("the operator's calls belong to no organization")
        return self.organization

    @property
    def parameters(self) -> dict[str, str]:
        """The ids in the path."""
        parameters: dict[str, str] = self.scope["path_params"]
        return parameters

    @property
    def path(self) -> str:
        """The path as the client spelled it, without the query."""
        path: str = self.scope["path"]
        return path

    def header(self, name: bytes) -> str | None:
        """The first header of that name (lower case)."""
        for candidate, value in self.scope["headers"]:
            if candidate == name:
                return _text(value)
        return None

    def query(self, name: str) -> str | None:
        """The last value of that query parameter; an empty one counts."""
        text = self.scope["query_string"].decode("latin-1")
        values = parse_qs(text, keep_blank_values=True).get(name)
        return values[-1] if values else None


def _text(value: bytes) -> str:
    """A header's text: UTF-8 as most clients send it, else as HTTP once said."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
