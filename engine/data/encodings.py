"""From bytes to text: which encoding a file was saved with, found out or as the person says."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import charset_normalizer
from charset_normalizer import CharsetMatch, CharsetMatches
from rapidfuzz import process

from engine.errors import EngineError
from engine.protocol import file_problems
from engine.protocol.problems import Problem
from engine.protocol.wording import listed, shortened

ENCODINGS = {
    "utf_8": "UTF-8",
    "utf_8_sig": "UTF-8",
    "utf_16": "UTF-16",
    "utf_16_le": "UTF-16",
    "utf_16_be": "UTF-16",
    "cp1252": "Windows-1252",
    "latin_1": "Latin-1",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "mac_roman": "Mac Roman",
    "koi8_r": "KOI8-R",
    "shift_jis": "Shift JIS",
    "cp932": "Windows-932",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "euc_kr": "EUC-KR",
}
"""Python's names of common encodings and how people call them."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF8, "utf_8_sig"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_KINDS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a packed file"),
    (b"BZh", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"PK\x03\x04", "a packed file"),
    (_OLD_OFFICE, "a document of an older office program"),
    (b"PAR1", "a Parquet table"),
    (b"ARROW1", "an Arrow table"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_PARTS_OF_PACKED = (
    (b"word/document", "a Word document"),
    (b"ppt/presentation", "a presentation"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "a text document"),
    (b"mimetypeapplication/epub", "a book"),
)
"""What stands in a packed file, uncompressed, that is really something else."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ASCII = re.compile("[\x00-\x7f]+")
_STRANGE = re.compile(
    "(?<=[a-zß-öø-ÿ])[À-ÖØ-ÞŠŽŒ]"  # a capital after a small letter
    "|(?<=[a-zA-ZÀ-ÖØ-öø-ÿ])[¡-©«-¬®-´¶¸-¹»-¿‚ƒ„†‡ˆ‰‹›˜×÷](?=[a-zA-ZÀ-ÖØ-öø-ÿ])"  # a sign in a word
    "|[\x80-\xa0À-ÖØ-öø-ÿŠŽŒšžœŸ]{4,}"  # a run of foreign letters
)
_OF_CP1250 = {"Czech", "Slovak", "Polish", "Hungarian", "Slovene", "Croatian", "Romanian"}
_UNICODE = ["utf_8", "utf_7", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"]
"""What was tried before it is guessed: single lines may look as if they began with such a mark."""
_CLEAR = 0.3
"""Share of a language's usual letters, 0 to 1, from which charset-normalizer's guess is to be trusted."""
SAMPLE = 65_536
"""Bytes of the lines with foreign letters that the encoding is guessed from."""


@dataclass(frozen=True)
class Decoded:
    """A file as text.

    Attributes:
        text: All of it; what could not be read stands as U+FFFD.
        encoding: Name of the encoding, as Python knows it.
        problems: Notes about it.
    """

    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


def decode(data: bytes, path: str, encoding: str = "") -> Decoded:
    """Turns the bytes of a file into text.

    Args:
        data: All bytes.
        path: For the words of problems, and the kind of file.
        encoding: As the person says; empty to find out.

    Raises:
        EngineError: When it is no text, or cannot be read.
    """
    refuse_other_kinds(data, path)
    decoded = _decode_as(data, path, encoding) if encoding else _find_out(data, path)
    controls = len(_CONTROL.findall(decoded.text[:100_000]))
    if "\x00" in decoded.text or 50 * controls > min(len(decoded.text), 100_000):
        raise EngineError(file_problems.binary_file(path))
    return decoded


def called(encoding: str) -> str:
    """Returns an encoding's name as people write it: ``"Windows-1252"`` for ``"cp1252"``.

    Args:
        encoding: It, or several with commas between them: ``"UTF-8 and Windows-1252"``.
    """
    names = [ENCODINGS.get(one.lower().replace("-", "_"), one) for one in encoding.split(",")]
    return listed(list(dict.fromkeys(names)))


def together(encodings: Iterable[str]) -> str:
    """Returns the encodings of several files as one text for :func:`called`, the most frequent first."""
    counts = Counter(one for encoding in encodings for one in encoding.split(",") if one)
    return ",".join(encoding for encoding, _ in counts.most_common())


def _packed_document(data: bytes) -> str:
    """Returns what a packed file really is, e.g. ``"a Word document"``; empty where that is not known."""
    packed = data.startswith((b"PK\x03\x04", _OLD_OFFICE))
    return next((words for name, words in _PARTS_OF_PACKED if packed and name in data), "")


def refuse_other_kinds(data: bytes, path: str) -> None:
    """Raises a problem for what is known not to be text."""
    inside = _packed_document(data)
    if inside:
        raise EngineError(file_problems.binary_file(path, inside))
    kind = next((words for start, words in _KINDS if data.startswith(start)), "")
    if kind:
        raise EngineError(file_problems.binary_file(path, kind))


def _decode_as(data: bytes, path: str, encoding: str) -> Decoded:
    """Decodes with the encoding that a person named."""
    name = named_codec(encoding, path)
    try:
        text = data.decode(name)
    except UnicodeError as error:
        problem = file_problems.unreadable_encoding(path, called(encoding), _where(error, data), str(error))
        raise EngineError(problem) from error
    except LookupError as error:
        raise EngineError(unknown_encoding(path, encoding)) from error
    return Decoded(text, "utf-8" if name == "utf_8_sig" else encoding)


def named_codec(encoding: str, path: str) -> str:
    """Returns what Python calls the encoding that a person named; of UTF-8 a mark at the start is left out.

    Args:
        encoding: As the person says.
        path: The file.

    Raises:
        EngineError: When there is none of that name.
    """
    try:
        name = codecs.lookup(encoding).name.replace("-", "_")
    except (LookupError, ValueError) as error:
        raise EngineError(unknown_encoding(path, encoding)) from error
    return "utf_8_sig" if name in {"utf_8", "utf8"} else name


def unknown_encoding(path: str, encoding: str) -> Problem:
    """Says that there is no such text encoding, and which are called alike.

    Args:
        path: The file.
        encoding: As the person says.
    """
    names = list(dict.fromkeys(ENCODINGS.values()))
    near = process.extract(encoding, names, processor=str.lower, limit=2, score_cutoff=60)
    return file_problems.unknown_encoding(path, encoding, [match[0] for match in near])


def _find_out(data: bytes, path: str) -> Decoded:
    """Decodes with the encoding that fits."""
    marked = marked_encoding(data)
    name = marked or "utf_8"
    try:
        text = data.decode(name)
    except UnicodeError as error:
        if marked:
            where = _where(error, data)
            problem = file_problems.unreadable_encoding(path, called(marked), where, str(error))
            raise EngineError(problem) from error
    else:
        return Decoded(text, plain_name(name))
    if b"\x00" in data:
        raise EngineError(file_problems.binary_file(path))
    return _mended_utf_8(data) or _guess(data, path)


def marked_encoding(data: bytes) -> str:
    """Returns the Unicode encoding that the first bytes of a file tell of, as Python knows it; else empty.

    Args:
        data: They; a few thousand are enough.
    """
    return next((name for mark, name in _MARKS if data.startswith(mark)), "") or _utf_16_without_mark(data)


def plain_name(codec: str) -> str:
    """Returns an encoding's name without what says that the file has a mark: ``"utf-8"``."""
    return {"utf_8_sig": "utf_8"}.get(codec, codec).replace("_", "-")


def _utf_16_without_mark(data: bytes) -> str:
    """Returns the byte order of UTF-16 that lacks its mark: mostly Latin letters leave every other byte 0."""
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    half = max(1, len(data[:4096]) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf_16_le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf_16_be"
    return ""


def _mended_utf_8(data: bytes) -> Decoded | None:
    """Reads UTF-8 that was damaged in a few places; ``None`` when it is something else."""
    text = data.decode("utf_8", errors="replace")
    broken, foreign = foreign_letters(text)
    return Decoded(text, "utf-8") if is_damaged_utf_8(broken, foreign) else None


def foreign_letters(text: str) -> tuple[int, int]:
    """Returns how many letters of a text could not be read, and how many are not ASCII, those among them."""
    return text.count("\ufffd"), len(_ASCII.sub("", text))


def is_damaged_utf_8(broken: int, foreign: int) -> bool:
    """Whether a text is UTF-8 with a few damaged places rather than something else.

    Args:
        broken: Letters that could not be read as such.
        foreign: Letters that are not ASCII, those among them.
    """
    return 10 * broken <= foreign - broken


def _guess(data: bytes, path: str) -> Decoded:
    """Decodes what is no Unicode."""
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE]
    name = guess_encoding(sample, path)
    try:
        text = data.decode(name)
    except UnicodeError as error:
        problem = file_problems.unreadable_encoding(path, called(name), _where(error, data), str(error))
        raise EngineError(problem) from error
    return Decoded(text, name, (guess_told(sample, name, path),))


def guess_told(sample: bytes, name: str, path: str) -> Problem:
    """Returns a note that an encoding was guessed, with a word by which a person sees whether it is right.

    Args:
        sample: From :func:`guess_encoding`.
        name: What that has found.
        path: The file.
    """
    word = re.search(r"\w*[^\W\x00-\x7f]\w*", sample.decode(name, errors="replace"))
    return file_problems.guessed_encoding(path, called(name), shortened(word.group(), 24) if word else "")


def guess_encoding(sample: bytes, path: str) -> str:
    """Returns the encoding of what is no Unicode.

    Western where it reads as such, else as charset-normalizer says.

    Args:
        sample: The first lines with letters that are not ASCII, at most :data:`SAMPLE` bytes.
        path: The file.

    Raises:
        EngineError: When none fits.
    """
    matches = charset_normalizer.from_bytes(sample, cp_exclusion=_UNICODE)
    best = matches.best()
    if _reads_as_western(sample) and not (best and _is_surely_another(best, matches)):
        return "cp1252"
    if best is None:
        raise EngineError(file_problems.unreadable_encoding(path, ""))
    return best.encoding


def _reads_as_western(sample: bytes) -> bool:
    """Whether bytes read as Windows-1252 make words of Western Europe.

    Short texts fit many code pages, and what stands in a table is mostly short. The wrong one shows:
    signs inside of words, capitals after small letters, long runs of foreign letters.
    """
    try:
        text = sample.decode("cp1252")
    except UnicodeError:
        return False
    foreign = len(_ASCII.sub("", text))
    strange = sum(len(match.group()) for match in _STRANGE.finditer(text))
    return 20 * strange <= foreign


def _is_surely_another(best: CharsetMatch, matches: CharsetMatches) -> bool:
    """Whether a text that could be Windows-1252 makes much better sense as something else."""
    western = [match for match in matches if "cp1252" in match.could_be_from_charset]
    if best in western:
        return False
    # Windows-1250 differs in a few letters only; there the language that it makes decides.
    eastern = best.encoding == "cp1250" and best.language in _OF_CP1250 and best.coherence >= _CLEAR
    return eastern or best.coherence > max((match.coherence for match in western), default=0) + _CLEAR


def _where(error: UnicodeError, data: bytes) -> str:
    """Returns where decoding failed: ``"byte 0xE9 in line 12"``."""
    if not isinstance(error, UnicodeDecodeError) or error.start >= len(data):
        return ""
    line = data.count(b"\n", 0, error.start) + 1
    return f"byte 0x{data[error.start]:02X} in line {line:,}"
