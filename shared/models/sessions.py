"""Networks that were built in memory, made ready to run by onnxruntime."""

import tempfile
from typing import Any


def session_of(model: bytes, threads: int) -> Any:  # noqa: ANN401  onnxruntime has no types
    """A session that runs a serialized ONNX model on so many threads.

    The model goes through a file: what a session is given as bytes it keeps beside its own copy of the weights, 130 MB
    rather than 71 for the detector. It has no arena, which would keep the most that was ever needed: 450 MB after
    TransNetV2 has looked at a hundred pictures. Without one that takes 8 % longer, the detector as long as before.
    """
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415  heavy: only pool processes load it

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = False
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        file.write(model)
        file.flush()
        return InferenceSession(file.name, options, providers=["CPUExecutionProvider"])
