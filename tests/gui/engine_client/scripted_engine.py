"""A child process that speaks the protocol and misbehaves on request. Started by tests, not imported.

Arguments: the behaviour, one of ``plain``, ``silent`` (never ready, never reads), ``stubborn`` (ignores
Shutdown, the closed pipe and SIGTERM), ``chatty`` (prints between messages), ``twice`` (ends each job
twice), ``leaves`` (exits with status 3 at the first command).
"""

from __future__ import annotations

import signal
import sys
import time

from engine.protocol.commands import InspectData, Shutdown, StartTraining
from engine.protocol.data_events import DataInspected
from engine.protocol.events import Event, JobAccepted, JobSucceeded
from engine.protocol.wire import decode_command, encode
from tests.gui.recorded_events import engine_ready, recorded_run, table


def say(event: Event) -> None:
    """Writes one event."""
    sys.stdout.buffer.write(encode(event))
    sys.stdout.buffer.flush()


def main(behaviour: str) -> None:
    """Serves until told to stop."""
    if behaviour == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for number in range(0 if behaviour == "chatty" else 300):
        sys.stderr.write(f"library message {number}\n")
    sys.stderr.flush()
    if behaviour == "silent":
        time.sleep(60)
    if behaviour == "chatty":
        sys.stdout.write("Downloading shards: 100%\n")
    say(engine_ready())
    for line in sys.stdin.buffer:
        command = decode_command(line)
        if behaviour == "leaves":
            sys.stderr.write("cannot go on\n")
            sys.exit(3)
        if isinstance(command, Shutdown) and behaviour != "stubborn":
            return
        if isinstance(command, InspectData):
            say(JobAccepted(job_id=command.job_id))
            say(DataInspected(job_id=command.job_id, table=table()))
            for _ in range(2 if behaviour == "twice" else 1):
                say(JobSucceeded(job_id=command.job_id))
        elif isinstance(command, StartTraining):
            for event in recorded_run(folder=command.folder, job_id=command.job_id, until_step=60):
                say(event)  # and then nothing more: it "trains"
    if behaviour == "stubborn":
        time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1])
