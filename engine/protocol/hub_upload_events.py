"""Events about giving a finished run to the Hugging Face hub."""

from __future__ import annotations

from enum import StrEnum

from engine.protocol.event_header import EventHeader as _Event


class TokenPlace(StrEnum):
    """Where an access token was found."""

    NONE = "none"
    VARIABLE = "variable"
    """``HF_TOKEN``."""
    KEYRING = "keyring"
    """The system's, where Thaw has put it."""
    FILE = "file"
    """Where ``hf auth login`` has put it."""


class HubAccountTold(_Event, frozen=True, kw_only=True, tag="HubAccountTold"):
    """Whose access token there is; the token itself is never told.

    Attributes:
        host: Where the hub is, e.g. ``"huggingface.co"``.
        token_page: Address at which a person makes a token.
        place: Where the token is.
        can_keep: Whether this system has a keyring.
        user: Name of its owner; empty where there is none.
        owners: Under which names it may make a model, the person's own first.
        may_write: Whether it may make models at all, as far as the hub says.
        personal: Kinds of personal data in the texts that the run was judged on: ``"card"``, ``"account"``,
            ``"phone"``, ``"mail"``.
    """

    host: str
    token_page: str
    place: TokenPlace = TokenPlace.NONE
    can_keep: bool = False
    user: str = ""
    owners: tuple[str, ...] = ()
    may_write: bool = False
    personal: tuple[str, ...] = ()


class UploadProgressed(_Event, frozen=True, kw_only=True, tag="UploadProgressed"):
    """An upload has come further; at most a few messages a second.

    Attributes:
        name: Of the model on the hub.
        host: Where it goes.
        done: Bytes that were sent.
        total: Bytes of all files.
    """

    name: str
    host: str
    done: int
    total: int


class ModelUploaded(_Event, frozen=True, kw_only=True, tag="ModelUploaded"):
    """The model is on the hub, whole.

    Attributes:
        name: ``"owner/name"``.
        page: Its address.
        is_public: Whether everybody may see it.
        files: What lies there, by path.
        size: Bytes.
    """

    name: str
    page: str
    is_public: bool
    files: tuple[str, ...]
    size: int
