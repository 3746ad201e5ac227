"""How an answer came about: who changed what when, to whom it is told, and putting an earlier text back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.client import Page, PageClient
from tests.plans import answers_of, close, complete, draft, events, path_of, sign_in
from tests.terms import keep, next_plan
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import Pep, User
from vsportal.policy import Tie


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in."""
    return sign_in(client, world.people[Tie.DESIGNATED_TEACHER])


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A clock that is put forward by twenty minutes with each call."""
    now: list[datetime] = [clock.now()]

    def put_forward() -> None:
        now[0] += timedelta(minutes=20)

    monkeypatch.setattr(clock, "now", lambda: now[0])
    return put_forward


def history(client: PageClient, world: World, key: str, section: str = "progress") -> Page:
    return client.get(path_of(world, section, "history", key))


def told(page: Page) -> list[str]:
    """Each change in words, latest first."""
    return [" ".join(li.get_text(" ").split()) for li in page.soup.select(".vs-history > li")]


def write(
    client: PageClient, world: World, *texts: str, key: str = "hard", section: str = "progress"
) -> None:
    """The same page saves one text after another."""
    before = None
    for text in texts:
        draft(client, world, {key: text}, seen={key: before}, section=section)
        before = text


# What is told ---------------------------------------------------------------------------------------------


def test_who_changed_what_is_told_latest_first_with_the_difference_marked(
    teacher: PageClient, world: World, later: Callable[[], None]
) -> None:
    write(teacher, world, "She finds fractions hard.")
    later()
    draft(
        teacher, world, {"hard": "She finds long division hard."}, seen={"hard": "She finds fractions hard."}
    )

    page = history(teacher, world, "hard")

    first, second = page.soup.select(".vs-history > li")
    name = world.people[Tie.DESIGNATED_TEACHER].name
    assert f"{name}, designated teacher changed it" in " ".join(first.get_text(" ").split())
    assert [d.get_text(" ", strip=True) for d in first.select("del")] == ["taken away: fractions"]
    assert [i.get_text(" ", strip=True) for i in first.select("ins")] == ["added: long division"]
    assert "wrote it" in second.get_text(" ")
    assert second.select("del, ins") == []


def test_what_is_saved_in_one_sitting_is_told_as_one_change(teacher: PageClient, world: World) -> None:
    write(teacher, world, "She", "She finds", "She finds fractions hard.")

    assert len(told(history(teacher, world, "hard"))) == 1
    assert "She finds fractions hard." in told(history(teacher, world, "hard"))[0]


def test_the_page_of_the_section_leads_to_it_once_there_is_an_answer(
    teacher: PageClient, world: World
) -> None:
    assert not teacher.get(path_of(world)).soup.select("a[href$='/history/hard']")
    write(teacher, world, "Fractions.")

    page = teacher.get(path_of(world))

    link = page.one("a[href$='/history/hard']")
    assert teacher.get(str(link["href"])).h1 == "How this answer came about"


def test_of_a_table_each_cell_says_which_row_it_is_of(teacher: PageClient, world: World) -> None:
    draft(teacher, world, {"subjects.k1": "1", "subjects.k1.subject": "Maths", "subjects.k1.target": "6"})

    found = told(history(teacher, world, "subjects"))

    assert any("wrote it : Maths, Target" in line or "wrote it: Maths, Target" in line for line in found), (
        found
    )
    assert len(told(history(teacher, world, "subjects.k1.target"))) == 1


def test_the_plan_before_is_told_below_and_closed(teacher: PageClient, world: World) -> None:
    write(teacher, world, "Fractions.")
    now = next_plan(world)

    page = history(teacher, now, "hard")

    assert "comes from the plan before" in page.text
    assert page.one(".vs-then").get("open") is None
    assert "Fractions." in page.one(".vs-then").get_text()


def test_that_it_was_checked_is_told_too(teacher: PageClient, world: World) -> None:
    write(teacher, world, "Fractions.")
    now = next_plan(world)
    teacher.htmx.post(path_of(now, "progress", "confirm"), {"confirm": "hard", "page": "p1"})

    assert "checked it: still right" in told(history(teacher, now, "hard"))[0]


@pytest.mark.parametrize("key", ["nothing", "hard~kept", "subjects.k1.nothing", "HARD"])
def test_there_is_no_history_of_what_is_not_asked(teacher: PageClient, world: World, key: str) -> None:
    assert history(teacher, world, key).status == 404


# To whom --------------------------------------------------------------------------------------------------


def test_who_may_not_read_an_answer_has_no_history_of_it(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.SOCIAL_WORKER])
    write(client, world, "A memory box.", key="life_story", section="my_details")

    for tie in (Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.YOUNG_PERSON, Tie.DELEGATE):
        page = history(sign_in(client, world.people[tie]), world, "life_story", "my_details")
        assert page.status == 404, tie
    page = history(sign_in(client, world.people[Tie.HEAD]), world, "life_story", "my_details")
    assert "A memory box." in page.text


def test_a_column_that_is_hidden_has_no_history(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    draft(
        client,
        world,
        {"suspended": "yes", "suspensions.k1": "1", "suspensions.k1.notes": "He was hit first."},
        section="attendance",
    )

    carer = sign_in(client, world.people[Tie.CARER])

    assert "hit first" not in history(carer, world, "suspensions", "attendance").text
    assert history(carer, world, "suspensions.k1.notes", "attendance").status == 404


def say(client: PageClient, world: World, text: str) -> None:
    """The child answers a question that begins private."""
    sign_in(client, world.people[Tie.YOUNG_PERSON])
    page = client.get(f"/peps/{world.pep.ref}/my-views/who_helps")
    client.submit(page, {"who_helps": text}, button="Next")


def choose(client: PageClient, world: World, *people: User) -> None:
    sign_in(client, world.people[Tie.YOUNG_PERSON])
    page = client.get(f"/peps/{world.pep.ref}/my-views/who_helps")
    client.submit(page, {"sees~who_helps": ["some", *(u.id for u in people)]}, button="Next")


def test_what_was_private_when_it_was_written_stays_so_when_the_answer_is_opened_later(
    client: PageClient, world: World, later: Callable[[], None]
) -> None:
    teacher = world.people[Tie.DESIGNATED_TEACHER]
    say(client, world, "Only Priya knows about the nights.")
    later()
    say(client, world, "Priya, and nobody else.")
    later()
    choose(client, world, teacher)
    later()
    say(client, world, "Priya, and Miss Castell too.")

    page = history(sign_in(client, teacher), world, "who_helps", "my_views")

    assert len(told(page)) == 1
    assert "Miss Castell too." in page.text
    assert "the nights" not in page.text
    assert "nobody else" not in page.text  # nor as what was taken away
    assert "written for fewer people" in page.text


def test_the_author_and_those_who_could_always_read_it_read_all_of_it(
    client: PageClient, world: World, later: Callable[[], None]
) -> None:
    say(client, world, "Only Priya knows about the nights.")
    later()
    choose(client, world, world.people[Tie.DESIGNATED_TEACHER])

    for tie in (Tie.YOUNG_PERSON, Tie.SOCIAL_WORKER):
        page = history(sign_in(client, world.people[tie]), world, "who_helps", "my_views")
        assert "the nights" in page.text


def test_somebody_let_in_and_put_out_again_finds_no_history(
    client: PageClient, world: World, later: Callable[[], None]
) -> None:
    say(client, world, "Priya.")
    choose(client, world, world.people[Tie.DESIGNATED_TEACHER])
    later()
    choose(client, world)

    page = history(sign_in(client, world.people[Tie.DESIGNATED_TEACHER]), world, "who_helps", "my_views")

    assert page.status == 404


def test_of_comments_everybody_has_the_history_of_their_own_alone(
    client: PageClient, world: World, later: Callable[[], None]
) -> None:
    sign_in(client, world.people[Tie.CARER])
    draft(client, world, {"progress_views": "She reads at night."}, page="c1")
    later()
    draft(client, world, {"progress_views": "She reads."}, page="c1")

    own = history(client, world, "progress_views")
    others = history(sign_in(client, world.people[Tie.DESIGNATED_TEACHER]), world, "progress_views")

    assert "at night" in own.text
    assert told(others) == []


# Putting it back ------------------------------------------------------------------------------------------


def two_versions(client: PageClient, world: World, put_forward: Callable[[], None]) -> Page:
    write(client, world, "Fractions.")
    put_forward()
    draft(client, world, {"hard": "Long division."}, seen={"hard": "Fractions."})
    return history(client, world, "hard")


def put_back(client: PageClient, world: World, page: Page) -> Page:
    return client.submit(page, action=path_of(world, "progress", "history", "hard", "restore"))


def test_an_earlier_text_is_put_back_as_a_save_like_any_other(
    teacher: PageClient, world: World, later: Callable[[], None]
) -> None:
    page = two_versions(teacher, world, later)

    sent = put_back(teacher, world, page)

    assert sent.status == 303
    assert answers_of(world)["hard"] == "Fractions."
    last = events(world, "pep:section:saved")[-1]
    assert last.changes[0]["old"] == "Long division."
    assert last.changes[0]["new"] == "Fractions."


def test_what_somebody_wrote_meanwhile_is_not_overwritten(
    teacher: PageClient, world: World, later: Callable[[], None]
) -> None:
    page = two_versions(teacher, world, later)
    draft(teacher, world, {"hard": "Decimals."}, seen={"hard": "Long division."}, page="p2")

    sent = put_back(teacher, world, page)

    assert sent.status == 409
    assert "Somebody has changed it since" in sent.text
    assert answers_of(world)["hard"] == "Decimals."


def test_in_a_closed_plan_the_page_says_why_nothing_is_put_back(
    teacher: PageClient, world: World, later: Callable[[], None]
) -> None:
    page = two_versions(teacher, world, later)
    close(world)

    assert put_back(teacher, world, page).status == 403
    closed = history(teacher, world, "hard")
    assert "This plan is closed. It can be read, not changed." in closed.text
    assert not closed.soup.select("form[action$='/restore']")
    assert answers_of(world)["hard"] == "Long division."


def test_in_a_complete_section_the_page_says_that_it_must_be_reopened(
    teacher: PageClient, world: World, later: Callable[[], None]
) -> None:
    two_versions(teacher, world, later)
    complete(world, "progress")

    assert "This section is complete. Reopen it to change an answer." in history(teacher, world, "hard").text


def test_who_only_reads_puts_nothing_back(
    client: PageClient, world: World, later: Callable[[], None]
) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    page = two_versions(client, world, later)
    form = page.form(path_of(world, "progress", "history", "hard", "restore")).fields()
    head = sign_in(client, world.people[Tie.HEAD])

    assert not history(head, world, "hard").soup.select("form[action$='/restore']")
    form.poplist("csrf_token")
    assert head.post(path_of(world, "progress", "history", "hard", "restore"), form).status == 403


def test_a_version_of_another_answer_is_not_put_back(
    teacher: PageClient, world: World, later: Callable[[], None]
) -> None:
    page = two_versions(teacher, world, later)
    form = page.form(path_of(world, "progress", "history", "hard", "restore")).fields()
    form["leaf"] = "achievements"
    form.poplist("csrf_token")

    assert teacher.post(path_of(world, "progress", "history", "hard", "restore"), form).status == 404


def test_ones_own_earlier_comment_is_put_back(
    client: PageClient, world: World, later: Callable[[], None]
) -> None:
    sign_in(client, world.people[Tie.CARER])
    draft(client, world, {"progress_views": "She reads at night."}, page="c1")
    later()
    draft(client, world, {"progress_views": "She reads."}, page="c1")
    page = history(client, world, "progress_views")

    sent = client.submit(page, action=path_of(world, "progress", "history", "progress_views", "restore"))

    assert sent.status == 303
    assert "She reads at night." in client.get(path_of(world)).one("[name=progress_views]").get_text()


# Two devices, one comment ---------------------------------------------------------------------------------


def test_keeping_mine_of_ones_own_comment_from_another_device_is_final(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.CARER])
    path = path_of(world)
    page = client.get(path)
    draft(client, world, {"progress_views": "From the phone."}, page="phone")

    conflict = client.submit(page, {"progress_views": "From the laptop."}, action=path, button="Save")
    assert conflict.status == 409
    kept = client.submit(
        conflict, {"progress_views": "From the laptop.", "keep": "mine:progress_views"}, action=path
    )

    assert kept.status == 303
    assert "From the laptop." in client.get(path).one("[name=progress_views]").get_text()


# Wrong in the record --------------------------------------------------------------------------------------


def report(client: PageClient, world: World, text: str = "It began in 2019.") -> None:
    sign_in(client, world.people[Tie.SOCIAL_WORKER])
    draft(client, world, {"care_wrong": text}, section="my_details", seen={"care_wrong": None})


def test_a_fact_that_is_wrong_leads_to_the_question_that_reports_it(client: PageClient, world: World) -> None:
    page = sign_in(client, world.people[Tie.SOCIAL_WORKER]).get(path_of(world, "my_details"))

    links = {str(a["href"]) for a in page.soup.select(".vs-wrong")}
    assert links == {"#identity_wrong", "#care_wrong"}
    reader = sign_in(client, world.people[Tie.HEAD]).get(path_of(world, "my_details"))
    assert reader.soup.select(".vs-wrong") == []


def test_business_support_is_told_who_to_ask_about_which_record_and_none_of_the_words(
    client: PageClient, world: World
) -> None:
    report(client, world)

    page = sign_in(client, world.people[Tie.BUSINESS_SUPPORT]).get("/office/differences")

    row = " ".join(page.one("tbody tr").get_text(" ").split())
    assert "Amira Belhadj Care record" in row
    assert f"Ask {world.people[Tie.SOCIAL_WORKER].name}" in row
    assert "2019" not in page.text


def test_what_was_put_right_is_off_the_list_until_it_is_reported_anew(
    client: PageClient, world: World
) -> None:
    report(client, world)
    sign_in(client, world.people[Tie.BUSINESS_SUPPORT])
    page = client.get("/office/differences")

    assert client.submit(page, button="Put right : Amira Belhadj, care record").status == 303

    assert "Nobody says that the record is wrong." in client.get("/office/differences").text
    assert [e.changes[0]["label"] for e in events(world, "pep:difference:settled")] == ["care record"]
    sign_in(client, world.people[Tie.SOCIAL_WORKER])
    draft(
        client,
        world,
        {"care_wrong": "No, in 2018."},
        section="my_details",
        seen={"care_wrong": "It began in 2019."},
    )
    sign_in(client, world.people[Tie.BUSINESS_SUPPORT])
    assert len(client.get("/office/differences").soup.select("tbody tr")) == 1


def test_a_report_that_is_taken_back_is_off_the_list(client: PageClient, world: World) -> None:
    report(client, world)
    draft(client, world, {"care_wrong": ""}, section="my_details", seen={"care_wrong": "It began in 2019."})

    page = sign_in(client, world.people[Tie.BUSINESS_SUPPORT]).get("/office/differences")

    assert "Nobody says that the record is wrong." in page.text


def test_an_answer_that_is_kept_against_the_record_is_on_the_list(client: PageClient, world: World) -> None:
    world.child.upn = "A123456789012"
    db.session.commit()
    sign_in(client, world.people[Tie.SOCIAL_WORKER])
    checked = client.htmx.post(
        path_of(world, "my_details", "fields", "school_upn"), {"school_upn": "B000000000000", "page": "p"}
    )
    assert "The record says A123456789012" in checked.text
    draft(
        client,
        world,
        {"school_upn": "B000000000000", "school_upn~kept": "It is on the register."},
        section="my_details",
    )

    page = sign_in(client, world.people[Tie.BUSINESS_SUPPORT]).get("/office/differences")

    assert "UPN" in page.one("tbody tr").get_text()
    assert "register" not in page.one("tbody tr").get_text()


@pytest.mark.parametrize("tie", [Tie.HEAD, Tie.SOCIAL_WORKER, Tie.CARER, Tie.DESIGNATED_TEACHER])
def test_only_who_keeps_the_record_has_the_list(client: PageClient, world: World, tie: str) -> None:
    assert sign_in(client, world.people[tie]).get("/office/differences").status == 404


def test_business_support_elsewhere_has_nothing_of_it(client: PageClient, world: World) -> None:
    report(client, world)
    sign_in(client, world.other.people[Tie.BUSINESS_SUPPORT])

    assert "Amira" not in client.get("/office/differences").text
    path = f"/office/differences/{world.pep.ref}/my_details/care_wrong"
    assert client.post(path).status == 404
    assert events(world, "pep:difference:settled") == []


# What it costs --------------------------------------------------------------------------------------------


def test_a_long_history_costs_as_many_statements_as_a_short_one(
    teacher: PageClient, world: World, later: Callable[[], None]
) -> None:
    def cost() -> int:
        history(teacher, world, "hard")
        with statements(db.engine) as seen:
            history(teacher, world, "hard")
        return len(seen)

    write(teacher, world, "One.")
    short, before = cost(), "One."
    for n in range(6):
        later()
        sign_in(teacher, world.people[Tie.DESIGNATED_TEACHER])
        draft(teacher, world, {"hard": f"Text {n}."}, seen={"hard": before})
        before = f"Text {n}."

    assert cost() == short <= 12
    assert len(told(history(teacher, world, "hard"))) == 7


def test_the_list_of_differences_costs_the_same_for_many(client: PageClient, world: World) -> None:
    report(client, world)
    sign_in(client, world.people[Tie.BUSINESS_SUPPORT])

    def cost() -> int:
        client.get("/office/differences")
        with statements(db.engine) as seen:
            client.get("/office/differences")
        return len(seen)

    one = cost()
    keep(world, "my_details", {"identity_wrong": "Spelt with an e."})
    now = next_plan(world)
    keep(now, "my_details", {"identity_wrong": "Still.", "care_wrong": "Still."})
    assert db.session.get(Pep, now.pep.id) is not None

    assert cost() == one
