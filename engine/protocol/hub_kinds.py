"""What the Hugging Face hub has that Thaw fetches: models and data sets, and their words in problems."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from engine.protocol.model_problems import CHOOSE_FOLDER, USE_BUILT_IN
from engine.protocol.problems import Action


class HubKind(StrEnum):
    """A kind of repository on the hub."""

    MODEL = "model"
    DATA_SET = "data_set"


class KindWords(msgspec.Struct, frozen=True, kw_only=True):
    """How problems speak of a kind.

    Attributes:
        noun: What it is called.
        setting: Which setting of a run it stands in; empty for none.
        instead: What can be done where it cannot be fetched.
        instead_of_search: What can be done where the hub cannot be searched.
        ways_out: The buttons for that.
    """

    noun: str
    setting: str
    instead: str
    instead_of_search: str
    ways_out: tuple[Action, ...]


_SAMPLES = "Or start with a sample: they come with Thaw and need no network."
_OWN_DATA = "Choose a file or a folder on this computer, or start with a sample."
_WORDS = {
    HubKind.MODEL: KindWords(
        noun="model",
        setting="model",
        instead="Choose a folder that holds the model, or use the built-in one.",
        instead_of_search="Choose a model that is on this computer, or the folder of one.",
        ways_out=(CHOOSE_FOLDER, USE_BUILT_IN),
    ),
    HubKind.DATA_SET: KindWords(
        noun="data set",
        setting="",
        instead=_OWN_DATA,
        instead_of_search=_OWN_DATA,
        ways_out=(Action(id="choose_file", label="Choose a file", note=_SAMPLES),),
    ),
}


def about(kind: HubKind) -> KindWords:
    """Returns how problems speak of a kind."""
    return _WORDS[kind]
