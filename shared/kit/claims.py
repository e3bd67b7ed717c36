"""Claims: of all who want a thing exactly one has it, until it expires."""

from datetime import datetime

from shared.kit.documents import Collection, DuplicateId


async def claim(collection: Collection, claim_id: str, *, owner: str, expires_at: datetime) -> bool:
    """Claim it; False: somebody has, and be it the same owner when the offer came twice.

    After StoreUnavailable it is unknown whether the claim was made: whoever gets False then cannot tell, and leaves it.

    Args:
        collection: Of claims alone, with `ensure_expiry("expires_at")`.
        claim_id: What is claimed.
        owner: Who claims it, for a person who looks.
        expires_at: When the claim may be forgotten.
    """
    try:
        await collection.insert({"_id": claim_id, "revision": 0, "owner": owner, "expires_at": expires_at})
    except DuplicateId:
        return False
    return True
