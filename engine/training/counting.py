"""How much a chosen run computes: its rows as its tokenizer reads them, and what of it is done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine import device as devices
from engine import registry
from engine.contracts import BaseModel, Settings, Task
from engine.protocol.config import RunConfig
from engine.protocol.stack import StackFacts
from engine.training.kept_states import states_folder
from engine.training.kept_work import bytes_free
from engine.training.work import WordsSaid, Work, with_kept, work_of
from engine.training.workbench import Workbench


@dataclass(frozen=True)
class Counted:
    """What the work of a run is counted from; asked again for other settings it is counted at once.

    Attributes:
        task: Its task.
        base: Its base model.
        lengths: Part → word pieces in each row, before they are cut.
        said: How many words are said.
        drawn: Parts of whose rows something is drawn anew each time they are read.
        free: Bytes that what is kept may take.
        seed: Of the run.
        threads: That compute it; 0 where a graphics card does.
        row: Seconds in which a row is put into a batch.
        solved_at_once: Of the method.
    """

    task: Task
    base: BaseModel
    lengths: Mapping[str, Sequence[int]]
    said: WordsSaid
    drawn: frozenset[str]
    free: int
    seed: int
    threads: int
    row: float
    solved_at_once: Callable[[Settings], float | None]

    def work(
        self, stack: StackFacts, settings: Settings, lengths: Mapping[str, Sequence[int]] | None = None
    ) -> Work:
        """Returns how much a run computes.

        Args:
            stack: The model as it would be trained.
            settings: Every setting.
            lengths: Other rows than those that were chosen.
        """
        work = work_of(
            lengths or self.lengths,
            settings,
            stack.added_pieces,
            self.said,
            self.task,
            seed=self.seed,
            threads=self.threads,
            solved=self.solved_at_once(settings) is not None,
            words=stack.words or 1,
        )
        width, work = self.base.facts.width, replace(work, row=self.row)
        return with_kept(work, self.task, settings, stack, width, drawn=self.drawn, free=self.free)


def count(bench: Workbench, run: RunConfig, task: Task, base: BaseModel, settings: Settings) -> Counted:
    """Reads what the work of a run is counted from; at once where that was read before.

    Args:
        bench: Reads and keeps.
        run: What was chosen.
        task: Its task.
        base: Its base model.
        settings: Every setting.

    Raises:
        EngineError: When rows or model cannot be read.
    """
    asked = (run.data, run.task, run.model, settings)
    first = bench.first_rows(*asked)
    on_card = devices.choose(run.device).type == "cuda"
    return Counted(
        task=task,
        base=base,
        lengths=bench.texts_read(*asked).lengths,
        said=first.said,
        drawn=first.drawn,
        free=bytes_free(states_folder()),
        seed=max(0, run.seed),  # another one is told as a problem
        threads=0 if on_card else run.threads or devices.thread_count(),
        row=first.row,
        solved_at_once=registry.method(run.method).solved_at_once,
    )
