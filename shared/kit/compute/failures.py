"""The failure of work that another attempt may not meet."""

from shared.contracts.failures import FailureCode, TransientFailure


class WorkFailed(TransientFailure):
    """The work, or the process that did it, has failed; `detail` is for the log alone."""

    def __init__(self, code: FailureCode, message: str, detail: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.detail = detail
