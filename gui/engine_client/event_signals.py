"""One typed signal for each event of the protocol."""

from __future__ import annotations

import re
from typing import get_args

from PySide6.QtCore import QObject, Signal

from engine.protocol.events import Event


def signal_name(event_type: type[Event]) -> str:
    """Returns the name of an event's signal, e.g. ``"run_checked"`` for ``RunChecked``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event_type.__name__).lower()


_SIGNAL_NAMES: dict[type, str] = {event_type: signal_name(event_type) for event_type in get_args(Event)}


class EventSignals(QObject):
    """Emits each event twice: as ``event_arrived`` first, then as the signal of its own type.

    State listens to ``event_arrived``, pages to the typed signals; so a page always meets a state
    that already knows the event.
    """

    event_arrived = Signal(object)

    engine_ready = Signal(object)
    job_accepted = Signal(object)
    stage_reached = Signal(object)
    data_inspected = Signal(object)
    data_previewed = Signal(object)
    data_prepared = Signal(object)
    label_doubts_found = Signal(object)
    right_answers_read = Signal(object)
    answers_mended = Signal(object)
    rows_read = Signal(object)
    rows_written = Signal(object)
    noise_previewed = Signal(object)
    model_inspected = Signal(object)
    models_listed = Signal(object)
    models_found = Signal(object)
    download_progressed = Signal(object)
    data_sets_found = Signal(object)
    data_set_fetched = Signal(object)
    methods_previewed = Signal(object)
    run_checked = Signal(object)
    run_planned = Signal(object)
    training_started = Signal(object)
    steps_ended = Signal(object)
    epoch_ended = Signal(object)
    evaluation_ended = Signal(object)
    layers_changed = Signal(object)
    checkpoint_saved = Signal(object)
    training_paused = Signal(object)
    training_continued = Signal(object)
    batches_halved = Signal(object)
    warning_raised = Signal(object)
    predictions_written = Signal(object)
    prediction_made = Signal(object)
    answer_explained = Signal(object)
    nearest_found = Signal(object)
    answers_written = Signal(object)
    typos_added = Signal(object)
    result_written = Signal(object)
    folds_pooled = Signal(object)
    runs_compared = Signal(object)
    answers_compared = Signal(object)
    layers_probed = Signal(object)
    embeddings_mapped = Signal(object)
    exports_listed = Signal(object)
    export_item_written = Signal(object)
    model_exported = Signal(object)
    hub_account_told = Signal(object)
    upload_progressed = Signal(object)
    model_uploaded = Signal(object)
    comparison_saved = Signal(object)
    kept_states_measured = Signal(object)
    job_succeeded = Signal(object)
    job_stopped = Signal(object)
    job_failed = Signal(object)

    def emit_event(self, event: Event) -> None:
        """Emits an event as ``event_arrived`` and as the signal of its type."""
        self.event_arrived.emit(event)
        getattr(self, _SIGNAL_NAMES[type(event)]).emit(event)
