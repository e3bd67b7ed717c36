"""Failures of the parts that a service stands on."""

from shared.contracts.failures import TransientFailure


class StoreUnavailable(TransientFailure):
    """A store could not be reached, or the connection broke: whether a write happened is unknown."""
