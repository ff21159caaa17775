"""What can go wrong when a finished run is put on the Hugging Face hub, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.problem_words import size_words
from engine.protocol.problems import Action, Problem
from engine.protocol.wording import listed, printable

SAFE = "The run is as it was, and nothing is on the hub."
_EMPTY_STAYS = "The run is as it was. An empty model of that name may stay on the hub; remove it on its page."
_COPY = Action(id="copy_details", label="Copy details")


def no_keyring(reason: str) -> Problem:
    """This system has no keyring that could keep a token.

    Args:
        reason: What the system said; may be empty.
    """
    return Problem(
        code="no_keyring",
        title="The access token cannot be kept on this computer",
        reason="There is no keyring of the system that Thaw could use"
        + (f": {printable(reason)}." if reason else "."),
        fix="Set HF_TOKEN to the token before Thaw starts, or run: hf auth login",
        safe="The token was not written anywhere.",
    )


def no_token(host: str) -> Problem:
    """There is no access token."""
    return Problem(
        code="no_hub_token",
        title=f"{host} does not know who you are",
        reason="To put something on the hub it has to be told an access token of yours, and none was found.",
        fix="Enter one in the window, set HF_TOKEN, or run: hf auth login",
        safe=SAFE,
    )


def token_refused(host: str) -> Problem:
    """The hub does not know the token, or it has expired."""
    return Problem(
        code="hub_token_refused",
        title=f"{host} does not accept the access token",
        reason="It may be mistyped, withdrawn or out of date.",
        fix="Make a new one that may write, under Settings, Access Tokens on the hub's page, and enter it.",
        safe=SAFE,
    )


def no_right(name: str, host: str, details: str = "") -> Problem:
    """The token may not make a model of that name.

    Args:
        name: ``"owner/name"``.
        host: Where the hub is.
        details: What the hub said.
    """
    owner = name.partition("/")[0]
    return Problem(
        code="hub_no_right",
        title=f"The access token may not make {name}",
        reason=f'{host} says so: it may only read, or it may not write for "{owner}".',
        fix="Take a token that may write, or put the model under a name of your own.",
        safe=SAFE,
        actions=(_COPY,),
        details=details,
    )


def name_taken(name: str) -> Problem:
    """There is a model of that name already."""
    return Problem(
        code="hub_name_taken",
        title=f"There is a model called {name} already",
        reason="Thaw never writes over what is on the hub.",
        fix="Choose another name.",
        safe="What is there stays as it is, and the run is as it was.",
    )


def not_a_name(name: str) -> Problem:
    """The words are no name of a model."""
    return Problem(
        code="not_a_hub_name",
        title=f'"{printable(name)}" cannot be the name of a model on the hub',
        reason="A name is an owner, a slash and up to 96 letters, digits and . _ - that begin and end with a "
        "letter or digit.",
        fix="Write it like this: my-name/spam-filter",
        safe=SAFE,
    )


def not_for_the_hub(name: str, known: Sequence[str]) -> Problem:
    """A form is not meant for the hub.

    Args:
        name: What the kind is called.
        known: Ids of those that are.
    """
    return Problem(
        code="not_for_the_hub",
        title=f'"{name}" is not put on the hub',
        reason=f"A model goes there alone and in one form: {listed(known)}.",
        fix="Choose one of these.",
        safe=SAFE,
    )


def check_failed(title: str, detail: str) -> Problem:
    """A check came out badly while the files were written, so that they are not given to others.

    Args:
        title: The check's.
        detail: What was found.
    """
    return Problem(
        code="upload_check_failed",
        title="The files did not pass a check, so they were not put on the hub",
        reason=f"{title}: {detail}",
        fix="Export the run into a folder and look at it, or change the model card.",
        safe=SAFE,
    )


def too_large(name: str, size: int, details: str = "") -> Problem:
    """The hub has no room for it.

    Args:
        name: ``"owner/name"``.
        size: Bytes.
        details: What the hub said.
    """
    return Problem(
        code="hub_too_large",
        title=f"{name} is too large for the hub",
        reason=f"It has {size_words(size)}; the hub takes no file above 50 GB, and an account has only so "
        "much room for private models.",
        fix="Put the adapter there, or make room in the account.",
        safe=SAFE,
        actions=(_COPY,),
        details=details,
    )


def card_refused(details: str) -> Problem:
    """The hub cannot read the top of the model card."""
    return Problem(
        code="hub_card_refused",
        title="The hub does not understand the top of the model card",
        reason="What stands between the two --- is read by the hub as YAML, and something there is not.",
        fix="Open the model card, take Thaw's text again or mend the lines at the top.",
        safe=SAFE,
        actions=(_COPY,),
        details=details,
    )


def upload_broken(*, name: str, host: str, offline: bool, stays: bool, details: str = "") -> Problem:
    """The hub cannot be reached, or the connection broke.

    Args:
        name: ``"owner/name"``.
        host: Where the hub is.
        offline: Whether Thaw was told not to use the network.
        stays: Whether the new, empty model could not be taken away again.
        details: What the network said.
    """
    why = (
        "HF_HUB_OFFLINE keeps Thaw off the network."
        if offline
        else f"There is no network, or {host} does not answer as it should."
    )
    return Problem(
        code="upload_broken",
        title=f"{name} could not be put on the hub",
        reason=why,
        fix="Start Thaw without HF_HUB_OFFLINE." if offline else "Try again when there is a connection.",
        safe=_EMPTY_STAYS if stays else SAFE,
        actions=(_COPY,),
        details=details,
    )
