"""A run that trains, and the process that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engine.protocol.events import Event, StageReached, StepsEnded
from gui.engine_client.engine_client import EngineClient
from gui.engine_client.followed_run import FollowedRun

Client: TypeAlias = EngineClient | FollowedRun
"""A process of this window, or one that another window left behind."""


@dataclass
class TrainingRun:
    """A run that has a process of its own.

    Attributes:
        client: The process.
        has_started: Whether something was loaded for it, so that the process is of no other use.
        has_points: Whether its first loss points are out.
    """

    client: Client
    has_started: bool = False
    has_points: bool = False

    def note(self, event: Event) -> bool:
        """Takes note of how far it is.

        Returns:
            Whether these are its first loss points.
        """
        if isinstance(event, StageReached):
            self.has_started = True
        if not isinstance(event, StepsEnded) or self.has_points:
            return False
        self.has_points = True
        return True
