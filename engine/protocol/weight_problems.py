"""What can be wrong with the weights of a base model, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.protocol.model_problems import CHOOSE_FOLDER, NOTHING_CHANGED, USE_BUILT_IN
from engine.protocol.problems import Problem
from engine.protocol.wording import counted


def _listed(names: Sequence[str], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown


def _size(shape: Sequence[int]) -> str:
    return " × ".join(f"{length:,}" for length in shape)


def no_weights(folder: str) -> Problem:
    """The folder has a configuration but no weights."""
    return Problem(
        code="model_without_weights",
        title="The model's weights are missing",
        reason=f'"{folder}" has a config.json but no "model.safetensors".',
        fix="Put the weights beside config.json, or choose another model.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
    )


def pickle_only(folder: str, files: Sequence[str]) -> Problem:
    """The weights are there only as a pickle, which may hold any program."""
    return Problem(
        code="pickle_checkpoint",
        title="These weights are not opened: they could run a program",
        reason=f'"{folder}" holds its weights only as {_listed(files)}. A file of that kind (a pickle) '
        "can start any program when it is read.",
        fix="Get the same model as model.safetensors; most models are offered in both forms.",
        safe="The file was not opened.",
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
    )


def weights_unreadable(folder: str, file: str, details: str) -> Problem:
    """A safetensors file is cut off or damaged."""
    return Problem(
        code="weights_unreadable",
        title="The model's weights cannot be read",
        reason=f'"{file}" in "{folder}" is cut off or damaged.',
        fix="Get the file again; a download may have ended early.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
        details=details,
    )


def weights_part_missing(folder: str, part: str, parts: int) -> Problem:
    """Weights come in several files and one of them is not there.

    Args:
        folder: Where the model is.
        part: Name of the file.
        parts: How many files there should be.
    """
    return Problem(
        code="weights_unreadable",
        title="A part of the model's weights is missing",
        reason=f'The weights in "{folder}" come in {counted(parts, "file")}, and "{part}" is not there.',
        fix="Get that file and put it beside the others.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
    )


def weights_elsewhere(folder: str, file: str) -> Problem:
    """What should be weights is the short text that Git leaves where it did not fetch a large file."""
    return Problem(
        code="weights_unreadable",
        title="The model's weights were not fetched",
        reason=f'"{file}" in "{folder}" is a short note of Git LFS that says where the weights are.',
        fix='Run "git lfs pull" in that folder, or download the file itself.',
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
    )


def weights_not_finite(folder: str, tensors: Sequence[str]) -> Problem:
    """Some of the weights are infinite or not a number, so every answer would be.

    Args:
        folder: Where the model is.
        tensors: Names of the tensors that hold such values.
    """
    return Problem(
        code="weights_not_finite",
        title="The model's weights hold values that are no numbers",
        reason=f'In "{folder}" {counted(len(tensors), "tensor")} ({_listed(tensors, 2)}) '
        f"{'holds' if len(tensors) == 1 else 'hold'} infinite values or none at all; then every answer "
        "would be none.",
        fix="Get the file again, or choose another model.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
        details="\n".join(tensors),
    )


def weights_do_not_match(
    folder: str,
    missing: Sequence[str],
    unexpected: Sequence[str],
    mismatched: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]],
) -> Problem:
    """The weights are those of a model of another shape than the configuration says.

    Args:
        folder: Where the model is.
        missing: Names of tensors that the configuration needs and the file lacks.
        unexpected: Names of tensors in the file that the configuration has no place for.
        mismatched: Name of a tensor of another size → its size in the file, and by the configuration.
    """
    sizes = [f"{name}: {_size(held)} and not {_size(needed)}" for name, (held, needed) in mismatched.items()]
    found = [
        f"{counted(len(names), 'tensor')} {words} ({_listed(names, most)})"
        for names, words, most in (
            (missing, "missing", 2),
            (unexpected, "too many", 2),
            (sizes, "of another size", 1),
        )
        if names
    ]
    then = (
        "A part of the model would start from random numbers."
        if missing or mismatched
        else "A part of what it has learned would be left out."
    )
    return Problem(
        code="weights_do_not_match",
        title="The weights do not fit the model's config.json",
        reason=f'In "{folder}": {"; ".join(found)}. {then}',
        fix="Use the config.json that came with these weights.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
        details="\n".join([*missing, *unexpected, *sizes]),
    )
