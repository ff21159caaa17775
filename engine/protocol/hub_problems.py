"""What can go wrong between this computer and the Hugging Face hub, in words."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.protocol.hub_kinds import HubKind, about
from engine.protocol.model_problems import CHOOSE_FOLDER, USE_BUILT_IN
from engine.protocol.problem_words import size_words
from engine.protocol.problems import Action, Problem
from engine.protocol.wording import quoted

NOTHING_FETCHED = "Nothing was fetched."


def download(name: str, label: str = "Download the model", note: str = "") -> Action:
    """Returns the button that fetches a model, or goes on with that.

    Args:
        name: Name of the model on the hub.
        label: The words on it.
        note: What it costs.
    """
    return Action(id="download_model", label=label, arguments={"model": name}, note=note)


def _go_on(name: str, kind: HubKind = HubKind.MODEL) -> Action:
    return msgspec.structs.replace(
        download(name, "Go on with the download", "It starts where it stopped."),
        id=f"download_{kind}",
        arguments={kind.value: name},
    )


def _open_page(page: str, kind: HubKind) -> Action:
    label = f"Open the {about(kind).noun}'s page"
    return Action(id="open_page", label=label, arguments={"page": page})


def model_not_here(*, name: str, offline: bool) -> Problem:
    """A model of the hub was named that is not in the Hugging Face cache, nor is there such a folder.

    Args:
        name: What was asked for.
        offline: Whether Thaw was told not to use the network.
    """
    reason = f'There is no folder "{name}" and no model of that name in the Hugging Face cache.'
    if offline:
        return Problem(
            code="model_not_here",
            title=f"{name} is not on this computer and there is no connection",
            reason=f"{reason} HF_HUB_OFFLINE keeps Thaw off the network.",
            fix="Choose a folder that holds the model, or use the built-in one.",
            setting="model",
            actions=(CHOOSE_FOLDER, USE_BUILT_IN),
        )
    return Problem(
        code="model_not_here",
        title=f"{name} is not on this computer",
        reason=reason,
        fix="Download it from the Hugging Face hub, choose a folder, or use the built-in model.",
        setting="model",
        actions=(download(name, note="Its size is shown first."), CHOOSE_FOLDER, USE_BUILT_IN),
    )


def model_not_whole(*, name: str, missing: str, held: int, offline: bool) -> Problem:
    """A model of the hub is in the cache, but not all of it.

    Args:
        name: Name of the model.
        missing: What is not there, e.g. ``"model.safetensors"``.
        held: Bytes of a download that has not come to its end.
        offline: Whether Thaw was told not to use the network.
    """
    part = f" So far {size_words(held)} of what is missing have arrived." if held else ""
    without = " HF_HUB_OFFLINE keeps Thaw off the network." if offline else ""
    return Problem(
        code="model_not_whole",
        title=f"{name} is not whole on this computer",
        reason=f"{missing} is missing.{part}{without}",
        fix="Choose a folder that holds the model, or use the built-in one."
        if offline
        else "Go on with the download.",
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN) if offline else (_go_on(name), CHOOSE_FOLDER, USE_BUILT_IN),
    )


def no_connection(
    *, name: str, host: str, offline: bool, details: str = "", kind: HubKind = HubKind.MODEL
) -> Problem:
    """A model or data set is to be downloaded and the hub cannot be reached.

    Args:
        name: Its name.
        host: Where the hub is.
        offline: Whether Thaw was told not to use the network.
        details: What the network said.
        kind: What it is.
    """
    return Problem(
        code="no_connection",
        title=f"{name} is not on this computer and there is no connection",
        reason=_no_way(host, offline=offline),
        fix=about(kind).instead,
        safe="What had arrived before is kept.",
        setting=about(kind).setting,
        actions=about(kind).ways_out,
        details=details,
    )


def hub_out_of_reach(
    *, host: str, offline: bool, details: str = "", kind: HubKind = HubKind.MODEL
) -> Problem:
    """The hub is to be searched and cannot be reached.

    Args:
        host: Where the hub is.
        offline: Whether Thaw was told not to use the network.
        details: What the network said.
        kind: What it is.
    """
    return Problem(
        code="hub_out_of_reach",
        title="The Hugging Face hub cannot be reached",
        reason=_no_way(host, offline=offline),
        fix=about(kind).instead_of_search,
        actions=about(kind).ways_out,
        details=details,
    )


def _no_way(host: str, *, offline: bool) -> str:
    if offline:
        return "HF_HUB_OFFLINE keeps Thaw off the network."
    return f"{host} did not answer within 5 seconds, or there is no network."


def hub_refuses(*, host: str, status: int, details: str = "", kind: HubKind = HubKind.MODEL) -> Problem:
    """The hub answers, but not with what was asked for.

    Args:
        host: Where the hub is.
        status: The HTTP status of its answer; 0 when the answer makes no sense.
        details: What it said.
        kind: What is asked for.
    """
    said = f"answered with status {status}" if status else "gave an answer that no hub gives"
    if status in {401, 403}:
        fix = "Look whether your access token (HF_TOKEN, or that of: hf auth login) is still good."
    elif status == 429 or status >= 500:
        fix = "Try again in a minute."
    else:
        fix = "Look whether a proxy or a log-in page stands between."
    return Problem(
        code="hub_refuses",
        title="The Hugging Face hub does not answer as it should",
        reason=f"{host} {said}.",
        fix=fix,
        safe="What has arrived is kept.",
        actions=about(kind).ways_out,
        details=details,
    )


def not_on_hub(*, name: str, host: str, has_token: bool, kind: HubKind = HubKind.MODEL) -> Problem:
    """The hub knows no such thing, or does not show it to this person.

    Args:
        name: What was asked for.
        host: Where the hub is.
        has_token: Whether the hub was told who asks.
        kind: What it is.
    """
    noun = about(kind).noun
    hidden = (
        f"A private {noun} is shown only to those whose access token may read it."
        if has_token
        else f"A private {noun} is shown only with an access token: set HF_TOKEN or run: hf auth login"
    )
    return Problem(
        code="not_on_hub",
        title=f'No {noun} called "{name}" was found on the hub',
        reason=f"{host} does not know it. {hidden}",
        fix=f"Look at the spelling: owner, a slash, the {noun}'s name.",
        safe=NOTHING_FETCHED,
        setting=about(kind).setting,
        actions=about(kind).ways_out,
    )


def licence_not_accepted(*, name: str, page: str, has_token: bool, kind: HubKind = HubKind.MODEL) -> Problem:
    """An owner gives a model or data set only to those who accept a licence.

    Args:
        name: Its name.
        page: Address of its page.
        has_token: Whether the hub was told who asks.
        kind: What it is.
    """
    fix = f"Open {page}, sign in and accept the licence there."
    if not has_token:
        fix += " Then set HF_TOKEN to an access token of yours, or run: hf auth login"
    return Problem(
        code="licence_not_accepted",
        title=f"{name} wants its licence accepted first",
        reason=f"Its owner gives it to those who have accepted the licence on the {about(kind).noun}'s page, "
        + ("and the hub has no such word from you." if has_token else "and no access token was found here."),
        fix=fix,
        safe=NOTHING_FETCHED,
        setting=about(kind).setting,
        actions=(_open_page(page, kind), *about(kind).ways_out),
    )


def no_safetensors_on_hub(*, name: str, files: Sequence[str]) -> Problem:
    """A model is offered on the hub in other forms only.

    Args:
        name: Name of the model.
        files: Its files with weights, in those forms; may be empty.
    """
    offered = f"{name} is offered as {quoted(files, 3)}" if files else f"{name} has no file with weights"
    return Problem(
        code="no_safetensors",
        title="This model is not offered as safetensors",
        reason=f"{offered}, and Thaw opens safetensors only: those hold numbers and can run no program.",
        fix="Choose a model with safetensors; most have them.",
        safe=NOTHING_FETCHED,
        setting="model",
        actions=(USE_BUILT_IN, CHOOSE_FOLDER),
    )


def no_model_on_hub(*, name: str) -> Problem:
    """What is on the hub under that name is no model of transformers."""
    return Problem(
        code="no_model_config",
        title="This is no model that Thaw can read",
        reason=f"{name} has no config.json, so nobody can tell how it is built. It may be an adapter, or "
        "a model in the form of another library.",
        fix="Choose another model.",
        safe=NOTHING_FETCHED,
        setting="model",
        actions=(USE_BUILT_IN, CHOOSE_FOLDER),
    )


def no_room_to_fetch(
    *, name: str, needed: int, free: int, folder: str, kind: HubKind = HubKind.MODEL
) -> Problem:
    """The disk that holds the Hugging Face cache is too full.

    Args:
        name: Of what is fetched.
        needed: Bytes that are still to come.
        free: Bytes that are free.
        folder: The cache.
        kind: What it is.
    """
    return Problem(
        code="no_disk_space",
        title=f"There is no room for {name}",
        reason=f'{size_words(needed)} are still to come, and {size_words(free)} are free beside "{folder}".',
        fix="Make room, or set HF_HOME to a folder on another disk and start Thaw again.",
        safe="What has arrived is kept.",
        setting=about(kind).setting,
        actions=(_go_on(name, kind), *about(kind).ways_out),
    )


def cache_not_writable(
    *, name: str, folder: str, reason: str, details: str = "", kind: HubKind = HubKind.MODEL
) -> Problem:
    """The Hugging Face cache takes no files.

    Args:
        name: Of what is fetched.
        folder: The cache.
        reason: What the system said.
        details: Technical text.
        kind: What it is.
    """
    return Problem(
        code="cannot_write_model",
        title=f"{name} cannot be kept on this computer",
        reason=f'"{folder}" cannot be written to: {reason or "the system did not say why"}.',
        fix="Set HF_HOME to a folder that you may write to, and start Thaw again.",
        setting=about(kind).setting,
        actions=about(kind).ways_out,
        details=details,
    )


def download_broken(
    *, name: str, done: int, total: int, host: str, details: str = "", kind: HubKind = HubKind.MODEL
) -> Problem:
    """The connection broke, again and again.

    Args:
        name: Of what is fetched.
        done: Bytes that are here.
        total: Bytes of the whole.
        host: Where they come from.
        details: What the network said.
        kind: What it is.
    """
    return Problem(
        code="download_broken",
        title="The download stopped: the connection broke",
        reason=f"{size_words(done)} of {size_words(total)} of {name} have arrived; {host} sends no more.",
        fix="Go on when there is a connection.",
        safe="What has arrived is kept.",
        setting=about(kind).setting,
        actions=(_go_on(name, kind), *about(kind).ways_out),
        details=details,
    )


def download_damaged(*, name: str, file: str, kind: HubKind = HubKind.MODEL) -> Problem:
    """A file has arrived whole and is not the one that the hub announced."""
    return Problem(
        code="download_damaged",
        title="A file of the download is damaged",
        reason=f'"{file}" of {name} does not have the checksum that the hub gives for it.',
        fix="Download it again; the damaged file was removed.",
        safe="The other files are kept.",
        setting=about(kind).setting,
        actions=(_go_on(name, kind), *about(kind).ways_out),
    )
