"""Reading the weights of a PyTorch file without PyTorch: arrays only, and nothing in the file can run."""

from __future__ import annotations

import pickle
import zipfile
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

STORAGE_TYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}
"""How the numbers of a storage lie in the file, by the name of its class; other kinds are refused."""


def read_weights(path: Path) -> dict[str, NDArray[Any]]:
    """The named arrays of a state dictionary saved by `torch.save` in its zip format.

    Raises:
        pickle.UnpicklingError: The file names anything but tensors, their storages and the dictionary.
    """
    with zipfile.ZipFile(path) as archive:
        (description,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
        with archive.open(description) as stream:
            # Every name that the file may call is listed in `_Reader.find_class`.
            read = _Reader(stream, archive, description.removesuffix("data.pkl")).load()
    return dict(read)


class _Reader(pickle.Unpickler):
    """Knows the four names that a state dictionary is made of."""

    def __init__(self, stream: Any, archive: zipfile.ZipFile, root: str) -> None:  # noqa: ANN401  a zip's own stream
        super().__init__(stream)
        self._archive, self._root = archive, root

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401  classes and functions alike
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in STORAGE_TYPES:
            return np.dtype(STORAGE_TYPES[name])
        raise pickle.UnpicklingError(f"a file of weights must not name {module}.{name}")

    def persistent_load(self, pid: Any) -> NDArray[Any]:  # noqa: ANN401  the format's own tuple
        _, kind, key, *_ = pid
        return np.frombuffer(self._archive.read(f"{self._root}data/{key}"), kind)


def _tensor(
    storage: NDArray[Any], offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> NDArray[Any]:
    """A copy of a part of a storage; strides count numbers, not bytes.

    Raises:
        pickle.UnpicklingError: The part does not lie inside the storage.
    """
    reach = offset + sum((size - 1) * step for size, step in zip(shape, strides, strict=True))
    if offset < 0 or min(shape, default=1) < 1 or min(strides, default=0) < 0 or reach >= storage.size:
        raise pickle.UnpicklingError("a tensor reaches beyond its storage")
    view = np.lib.stride_tricks.as_strided(storage[offset:], shape, [step * storage.itemsize for step in strides])
    return view.copy()
