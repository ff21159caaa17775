"""The last net: an error that nobody foresaw becomes a banner, never a traceback in front of people."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from engine.protocol.engine_problems import window_failed

_log = logging.getLogger(__name__)


class FailureNet(QObject):
    """Catches what would otherwise be lost in the event loop.

    Errors of other threads reach the window through a signal, as everything from other threads does.
    """

    failed = Signal(object)
    """A :class:`Problem` with the traceback behind *Copy details*."""

    def install(self) -> None:
        """Takes over from Python's own hooks."""
        sys.excepthook = self.catch
        threading.excepthook = lambda args: self.catch(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def catch(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Logs an error and says it; Ctrl + C in a terminal ends the app as usual."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        _log.error("Unforeseen error in the window\n%s", details)
        summary = (str(error).strip().splitlines() or [kind.__name__])[0][:200].rstrip(".")
        self.failed.emit(window_failed(summary, details))
