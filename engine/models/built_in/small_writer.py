"""The small writer: a toy that continues text, trained by Thaw on one novel."""

from __future__ import annotations

from engine.head_facts import Network
from engine.models.sources import OWN_PACKAGE, BuiltInModel

MODEL = BuiltInModel(
    id="small_writer",
    name="Small writer",
    summary="A toy: continues text in the manner of Jane Austen",
    licence="Apache-2.0",
    language="English",
    package=OWN_PACKAGE,
    package_folder="models/small_writer",
    sha256="7ba2ea7fbfd8c2a052034df87ffcf005135bbe9612be56fb9036c0f6675fa401",
    learned="to continue text",
    networks=(Network.ENCODER, Network.CAUSAL_LM),
    note="A toy, trained by Thaw on one novel. It knows nothing else.",
    learned_from="f247e28677edd6c815fc4a0259fd9387a1e8087787b877188e384a2fbda5ecc0",
)
