"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from designer.widgets import numbers


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


def test_count() -> None:
    assert numbers.count(61706) == "61,706"
    assert numbers.count(0) == "0"
    assert numbers.count(-1234) == "-1,234"


def test_a_system_without_a_language_reads_english() -> None:
    QLocale.setDefault(QLocale.c())
    assert numbers.count(61706) == "61,706"


def test_other_languages_have_their_own_signs() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert numbers.count(61706) == "61.706"
    assert numbers.percent(0.983) == "98,3 %"
    assert numbers.bytes_text(1536) == "1,5 KB"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (999, "999"),
        (1000, "1 k"),
        (1234, "1.23 k"),
        (117600, "118 k"),
        (999_499, "999 k"),
        (999_999, "1 M"),
        (25_557_032, "25.6 M"),
        (4_100_000_000, "4.1 G"),
    ],
)
def test_short_count(number: int, words: str) -> None:
    assert numbers.short_count(number) == words


@pytest.mark.parametrize(
    ("shape", "words"),
    [((6, 28, 28), "28 × 28 × 6"), ((120,), "120"), ((8, 1000), "1,000 × 8"), ((), "")],
)
def test_size(shape: tuple[int, ...], words: str) -> None:
    assert numbers.size(shape) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (512, "512 bytes"),
        (1023, "1 KB"),
        (1024, "1 KB"),
        (246_824, "241 KB"),
        (1024**2 * 3 // 2, "1.5 MB"),
        (139 * 1024**3, "139 GB"),
        (5 * 1024**5, "5,120 TB"),
    ],
)
def test_bytes(amount: int, words: str) -> None:
    assert numbers.bytes_text(amount) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(42, "0:42"), (0.4, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3725, "1:02:05"), (-3, "0:00")],
)
def test_duration(seconds: float, words: str) -> None:
    assert numbers.duration(seconds) == words


def test_percent() -> None:
    assert numbers.percent(0.983) == "98.3 %"
    assert numbers.percent(1, decimals=0) == "100 %"


@pytest.mark.parametrize(
    ("number", "words"),
    [(0.123456, "0.1235"), (-2.5, "−2.5"), (1.2e-7, "1.2e-07"), (-1.2e-7, "−1.2e-07"),
     (float("nan"), "nan"), (float("-inf"), "−inf"), (0.0, "0")],
)  # fmt: skip
def test_value(number: float, words: str) -> None:
    assert numbers.value(number) == words


def test_a_measured_number_has_the_point_of_the_language() -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        assert numbers.value(0.123456) == "0,1235"
    finally:
        QLocale.setDefault(before)
