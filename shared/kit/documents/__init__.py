"""The document store: the part of MongoDB that every engine does alike, and nothing more."""

from shared.kit.documents.collection import Collection, DuplicateId
from shared.kit.documents.reads import SharedReads
from shared.kit.documents.store import Documents
from shared.kit.documents.where import In, Range, Where
from shared.kit.failures import StoreUnavailable

__all__ = ["Collection", "Documents", "DuplicateId", "In", "Range", "SharedReads", "StoreUnavailable", "Where"]
