"""The commands that take finished runs away; nothing heavy is imported until one needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.command_line.arguments import AsJson, RunPath


def add_export_commands(app: typer.Typer) -> None:
    """Adds them to the engine's command line.

    Args:
        app: The command line.
    """
    app.command()(export)
    app.command()(report)
    app.command(name="serve-model")(serve_model)


def export(
    run: RunPath,
    what: Annotated[
        list[str],
        typer.Option(
            metavar="ID",
            help="In which form: model, adapter, merged, onnx, gguf, script, notebook, report, card; may be "
            "given again. thaw-engine catalog --json tells of each.",
            show_default=False,
        ),
    ],
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder to write into. Without: exports/ and the run's name."),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="What may be chosen about a form, such as int8=yes."
        ),
    ] = None,
    to_hub: Annotated[
        str,
        typer.Option(
            metavar="OWNER/NAME",
            help="Put it on the Hugging Face hub under this name instead, in one form, private. The access "
            "token comes from HF_TOKEN, the keyring or hf auth login.",
            show_default=False,
        ),
    ] = "",
    public: Annotated[
        bool, typer.Option("--public", help="With --to-hub: everybody may see it from the first moment.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a finished run in forms that need no Thaw; each is loaded again and compared."""
    from engine.command_line import exporting

    if to_hub:
        exporting.upload(run, what, to_hub, is_public=public, as_json=as_json)
    exporting.export(run, what, to, option or [], as_json=as_json)


def report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN…", help="The folders of finished runs.")],
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder to write into. Without: that of the first run."),
    ] = None,
    quotes: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many wrong answers are quoted; 0 for none.")
    ] = 20,
    metric: Annotated[
        str, typer.Option(metavar="ID", help="The measure by which several are compared; the task's first.")
    ] = "",
    each: Annotated[
        bool, typer.Option("--each/--no-each", help="Whether a report of each follows their comparison.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Write a report of finished runs, as HTML and PDF; of several, how they compare comes first."""
    from engine.command_line import reporting

    reporting.report(runs, to, quotes, metric, each=each, as_json=as_json)


def serve_model(
    run: RunPath,
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="The port; any free one if left out.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Let a finished run answer in a browser, and at /predict, on this computer alone."""
    from engine.command_line import serving

    serving.serve_model(run, port, as_json=as_json)
