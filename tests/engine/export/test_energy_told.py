"""What a report, a card and a comparison say of energy, of runs from computers that told it and others."""

from __future__ import annotations

import shutil

import msgspec

from engine.export.comparison_facts import comparison_of
from engine.export.model_card import model_card
from engine.export.reading import read_for_export
from engine.export.reports import write_reports
from engine.protocol.energy import Energy, EnergyCovers, EnergyPart
from engine.protocol.events import ResultWritten
from engine.protocol.run_files import EVENTS_FILE, read_events
from engine.protocol.wire import encode
from engine.training.workbench import Workbench


def measured(folder, to, joules):
    """Returns a copy of a run on a computer that told what its card drew."""
    copy = shutil.copytree(folder, to)
    part = EnergyPart(
        covers=EnergyCovers.CARD, read_from="the graphics card's own counter", joules=joules, seconds=900
    )
    lines = []
    for event in read_events(folder):
        if isinstance(event, ResultWritten):
            result = msgspec.structs.replace(event.result, energy=Energy(parts=(part,)), seconds=901)
            event = msgspec.structs.replace(event, result=result)
        lines.append(encode(event))
    (copy / EVENTS_FILE).write_bytes(b"".join(lines))
    return copy


def test_energy_is_told_where_it_was_read(finished, tmp_path):
    folders = [measured(finished("lora"), tmp_path / "measured", 15_400), finished("bitfit")]
    sources = [read_for_export(folder) for folder in folders]
    write_reports(sources, tmp_path, 0)
    html = (tmp_path / "report.html").read_text()
    assert "4.3 Wh, as much as a 10 W lamp takes in 26 minutes." in html
    (line,) = [line for line in model_card(sources[0]).splitlines() if line.startswith("Training took")]
    assert "The energy that it took was 4.3 Wh, as much as" in line
    assert line.endswith("What the rest of the computer drew is not in it.")
    table = comparison_of(sources, Workbench()).runs
    place = table[0].index("energy")
    assert sorted(row[place] for row in table[1:3]) == ["4.3 Wh", "–"]
    assert {len(row) for row in table} == {len(table[0])}
    plain = comparison_of([read_for_export(finished(one)) for one in ("lora", "bitfit")], Workbench()).runs
    assert ("energy" in plain[0]) == any(source.result.energy.parts for source in sources[1:])
