"""JSON without surprises: read strictly, written so that two versions compare line by line."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

from core.tongue import tr

MOST_DEPTH = 64
_LONGEST_LINE = 100
_LARGEST_INT = 2**63 - 1


class JsonError(ValueError):
    """Text that is not the JSON we read; the sentence says where and why."""


def parse(raw: bytes) -> Any:
    """The data in UTF-8 JSON text.

    JsonError for anything else, and for what other readers silently take: the same key twice,
    NaN and infinities, whole numbers beyond 64 bits, nesting deeper than 64.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise JsonError(tr("it is not UTF-8 text.")) from None
    try:
        data = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except json.JSONDecodeError as error:
        raise JsonError(
            tr("line {lineno}, column {colno} is not JSON.", lineno=error.lineno, colno=error.colno)
        ) from None
    except RecursionError:
        raise JsonError(
            tr("it is nested deeper than {most_depth}.", most_depth=MOST_DEPTH)
        ) from None
    _check_depth(data)
    return data


def lay_out(data: Any) -> bytes:
    """The data as UTF-8 JSON: one field on each line, a short list on one, a newline at the end.

    Equal data give equal bytes; order is the data's own.
    """
    return (_lines(data, "", 0) + "\n").encode()


def one_line(data: Any) -> bytes:
    """The data as UTF-8 JSON on one line, without the line break that ends it."""
    return _short(data).encode()


def _lines(value: Any, indent: str, before: int) -> str:
    """The value as text; `before` characters stand in front of it on its first line."""
    if not isinstance(value, dict | list) or not value:
        return _short(value)
    if _is_flat(value):
        short = _short(value)
        if len(indent) + before + len(short) < _LONGEST_LINE:
            return short
    inner = indent + "  "
    if isinstance(value, list):
        parts = [inner + _lines(item, inner, 0) for item in value]
        return "[\n" + ",\n".join(parts) + f"\n{indent}]"
    parts = []
    for key, item in value.items():
        name = f"{_short(key)}: "
        parts.append(inner + name + _lines(item, inner, len(name)))
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}"


def _is_flat(value: Any) -> bool:
    """Whether a list holds plain values only, an object plain values and lists of those."""
    if isinstance(value, list):
        return not any(isinstance(item, dict | list) for item in value)
    return all(
        not isinstance(item, dict) and (not isinstance(item, list) or _is_flat(item))
        for item in value.values()
    )


def _short(value: Any) -> str:
    """The value on one line. Characters that no editor shows are escaped."""
    text = _AS_TEXT.encode(value)
    return text if text.isprintable() else _ESCAPED.encode(value)


_AS_TEXT = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_ESCAPED = json.JSONEncoder(allow_nan=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise JsonError(tr("the key {twice!r} stands twice in one object.", twice=twice[:60]))
    return found


def _constant(text: str) -> float:
    raise JsonError(tr("{text} is not a number that JSON knows.", text=text))


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise JsonError(tr("the number {text} is too large.", text=text[:40]))
    return number


def _int(text: str) -> int:
    if len(text) > 20 or abs(int(text)) > _LARGEST_INT:
        raise JsonError(tr("the number {text} is too large.", text=text[:40]))
    return int(text)


def _check_depth(data: Any) -> None:
    """Level by level, so that the check itself cannot run out of stack."""
    level = [data]
    for _ in range(MOST_DEPTH + 1):
        level = [
            item
            for value in level
            if isinstance(value, dict | list)
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise JsonError(tr("it is nested deeper than {most_depth}.", most_depth=MOST_DEPTH))
