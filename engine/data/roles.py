"""What columns mean, for the tasks to choose from: each with the names that people give it."""

from __future__ import annotations

from engine.protocol.catalog import RoleEntry, RoleKind

_LANGUAGES = (
    *("english", "french", "german", "spanish", "italian", "portuguese", "dutch", "swedish", "danish"),
    *("norwegian", "finnish", "polish", "czech", "slovak", "hungarian", "romanian", "bulgarian", "greek"),
    *("turkish", "russian", "ukrainian", "arabic", "hebrew", "hindi", "chinese", "japanese", "korean"),
    *("en", "fr", "de", "es", "pt", "nl", "sv", "da", "fi", "pl", "cs", "ru", "uk", "tr", "ar", "zh", "ja"),
)
"""What columns of translations are called; which is the source only their order tells."""

TEXT = RoleEntry(id="text", label="Text to read")

SECOND_TEXT = RoleEntry(
    id="second_text",
    label="Second text",
    required=False,
    names=(
        *("second text", "text 2", "text b", "text pair", "sentence 2", "sentence b", "question 2"),
        *("hypothesis", "sent 2", "second", "reply"),
    ),
)

LABEL = RoleEntry(id="label", label="Answer to learn", kind=RoleKind.LABEL)

TOKENS = RoleEntry(
    id="tokens", label="Words", kind=RoleKind.WORDS, names=("tokens", "token", "words", "word")
)

TAGS = RoleEntry(
    id="tags",
    label="Tag of each word",
    kind=RoleKind.TAGS,
    names=("tags", "tag", "ner tags", "ner", "pos tags", "pos", "iob", "bio", "labels"),
)

QUESTION = RoleEntry(id="question", label="Question", names=("question", "questions", "query"))

PASSAGE = RoleEntry(
    id="context",
    label="Passage",
    names=("context", "passage", "paragraph", "article", "document", "background"),
)

ANSWERS = RoleEntry(
    id="answers",
    label="Answer to learn",
    kind=RoleKind.ANSWERS,
    names=("answers", "answer", "answer text", "span"),
)

SOURCE = RoleEntry(
    id="source",
    label="Text to read",
    names=("source", "src", "input", "original", "noisy", "informal", "document", "article", *_LANGUAGES),
)

TARGET = RoleEntry(
    id="target",
    label="Answer to learn",
    names=(
        *("target", "tgt", "output", "translation", "translated", "corrected", "correction"),
        *("rewritten", "rewrite", "reference", "summary", "clean", "formal", "highlights"),
        *_LANGUAGES,
    ),
)

PROMPT = RoleEntry(
    id="prompt",
    label="Prompt",
    required=False,
    names=("prompt", "instruction", "question", "user", "request"),
)

RESPONSE = RoleEntry(
    id="response",
    label="Answer to learn",
    names=("response", "completion", "answer", "output", "assistant", "reply", "chosen"),
)

GROUP = RoleEntry(
    id="group",
    label="Group",
    required=False,
    kind=RoleKind.GROUP,
    names=("group", "group id", "author", "speaker", "user id", "patient", "patient id", "session", "thread"),
)
