"""Problems of texts that a model learns to write, in words: how they were divided, and what was cut."""

from __future__ import annotations

from engine.protocol.data_problems import choose_column
from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.model_problems import CHOOSE_FOLDER, USE_BUILT_IN
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import counted, percent


def no_texts(total: int, *, with_answers: bool) -> Problem:
    """No row can be used.

    Args:
        total: Rows of the file.
        with_answers: Whether each row needs an answer, too.
    """
    needed = "both a prompt and an answer" if with_answers else "a text"
    return Problem(
        code="no_usable_rows",
        title="No row can be used",
        reason=f"None of {counted(total, 'row')} has {needed}." if total else "The table has no rows.",
        fix="Check that the right columns are chosen.",
        safe=SAFE,
        actions=(choose_column("text"), CHOOSE_FILE),
    )


def divided_at_random(texts: int) -> Problem:
    """How texts were divided into train, validation and test, and what that means for the figures."""
    return Problem(
        code="divided_at_random",
        title=f"{counted(texts, 'text')} divided at random, one by one",
        reason="Texts that follow each other in the file may stand on different sides of the split, and "
        "share names and manner. So the figures say how well the model knows texts like these, not how "
        "well it would do on those of another author or field.",
        fix="Nothing has to be done.",
        safe=SAFE,
        severity=Severity.NOTE,
        row_count=texts,
    )


def answers_cut(rows: int, total: int, longest: int) -> Problem:
    """Some answers alone are longer than the longest text: their ends are not learned.

    Args:
        rows: How many.
        total: Of how many that are learned from.
        longest: Word pieces that a prompt and its answer may have together.
    """
    return Problem(
        code="answers_cut",
        title=f"{counted(rows, 'answer')} cut",
        reason=f"{_share(rows, total)} answers to learn from leave no room for their prompts within "
        f"{longest:,} word pieces. What goes beyond is left out; the model does not see how they end.",
        fix='Raise "Longest text", or shorten these answers.',
        safe=SAFE,
        severity=Severity.WARNING,
        setting="max_length",
        row_count=rows,
    )


def prompts_cut(rows: int, total: int, longest: int) -> Problem:
    """Some prompts were cut at their beginning, so that their answers stay whole.

    Args:
        rows: How many.
        total: Of how many that are learned from.
        longest: Word pieces that a prompt and its answer may have together.
    """
    return Problem(
        code="prompts_cut",
        title=f"{counted(rows, 'prompt')} cut at the beginning",
        reason=f"{_share(rows, total)} prompts to learn from have more than {longest:,} word pieces together "
        "with their answers. The answers stay whole.",
        fix='Raise "Longest text" if the beginnings matter.',
        safe=SAFE,
        severity=Severity.NOTE,
        setting="max_length",
        row_count=rows,
    )


def targets_cut(rows: int, total: int, longest: int) -> Problem:
    """Some texts that are to be written are longer than the longest that the model learns.

    Args:
        rows: How many.
        total: Of how many that are learned from.
        longest: Word pieces of a text to write.
    """
    return Problem(
        code="targets_cut",
        title=f"{counted(rows, 'answer')} cut",
        reason=f"{_share(rows, total)} texts to write have more than {longest:,} word pieces. What goes "
        "beyond is left out, and the model learns to stop there.",
        fix='Raise "Longest answer", or shorten these texts.',
        safe=SAFE,
        severity=Severity.WARNING,
        setting="max_target_length",
        row_count=rows,
    )


def _share(rows: int, total: int) -> str:
    return f"{rows:,} of {total:,} ({percent(rows / max(1, total))})"


def no_mask_token(name: str) -> Problem:
    """A tokenizer has nothing to put in place of a hidden word."""
    return Problem(
        code="no_mask_token",
        title="The tokenizer has no blank",
        reason=f'Words are hidden behind a special word piece such as [MASK], and the tokenizer of "{name}" '
        "has none.",
        fix="Choose a model that was made to fill in blanks, such as BERT or RoBERTa.",
        safe="Nothing was started.",
        setting="model",
        actions=(USE_BUILT_IN, CHOOSE_FOLDER),
    )


def no_places_in_text(name: str) -> Problem:
    """A tokenizer cannot say where in a text its word pieces stand."""
    return Problem(
        code="no_places_in_text",
        title="The tokenizer does not say where words stand",
        reason=f'The tokenizer of "{name}" is of an old make that cuts texts without keeping the places of '
        "the pieces. Neither blanks nor noise could be told from the rest of the text.",
        fix="Choose a model that has a tokenizer.json.",
        safe="Nothing was started.",
        setting="model",
        actions=(USE_BUILT_IN, CHOOSE_FOLDER),
    )
