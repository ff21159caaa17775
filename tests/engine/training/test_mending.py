"""Right answers of every form: read as they stand, and written as the person's file writes them."""

from __future__ import annotations

import json

import pytest

from engine.data.answers import Answer, answers_of
from engine.data.tag_schemes import in_scheme, to_iob2
from engine.errors import EngineError
from engine.protocol.config import DataConfig
from engine.protocol.results import Span
from engine.protocol.right_answers import (
    GivenAnswer,
    MarkedWords,
    MendAnswers,
    OneLabel,
    PassageAnswer,
    ReadRightAnswers,
    Score,
    SeveralLabels,
    WrittenText,
)
from engine.training.mending import mend_answers, read_right_answers
from engine.training.workbench import Workbench
from tests.engine.data.test_repairs import write

PASSAGE = "Ann met Bob in Ulm. Bob lives there."
LABELS = {"text": "text", "label": "label"}
ASKS = {"question": "question", "context": "context", "answers": "answers"}
WORDS = {"tokens": "words", "tags": "tags"}
PAIRS = {"source": "en", "target": "fr"}


def read(path, columns, task, row, **settings):
    command = ReadRightAnswers(
        job_id="1", data=DataConfig(path=path, columns=columns), task=task, rows=(row,), settings=settings
    )
    found = read_right_answers(command, Workbench())
    return found, found.answers[0] if found.answers else None


def mended(path, columns, task, row, settings=None, **given):
    """Returns what is written into the cell, after looking that it is read as what was given."""
    data = DataConfig(path=path, columns=columns)
    command = MendAnswers(
        job_id="1", data=data, task=task, answers={row: GivenAnswer(**given)}, settings=settings or {}
    )
    bench = Workbench()
    step = mend_answers(command, bench).step
    again = ReadRightAnswers(
        job_id="2",
        data=DataConfig(path=path, columns=columns, repairs=(step,)),
        task=task,
        rows=(row,),
        settings=settings or {},
    )
    stands = read_right_answers(again, bench).answers[0]
    assert stands.cell == step.values[str(row)]
    assert stands.asked is not None
    return stands.cell, stands.answer


def questions(tmp_path, cells):
    rows = [(f"Who, {place}?", PASSAGE, cell) for place, cell in enumerate(cells)]
    return write(tmp_path / "q.csv", rows, ("question", "context", "answers"))


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("Ann", "Ulm"),
        ('["Ann"]', '["Ulm"]'),
        ("['Ann']", "['Ulm']"),
        ('[{"text": "Ann", "answer_start": 0}]', '[{"text": "Ulm", "answer_start": 15}]'),
        ('{"text": ["Ann"], "answer_start": [0]}', '{"text": ["Ulm"], "answer_start": [15]}'),
        ('{"text": "Ann", "answer_start": 0}', '{"text": "Ulm", "answer_start": 15}'),
        ("", "Ulm"),
        ("Nobody at all", "Ulm"),
    ],
)
def test_words_of_a_passage_are_written_as_the_row_s_own_cell_writes_them(tmp_path, cell, says):
    path = questions(tmp_path, [cell, *["Ann"] * 7])
    assert mended(path, ASKS, "question_answering", 1, spans=(Span(start=15, end=18),))[0] == says
    written, stands = mended(path, ASKS, "question_answering", 1, text=" Ulm ")  # typed, and looked for
    assert (written, stands.spans) == (says, (Span(start=15, end=18),))


def test_marked_words_keep_their_place_where_a_text_alone_would_lead_to_another(tmp_path):
    path = questions(tmp_path, ["Ann"] * 8)
    written, stands = mended(path, ASKS, "question_answering", 2, spans=(Span(start=20, end=23),))
    assert answers_of(written) == [Answer("Bob", 20)]
    assert stands.spans == (Span(start=20, end=23),)


def test_typed_words_are_those_nearest_to_where_the_answer_stood(tmp_path):
    path = questions(tmp_path, ['[{"text": "Bob lives", "answer_start": 20}]', *["Ann"] * 7])
    assert answers_of(mended(path, ASKS, "question_answering", 1, text="Bob")[0]) == [Answer("Bob", 20)]


def test_several_right_answers_stand_side_by_side(tmp_path):
    path = questions(tmp_path, ["Ann"] * 8)
    spans = (Span(start=8, end=11), Span(start=15, end=18))
    written, stands = mended(path, ASKS, "question_answering", 2, spans=spans)
    assert answers_of(written) == [Answer("Bob", 8), Answer("Ulm", 15)]
    assert stands.spans == spans


def test_words_that_do_not_stand_in_the_passage_are_refused_and_almost_right_ones_written_as_it_does(
    tmp_path,
):
    path = questions(tmp_path, ["Ann"] * 8)
    with pytest.raises(EngineError) as refused:
        mended(path, ASKS, "question_answering", 1, text="Carl")
    assert refused.value.problem.title == '"Carl" does not stand in the passage'
    assert mended(path, ASKS, "question_answering", 1, text="ulm.  BOB")[0] == "Ulm. Bob"


def test_no_answer_can_be_said_where_the_data_have_such_questions(tmp_path):
    found, answer = read(questions(tmp_path, ["Ann"] * 8), ASKS, "question_answering", 1)
    assert found.form == PassageAnswer(may_be_none=False)
    assert (answer.text, answer.answer.spans) == (PASSAGE, (Span(start=0, end=3),))
    with pytest.raises(EngineError, match="Nothing was given"):
        mended(questions(tmp_path, ["Ann"] * 8), ASKS, "question_answering", 1)
    path = questions(tmp_path, ["Ann", "[]"] * 4)
    assert read(path, ASKS, "question_answering", 1)[0].form == PassageAnswer(may_be_none=True)
    assert mended(path, ASKS, "question_answering", 1) == ("[]", GivenAnswer())


def test_an_answer_that_is_lost_is_read_as_its_words_though_its_row_cannot_be_used(tmp_path):
    path = questions(tmp_path, ["Nobody", *["Ann"] * 7])
    _, answer = read(path, ASKS, "question_answering", 1)
    assert (answer.answer.text, answer.answer.spans, answer.asked) == ("Nobody", (), None)
    _, usable = read(path, ASKS, "question_answering", 2)
    assert (usable.asked.text, usable.asked.second, usable.asked.truth) == (PASSAGE, "Who, 1?", "Ann")


@pytest.mark.parametrize(
    ("cell", "given", "says"),
    [
        ("a; b", ("b", "a"), "a; b"),  # as it was: letter by letter
        ("a; b", ("c", "b"), "b; c"),
        ("b; c", ("c", "a", "b"), "a; b; c"),  # where the file's other cells have it
        ("a", (), "[]"),
        ("", ("c", "a"), "a; c"),
        ("['b']", ("b", "c"), "['b', 'c']"),
        ('["b"]', ("b", "c"), '["b", "c"]'),
    ],
)
def test_labels_keep_the_order_and_the_sign_of_the_file(tmp_path, cell, given, says):
    rows = [
        ("one", cell),
        *((f"text {row}", ["a; b", "b; c", "a; c", "a; b; c"][row % 4]) for row in range(20)),
    ]
    path = write(tmp_path / "sets.csv", rows)
    several = {"answers": "several"}
    form = read(path, LABELS, "text_classification", 2, **several)[0].form
    assert isinstance(form, SeveralLabels)
    assert set(form.labels) == {"a", "b", "c"}
    written, stands = mended(path, LABELS, "text_classification", 1, several, labels=given)
    assert (written, set(stands.labels)) == (says, set(given))


def test_one_label_among_lists_becomes_a_list(tmp_path):
    rows = [("text", "a"), *((f"text {row}", ['["a", "b"]', '["b", "c"]'][row % 2]) for row in range(12))]
    path = write(tmp_path / "sets.csv", rows)
    several = {"answers": "several"}
    assert mended(path, LABELS, "text_classification", 1, several, labels=("a", "c"))[0] == '["a", "c"]'


@pytest.mark.parametrize("sign", [";", "|", ", ", "/", " | "])
def test_every_sign_between_labels_is_kept(tmp_path, sign):
    rows = [(f"text {row}", sign.join(["ab", "bc", "ac"][row % 3])) for row in range(12)]
    path = write(tmp_path / "sets.csv", rows)
    several = {"answers": "several"}
    assert mended(path, LABELS, "text_classification", 1, several, labels=("a", "c"))[0] == f"a{sign}c"
    with pytest.raises(EngineError, match='There is no "z"'):
        mended(path, LABELS, "text_classification", 1, several, labels=("z",))


@pytest.mark.parametrize(
    ("cells", "given", "says", "form"),
    [
        (["1", "5", "3"], "4", "4", Score(low=1, high=5)),
        (["1.50", "5.25", "3.00"], "4.5", "4.50", Score(low=1.5, high=5.25, decimals=2)),
        (["1,5", "5", "3,5"], "4.5", "4,5", Score(low=1.5, high=5, decimals=1)),
        (["10%", "55%", "3%"], "40", "40%", Score(low=3, high=55)),
        (["1", "5", "3"], "2.5", "2.5", Score(low=1, high=5)),
        (["01", "5", "3"], "1", "01", Score(low=1, high=5)),
        (["1,500", "2,000", "900"], "1200", "1200", Score(low=900, high=2000)),
        (["4.5", "3,5", "2.5"], "4.0", "4.0", Score(low=2.5, high=4.5, decimals=1)),
    ],
)
def test_scores_are_written_as_the_column_writes_them(tmp_path, cells, given, says, form):
    path = write(tmp_path / "s.csv", [(f"text {row}", cells[row % 3]) for row in range(12)])
    scores = {"answers": "score"}
    assert read(path, LABELS, "text_classification", 1, **scores)[0].form == form
    assert mended(path, LABELS, "text_classification", 1, scores, text=given)[0] == says
    with pytest.raises(EngineError, match='"four" is no number'):
        mended(path, LABELS, "text_classification", 1, scores, text="four")


def test_one_label_and_a_text_are_written_as_they_are_given(tmp_path):
    path = write(tmp_path / "l.csv", [(f"text {row}", "ab"[row % 2]) for row in range(12)])
    assert read(path, LABELS, "text_classification", 1)[0].form == OneLabel(labels=("a", "b"))
    assert mended(path, LABELS, "text_classification", 1, labels=("b",))[0] == "b"
    path = write(tmp_path / "p.csv", [(f"one {row}", f"un {row}") for row in range(12)], ("en", "fr"))
    found, answer = read(path, PAIRS, "sequence_to_sequence", 3)
    assert (found.form, found.column, answer.answer.text) == (WrittenText(), "fr", "un 2")
    assert mended(path, PAIRS, "sequence_to_sequence", 3, text="deux\nlignes")[0] == "deux\nlignes"
    with pytest.raises(EngineError, match="Nothing was given"):
        mended(path, PAIRS, "sequence_to_sequence", 3, text=" ")


def test_texts_that_are_learned_from_alone_have_no_right_answer_to_mend(tmp_path):
    path = write(tmp_path / "t.csv", [(f"a text {row}",) for row in range(12)], ("text",))
    assert read(path, {"text": "text"}, "masked_language_modelling", 1)[0].form is None
    path = write(tmp_path / "p.csv", [(f"one {row}", f"un {row}") for row in range(12)], ("en", "fr"))
    assert read(path, PAIRS, "sequence_to_sequence", 1, made_from="typos")[0].form is None


def test_a_row_that_is_gone_is_told(tmp_path):
    path = write(tmp_path / "l.csv", [(f"text {row}", "ab"[row % 2]) for row in range(12)])
    with pytest.raises(EngineError, match="There is no row 99 any more"):
        mended(path, LABELS, "text_classification", 99, labels=("b",))


@pytest.mark.parametrize(
    ("tags", "says"),
    [
        ("B-PER I-PER O B-LOC", "O B-LOC I-LOC B-PER"),
        ("B-PER E-PER O S-LOC", "O B-LOC E-LOC S-PER"),
        ("B-PER L-PER O U-LOC", "O B-LOC L-LOC U-PER"),
        ("I-PER I-PER O I-LOC", "O I-LOC I-LOC I-PER"),
        ("PER PER O LOC", "O LOC LOC PER"),
        ('["B-PER", "I-PER", "O", "B-LOC"]', '["O", "B-LOC", "I-LOC", "B-PER"]'),
    ],
)
def test_parts_are_written_in_the_scheme_of_the_file(tmp_path, tags, says):
    rows = [(f"Ann Lee saw Ulm{row}", tags) for row in range(12)]
    path = write(tmp_path / "w.csv", rows, ("words", "tags"))
    found, answer = read(path, WORDS, "token_classification", 1)
    assert found.form == MarkedWords(types=("LOC", "PER"))
    assert answer.answer.spans == (Span(start=0, end=7, label="PER"), Span(start=12, end=16, label="LOC"))
    spans = (Span(start=4, end=11, label="LOC"), Span(start=12, end=16, label="PER"))
    written, stands = mended(path, WORDS, "token_classification", 1, spans=spans)
    assert (written, stands.spans) == (says, spans)
    assert mended(path, WORDS, "token_classification", 1, spans=answer.answer.spans)[0] == tags


def test_tags_of_every_word_leave_none_without(tmp_path):
    rows = [(f"Ann sees Ulm{row}", "NOUN VERB NOUN") for row in range(12)]
    path = write(tmp_path / "w.csv", rows, ("words", "tags"))
    found, answer = read(path, WORDS, "token_classification", 1)
    assert found.form.covers_all
    with pytest.raises(EngineError, match='"sees" has no tag'):
        mended(path, WORDS, "token_classification", 1, spans=(answer.answer.spans[0], answer.answer.spans[2]))
    spans = (*answer.answer.spans[:2], Span(start=9, end=13, label="VERB"))
    assert mended(path, WORDS, "token_classification", 1, spans=spans)[0] == "NOUN VERB VERB"


@pytest.mark.parametrize(
    "row",
    ["B-A I-A B-A O B-B", "B-A E-A S-A O S-B", "B-A L-A U-A O U-B", "B_A I_A B_A O B_B", "I-A I-A B-A O I-B"],
)
def test_tags_come_back_from_iob2_letter_by_letter(row):
    own = row.split()
    assert in_scheme(to_iob2([own], [1])[0][0], [own]) == own


def test_a_repair_of_answers_is_a_change_of_cells_like_others(tmp_path):
    path = questions(tmp_path, ['[{"text": "Ann", "answer_start": 0}]'] * 8)
    command = MendAnswers(
        job_id="1",
        data=DataConfig(path=path, columns=ASKS),
        task="question_answering",
        answers={3: GivenAnswer(text="Bob")},
    )
    step = mend_answers(command, Workbench()).step
    assert (step.kind, step.columns, list(step.values)) == ("change_cells", ("answers",), ["3"])
    assert json.loads(step.values["3"]) == [{"text": "Bob", "answer_start": 8}]
