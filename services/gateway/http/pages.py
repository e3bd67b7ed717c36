"""Read one page of a collection."""

from services.gateway.core.pagination import Page, PageRequest, cut
from services.gateway.store import NEWEST_FIRST
from shared.kit.documents import Collection, Range, Where


async def read_page(collection: Collection, where: Where, request: PageRequest) -> Page:
    """The page of the documents for which `where` holds, newest first; it holds on every page."""
    after = request.after
    beyond: tuple[Where, ...] = ()
    if after is not None:
        beyond = (
            {"created_at": Range(lt=after.created_at)},
            {"created_at": after.created_at, "_id": Range(lt=after.id)},
        )
    documents = await collection.find(where, sort=NEWEST_FIRST, limit=request.fetched, either=beyond)
    return cut(documents, request)
