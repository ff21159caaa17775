"""What kind of learning a run is: does the task change, and do the pretrained weights?

Both answers are read from the checkpoint and from the model as it stands. No method is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.contracts import Settings, Task, TaskModel
from engine.models.parts import is_norm
from engine.models.structure import Layer, is_new, layers_of
from engine.protocol.stack import Answer, LayerFacts, LayerKind, ModelFacts, StackFacts, Verdict
from engine.protocol.wording import listed

_TURNED_ROUND = {Answer.YES: Answer.NO, Answer.NO: Answer.YES, Answer.UNKNOWN: Answer.UNKNOWN}


def judge(
    facts: ModelFacts, task: Task, model: TaskModel, stack: StackFacts, settings: Settings, beside: str = ""
) -> Verdict:
    """Says which of the four corners a run stands in, and why.

    Args:
        facts: What the base model is and was trained for.
        task: What it is to learn.
        model: The model as it will be trained.
        stack: The same, read by :func:`engine.models.layers.read_stack`.
        settings: Of the run; the task's own may matter.
        beside: What it learns beside its task, a sentence, such as to survive typos.

    Returns:
        Both answers with a sentence for each, and the shares that place the dot.
    """
    pretrained = [layer for layer in stack.layers if not layer.is_new]
    may_change = sum(layer.trainable_parameters for layer in pretrained)
    total = sum(layer.parameters for layer in pretrained)
    inserted = sum(layer.new_parameters for layer in stack.layers)
    task_changes = _TURNED_ROUND[task.is_task_of(facts)]
    weights_change = Answer.YES if may_change else Answer.NO
    if task_changes is Answer.NO and weights_change is Answer.NO and inserted:
        fine_tuning = "Same task, same weights: plain adaptation with small parts."
    else:
        fine_tuning = _fine_tuning_sentence(stack, model, may_change, total, inserted)
    return Verdict(
        task_changes=task_changes,
        weights_change=weights_change,
        transfer_sentence=f"{_transfer_sentence(facts, task, task_changes, settings)} {beside}".strip(),
        fine_tuning_sentence=fine_tuning,
        changed_share=may_change / total if total else 0.0,
        new_parameters=stack.new_parameters,
    )


def taught(task: Task, settings: Settings) -> str:
    """Returns what a run teaches, as the end of the sentence "You teach it …".

    Args:
        task: Its task.
        settings: Its settings.
    """
    return task.teaching if isinstance(task.teaching, str) else task.teaching(settings)


def _transfer_sentence(facts: ModelFacts, task: Task, task_changes: Answer, settings: Settings) -> str:
    if task_changes is Answer.UNKNOWN:
        return "The model does not say what it was trained for."
    if task_changes is Answer.NO:
        return task.staying(facts, settings)
    if not facts.learned:
        return f"You teach it {taught(task, settings)}."
    return f"It learned {facts.learned}. You teach it {taught(task, settings)}."


def _fine_tuning_sentence(
    stack: StackFacts, model: TaskModel, may_change: int, total: int, inserted: int
) -> str:
    if not may_change:
        if inserted:
            learns = "the inserts and the new head learn" if _has_new_head(stack) else "the inserts learn"
            return f"Its own weights stay. Only {learns}."
        return "The model itself stays as it was. Only the new head learns."
    also = " The inserts learn too." if inserted else ""
    moving = [layer for layer in stack.layers if layer.trainable_parameters and not layer.is_new]
    first = min(layer.thaws_at or 0.0 for layer in moving)
    if first > 0:
        return f"From epoch {int(first) + 1} on the model's own weights change, top first.{also}"
    if may_change == total:
        return f"All of the model's own weights will change.{also}"
    blocks = [layer for layer in stack.layers if layer.kind is LayerKind.BLOCK]
    partly = [
        layer.id
        for layer in stack.layers
        if 0 < layer.trainable_parameters < layer.parameters and not layer.is_new
    ]
    if partly:
        share = f"{100 * may_change / total:.2g} %"
        return f"A few of its own weights change: {_which_weights(model)}, {share}.{also}"
    names = dict.fromkeys(block.stack for block in blocks)
    words = [said for name in names if (said := _blocks_that_change(blocks, name))]
    if _learns(stack, LayerKind.EMBEDDINGS):
        words.insert(0, "the word embeddings")
    if _learns(stack, LayerKind.HEAD):
        words.append("the head")
    subject = listed(words)
    return f"{subject[0].upper()}{subject[1:]} of the model will change.{also}"


def _learns(stack: StackFacts, kind: LayerKind) -> bool:
    """Returns whether any pretrained number in the layers of a kind may change."""
    return any(
        layer.kind is kind and layer.trainable_parameters and not layer.is_new for layer in stack.layers
    )


def _has_new_head(stack: StackFacts) -> bool:
    return any(layer.kind is LayerKind.HEAD and layer.is_new for layer in stack.layers)


def _blocks_that_change(blocks: Sequence[LayerFacts], stack: str) -> str:
    """Returns e.g. "blocks 4–6", "encoder block 2"; empty when all blocks of the stack are frozen."""
    own = [block for block in blocks if block.stack == stack]
    numbers = [number for number, block in enumerate(own, start=1) if block.trainable_parameters]
    return f"{stack} {_number_ranges(numbers)}".strip() if numbers else ""


def _number_ranges(numbers: Sequence[int]) -> str:
    """Returns "block 6", "blocks 4–6" or "blocks 1, 3 and 5–6"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    listed = " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
    return f"{'block' if len(numbers) == 1 else 'blocks'} {listed}"


def _which_weights(model: TaskModel) -> str:
    """Returns what the few trainable pretrained numbers have in common."""
    layers = [layer for layer in layers_of(model) if not is_new(model, layer)]
    names = [
        name for layer in layers for name, parameter in layer.parameters.items() if parameter.requires_grad
    ]
    if all(name.endswith("bias") for name in names):
        return "the biases"
    if _trainable(layers) == _trainable_norms(layers):
        return "the norms"
    return "parts of its blocks"


def _trainable(layers: Sequence[Layer]) -> set[int]:
    return {
        id(parameter)
        for layer in layers
        for parameter in layer.parameters.values()
        if parameter.requires_grad
    }


def _trainable_norms(layers: Sequence[Layer]) -> set[int]:
    return {
        id(parameter)
        for layer in layers
        for module in layer.modules.values()
        for part in module.modules()
        if is_norm(part)
        for parameter in part.parameters()
        if parameter.requires_grad
    }
