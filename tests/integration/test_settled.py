"""What an authority has settled, with dates of effect and our defaults; and the days that count."""

from datetime import date

import pytest

from tests.factories import AuthorityFactory, TermFactory
from vsportal import settled
from vsportal.admin.operations import settle
from vsportal.audit import SYSTEM
from vsportal.errors import OperationError
from vsportal.models import Authority, Term

SEPTEMBER, JANUARY = date(2026, 9, 1), date(2027, 1, 1)
RULES = settled.DueRules()


@pytest.fixture
def authority() -> Authority:
    made: Authority = AuthorityFactory()
    return made


def test_an_authority_that_settled_nothing_has_our_defaults(authority: Authority) -> None:
    assert settled.in_force(authority.id, SEPTEMBER) == settled.Settled()


def test_what_is_settled_holds_from_its_day_until_it_is_settled_anew(authority: Authority) -> None:
    settle(SYSTEM, authority, "due.review", 8, starts_on=SEPTEMBER)
    settle(SYSTEM, authority, "due.review", 6, starts_on=JANUARY)

    reviews = [
        settled.due_rules(authority.id, on).review
        for on in (date(2026, 8, 31), SEPTEMBER, date(2026, 12, 31), JANUARY)
    ]

    assert reviews == [10, 8, 8, 6]


def test_one_authoritys_setting_is_not_anothers(authority: Authority) -> None:
    settle(SYSTEM, authority, "cohort", "cared_for", starts_on=SEPTEMBER)
    other = AuthorityFactory()

    assert settled.in_force(other.id, SEPTEMBER).cohort == "in_care"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("due.rewiev", 8, "not something an authority can settle"),
        ("colour", "red", "not something an authority can settle"),
        ("due.review", "8", "cannot be"),
        ("due.review", -1, "cannot be"),
        ("cohort", "lac", "cannot be"),
    ],
)
def test_what_cannot_be_settled_is_refused_with_a_sentence(
    authority: Authority, key: str, value: object, said: str
) -> None:
    with pytest.raises(OperationError, match=said):
        settle(SYSTEM, authority, key, value, starts_on=SEPTEMBER)


def test_the_past_cannot_be_settled_over(authority: Authority) -> None:
    settle(SYSTEM, authority, "due.review", 6, starts_on=JANUARY)

    with pytest.raises(OperationError, match="1 January 2027"):
        settle(SYSTEM, authority, "due.review", 8, starts_on=SEPTEMBER)


# Days that count


@pytest.mark.parametrize(
    ("start", "n", "day"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday, then Monday
        (date(2026, 11, 21), 0, date(2026, 11, 23)),  # a Saturday is no working day itself
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # Christmas Day, and Boxing Day kept on the Monday
        (date(2026, 12, 29), -1, date(2026, 12, 24)),
        (date(2027, 3, 25), 1, date(2027, 3, 30)),  # Easter
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
        (date(2026, 11, 23), -5, date(2026, 11, 16)),
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(start: date, n: int, day: date) -> None:
    assert settled.working_day(start, n) == day


def test_counting_working_days_undoes_adding_them() -> None:
    start = date(2026, 12, 18)

    assert [settled.working_days_between(start, settled.working_day(start, n)) for n in (-12, -1, 1, 12)] == [
        -12,
        -1,
        1,
        12,
    ]


@pytest.fixture
def term() -> Term:
    made: Term = TermFactory.build(
        authority=None,
        authority_id=1,
        starts_on=date(2026, 9, 2),
        ends_on=date(2026, 12, 18),
        half_term_starts_on=date(2026, 10, 26),
        half_term_ends_on=date(2026, 10, 30),
    )
    return made


def test_school_days_leave_out_half_term(term: Term) -> None:
    assert settled.school_day(date(2026, 10, 23), 1, [term]) == date(2026, 11, 2)
    assert settled.school_day(date(2026, 11, 2), -1, [term]) == date(2026, 10, 23)
    assert settled.school_day(date(2026, 10, 27), 0, [term]) == date(2026, 11, 2)


def test_school_days_beyond_the_known_terms_are_refused(term: Term) -> None:
    with pytest.raises(OperationError, match="Add the next term first"):
        settled.school_day(date(2026, 12, 18), 1, [term])


# By when a section is complete

DEADLINE = date(2026, 12, 11)


@pytest.mark.parametrize(
    ("due", "meeting_on", "day"),
    [
        ("before_meeting", date(2026, 11, 23), date(2026, 11, 16)),
        ("meeting", date(2026, 11, 23), date(2026, 11, 23)),
        ("after_meeting", date(2026, 11, 23), date(2026, 12, 7)),
        ("after_meeting", date(2026, 12, 7), DEADLINE),  # never beyond the term's deadline …
        ("after_meeting", date(2026, 12, 14), date(2026, 12, 30)),  # … unless the meeting was
        ("after_meeting", None, DEADLINE),
        ("meeting", None, date(2026, 11, 27)),
        ("before_meeting", None, date(2026, 11, 20)),
    ],
)
def test_a_section_is_due_by_its_meeting_or_else_in_time_for_the_deadline(
    due: str, meeting_on: date | None, day: date
) -> None:
    assert settled.section_due(due, rules=RULES, meeting_on=meeting_on, deadline_on=DEADLINE) == day


def test_an_authoritys_own_days_move_what_is_due() -> None:
    rules = settled.DueRules(before_meeting=0, after_meeting=5)
    held = date(2026, 11, 23)

    assert settled.section_due("before_meeting", rules=rules, meeting_on=held, deadline_on=DEADLINE) == held
    assert settled.section_due("after_meeting", rules=rules, meeting_on=held, deadline_on=DEADLINE) == date(
        2026, 11, 30
    )
