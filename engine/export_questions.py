"""Questions about taking finished runs away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.data.personal_data import Kind, personal_data
from engine.export import uploading
from engine.export.finding import offers
from engine.export.model_card import model_card
from engine.export.reading import read_for_export
from engine.export.reports import put_reports
from engine.export.writing import export_run
from engine.jobs import Job
from engine.models import hub, hub_token
from engine.protocol.events import Event, StageReached
from engine.protocol.export_commands import ExportModel, ListExports, SaveComparison
from engine.protocol.export_events import ComparisonSaved, ExportsListed
from engine.protocol.hub_upload_commands import AskHubAccount, ForgetHubToken, KeepHubToken, UploadModel
from engine.protocol.hub_upload_events import HubAccountTold, TokenPlace
from engine.protocol.run_files import read_predictions
from engine.training.workbench import Workbench


class ExportQuestions:
    """Answers them."""

    def __init__(self, bench: Workbench) -> None:
        """Takes what it asks.

        Args:
            bench: Reads and keeps rows.
        """
        self._bench = bench

    def list_exports(self, job: Job, command: ListExports) -> None:
        """Says what a run can be written as."""
        source = read_for_export(Path(command.folder).expanduser().absolute())
        job.send(ExportsListed(folder=command.folder, offers=offers(source), card=model_card(source)))

    def export_model(self, job: Job, command: ExportModel) -> None:
        """Writes a run in the chosen forms."""
        exported = export_run(
            Path(command.folder).expanduser().absolute(),
            command.kinds,
            Path(command.to).expanduser().absolute(),
            self._bench,
            _sender(job),
            options=command.options,
            card=command.card,
        )
        job.send(exported)

    def upload_model(self, job: Job, command: UploadModel) -> None:
        """Writes a run and puts it on the hub."""
        send, check = _sender(job), job.control.raise_if_stopped
        job.send(uploading.upload_run(command, self._bench, send, check))

    def ask_hub_account(self, job: Job, command: AskHubAccount) -> None:
        """Says whose access token there is."""
        hub_token.look_again()
        token, place = hub_token.find_token()
        _tell_account(job, token, place, command.run)

    def keep_hub_token(self, job: Job, command: KeepHubToken) -> None:
        """Keeps a token that the hub knows."""
        token = command.token.strip()
        uploading.account(token, job.control.raise_if_stopped)
        hub_token.keep_token(token)
        _tell_account(job, *hub_token.find_token(), command.run)

    def forget_hub_token(self, job: Job, command: ForgetHubToken) -> None:
        """Takes the token out of the keyring."""
        hub_token.forget_token()
        _tell_account(job, *hub_token.find_token(), command.run)

    def save_comparison(self, job: Job, command: SaveComparison) -> None:
        """Writes how runs compare as a report."""

        def send(event: Event) -> None:
            if isinstance(event, StageReached):
                job.tell_stage(event)

        folders = [Path(folder).absolute() for folder in command.folders]
        html, pdf = put_reports(
            [read_for_export(folder) for folder in folders],
            Path(command.to).expanduser().absolute(),
            quotes=0,
            bench=self._bench,
            metric=command.metric,
            each=False,
            names=command.names,
            send=send,
        )
        job.send(ComparisonSaved(html=str(html), pdf=str(pdf)))


def _sender(job: Job) -> Callable[[Event], None]:
    def send(event: Event) -> None:
        if isinstance(event, StageReached):
            job.tell_stage(event)
        else:
            job.send(event)

    return send


def _tell_account(job: Job, token: str | None, place: TokenPlace, run: str) -> None:
    said = uploading.account(token, job.control.raise_if_stopped) if token else {}
    user = str(said.get("name") or "")
    others = [str(one["name"]) for one in said.get("orgs") or () if one.get("name")]
    role = (said.get("auth") or {}).get("accessToken", {}).get("role", "")
    event = HubAccountTold(
        host=hub.host(),
        token_page=hub.page_of("settings/tokens"),
        place=place,
        can_keep=hub_token.can_keep(),
        user=user,
        owners=(user, *others) if user else (),
        may_write=bool(token) and role != "read",
        personal=_personal(run) if run else (),
    )
    job.send(event)


def _personal(run: str) -> tuple[str, ...]:
    """Returns which kinds of personal data stand in the texts that a run was judged on."""
    try:
        answers = read_predictions(Path(run).expanduser().absolute())
    except (OSError, msgspec.MsgspecError):
        return ()
    kinds = {
        found.kind for one in answers for text in (one.text, one.second) for found in personal_data(text)
    }
    return tuple(kind.value for kind in Kind if kind in kinds)
