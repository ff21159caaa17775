"""Some of a run's test rows, what its model says to them, and whether a written model says the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from engine.contracts import Asked, Batch, EncodedRow, HeadKind, Objective
from engine.models.heads import Range
from engine.protocol.exports import CheckOutcome, ExportCheck
from engine.protocol.wording import counted
from engine.training.answering import FinishedRun
from engine.training.rows import EncodedPart
from engine.training.workbench import Workbench

ROWS = 50
"""Test rows that are put to a written model, at most."""

CLOSE = 1e-4
"""Largest difference between two probabilities that counts as none: float32 adds up in another order."""

SAME_ANSWERS = "same_answers"

Ask = Callable[[], torch.Tensor]


@dataclass(frozen=True)
class ComparedAnswers:
    """Test rows and what a run's own model says to them.

    Attributes:
        asked: The rows, encoded.
        batch: The same as one batch, on the processor, with their answers.
        logits: What the model says: ``(rows, outputs)``, ``(windows, tokens, outputs)``, ``(places, words)``.
        objective: What the logits are.
        kind: What is answered.
        places: Of networks that write words, where; else where there is no padding.
        spread: Of scores, how far the true ones lie apart: the unit of a difference.
    """

    asked: Asked
    batch: Batch
    logits: torch.Tensor
    objective: Objective
    kind: HeadKind
    places: torch.Tensor
    spread: float

    @classmethod
    def of(cls, finished: FinishedRun, bench: Workbench) -> ComparedAnswers:
        """Asks a run's model.

        Args:
            finished: The run, on the processor.
            bench: Reads the rows.

        Raises:
            EngineError: When the rows cannot be read any more, or have changed.
        """
        rows = finished.test_rows(bench)
        part: EncodedPart = finished.part(rows.select(range(min(ROWS, len(rows)))))
        batch = part.batch(range(len(part)))
        with torch.no_grad():
            logits = finished.model.eval()(batch).logits.float()
        places: Any = batch["attention_mask"].bool()
        if finished.model.facts.kind is HeadKind.WORDS:
            network: Any = finished.model
            places = network.places(batch)
        spread = next((float(one.spread) for one in finished.model.modules() if isinstance(one, Range)), 1.0)
        facts = finished.model.facts
        return cls(part.asked, batch, logits, facts.objective, facts.kind, places, spread)

    @property
    def inputs(self) -> dict[str, torch.Tensor]:
        """Returns the batch without its answers."""
        return {
            name: tensor
            for name, tensor in self.batch.items()
            if name in {"input_ids", "attention_mask", "token_type_ids"}
        }

    def typed(self, task_questions: Callable[[Asked], Any]) -> list[Any]:
        """Returns the rows as a person types them: texts, or pairs in the order in which they are read.

        Args:
            task_questions: ``Task.questions``.
        """
        asked = task_questions(self.asked)
        if self.objective is Objective.SPAN:
            return [(one.second, one.text) for one in asked]
        return [(one.text, one.second) if one.second else one.text for one in asked]

    def compared(
        self, said: torch.Tensor, *, close: float = CLOSE, what: str = "", rounded: bool = False
    ) -> ExportCheck:
        """Returns how what a written model says differs from what the run's own says.

        Args:
            said: Logits of the same rows, in the shape of :attr:`logits`.
            close: Largest difference that counts as the same.
            what: Which of several files, e.g. ``"with int8"``.
            rounded: Whether its numbers were rounded on purpose, so that a difference is no fault.
        """
        rows = len(self.asked.rows)
        if self.kind is HeadKind.WORD_PIECES:  # padding may be wider there
            said = said[:, : self.logits.shape[1]]
        title = f"Same answers as in Thaw{', ' + what if what else ''}"
        if said.shape != self.logits.shape:
            return ExportCheck(
                id=SAME_ANSWERS,
                title=title,
                detail="The files give answers of another form than the run. Please keep the run itself.",
                outcome=CheckOutcome.FAILED,
            )
        ours, theirs = self._shares(self.logits), self._shares(said.float())
        if self.kind is HeadKind.WORD_PIECES:
            ours, theirs = ours[self.places], theirs[self.places]
        difference = float((ours - theirs).abs().max()) if ours.numel() else 0.0
        other = self._other_answers(ours, theirs)
        outcome = CheckOutcome.PASSED if difference <= close else CheckOutcome.FAILED
        if outcome is CheckOutcome.FAILED and rounded:
            outcome, title = CheckOutcome.TOLD, f"Nearly the answers of Thaw, {what}"
        told = (
            f"{counted(rows, 'test row')}, after loading the files again: largest difference {difference:.2g}"
        )
        if other:
            told += f"; {counted(other, 'answer')} of {len(ours):,} became another"
        return ExportCheck(
            id=SAME_ANSWERS, title=title, detail=f"{told}.", outcome=outcome, difference=difference
        )

    def _shares(self, logits: torch.Tensor) -> torch.Tensor:
        if self.objective is Objective.NUMBER:
            return logits / self.spread
        if self.objective is Objective.ANY_CLASSES:
            return logits.sigmoid()
        if self.objective is Objective.SPAN:
            return logits.masked_fill(~self.places[..., None], -1e4).softmax(1)
        return logits.softmax(-1)

    def _other_answers(self, ours: torch.Tensor, theirs: torch.Tensor) -> int:
        if self.objective is Objective.ANY_CLASSES:
            return int(((ours >= 0.5) != (theirs >= 0.5)).any(-1).sum())
        if self.objective in {Objective.NUMBER, Objective.SPAN}:
            return 0
        return int((ours.argmax(-1) != theirs.argmax(-1)).sum())


def same_pieces(test: ComparedAnswers, tokenizer: Any, encode: Callable[[Asked], list[EncodedRow]]) -> bool:
    """Returns whether a saved tokenizer cuts the test rows as the run's own does.

    Args:
        test: The rows.
        tokenizer: As it was loaded from the written files.
        encode: ``Task.encode``.
    """
    again = encode(dataclasses.replace(test.asked, tokenizer=tokenizer, encoded=()))
    return [one["input_ids"] for one in again] == [one["input_ids"] for one in test.asked.encoded]
