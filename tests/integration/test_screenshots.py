"""``thaw --screenshots``: a real run is trained, and every page is drawn and is not blank."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from engine.protocol.config import SplitConfig
from gui import screenshots
from gui.screenshot_plan import SCENES, Plan, picture_names
from gui.state.preferences import ThemeChoice

FEW = Plan(
    row_limit=64,
    epochs=1,
    split=SplitConfig(validation=0.03, test=0.03),
    sizes=((960, 520),),
    themes=(ThemeChoice.LIGHT, ThemeChoice.DARK),
)


def test_all_pages_are_named_in_both_themes_and_three_sizes() -> None:
    names = picture_names(Plan())
    assert len(names) == len(set(names)) == len(SCENES) * 2 * 3
    for page in ("welcome", "data", "setup", "train-running", "results", "try", "export", "help", "settings"):
        for look in ("light-1440x900", "dark-1366x688", "light-960x520"):
            assert f"{page}-{look}.png" in names


@pytest.mark.timeout(400)
def test_every_page_is_drawn_from_a_real_run(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pictures"
    status = screenshots.main(str(folder), FEW)
    told = capsys.readouterr()
    assert status == 0, told.err
    names = picture_names(FEW)
    assert sorted(Path(line).name for line in told.out.splitlines() if line.endswith(".png")) == sorted(names)
    seen: dict[str, str] = {}
    for name in names:
        image = QImage(str(folder / name))
        assert (image.width(), image.height()) == (960, 520), name
        colors = {image.pixel(x, y) for x in range(0, 960, 4) for y in range(0, 520, 4)}
        assert len(colors) > 20, f"{name} is blank"
        dark = image.pixelColor(5, 300).lightness() < 60
        assert dark == ("-dark-" in name), name
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert digest not in seen, f"{name} is the same picture as {seen[digest]}"
        seen[digest] = name
