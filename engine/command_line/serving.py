"""The command that lets a finished run answer in a browser, on this computer alone."""

from __future__ import annotations

from pathlib import Path

from engine.command_line.terminal import console, print_json, problems_told
from engine.command_line.training import one_run
from engine.export.local_page import LocalPage
from engine.training.answering import FinishedRun


def serve_model(run: Path, port: int, *, as_json: bool) -> None:
    """Serves a run until Ctrl-C.

    Args:
        run: Its folder.
        port: Of the loopback address; 0 for any that is free.
        as_json: Whether to print the address as JSON.
    """
    with problems_told(as_json=as_json):
        page = LocalPage(FinishedRun.load(one_run(run).absolute()), port)
        if as_json:
            print_json({"address": page.address})
        else:
            console().print(f"Answering at {page.address} – Ctrl-C ends it.", overflow="ignore")
            console().print("Only this computer can reach it.")
        page.serve()
