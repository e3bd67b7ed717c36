"""What reading a document costs with nothing around it: `python -m tests.benchmarks.reads.bare URI DATABASE PORT`."""

import sys
from typing import Any

import orjson
import uvicorn
from fastapi import FastAPI, Response
from pymongo import AsyncMongoClient


def application(uri: str, database: str) -> FastAPI:
    """One `find_one`, answered by the fastest means and by FastAPI's own."""
    app = FastAPI()
    runs = AsyncMongoClient[dict[str, Any]](uri)[database]["runs"]

    @app.get("/health")
    async def health() -> None:
        """Nothing to say."""

    @app.get("/lean/{analysis_id}")
    async def lean(analysis_id: str) -> Response:
        document = await runs.find_one({"_id": analysis_id})
        return Response(orjson.dumps(document), media_type="application/json")

    @app.get("/plain/{analysis_id}")
    async def plain(analysis_id: str) -> dict[str, Any] | None:
        return await runs.find_one({"_id": analysis_id})

    return app


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[1], sys.argv[2]),
        host="127.0.0.1",
        port=int(sys.argv[3]),
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
    )
