"""What can be wrong with a base model, in words."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.protocol.problems import Action, Problem, Severity

CHOOSE_FOLDER = Action(id="choose_folder", label="Choose a folder", note="Your settings stay.")
USE_BUILT_IN = Action(
    id="use_built_in_model", label="Use the built-in model", note="It comes with Thaw and needs no network."
)
NOTHING_CHANGED = "Nothing was changed in that folder."


def no_such_model(source: str, near: str, known: Sequence[str]) -> Problem:
    """Neither a built-in model, a folder nor a model in the Hugging Face cache has this name.

    Args:
        source: What was asked for.
        near: A built-in model with a similar name, or an empty text.
        known: Ids of the built-in models.
    """
    guess = (
        f'Did you mean "{near}"?'
        if near
        else "Choose a built-in model, the folder of a model, or one of the hub as owner/name."
    )
    return Problem(
        code="no_such_model",
        title=f'No model called "{source}" was found',
        reason=f'There is no folder "{source}", and no model of that name in the Hugging Face cache. '
        f"Built-in models: {', '.join(known)}.",
        fix=guess,
        setting="model",
        actions=(USE_BUILT_IN, CHOOSE_FOLDER) if near else (CHOOSE_FOLDER, USE_BUILT_IN),
    )


def model_is_a_file(source: str) -> Problem:
    """A file was given where the folder of a model belongs."""
    return Problem(
        code="model_is_a_file",
        title="A model is a folder, and this is a file",
        reason=f'"{source}" is a single file. A model needs its config.json, weights and tokenizer together.',
        fix="Choose the folder that holds the file.",
        safe="The file was not changed.",
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
    )


def built_in_model_missing(name: str, how_to_get: str) -> Problem:
    """The built-in model's files are not on this computer."""
    return Problem(
        code="built_in_model_missing",
        title=f"{name} is not on this computer",
        reason=f"The files of the built-in model {name} are not installed.",
        fix=f"{how_to_get}. Or choose a folder that holds another model.",
        setting="model",
        actions=(CHOOSE_FOLDER,),
    )


def built_in_model_damaged(name: str, folder: str) -> Problem:
    """The built-in model's weights are not the bytes that they should be."""
    return Problem(
        code="built_in_model_damaged",
        title=f"The files of {name} are damaged",
        reason=f'The weights in "{folder}" do not have the checksum of {name}.',
        fix="Install the model again, or choose a folder that holds another model.",
        setting="model",
        actions=(CHOOSE_FOLDER,),
    )


def no_config(folder: str) -> Problem:
    """The folder has no readable ``config.json``."""
    return Problem(
        code="no_model_config",
        title="This folder does not hold a model",
        reason=f'There is no "config.json" in "{folder}", so nobody can tell how the model is built.',
        fix="Choose the folder that holds config.json, model.safetensors and the tokenizer.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
    )


def config_unreadable(folder: str, details: str) -> Problem:
    """``config.json`` is there but is not a model's configuration."""
    return Problem(
        code="model_config_unreadable",
        title="The model's config.json cannot be read",
        reason=f'The "config.json" in "{folder}" is not a configuration that transformers can read.',
        fix="Get the folder again, or choose another model.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
        details=details,
    )


def unknown_architecture(folder: str, model_type: str) -> Problem:
    """The installed transformers does not know this kind of model."""
    kind = f'is a "{model_type}" model' if model_type else "does not say what kind of model it is"
    return Problem(
        code="unknown_architecture",
        title="This kind of model is not known",
        reason=f'The model in "{folder}" {kind}, and Thaw runs only what comes with transformers: '
        "no code from a model's folder is ever run.",
        fix="Choose a model of a known kind, such as BERT, RoBERTa, DistilBERT, GPT-2 or Llama.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(USE_BUILT_IN, CHOOSE_FOLDER),
    )


def no_tokenizer(folder: str) -> Problem:
    """The folder has no tokenizer."""
    return Problem(
        code="model_without_tokenizer",
        title="The model's tokenizer is missing",
        reason=f'"{folder}" has no tokenizer.json, so texts cannot be cut into word pieces.',
        fix="Put the tokenizer's files beside config.json.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
    )


def tokenizer_unreadable(folder: str, details: str) -> Problem:
    """The folder has a tokenizer, and it is damaged or of a kind that is not known."""
    return Problem(
        code="model_without_tokenizer",
        title="The model's tokenizer cannot be read",
        reason=f'The tokenizer.json in "{folder}" is damaged or of a kind that transformers does not know, '
        "so texts cannot be cut into word pieces.",
        fix="Get the tokenizer's files again.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
        details=details,
    )


def saved_model_unreadable(folder: str, reason: str, details: str = "") -> Problem:
    """A model that a run saved cannot be read back."""
    return Problem(
        code="saved_model_unreadable",
        title="The saved model cannot be read",
        reason=f'In "{folder}": {reason}',
        fix="Train the run again, or resume it from its last checkpoint.",
        safe="Nothing was changed in that folder.",
        details=details,
    )


def base_model_changed(folder: str, name: str, base_folder: str) -> Problem:
    """The base model that a saved model stands on has other weights now.

    Args:
        folder: Where the saved model is.
        name: Name of the base model.
        base_folder: Where the base model is.
    """
    return Problem(
        code="base_model_changed",
        title=f"{name} is not the model that this run was trained on",
        reason=f'The run in "{folder}" holds only what it added to {name}. The weights in "{base_folder}" '
        "are others than they were then, so its answers would be wrong.",
        fix="Put the earlier weights back, or train the run again.",
        safe="What the run learned is still there.",
        setting="model",
    )


def not_a_text_model(folder: str, model_type: str) -> Problem:
    """The model reads pictures or sounds."""
    return Problem(
        code="not_a_text_model",
        title="This model does not read text",
        reason=f'The model in "{folder}" is a "{model_type}" model and has no vocabulary of word pieces.',
        fix="Choose a model that reads text.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(USE_BUILT_IN, CHOOSE_FOLDER),
    )


def tokenizer_does_not_match(folder: str, pieces: int, vocabulary: int) -> Problem:
    """The tokenizer knows more word pieces than the model.

    Args:
        folder: Where the model is.
        pieces: Word pieces that the tokenizer knows.
        vocabulary: Word pieces that the model has a vector for.
    """
    return Problem(
        code="tokenizer_does_not_match",
        title="The tokenizer is that of another model",
        reason=f'The tokenizer in "{folder}" knows {pieces:,} word pieces, and the model {vocabulary:,}.',
        fix="Put the tokenizer's files that came with these weights beside config.json.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(CHOOSE_FOLDER, USE_BUILT_IN),
    )


def layers_cannot_be_told_apart(name: str, family: str, reason: str) -> Problem:
    """Nobody can say what a frozen layer of this model would be.

    Args:
        name: Name of the model.
        family: E.g. ``"funnel"``.
        reason: What does not fit, as a sentence.
    """
    return Problem(
        code="layers_cannot_be_told_apart",
        title=f"Thaw cannot tell the layers of {name} apart",
        reason=f'{name} is a "{family}" model. {reason} So a layer that is called frozen might learn all '
        "the same.",
        fix="Choose a model of a known kind, such as BERT, RoBERTa, DeBERTa, GPT-2, Llama or T5.",
        safe=NOTHING_CHANGED,
        setting="model",
        actions=(USE_BUILT_IN, CHOOSE_FOLDER),
    )


def no_padding_token(name: str, token: str) -> Problem:
    """The tokenizer has no word piece for filling up short texts, and another is used. A note.

    Args:
        name: Name of the model.
        token: What is used, e.g. ``"<|endoftext|>"``.
    """
    return Problem(
        code="no_padding_token",
        title=f"{name} has no padding token",
        reason=f'Short texts of a batch are filled up with its end-of-text token, "{token}". The attention '
        "mask hides them, so they do not change an answer.",
        fix="Nothing needs to be done.",
        severity=Severity.NOTE,
        setting="model",
    )


def model_cannot_read_whole_texts(name: str, family: str) -> Problem:
    """A model of an encoder and a decoder was asked for one vector of a text.

    Args:
        name: Name of the model.
        family: E.g. ``"t5"``.
    """
    return Problem(
        code="model_does_not_fit_task",
        title=f"{name} cannot do this task",
        reason=f'{name} is a "{family}" model: an encoder with a decoder, made to write texts. '
        "This task needs a model that only reads.",
        fix="Choose a model such as BERT, RoBERTa, DistilBERT, GPT-2 or Llama.",
        safe="Nothing was started.",
        setting="model",
        actions=(USE_BUILT_IN, CHOOSE_FOLDER),
    )


def model_does_not_fit_task(
    name: str, reason: str, task: str = "", instead: tuple[str, str] | None = None
) -> Problem:
    """A model cannot do a task.

    Args:
        name: Name of the model.
        reason: Why not, a sentence.
        task: Name of the task, where it is known.
        instead: Id and name of a model that came with Thaw and can do it, where there is one.
    """
    use = USE_BUILT_IN
    if instead is not None:
        use = msgspec.structs.replace(use, label=f"Use {instead[1]}", arguments={"model": instead[0]})
    return Problem(
        code="model_does_not_fit_task",
        title=f'{name} cannot be used for "{task}"' if task else f"{name} cannot do this task",
        reason=reason,
        fix="Choose another model, or another task.",
        safe="Nothing was started.",
        setting="model",
        actions=(use, CHOOSE_FOLDER),
    )


def needs_own_code(*, name: str, model_type: str) -> Problem:
    """A model runs only with a program that comes with it.

    Args:
        name: Name or folder of the model.
        model_type: What its config.json calls its kind.
    """
    return Problem(
        code="needs_own_code",
        title="This model needs a program of its own",
        reason=f'The model in "{name}" is a "{model_type}" model, which transformers knows only with the '
        "program that its author put beside it, and no code from a model's folder is ever run.",
        fix="Choose a model of a known kind, such as BERT, RoBERTa, DistilBERT, GPT-2 or Llama.",
        safe="No program was run.",
        setting="model",
        actions=(USE_BUILT_IN, CHOOSE_FOLDER),
    )
