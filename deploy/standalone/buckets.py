"""Creates the buckets that do not exist yet."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from minio import Minio
from minio.error import S3Error

from deploy.standalone.s3 import S3Keys

BUCKETS = ("rushes-media", "rushes-artifacts", "rushes-renders")


def create_buckets(endpoint_url: str, keys: S3Keys, buckets: Sequence[str] = BUCKETS) -> int:
    """Create the missing buckets; return how many were made."""
    address = urlsplit(endpoint_url)
    client = Minio(
        endpoint=address.netloc,
        access_key=keys.access_key_id,
        secret_key=keys.secret_access_key,
        secure=address.scheme == "https",
    )
    return sum(_create(client, bucket) for bucket in buckets)


def _create(client: Minio, bucket: str) -> bool:
    if client.bucket_exists(bucket_name=bucket):
        return False
    try:
        client.make_bucket(bucket_name=bucket)
    except S3Error as error:
        # Another launcher may have been quicker on a shared store.
        if error.code != "BucketAlreadyOwnedByYou":
            raise
        return False
    return True
