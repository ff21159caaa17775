"""Looks whether a run can be trained: all problems at once, what it would be, what it will need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from engine import device as devices
from engine import registry
from engine.contracts import BaseModel, Network, Settings
from engine.disk import free_space
from engine.errors import EngineError
from engine.models.four_bit import is_four_bit, why_not_four_bit
from engine.models.layers import read_stack
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.sources import built_in_for
from engine.models.verdict import judge
from engine.protocol import check_problems, model_problems, run_folder_problems, settings_problems
from engine.protocol.config import RunConfig
from engine.protocol.fields import IntegerField
from engine.protocol.stack import Estimate, Fit, MethodPreview
from engine.training.checked import Checked, Drawn
from engine.training.checkpoint import FreeSpace
from engine.training.counting import count
from engine.training.estimate import Estimator
from engine.training.known_rows import known_rows
from engine.training.memory_needed import checkpoint_size
from engine.training.noisy_parts import surviving, why_no_noise
from engine.training.prepared_rows import PreparedRows
from engine.training.read_before import with_rows_read
from engine.training.reading import TextsRead, reading_problems_of
from engine.training.rows_chosen import RowsChosen
from engine.training.run_elsewhere import with_whole_paths
from engine.training.stamps import reading_mark
from engine.training.workbench import Workbench
from engine.training_fields import COMPUTE_AGAIN, MAX_LENGTH

_LONG = 20 * 60
"""Seconds from which a warning says that training will take long."""

_MOST_SEED = 2**32 - 1
"""numpy takes no larger one."""

_PLACEHOLDERS = ("first", "second")
"""Classes while the rows cannot be read: the model can be drawn all the same."""


class Checker:
    """Checks runs and previews methods with what the workbench keeps."""

    def __init__(self, bench: Workbench, estimator: Estimator, free: FreeSpace = free_space) -> None:
        """Takes what it asks.

        Args:
            bench: Reads and keeps.
            estimator: Knows how fast this machine is.
            free: Says how many bytes are free where a folder is.
        """
        self._bench = bench
        self._estimator = estimator
        self._free = free

    def check(self, run: RunConfig, folder: str = "") -> Checked:
        """Checks a run; takes less than 150 ms when rows and model have been read before.

        Args:
            run: What was chosen.
            folder: Where it would be kept; empty when that is not known yet.
        """
        checked = Checked(run)
        if not 0 <= run.seed <= _MOST_SEED:
            checked.problems.append(settings_problems.seed_out_of_range(run.seed, _MOST_SEED))
        if devices.is_here(run.device):
            checked.device = run.device
        else:
            known = [(device.id, device.label) for device in devices.devices()]
            checked.problems.append(check_problems.no_such_device(asked=run.device, known=known))
        checked.task = checked.find(lambda: registry.task(run.task))
        checked.method = checked.find(lambda: registry.method(run.method))
        kind = Network.ENCODER if checked.task is None else checked.task.network
        checked.base = checked.find(lambda: load_base(run.model, on_meta=True, kind=kind))
        if checked.task is not None:
            self._read_rows(checked)
            if checked.base is not None and (reason := checked.task.supports(checked.base.facts)):
                instead = built_in_for(checked.task.network)
                checked.problems.append(
                    model_problems.model_does_not_fit_task(
                        checked.base.facts.name, reason, checked.task.name, instead
                    )
                )
                return checked
        if checked.base is not None and checked.rows is not None:
            checked.problems += known_rows(checked.run, checked.base)
        if checked.base is not None and not checked.base.facts.has_pad_token:
            token = str(checked.base.tokenizer.pad_token)
            checked.problems.append(model_problems.no_padding_token(checked.base.facts.name, token))
        if checked.task is None or checked.method is None or checked.base is None:
            return checked
        checked.settings, problems = registry.fill_settings(
            checked.method, run.task, run.settings, checked.base.facts
        )
        checked.problems += [*problems, *why_no_noise(checked.task, checked.settings)]
        checked.run = msgspec.structs.replace(checked.run, settings=dict(checked.settings))
        reason = checked.method.supports(checked.task, checked.base.facts)
        if reason:
            checked.problems.append(
                settings_problems.method_does_not_serve(
                    checked.method.name, checked.task.name, checked.base.facts.name, reason
                )
            )
            return checked
        base = checked.base
        drawn = checked.find(lambda: self.draw(checked.run, base, checked.settings, checked.rows))
        if drawn is not None:
            checked.stack, checked.verdict = drawn.stack, drawn.verdict
            if not checked.stack.trainable_parameters:
                checked.problems.append(check_problems.nothing_to_train(method=checked.method.name))
            self._estimate(checked, drawn, folder)
        return checked

    def preview(self, run: RunConfig) -> tuple[MethodPreview, ...]:
        """Says for every method what it would do to the chosen model, with its recommended settings.

        Args:
            run: Its method and settings are not looked at.

        Raises:
            EngineError: When there is no such task, or the model cannot be read.
        """
        task = registry.task(run.task)
        base = load_base(run.model, on_meta=True, kind=task.network)
        rows = Checked(run).find(lambda: self._bench.rows(run.data, run.task, run.settings))
        previews = []
        for method in registry.all_methods().values():
            reason = task.supports(base.facts) or method.supports(task, base.facts)
            if reason:
                previews.append(MethodPreview(method=method.id, reason=reason))
                continue
            plain = msgspec.structs.replace(run, method=method.id, layers={})
            shared = registry.shared_settings(task, run.settings)
            settings, _ = registry.fill_settings(method, task.id, shared, base.facts)
            drawn = self.draw(plain, base, settings, rows)
            fields = registry.fields(method, base.facts, task)
            previews.append(
                MethodPreview(method=method.id, fields=fields, stack=drawn.stack, verdict=drawn.verdict)
            )
        return tuple(previews)

    def _read_rows(self, checked: Checked) -> None:
        run = checked.run
        data = checked.find(lambda: self._bench.with_columns(run.data, run.task))
        if data is None:
            return
        checked.run = msgspec.structs.replace(run, data=data)
        checked.rows = checked.find(lambda: self._bench.rows(data, run.task, run.settings))
        if checked.rows is not None:
            checked.problems += checked.rows.errors

    def draw(self, run: RunConfig, base: BaseModel, settings: Settings, rows: PreparedRows | None) -> Drawn:
        """Builds the model without numbers and reads it.

        Args:
            run: What was chosen.
            base: The base model, without numbers, too.
            settings: Every setting; its own are not looked at.
            rows: Which classes there are; ``None`` when that is not known.
        """
        task, method = registry.task(run.task), registry.method(run.method)
        placeholders = _PLACEHOLDERS if task.has_classes else ()
        # Rows that can be trained on and have no classes are answered with a score.
        can_train = rows is not None and rows.split is not None
        classes: Sequence[str] = (rows.classes if rows else ()) or (() if can_train else placeholders)
        example = rows.facts.examples[0] if rows and rows.facts.examples else ""
        model = build(base, task, method, settings, classes, run.layers, run.seed)
        four_bit = is_four_bit(model)
        if four_bit and not why_not_four_bit() and devices.choose(run.device).type == "cpu":
            raise EngineError(check_problems.four_bits_need_a_card())
        stack = read_stack(model, base, classes, example, by_hand=method.layers_by_hand)
        verdict = judge(base.facts, task, model, stack, settings, surviving(task, settings))
        return Drawn(stack, verdict, model.facts, four_bit)

    def _estimate(self, checked: Checked, drawn: Drawn, folder: str) -> None:
        """Estimates the run, and warns of what it will need."""
        run, rows, method, task, base = checked.run, checked.rows, checked.method, checked.task, checked.base
        if rows is None or rows.split is None or method is None or task is None or base is None:
            return
        stack, whole = drawn.stack, with_whole_paths(run)
        read = self._bench.texts_read(run.data, run.task, run.model, checked.settings)
        checked.chosen = RowsChosen(
            reading_mark(whole.data, run.task, whole.model, checked.settings),
            str(devices.choose(checked.device)),
            run.threads or devices.thread_count(),
            checked.precision,
            drawn.four_bit,
            frozenset(
                name
                for name, asked in rows.asked(checked.settings, base.tokenizer).items()
                if task.joins_rows(asked)
            ),
            lambda: rows.text_marks,
        )
        work = count(self._bench, run, task, base, checked.settings).work(stack, checked.settings)
        checked.work = with_rows_read(work, checked.chosen, stack, drawn.facts)
        estimator = self._estimator.on(checked.device, checked.precision)
        checked.estimate = estimator.estimate(run.model, stack, checked.work, checked.settings)
        checked.is_timed = estimator.is_timed(run.model, checked.work.length)
        light = registry.catalog().tagged("light")
        if light is not None and light.id != method.id:
            checked.light = (light.id, light.name)
        again = None
        if checked.estimate.fit is Fit.TOO_LARGE and not checked.settings[COMPUTE_AGAIN.name]:
            thrifty = {**checked.settings, COMPUTE_AGAIN.name: True}
            again = estimator.estimate(run.model, stack, checked.work, thrifty)
        self._warn(checked, checked.estimate, again)
        self._about_texts(checked, read)
        if folder:
            needed, free = checkpoint_size(stack), self._free(Path(folder))
            if free < needed:
                problem = run_folder_problems.no_disk_space(folder=folder, needed=needed, free=free)
                checked.problems.append(problem)

    def _about_texts(self, checked: Checked, read: TextsRead) -> None:
        """Tells how the model reads the texts: what is cut, what it does not know."""
        if checked.task is None or checked.method is None or checked.base is None:
            return
        fields = registry.fields(checked.method, checked.base.facts, checked.task, checked.settings)
        longest = max(
            field.maximum
            for field in fields
            if field.name == MAX_LENGTH.name and isinstance(field, IntegerField)
        )
        checked.problems += reading_problems_of(read, checked.task, checked.base, checked.settings, longest)

    def _warn(self, checked: Checked, estimate: Estimate, again: Estimate | None) -> None:
        if estimate.fit is Fit.TOO_LARGE:
            checked.problems.append(
                check_problems.too_large(
                    memory=estimate.memory, free=estimate.memory_free, light=checked.light, again=again
                )
            )
        if estimate.seconds is None or estimate.seconds < _LONG:
            return
        checked.problems.append(
            check_problems.takes_long(
                seconds=estimate.seconds,
                has_accelerator=len(devices.devices()) > 1,
                light=checked.light,
                light_seconds=self._light_seconds(checked),
            )
        )

    def _light_seconds(self, checked: Checked) -> float | None:
        """Returns what the estimate says for the method that needs the least, with its own settings."""
        if checked.light is None or checked.base is None or checked.task is None:
            return None
        method = registry.method(checked.light[0])
        if method.supports(checked.task, checked.base.facts):
            return None
        settings, _ = registry.fill_settings(method, checked.task.id, {}, checked.base.facts)
        own = registry.shared_settings(checked.task, checked.settings)
        settings = {**settings, **own, "max_length": checked.settings["max_length"]}
        run = msgspec.structs.replace(checked.run, method=method.id, layers={})
        stack = self.draw(run, checked.base, settings, checked.rows).stack
        work = count(self._bench, run, checked.task, checked.base, settings).work(stack, settings)
        estimator = self._estimator.on(checked.device, checked.precision)
        return estimator.estimate(run.model, stack, work, settings).seconds
