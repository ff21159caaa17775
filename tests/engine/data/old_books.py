"""Binary workbooks, which nothing that is installed can write."""

from __future__ import annotations

import base64
import struct
import zlib

from tests.engine.data.awkward import zipped

OLD_BOOK = zlib.decompress(
    base64.b85decode(
        "c-rk)O=uHA6#iy^nxr&o64PQMlu)p0>_xnIX;+2XlcnlG5kWULh%`-"
        "0$ieiW)taLqcv8F+dht^A;tz`G&4W<UgCGcrKPOLuf`>Nio0nNlV}u53u(DrxZ)e}kxAXSBx0Bg@xfChQ-"
        ";I}1hau>wI03ZP*aS(yJqd&Q9Y;3Zqo2g_u%Qs}QzF|;JPN+>$sEdjm!aW~@r*R^p5z3kF*=n^Ct8U8?1L?&4}-"
        "#>+S728B!nLJE6Vyb>rJe0^Vr9%_p;>*>p>b@634M*jVAY~IzFcLabJkEz<uVtWy>yf;km5i3s*&TtciWOvv%g+?C3Q*umH"
        ";3NIIL&*_jezl)?pka}vN;_gQ_K@a(O%3y}T$YP+w2{hDR~vv5ucS%^gh@llsOCWa@c^MxX<x0}ss#*Zvhar)IVORRkQT%N"
        "izb}F4Aj(sLgrD2n#NG3@NBs1-D&E{u3yy_Vba^-"
        "iB9!Dp)BV7Msy8QC3FRu=!#;lWUndJ$q*eczHgNu?u<WSweMv@sjSzqF-"
        "ZsB&Eb&PI{j{Rd@s&QbB$6V&#ewt@D<F&P|roElo#m|Qx^cFu@JE*-lQl5z|zOm-fN6{H4zWmK$Kn#c**CifW?op_9;vMUr"
        "-`0#FEsA@xK`X{DtY6H;A7jQzg}wn}=GVf?cSmgtI<dkr1I0t4dM2YIex7M6R+23mum!VaJWS2c-"
        "bwa(t({l?2ttahHQ;K@H59j+m!yzfjk!_9)f;ei=9<b+ow+jClC3klTd|Eg_7jS$q3&674d(h3*I;g(&OY(o={#0d92!-"
        "e2M-=Rc<|uCLu(*-"
        "Z&uxj8fsrE_dh=MU1x=);(aFhZ*dq?^vlz0=`gZ%%%RX!{dB_=?zO}kIqvsDiK8@o4iiYR9}`X2FTJaX+WT2EF}!|{P_y$_"
        "n(^~5&;J900s34"
    )
)
"""An .xls of two sheets, "Empty" and "S": text, label, age; B3 is #N/A, A4 and A5 are merged."""

_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.bin"/></Relationships>'
)


def binary_book(label_column: int = 1, relation: str = "rId1") -> bytes:
    """Returns an .xlsb of one sheet "Letters": text, label; label of the first row is #N/A."""
    sheet = _record(129) + _record(148, struct.pack("<IIII", 0, 2, 0, 1)) + _record(145)
    sheet += _row(0) + _cell(6, 0, _wide("text")) + _cell(6, 1, _wide("label"))
    sheet += _row(1) + _cell(6, 0, _wide("a")) + _cell(3, 1, b"\x2a")
    sheet += _row(2) + _cell(6, 0, _wide("b")) + _cell(5, label_column, struct.pack("<d", 7))
    sheet += _row(1_048_575) + _cell(5, label_column, struct.pack("<d", 7)) if label_column > 1 else b""
    named = struct.pack("<II", 0, 1) + _wide(relation) + _wide("Letters")
    return zipped(
        **{
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": _record(131)
            + _record(143)
            + _record(156, named)
            + _record(144)
            + _record(132),
            "xl/_rels/workbook.bin.rels": _RELATIONS,
            "xl/worksheets/sheet1.bin": sheet + _record(146) + _record(130),
        }
    )


def _record(kind: int, body: bytes = b"") -> bytes:
    first = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return first + bytes([len(body)]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _cell(kind: int, column: int, body: bytes) -> bytes:
    return _record(kind, struct.pack("<II", column, 0) + body)


def _row(number: int) -> bytes:
    return _record(0, struct.pack("<I", number) + bytes(13))
