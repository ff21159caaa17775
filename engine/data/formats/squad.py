"""Questions over passages as SQuAD writes them, version 1 and 2: a row for each question."""

from __future__ import annotations

import json
from typing import Any

from engine.data.answers import Answer, answers_cell, parse_answers
from engine.data.file_format import FileFormat, Source
from engine.data.records import Records
from engine.errors import EngineError
from engine.protocol import document_problems

COLUMNS = ("context", "question", "answers", "id", "title")


def read_squad(text: str, path: str) -> Records | None:
    """Reads the questions of a SQuAD file, numbered from 1 as they stand in it.

    A question that is marked as unanswerable has the answers ``[]``.

    Args:
        text: The whole file.
        path: For the words of problems.

    Returns:
        ``context``, ``question``, ``answers`` (see :mod:`engine.data.answers`), ``id`` and ``title``;
        ``None`` when the file is of another kind.

    Raises:
        EngineError: When it is of this kind and no question can be used.
    """
    articles = _articles(text)
    if articles is None:
        return None
    records = Records(list(COLUMNS))
    odd: list[int] = []
    number = silent = 0
    for article in articles:
        title = _text(article.get("title"))
        for paragraph in _dicts(article.get("paragraphs")):
            context = paragraph.get("context")
            questions = paragraph.get("qas")
            asked = questions if isinstance(questions, list) else []
            silent += not asked
            for question in asked:
                number += 1
                row = _row(context, question, title)
                if row is None:
                    odd.append(number)
                else:
                    records.rows.append(row)
                    records.numbers.append(number)
    if not records.rows:
        raise EngineError(document_problems.odd_questions(path, odd, number))
    if odd:
        records.problems.append(document_problems.odd_questions(path, odd, number))
    if silent:
        records.problems.append(document_problems.passages_without_questions(path, silent))
    return records


def _articles(text: str) -> list[dict[str, Any]] | None:
    """Returns the articles of a SQuAD file; ``None`` when it is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    articles = _dicts(value.get("data"))
    return articles if any("paragraphs" in article for article in articles) else None


def _row(context: Any, question: Any, title: str) -> list[str] | None:
    """Returns a question's cells; ``None`` when something is missing that it cannot do without."""
    if not isinstance(context, str) or not isinstance(question, dict):
        return None
    asked = question.get("question")
    unanswerable = question.get("is_impossible") is True
    answers: list[Answer] | None = [] if unanswerable else parse_answers(question.get("answers"))
    if answers is None or not isinstance(asked, str) or not asked.strip() or not context.strip():
        return None
    return [context, asked, answers_cell(answers), _text(question.get("id")), title]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _fits(source: Source) -> bool:
    return source.text.lstrip().startswith("{") and '"paragraphs"' in source.text


FORMAT = FileFormat(
    id="squad",
    order=20,
    fits=_fits,
    read=lambda source: read_squad(source.text, source.path),
    endings=(".squad.json", ".json"),
)
