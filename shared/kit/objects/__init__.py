"""The object store: plain S3, nothing that only one product offers."""

from shared.kit.failures import StoreUnavailable
from shared.kit.objects.store import Objects
from shared.kit.objects.trouble import ObjectMissing, TooLarge
from shared.kit.objects.upload import StoredStream

__all__ = ["ObjectMissing", "Objects", "StoreUnavailable", "StoredStream", "TooLarge"]
