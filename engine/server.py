"""The engine as a process of its own: commands come in on stdin, events go out on stdout.

One JSON object a line. The real stdout is kept aside and file descriptor 1 is pointed at stderr, so
that a stray print, in a library written in any language, cannot break the stream.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

import msgspec

from engine import data_set_questions, kept_states_questions, model_questions
from engine import device as devices
from engine.export.finding import catalog
from engine.jobs import Lane
from engine.protocol.commands import (
    CancelJob,
    CheckRun,
    Command,
    ContinueTraining,
    DownloadDataSet,
    DownloadModel,
    Evaluate,
    FindLabelDoubts,
    InspectData,
    InspectModel,
    KeepTraining,
    ListModels,
    PauseTraining,
    PoolFolds,
    Predict,
    PrepareData,
    PreviewMethods,
    PreviewNoise,
    ProbeLayers,
    ReadRows,
    ResumeTraining,
    SearchDataSets,
    SearchModels,
    Shutdown,
    StartTraining,
    StopTraining,
    WriteRows,
)
from engine.protocol.comparison import CompareAnswers, CompareRuns
from engine.protocol.embedding_maps import MapEmbeddings
from engine.protocol.events import PROTOCOL_VERSION, EngineReady, Event
from engine.protocol.explanations import ExplainAnswer
from engine.protocol.export_commands import ExportModel, ListExports, SaveComparison
from engine.protocol.file_answers import AnswerFile
from engine.protocol.hub_upload_commands import AskHubAccount, ForgetHubToken, KeepHubToken, UploadModel
from engine.protocol.kept_states import EmptyKeptStates, MeasureKeptStates
from engine.protocol.nearest_rows import FindNearest
from engine.protocol.planning import PlanRun
from engine.protocol.right_answers import MendAnswers, ReadRightAnswers
from engine.protocol.typed_noise import AddTypos
from engine.protocol.wire import WireError, decode_command, encode
from engine.session import Handler, Session


class _OnlyJobId(msgspec.Struct):
    """What can be read of a command that is not understood."""

    job_id: str = ""


class EventPipe:
    """Writes events from a thread of its own, so that a window that is busy never holds up a step.

    Attributes:
        on_closed: Called once when nobody reads any more.
    """

    def __init__(self, pipe: IO[bytes]) -> None:
        """Starts writing.

        Args:
            pipe: Where to.
        """
        self.on_closed: Callable[[], None] = lambda: None
        self._pipe = pipe
        self._is_open = True
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="events", daemon=True)
        self._thread.start()

    def send(self, event: Event) -> None:
        """Puts an event in line; after the end nobody hears it."""
        if self._is_open:
            self._lines.put(encode(event))

    def close(self) -> None:
        """Waits until everything is written, and closes the pipe."""
        self._is_open = False
        self._lines.put(None)
        self._thread.join()
        with suppress(OSError):
            self._pipe.close()

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._pipe.write(line)
                self._pipe.flush()
            except OSError:  # the reader is gone
                self.on_closed()
                return


def dispatch(session: Session, command: Command) -> None:
    """Gives a command to what carries it out: the one table of commands.

    Args:
        session: Carries them out.
        command: Any but ``Shutdown`` and ``KeepTraining``.
    """
    controls: dict[type[Any], Callable[[Any], None]] = {
        PauseTraining: session.pause_training,
        ContinueTraining: session.continue_training,
        StopTraining: session.stop_training,
        CancelJob: session.cancel_job,
    }
    jobs: dict[type[Any], tuple[Handler, Lane]] = {
        InspectData: (session.data.inspect_data, Lane.FILES),
        PrepareData: (session.data.prepare_data, Lane.FILES),
        PreviewNoise: (session.data.preview_noise, Lane.FILES),
        ReadRows: (session.data.read_rows, Lane.FILES),
        WriteRows: (session.data.write_rows, Lane.FILES),
        ReadRightAnswers: (session.data.read_right_answers, Lane.FILES),
        MendAnswers: (session.data.mend_answers, Lane.FILES),
        FindLabelDoubts: (session.data.find_label_doubts, Lane.LONG),
        InspectModel: (model_questions.inspect_model, Lane.QUESTIONS),
        PreviewMethods: (session.preview_methods, Lane.QUESTIONS),
        CheckRun: (session.check_run, Lane.QUESTIONS),
        PlanRun: (session.planning.plan_run, Lane.LONG),
        ListModels: (model_questions.list_models, Lane.FILES),
        SearchModels: (model_questions.search_models, Lane.HUB),
        DownloadModel: (model_questions.download_model, Lane.DOWNLOADS),
        SearchDataSets: (data_set_questions.search_data_sets, Lane.HUB),
        DownloadDataSet: (data_set_questions.download_data_set, Lane.DOWNLOADS),
        Predict: (session.runs.predict, Lane.QUESTIONS),
        ExplainAnswer: (session.runs.explain_answer, Lane.QUESTIONS),
        MapEmbeddings: (session.runs.map_embeddings, Lane.LONG),
        FindNearest: (session.runs.find_nearest, Lane.LONG),
        AnswerFile: (session.runs.answer_file, Lane.LONG),
        AddTypos: (session.runs.add_typos, Lane.FILES),
        Evaluate: (session.runs.evaluate, Lane.LONG),
        PoolFolds: (session.runs.pool_folds, Lane.LONG),
        ProbeLayers: (session.runs.probe_layers, Lane.LONG),
        CompareRuns: (session.runs.compare_runs, Lane.LONG),
        CompareAnswers: (session.runs.compare_answers, Lane.FILES),
        ListExports: (session.exports.list_exports, Lane.FILES),
        ExportModel: (session.exports.export_model, Lane.LONG),
        AskHubAccount: (session.exports.ask_hub_account, Lane.HUB),
        KeepHubToken: (session.exports.keep_hub_token, Lane.HUB),
        ForgetHubToken: (session.exports.forget_hub_token, Lane.HUB),
        UploadModel: (session.exports.upload_model, Lane.LONG),
        SaveComparison: (session.exports.save_comparison, Lane.LONG),
        MeasureKeptStates: (kept_states_questions.measure_kept_states, Lane.FILES),
        EmptyKeptStates: (kept_states_questions.empty_kept_states, Lane.FILES),
        StartTraining: (session.start_training, Lane.LONG),
        ResumeTraining: (session.resume_training, Lane.LONG),
    }
    if isinstance(command, CheckRun) and command.calibrate:
        session.start(command, session.time_and_check_run, Lane.LONG)
    elif type(command) in controls:
        controls[type(command)](command)
    else:
        session.start(command, *jobs[type(command)])


def serve() -> None:
    """Serves a window until it closes the pipe or says ``Shutdown``; a run saves itself first.

    When the window says ``KeepTraining`` before, the run comes to its end without it.
    """
    events = EventPipe(_keep_stdout_aside())
    session = Session(events.send, in_background=True)
    events.on_closed = session.give_up
    _listen_to_signals()
    session.say(EngineReady(protocol_version=PROTOCOL_VERSION, catalog=catalog(), devices=devices.devices()))
    session.get_ready()
    try:
        if _read_commands(session, sys.stdin.buffer):
            events.on_closed = lambda: None
            events.close()
            _leave_window()
            session.finish_training()
    finally:
        session.close()
        events.close()


def _read_commands(session: Session, lines: IO[bytes]) -> bool:
    """Reads commands until the pipe is closed or one says that this is the end.

    Returns:
        Whether a run shall go on all the same.
    """
    for line in lines:
        if not line.strip():
            continue
        try:
            command = decode_command(line)
        except WireError as error:
            session.refuse(_job_id(line), line.decode(errors="replace").strip(), str(error))
            continue
        if isinstance(command, Shutdown | KeepTraining):
            return isinstance(command, KeepTraining)
        dispatch(session, command)
    return False


def _job_id(line: bytes) -> str:
    """Returns the job id of a command that is not understood, where that much can be read."""
    try:
        return msgspec.json.decode(line, type=_OnlyJobId).job_id
    except msgspec.MsgspecError:
        return ""


def _keep_stdout_aside() -> IO[bytes]:
    """Returns the real stdout; whatever else is written to stdout goes to stderr from now on."""
    sys.stdout.flush()
    real = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return os.fdopen(real, "wb")


def _leave_window() -> None:
    """Lets go of what the window gave this process: its pipes would break, its terminal might close."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    if hasattr(os, "setsid"):
        with suppress(OSError):  # it has a session of its own already
            os.setsid()


def _listen_to_signals() -> None:
    """Lets the system's wish to end be like a closed pipe; Ctrl-C is for the window to answer."""

    def end(_number: int, _frame: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
