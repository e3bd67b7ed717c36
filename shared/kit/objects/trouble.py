"""What can go wrong with objects, and how the client's errors are read."""

from types import TracebackType

from minio.error import InvalidResponseError, S3Error, ServerError
from urllib3.exceptions import HTTPError

from shared.kit.failures import StoreUnavailable

MISSING_CODES = frozenset({"NoSuchKey", "NoSuchBucket", "NoSuchUpload"})
OVERLOADED_CODES = frozenset({"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "OperationAborted"})


class ObjectMissing(KeyError):  # noqa: N818  it says what the object is
    """No object has this key."""


class TooLarge(Exception):  # noqa: N818  it says what the object is
    """It has more bytes than it may have."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class _ObjectTrouble:
    """Turns the client's errors into ours."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        match error:
            case S3Error() if error.code in MISSING_CODES:
                raise ObjectMissing(f"{error.bucket_name}/{error.object_name}") from error
            case S3Error() if error.code in OVERLOADED_CODES:
                raise StoreUnavailable(f"the object store says {error.code}") from error
            case HTTPError() | ServerError() | InvalidResponseError():
                raise StoreUnavailable(f"the object store cannot be used: {error}") from error


object_trouble = _ObjectTrouble()
