"""What a window asks about what is kept of frozen layers: how much it is, and to be rid of it."""

from __future__ import annotations

from engine.jobs import Job
from engine.protocol.kept_states import EmptyKeptStates, KeptStatesMeasured, MeasureKeptStates
from engine.training.states_room import are_states_in_use, empty_states, size_of_states


def measure_kept_states(job: Job, _command: MeasureKeptStates) -> None:
    """Looks how much is kept."""
    job.send(KeptStatesMeasured(size=size_of_states(), in_use=are_states_in_use()))


def empty_kept_states(job: Job, command: EmptyKeptStates) -> None:
    """Removes it, and looks what is left."""
    empty_states()
    measure_kept_states(job, MeasureKeptStates(job_id=command.job_id))
