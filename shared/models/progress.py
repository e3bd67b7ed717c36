"""One line on the console for each model that is fetched."""

import sys

BYTES_PER_MEGABYTE = 1_000_000


def progress_line(name: str, done_bytes: int, total_bytes: int) -> str:
    """What is said of a fetch, in one line."""
    if done_bytes >= total_bytes:
        return f"model {name}: ready, {total_bytes / BYTES_PER_MEGABYTE:.0f} MB verified"
    done, total = done_bytes / BYTES_PER_MEGABYTE, total_bytes / BYTES_PER_MEGABYTE
    return f"model {name}: fetching {done:.0f} of {total:.0f} MB ({done_bytes * 100 // total_bytes} %)"


def show_on_console(name: str, done_bytes: int, total_bytes: int) -> None:
    """Write the line to stderr: rewritten in place on a terminal, only its first and last state elsewhere."""
    line = progress_line(name, done_bytes, total_bytes)
    finished = done_bytes >= total_bytes
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{line}" + ("\n" if finished else ""))
    elif finished or done_bytes == 0:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
