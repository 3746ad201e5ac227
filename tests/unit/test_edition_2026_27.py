"""The form of 2026–27: what the law asks for is asked, little more is required, and who reads what is kept.
These are claims about the words and settings of the edition itself, not about the engine.
"""

from typing import get_args

import pytest

from vsportal import editions
from vsportal.editions.kinds import kind_of
from vsportal.editions.schema import Asked, Field, Occasion, Phase, Rows, Season, Stage

NAME = "2026-27"
SEASONS: tuple[Season, ...] = ("autumn", "spring", "summer")
WHOLE = editions.get(NAME).phases
YEARS = [(phase, year) for phase, years in editions.get(NAME).phase_years.items() for year in years]
OLDER_ONLY = ("bursary", "gatsby", "higher_education", "has_job", "destination", "subjects", "risk_of_neet")
CHILD_READS = {"everyone", "child_chosen"}


def sections(
    season: Season = "autumn", year: int = 10, phase: Phase = "secondary", stage: Stage = "full"
) -> dict[str, Asked]:
    """The sections of a termly plan, by id."""
    choice = editions.Choice(phase, season, "termly", year, stage)
    return {section.id: section for section in editions.all_asked(NAME, choice)}


def required(field: Field) -> bool:
    """Whether a question must be answered before anything else is."""
    in_rows = isinstance(field, Rows) and any(column.missing for column in field.columns)
    return bool(field.missing or in_rows) and not field.when and not field.source


@pytest.mark.parametrize(("phase", "year"), YEARS)
@pytest.mark.parametrize("item", [f"A{n}" for n in range(1, 12)])
def test_each_item_the_law_names_is_met_by_a_question(item: str, phase: Phase, year: int) -> None:
    met = [f.id for s in sections("autumn", year, phase).values() for f in s.fields if item in f.statute]

    assert met


@pytest.mark.parametrize("phase", WHOLE)
def test_guidance_is_met_but_for_the_nursery_years(phase: Phase) -> None:
    choices = [editions.Choice(phase, s, o) for s in SEASONS for o in get_args(Occasion)]
    asked = [section for choice in choices for section in editions.all_asked(NAME, choice)]
    met = {item for s in asked for f in s.fields for item in f.statute}

    assert {f"B{n}" for n in range(1, 21)} - met == {"B1"}


@pytest.mark.parametrize("season", SEASONS)
@pytest.mark.parametrize(("phase", "year"), YEARS)
def test_a_settled_childs_school_part_is_forty_questions_at_most(
    season: Season, phase: Phase, year: int
) -> None:
    school = [s for s in sections(season, year, phase).values() if s.part == "school"]

    # One more: the figures of attendance, which are asked as sessions or as percentages.
    assert 1 + sum(required(field) for s in school for field in s.fields) <= 40
    assert sum(s.minutes for s in school) <= 30


@pytest.mark.parametrize("season", SEASONS)
@pytest.mark.parametrize("stage", ["simple", "full"])
def test_a_child_is_asked_eleven_to_fourteen_questions_and_owes_no_answer(
    season: Season, stage: Stage
) -> None:
    mine = [f for f in sections(season, stage=stage)["my_views"].fields if f.kind != "views"]

    assert 11 <= len([f for f in mine if f.id not in ("helped", "helped_by")]) <= 14
    assert not [f.id for f in mine if f.missing]


@pytest.mark.parametrize("season", SEASONS)
@pytest.mark.parametrize("phase", WHOLE)
def test_the_simple_form_asks_the_same_so_that_changing_the_form_hides_no_answer(
    season: Season, phase: Phase
) -> None:
    full, simple = (sections(season, 0, phase, stage)["my_views"] for stage in ("full", "simple"))

    assert list(simple.by_id) == list(full.by_id)
    assert [f.audience for f in simple.fields] == [f.audience for f in full.fields]
    assert [f.kind for f in simple.fields] == [f.kind for f in full.fields]


@pytest.mark.parametrize("season", SEASONS)
def test_the_simple_form_says_it_in_fewer_words(season: Season) -> None:
    full, simple = (sections(season, stage=stage)["my_views"] for stage in ("full", "simple"))
    words = [[len(f.label.split()) for f in form.fields if f.kind != "views"] for form in (full, simple)]

    assert sum(words[1]) < sum(words[0])
    assert simple.by_id["future"].label == "What would you like to be when you grow up?"


def test_only_my_views_is_another_in_another_stage() -> None:
    full, simple = sections("spring", 5, "primary"), sections("spring", 5, "primary", "simple")

    assert [name for name in full if simple[name] is not full[name]] == ["my_views"]


@pytest.mark.parametrize("season", SEASONS)
@pytest.mark.parametrize("year", [*range(1, 7), None])
def test_a_primary_child_is_asked_nothing_that_comes_years_later(season: Season, year: int | None) -> None:
    asked = editions.all_asked(NAME, editions.Choice("primary", season, "termly", year))
    words = " ".join(
        text
        for s in asked
        for f in s.fields
        for text in (f.label, f.hint, f.missing, *(label for _, label in getattr(f, "options", ())))
    )

    assert not {f.id for s in asked for f in s.fields} & set(OLDER_ONLY)
    assert not [w for w in ("Gatsby", "GCSE", "bursary", "Year 11", "part-time", "careers int") if w in words]


@pytest.mark.parametrize(
    ("year", "theirs"),
    [
        (1, {"subjects_ks1", "phonics"}),
        (2, {"subjects_ks1", "phonics"}),
        (3, {"subjects_ks2"}),
        (4, {"subjects_ks2", "tables_check"}),
        (5, {"subjects_ks2"}),
        (6, {"subjects_ks2", "scaled_scores"}),
    ],
)
def test_each_primary_year_has_its_own_grid_and_its_own_checks(year: int, theirs: set[str]) -> None:
    every = {"subjects_ks1", "subjects_ks2", "phonics", "tables_check", "scaled_scores"}

    assert every & set(sections("summer", year, "primary")["progress"].by_id) == theirs


def test_the_move_to_secondary_school_is_prepared_from_year_five() -> None:
    asks = {year: set(sections("autumn", year, "primary")["my_education"].by_id) for year in (4, 5, 6)}

    assert "secondary_place" not in asks[4]
    assert {"secondary_place", "secondary_visits", "secondary_ready"} <= asks[5] & asks[6]


@pytest.mark.parametrize("stage", ["simple", "full"])
@pytest.mark.parametrize("field_id", ["happy_at_school", "safe_at_school", "who_helps", "friends"])
def test_what_a_child_says_about_safety_and_feelings_is_the_childs_to_share(
    field_id: str, stage: Stage
) -> None:
    assert sections(stage=stage)["my_views"].by_id[field_id].audience == "child_chosen"


@pytest.mark.parametrize(
    ("section", "field_id"),
    [
        ("my_details", "care_plan"),
        ("my_details", "sensitive"),
        ("my_details", "unaccompanied"),
        ("my_details", "immigration_status"),
        ("my_details", "life_story"),
        ("meeting", "parents_said"),
    ],
)
def test_what_could_hurt_stays_with_social_care_until_it_is_ticked(section: str, field_id: str) -> None:
    field = sections()[section].by_id[field_id]

    assert field.audience == "adults_around"
    assert field.narrowed


@pytest.mark.parametrize(
    ("section", "field_id"),
    [
        ("attendance", "likelihood"),
        ("attendance", "risk_of_neet"),
        ("wellbeing", "rating"),
        ("wellbeing", "adviser_comment"),
        ("my_details", "sdq_score"),
        ("my_details", "legal_status"),
        ("my_details", "home_kind"),
        ("my_details", "must_not"),
        ("at_home", "for_professionals"),
    ],
)
def test_the_childs_own_pages_leave_out_what_is_for_adults(section: str, field_id: str) -> None:
    assert sections()[section].by_id[field_id].audience not in CHILD_READS


@pytest.mark.parametrize("season", SEASONS)
def test_only_this_terms_progress_must_be_given(season: Season) -> None:
    subjects = sections(season)["progress"].by_id["subjects"]
    assert isinstance(subjects, Rows)

    must = {c.id for c in subjects.columns if c.missing and c.id.endswith(("_progress", "_effort"))}

    assert must == {f"{season}_progress", f"{season}_effort"}
    assert "autumn_progress" in subjects.by_column


def test_years_seven_to_nine_and_ten_to_eleven_have_their_own_subjects() -> None:
    lower, upper = sections(year=9)["progress"].by_id, sections(year=10)["progress"].by_id

    assert "subjects_ks3" in lower
    assert "subjects" not in lower
    assert "subjects" in upper
    assert "subjects_ks3" not in upper


def test_a_letter_has_six_boxes_and_a_seventh_to_say_goodbye() -> None:
    leaving = editions.Choice("secondary", "summer", "exit", 11)
    last = editions.asked(NAME, "summary", leaving)

    assert len(sections()["summary"].fields) == 6
    assert last is not None
    assert "goodbye" in last.by_id


def test_no_answer_or_row_is_offered_with_a_name_to_fill_in() -> None:
    texts: list[str] = []
    for section in editions.get(NAME).sections:
        for field in section.fields:
            texts += [label for _, label in field.rows] if isinstance(field, Rows) else []
            for spec in (field, *(field.columns if isinstance(field, Rows) else ())):
                texts += [label for _, label in getattr(spec, "options", ())]

    assert texts
    assert not [text for text in texts if "{" in text]


def test_a_carer_has_ten_questions_at_most() -> None:
    home = sections()["at_home"]

    assert len([f for f in home.fields if kind_of(f).asks]) <= 10
