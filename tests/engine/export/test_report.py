"""The report holds what the run found, works offline, and quotes texts only where that is wished."""

from __future__ import annotations

import dataclasses
import re
import shutil
from html.parser import HTMLParser

import msgspec
import pytest

from engine.export import report_pdf
from engine.export.answer_charts import most_confused, reliability_chart, score_chart
from engine.export.charts import BLUE, Curve, curve_chart, score_bars
from engine.export.comparison_facts import comparison_of
from engine.export.cost_charts import Spot, cost_chart
from engine.export.finding import chosen_kinds, reason_against
from engine.export.model_card import model_card
from engine.export.reading import read_for_export
from engine.export.report_facts import report_of
from engine.export.reports import write_reports
from engine.protocol.events import JobFailed
from engine.protocol.export_commands import SaveComparison
from engine.protocol.export_events import ComparisonSaved
from engine.protocol.results import CalibrationBin, Prediction
from engine.protocol.run_files import EVENTS_FILE, RUN_FILE, TEST_PREDICTIONS_FILE, read_predictions
from engine.protocol.scores_said import scores_said
from engine.protocol.smaller_batches import Batches, BatchesHalved
from engine.protocol.tensor_hashes import TENSORS_FILE, read_tensor_hashes
from engine.protocol.wire import encode
from engine.protocol.wording import percent
from engine.training.workbench import Workbench


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.links = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.links += [value for name, value in attrs if name in {"src", "href"}]


@pytest.fixture
def written(finished, export, tmp_path):
    folder = finished("freeze_layers")
    export(folder, "report")
    return folder, (tmp_path / "out" / "report" / "report.html").read_text()


def test_it_says_what_the_run_reached(written, tmp_path):
    folder, html = written
    source = read_for_export(folder)
    score = source.result.scores["macro_f1"]
    assert f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f})" in html
    assert all(baseline.label.replace('"', "&#34;") in html for baseline in source.result.baselines)
    assert f"{100 * source.result.calibration.error:.1f}".removesuffix(".0") + " %; chance alone" in html
    assert "as when it was pretrained" in html
    tags = Tags()
    tags.feed(html)
    assert tags.seen.count("svg") == 5  # scores, losses, the metric, confusion, how sure it was
    assert tags.links == []
    assert "http" not in re.sub(r"xmlns=\S+", "", html)
    pdf = (tmp_path / "out" / "report" / "report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 20_000


def test_it_says_from_where_batches_were_smaller(finished, export, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished("freeze_layers"), folder)
    halving = BatchesHalved(step=6, epoch=1.0, batches=Batches(size=4, rows=8))
    *told, end = (folder / EVENTS_FILE).read_bytes().splitlines(keepends=True)
    (folder / EVENTS_FILE).write_bytes(b"".join([*told, encode(halving), end]))
    export(folder, "report")
    html = (tmp_path / "out" / "report" / "report.html").read_text()
    assert html.count(">Memory ran out; from here 2 batches of 4<") == 1  # on the chart of the loss
    assert "Read from step 7 on in" in html
    assert "2 batches of 4: memory had run out" in html


def test_every_frozen_tensor_is_the_same_and_said_so(written):
    folder, html = written
    tensors = read_tensor_hashes(folder)
    result = read_for_export(folder).result
    frozen = [one for one in tensors if not one.learned]
    assert len(frozen) == result.frozen_tensors > 0
    assert all(one.is_same for one in frozen)
    assert sum(not one.is_same for one in tensors) == result.changed_pretrained > 0
    assert html.count("same, frozen") == len(frozen)
    assert frozen[0].before in html


def test_texts_are_quoted_only_where_wished(finished, export, tmp_path):
    folder = finished("freeze_layers")
    wrong = [one.text for one in read_predictions(folder) if not one.is_right]
    assert wrong
    for quote in (True, False):
        (item,) = export(folder, "report", to=tmp_path / str(quote), quote_texts=quote).items
        html = (tmp_path / str(quote) / "report" / "report.html").read_text()
        assert (wrong[0] in html) is quote
        assert item.checks[0].outcome.value == ("told" if quote else "passed")


@pytest.mark.parametrize("name", [TEST_PREDICTIONS_FILE, TENSORS_FILE, "model/thaw.json"])
def test_a_damaged_part_is_named_and_the_rest_is_shown(finished, tmp_path, name):
    folder = tmp_path / "run"
    shutil.copytree(finished("freeze_layers"), folder, ignore=shutil.ignore_patterns("checkpoints"))
    (folder / name).write_bytes(b'{"half')
    report = report_of(read_for_export(folder), 20)
    assert any(name in part for part in report.missing)
    assert report.scores is not None
    write_reports([read_for_export(folder)], tmp_path, 20)
    assert name in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize("name", [TEST_PREDICTIONS_FILE, RUN_FILE, "model/head.safetensors"])
def test_a_lost_part_is_named_and_the_rest_is_shown(finished, tmp_path, name):
    folder = tmp_path / "run"
    shutil.copytree(finished("lora"), folder, ignore=shutil.ignore_patterns("checkpoints"))
    (folder / name).unlink()
    source = read_for_export(folder)
    report = report_of(source, 20)
    assert len([part for part in report.missing if part in name]) == 1
    assert report.scores is not None
    assert dict(report.settings)["Epochs"]
    reason = reason_against(chosen_kinds(["model"])[0], source)
    wanted = 'The run\'s file "head.safetensors" is missing or damaged.'
    assert reason == (wanted if name == "model/head.safetensors" else "")


def test_what_became_of_tags_stands_beside_the_scores_of_each_kind(finished, tmp_path):
    folder = finished("lora", "token_classification")
    source = read_for_export(folder)
    report, result = report_of(source, 20), source.result
    ways = [(one.label, f"{one.count:,}") for one in result.outcomes]
    assert list(report.outcomes) == [("", result.outcomes_of), *ways]
    assert report.class_table[0][1:] == ("precision", "recall", "F1", result.outcomes_of)
    wrong = [one.probability for one in read_predictions(folder) if not one.is_right]
    surest = [percent(one) for one in sorted(wrong, reverse=True)[:20]]
    assert [one.probability for one in report.quotes] == surest
    became = ", ".join(f"{label.lower()} {count}" for label, count in ways)
    assert f"Of the {result.outcomes_of}: {became}." in model_card(source)


def test_a_label_cannot_break_the_cards_table(finished):
    source = read_for_export(finished("freeze_layers"))
    result = source.result
    scores = tuple(msgspec.structs.replace(one, name=f"a|b\n{one.name}") for one in result.class_scores)
    odd = dataclasses.replace(source, result=msgspec.structs.replace(result, class_scores=scores))
    rows = [line for line in model_card(odd).splitlines() if line.startswith("| a\\|b ")]
    assert [row.replace("\\|", "").count("|") for row in rows] == [6] * len(scores)


def test_events_that_cannot_be_read_are_counted(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished("lora"), folder, ignore=shutil.ignore_patterns("checkpoints"))
    lines = (folder / EVENTS_FILE).read_bytes().splitlines(keepends=True)
    lines[2:4] = [b'{"type":"StepsEn\n', b'{"type": "LayersPruned", "job_id": "train", "seq": 99}\n']
    (folder / EVENTS_FILE).write_bytes(b"".join(lines))
    assert report_of(read_for_export(folder), 0).missing == (
        f"1 damaged line of {EVENTS_FILE}",
        f"1 line of {EVENTS_FILE} that a newer version of Thaw has written",
    )


@pytest.mark.parametrize("task", ["question_answering", "causal_language_modelling"])
def test_every_task_has_a_report(finished, tmp_path, task):
    write_reports([read_for_export(finished("lora", task))], tmp_path, 5)
    assert (tmp_path / "report.pdf").stat().st_size > 10_000


def test_several_runs_stand_beside_each_other(finished, tmp_path):
    sources = [read_for_export(finished(method)) for method in ("lora", "freeze_layers")]
    write_reports(sources, tmp_path, 0)
    html = (tmp_path / "report.html").read_text()
    assert html.count("<article>") == 3
    assert all(source.title in html for source in sources)
    compared = comparison_of(sources, Workbench())
    assert compared.title == "Two runs compared"
    assert compared.recipes == ()
    assert len(compared.pairs) == 2
    assert [row[1] for row in compared.runs[1:3]] == ["3", "3"]
    assert compared.lead in html
    assert len(compared.costs) == 3


def test_runs_that_differ_in_their_seed_are_one_way_of_training(finished, tmp_path):
    """The report of runs alone: the finding, the means, every pair, what it costs."""
    folders = [finished("lora"), finished("freeze_layers"), tmp_path / "again"]
    shutil.copytree(folders[0], folders[2], ignore=shutil.ignore_patterns("checkpoints"))
    chosen = (folders[2] / "run.toml").read_text()
    (folders[2] / "run.toml").write_text(chosen.replace("\nseed = 3\n", "\nseed = 4\n", 1))
    sources = [read_for_export(folder) for folder in folders]
    compared = comparison_of(sources, Workbench())
    assert compared.title == "Two ways of training compared"
    assert "one to two seeds each" in compared.rest
    score = sources[0].result.scores["macro_f1"].value
    (row,) = [row for row in compared.recipes if row[0] == sources[0].title]
    assert row[1].startswith(f"{score:.3f} (")
    assert row[2] == f"{score:.3f}, {score:.3f}"
    assert row[3] == "0.000"
    write_reports(sources, tmp_path, 0, each=False)
    html = (tmp_path / "report.html").read_text()
    assert html.count("<article>") == 1
    assert html.count("<svg") == 4
    assert compared.lead in html
    assert "too close to call" in html
    assert (tmp_path / "report.pdf").stat().st_size > 10_000


def test_a_comparison_is_saved_by_a_command_under_the_persons_own_names(finished, trainer, tmp_path):
    folders = [str(finished("lora")), str(finished("freeze_layers"))]
    names = dict(zip(folders, ("Small", "Large"), strict=True))
    place = tmp_path / "exports" / "Comparison"
    wish = SaveComparison(job_id="save", folders=tuple(folders), to=str(place), names=names)
    events = trainer.do(wish)
    (saved,) = [event for event in events if isinstance(event, ComparisonSaved)]
    assert (saved.html, saved.pdf) == (str(place / "report.html"), str(place / "report.pdf"))
    html = (place / "report.html").read_text()
    assert "Small" in html
    assert read_for_export(finished("lora")).title not in html
    assert sorted(path.name for path in place.iterdir()) == ["report.html", "report.pdf"]
    again = trainer.do(msgspec.structs.replace(wish, job_id="again"))
    assert isinstance(again[-1], JobFailed)  # nothing is written over
    assert (place / "report.html").read_text() == html


def test_what_cannot_be_compared_is_named(finished, tmp_path):
    sources = [read_for_export(finished("lora")), read_for_export(finished("lora", "question_answering"))]
    write_reports(sources, tmp_path, 0, each=False)
    compared = comparison_of(sources, Workbench())
    assert len(compared.left_out) == 1
    assert "only run on these test rows" in compared.lead
    assert compared.left_out[0][1] in (tmp_path / "report.html").read_text().replace("&#34;", '"')


def test_costs_stand_on_a_logarithmic_axis():
    spots = [
        Spot(name="much", cost=1e6, value=0.9, low=0.8, high=0.95),
        Spot(name="little", cost=1e2, value=0.8, low=0.7, high=0.85),
        Spot(name="middling", cost=1e4, value=0.7, low=0.6, high=0.75),
    ]
    chart = cost_chart(spots, "F1", "cost", lambda amount: f"{amount:g} coins", ("Counting", 0.5))
    dots = [shape.points[0] for shape in chart.shapes if shape.kind == "dot" and shape.width == 8]
    much, little, middling = sorted(dots[-3:], key=lambda point: point[1])
    assert middling[0] - little[0] == pytest.approx(much[0] - middling[0])
    said = [shape.text for shape in chart.shapes if shape.text]
    assert {"much", "little", "middling", "Counting", "10000 coins"} <= set(said)
    same = cost_chart(spots[:1], "F1", "cost", str)
    assert all(0 <= point[0] <= same.width for shape in same.shapes for point in shape.points)


def test_charts_take_awkward_numbers():
    flat = curve_chart([Curve(name="flat", points=((0.0, 1.0), (1.0, 1.0)))], "Loss", mark=1.0)
    odd = curve_chart([Curve(name="odd", points=((0.5, float("nan")), (1.0, 2.0)))], "Loss")
    for chart in (flat, odd):
        places = [part for shape in chart.shapes for point in shape.points for part in point]
        assert all(-50 <= place <= 700 for place in places)
    with pytest.raises(ValueError, match="max"):
        score_bars([], "nothing")


def test_scores_are_drawn_against_the_truth(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished("freeze_layers"), folder, ignore=shutil.ignore_patterns("checkpoints"))
    answers = [
        Prediction(text="tea", said=f"{row / 2}", truth="1,5", probability=0.0, right=1 - abs(row - 3) / 4)
        for row in (2, 0, 3, 5, 1, 4)
    ]
    lines = b"\n".join(map(msgspec.json.encode, answers))
    (folder / TEST_PREDICTIONS_FILE).write_bytes(lines + b"\n")
    source = read_for_export(folder)
    result = msgspec.structs.replace(source.result, confusion=(), classes=(), class_scores=())
    report = report_of(dataclasses.replace(source, result=result), 20)
    chart = report.confusion
    dots = [shape for shape in chart.shapes if shape.kind == "dot"]
    assert chart.title == "What was said against the truth"
    assert len(dots) == 6 + 2  # two explain the colours
    assert len({dot.points[0][0] for dot in dots[:6]}) == 1
    assert [dot.colour for dot in dots[:6]].count(BLUE) == 1
    assert [quote.said for quote in report.quotes[:2]] == ["0.0", "2.5"]
    assert report.quoted_of == "5 such answers of the final test, the most wrong first"
    many = score_chart(scores_said(answers) * 1000)
    assert len([shape for shape in many.shapes if shape.kind == "dot"]) == 2_000 + 2
    assert "one of 3 is drawn" in {shape.text for shape in many.shapes}
    same = score_chart(scores_said(answers[3:4]))
    assert all(0 <= place <= same.width for shape in same.shapes for point in shape.points for place in point)


def test_how_sure_it_was_is_drawn_against_chance(finished, tmp_path):
    source = read_for_export(finished("freeze_layers"))
    assert source.result.calibration is not None
    chart = report_of(source, 20).certainty
    bins = source.result.calibration.bins
    assert len([shape for shape in chart.shapes if shape.kind == "dot"]) == len(bins) + 1  # one explains it
    assert len([shape for shape in chart.shapes if shape.kind == "box"]) == len(bins) + 1
    sure = CalibrationBin(
        low=0.9, high=1.0, rows=40, confidence=0.95, accuracy=0.5, expected_low=0.85, expected_high=1.0
    )
    one = msgspec.structs.replace(source.result.calibration, bins=(sure,))
    high = reliability_chart(one)
    dot, chance = (next(shape for shape in high.shapes if shape.kind == kind) for kind in ("dot", "box"))
    assert dot.points[0][1] > chance.points[1][1]  # lower than where chance would put it
    assert {"90 %", "100 %"} <= {shape.text for shape in high.shapes}
    low = reliability_chart(msgspec.structs.replace(one, bins=(msgspec.structs.replace(sure, low=0.3),)))
    assert {"30 %", "50 %", "70 %", "90 %"} <= {shape.text for shape in low.shapes}
    assert all(0 <= place <= high.width for shape in high.shapes for point in shape.points for place in point)
    write_reports([source], tmp_path, 0)
    assert "How often it is right, by how sure it was" in (tmp_path / "report.html").read_text()


def test_of_many_classes_those_that_were_confused_most_are_told(finished, tmp_path):
    names = [f"kind {number}" for number in range(13)]
    counts = [[9 if said == truth else 0 for said in range(13)] for truth in range(13)]
    counts[3][5], counts[1][0] = 2, 7
    told = most_confused(names, counts)
    assert told == (("truly", "said", "rows"), ("kind 1", "kind 0", "7"), ("kind 3", "kind 5", "2"))
    assert most_confused(names[:1], [[4]]) == ()
    source = read_for_export(finished("freeze_layers"))
    many = msgspec.structs.replace(source.result, classes=tuple(names), confusion=tuple(map(tuple, counts)))
    source = dataclasses.replace(source, result=many)
    report = report_of(source, 20)
    assert (report.confusion, report.confused) == (None, told)
    write_reports([source], tmp_path, 0)
    assert "Said for one another most often" in (tmp_path / "report.html").read_text()


def test_letters_that_the_pdf_cannot_show_are_told(finished, tmp_path):
    report = report_of(read_for_export(finished("freeze_layers")), 20)
    assert report.noise
    assert _letters_missing_in(report, tmp_path) == ""
    strange = msgspec.structs.replace(report.quotes[0], texts=("مرحبا 你好",))
    odd = msgspec.structs.replace(report, quotes=(strange,))
    assert _letters_missing_in(odd, tmp_path) == "7 letters"


def _letters_missing_in(report, tmp_path):
    report_pdf.write_pdf(tmp_path / "one.pdf", [report])
    return report_pdf._letters_missing(report)


def test_a_base_model_without_another_name_is_named_once(finished):
    source = read_for_export(finished("freeze_layers"))
    assert source.base_in_full == "small-bert"
    named = dataclasses.replace(source, base_name="someone/small-bert-uncased")
    assert named.base_in_full == "small-bert (someone/small-bert-uncased)"
    assert ("Base model", "small-bert") in report_of(source, 0).facts
