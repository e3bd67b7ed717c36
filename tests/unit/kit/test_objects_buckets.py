"""A bucket that somebody else is making at the same moment."""

from minio.error import S3Error

from shared.kit.objects import Objects


def refusal(code):
    return S3Error(None, code, "", "", "", "", bucket_name="b")


class Server:
    """A client whose server is in the middle of making the bucket for somebody else."""

    def __init__(self, *codes):
        self.codes = list(codes)

    def bucket_exists(self, _):
        return not self.codes

    def make_bucket(self, _):
        raise refusal(self.codes.pop(0))


async def test_a_bucket_in_the_making_is_waited_for():
    objects = Objects.connect("http://127.0.0.1:1", "a", "b")
    objects._client = Server("NoSuchBucket", "OperationAborted")
    await objects.ensure_buckets(["b"])
    assert objects._client.codes == []
    await objects.close()
