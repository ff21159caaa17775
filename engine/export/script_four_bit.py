"""The lines of a script for a run whose frozen weights were kept in four bits (Dettmers 2023, QLoRA).

transformers reads the weights in four bits with bitsandbytes; the matrices outside of the blocks stay whole,
as in the run.
"""

from __future__ import annotations

from string import Template

from torch import nn

from engine.export.script_contract import RunAtStart
from engine.models.heads import STOCK
from engine.models.load import load_base
from engine.models.parts import features
from engine.models.structure import block_lists

PACKAGES = ("accelerate", "bitsandbytes")
"""What has to be installed beside what every script needs."""

NEEDED = """\
The run kept the frozen weights in four bits (QLoRA), and so does the script. It needs an NVIDIA graphics card
(CUDA); the environment variable DEVICE may name another than the first, such as cuda:1."""

SAME_SCORE = """\
A graphics card does not
add up in the same order each time, so that a few answers near a border may become others."""

_SETTINGS = Template("""\
DEVICE = os.environ.get("DEVICE", "cuda:0")
if DEVICE.startswith("cuda") and not torch.cuda.is_available():
    raise SystemExit("This run kept weights in four bits. Repeating it needs an NVIDIA graphics card (CUDA).")
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # sums in one order
torch.use_deterministic_algorithms(True, warn_only=True)
torch.set_default_device(DEVICE)
FOUR_BITS = {
    "quantization_config": BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.float32,
        llm_int8_skip_modules=$whole,
    ),
    "device_map": {"": DEVICE},
}
""")

COUNT = """\
def numbers_in(value):
    \"\"\"Two numbers of four bits stand in one place.\"\"\"
    return math.prod(getattr(getattr(value, "quant_state", None), "shape", value.shape))


print(*(sum(map(numbers_in, some)) for some in (learning, parameters.values())), "learn, of all")
"""
"""The lines that say how many numbers learn, where some are packed."""


def four_bit_settings(start: RunAtStart) -> str:
    """Returns the lines that say where the script computes, and what is read in four bits.

    Args:
        start: The run.
    """
    return _SETTINGS.substitute(whole=repr(left_whole_names(start)))


def left_whole_names(start: RunAtStart) -> list[str]:
    """Returns the names of the matrices that stay whole: those outside of the blocks, and the head's.

    transformers reads a name as an expression from the start of a path, or as its end.

    Args:
        start: The run.
    """
    source = start.source
    network = load_base(source.run.model, True, kind=source.task.network).network
    inside = {id(part) for blocks in block_lists(network) for part in blocks.modules()}
    found = {name for name, part in network.named_modules() if features(part)[0] and id(part) not in inside}
    if start.model.facts.shape == STOCK:  # its parts stand in transformers' own class for the task
        found |= {
            rf"(?:.*\.)?{name}" for name, part in start.model.head.named_children() if _has_matrix(part)
        }
    return sorted(found)


def _has_matrix(part: nn.Module) -> bool:
    return any(features(one)[0] for one in part.modules())
