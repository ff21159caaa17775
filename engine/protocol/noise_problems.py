"""Problems of noise that is put into texts, in words."""

from __future__ import annotations

from engine.protocol.file_problems import SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, percent, shortened


def no_noise_chosen(train_on: str, first: tuple[str, str]) -> Problem:
    """Texts are to have noise, and no kind of it is turned on.

    Args:
        train_on: What the run is to learn from, as it is called on screen.
        first: Name of the setting that turns the usual kind on, and what that is called.
    """
    return Problem(
        code="no_noise_chosen",
        title="No kind of noise is turned on",
        reason=f'This run is to learn from "{train_on}", but every kind of noise is turned off.',
        fix=f'Turn on "{first[1]}" or another kind, or train on clean texts.',
        safe=SAFE,
        setting=first[0],
        actions=(
            Action(id="set_settings", label=f"Turn on {first[1]}", arguments={first[0]: "yes"}),
            Action(id="set_settings", label="Clean texts", arguments={"train_on": "clean"}),
        ),
    )


def noise_put_in(
    words: str, share: float, texts: int, *, untouched: int, row: int, before: str, after: str, fresh: bool
) -> Problem:
    """Noise was put into texts to read, as was asked for: said with an example.

    Args:
        words: Its kinds, inside a sentence.
        share: Of what they can touch, 0 to 1.
        texts: How many texts have it.
        untouched: Texts of the final test that stay as they are; 0 when those have noise too.
        row: Row of the example.
        before: Its text.
        after: What the model will read.
        fresh: Whether each epoch has noise of its own.
    """
    where = "to learn from and to check with" if untouched else "of all three parts"
    again = " Each epoch learns from other noise." if fresh else ""
    rest = f" The {counted(untouched, 'text')} of the final test stay as they are." if untouched else ""
    return Problem(
        code="noise_put_in",
        title=f"{words[0].upper()}{words[1:]} at {percent(share)}",
        reason=f"Artificial noise was put into {counted(texts, 'text')} {where}. For example the model "
        f'reads row {row:,}, "{shortened(before, 80)}", as "{shortened(after, 80)}".{again}{rest}',
        fix="",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="noise_share",
        row_count=texts,
    )
