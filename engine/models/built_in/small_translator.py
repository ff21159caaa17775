"""The small translator: English to French, phrases of user interfaces only, trained by Thaw."""

from __future__ import annotations

from engine.head_facts import Network
from engine.models.sources import OWN_PACKAGE, BuiltInModel

MODEL = BuiltInModel(
    id="small_translator",
    name="Small translator",
    summary="English to French, phrases of user interfaces only",
    licence="Apache-2.0",
    language="English to French",
    package=OWN_PACKAGE,
    package_folder="models/small_translator",
    sha256="b376a2cc12efec242fd76c6b5ec84813da9ea4f43f3af1ae05afbfbb4875fe9b",
    learned="to translate",
    networks=(Network.ENCODER, Network.SEQUENCE_TO_SEQUENCE),
    note="Trained by Thaw on phrases of user interfaces. It knows nothing else.",
    learned_from="389a1c2d47274cf5b268e21e9c1b50878d9a2c69333fdc7d304070ab0fafc0bb",
)
