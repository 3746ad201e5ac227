"""Financial years: April to March."""

from datetime import date


def financial_year(day: date) -> str:
    """The financial year a day is in: “2026-27”."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def year_bounds(year: str) -> tuple[date, date]:
    """The first and the last day of a financial year; ValueError when it is none."""
    first = int(year[:4]) if len(year) == 7 and year[:4].isdecimal() else 0
    if not 2000 <= first <= 2099 or year != f"{first}-{(first + 1) % 100:02d}":
        raise ValueError(f"“{year}” is no financial year: it is written “2026-27”.")
    return date(first, 4, 1), date(first + 1, 3, 31)
