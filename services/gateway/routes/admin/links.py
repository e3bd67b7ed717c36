"""References to members and deals: those that the organization does not have are refused."""

from services.gateway.http.refusals import invalid


def check_member(field: str, member_id: str | None) -> None:
    """Refuse the id of a member: an organization has none yet."""
    if member_id is not None:
        raise invalid(f"{field}: no such member in this organization")


def check_deal(field: str, deal_id: str | None) -> None:
    """Refuse the id of a deal: an organization has none yet."""
    if deal_id is not None:
        raise invalid(f"{field}: no such deal in this organization")
