"""What can go wrong with a model: it cannot be had, or it is not the right one."""


class ModelError(Exception):
    """A model cannot be used; the message is a sentence for the operator."""


class UnknownModelError(ModelError):
    """The manifest names no such model."""


class SourceUnavailableError(ModelError):
    """One source could not give the model; the next one is tried."""


class WrongDigestError(ModelError):
    """What was fetched or found is not byte for byte what the manifest demands."""


class ModelUnavailableError(ModelError):
    """No source could give the model; a later try may succeed."""
