"""The pieces that pages are put together from, and the two pages that must work when nothing else does.
Drawn alone, without the application: they ask for nothing but what they are given.
"""

from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vsportal import filters

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2027, 3, 2)


@pytest.fixture(scope="module")
def env() -> Environment:
    """Templates as the portal reads them, and no globals."""
    bare = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    bare.filters.update(filters.FILTERS)
    return bare


def drawn(env: Environment, component: str, call: str, **values: object) -> BeautifulSoup:
    """What `call` draws, with the macros of a component at hand."""
    strict = env.overlay(undefined=StrictUndefined)
    source = f'{{% import "components/{component}.html" as it %}}{{{{ it.{call} }}}}'
    return BeautifulSoup(strict.from_string(source).render(**values), "html.parser")


@pytest.mark.parametrize("kind", ["done", "going", "todo", "soon", "late", "returned"])
def test_a_state_is_a_shape_a_word_and_a_colour(env, kind):
    pill = drawn(env, "marks", f'state("{kind}", "3 days late")').span

    assert pill.text.strip() == "3 days late"
    assert pill.svg["aria-hidden"] == "true"
    assert f"vs-state--{kind}" in pill["class"]


def test_a_childs_words_are_escaped_and_signed(env):
    page = drawn(env, "voice", "voice(text, by, about)", text="<script>1</script>", by="A&B", about="1 March")

    assert page.script is None
    assert page.blockquote.p.text == "“<script>1</script>”"
    assert page.footer.text == "A&B 1 March"


def test_the_place_of_a_childs_words_stays_when_there_are_none(env):
    page = drawn(env, "voice", 'voice("", "Amira")')

    assert page.blockquote is None
    assert page.select_one(".vs-voice--none").text == "Amira has not said anything yet."


def test_a_comment_is_escaped_and_stands_under_its_authors_name(env):
    said = [{"text": "<b>Short</b> goes", "by": "Tina", "role": "carer", "at": "28 February"}]
    one = drawn(env, "voice", "said(comments)", comments=said).li

    assert one.b.text == "Tina"
    assert one.p.text == "<b>Short</b> goes"


def test_a_date_within_a_week_stands_out_and_can_be_read_by_machines(env):
    time = drawn(env, "when", "when(due, today)", due=date(2027, 3, 4), today=TODAY).time

    assert time["datetime"] == "2027-03-04"
    assert time["class"] == ["vs-when", "vs-when--soon"]
    assert time.text == "Thursday 4 March"


def test_a_date_further_off_is_plain(env):
    assert not drawn(env, "when", "when(due, today)", due=date(2027, 3, 18), today=TODAY).time.get("class")


def test_pips_are_for_the_eye_and_the_words_for_everybody(env):
    page = drawn(env, "pips", "pips(3, 2, 11)")

    assert [len(page.select(f"i{kind}")) for kind in (".on", ".half", "")] == [3, 2, 11]
    assert page.select_one(".vs-pips")["aria-hidden"] == "true"
    assert page.find_all("span", recursive=False)[1].text == "3 of 11 sections complete"


def test_each_problem_leads_to_its_control(env):
    page = drawn(
        env, "error_summary", "error_summary(problems)", problems=[("a-b", "Enter <it>"), ("", "Try again")]
    )

    assert page.a["href"] == "#a-b"
    assert page.a.text == "Enter <it>"
    assert [li.text for li in page.select("li")] == ["Enter <it>", "Try again"]
    assert page.select_one("[role=alert]") is not None


@pytest.mark.parametrize(
    ("category", "role", "kind"),
    [
        ("success", "status", "done"),
        ("error", "alert", "late"),
        ("returned", "status", "returned"),
        ("message", "status", "message"),
    ],
)
def test_what_the_last_page_left_to_say_is_said_aloud(env, category, role, kind):
    notice = drawn(env, "notice", "flashed(messages)", messages=[(category, "Saved <b>")]).div

    assert notice["role"] == role
    assert f"vs-notice--{kind}" in notice["class"]
    assert notice.text == "Saved <b>"


def test_whose_page_it_is_stands_in_a_bar_of_its_own(env):
    bar = drawn(
        env, "people", 'identity("Amira Belhadj", "she/her", facts)', facts=[("School", "A & B")]
    ).section

    assert bar["aria-label"] == "Whose plan this is"
    assert bar.select_one(".vs-id__face").text == "AB"
    assert bar.dd.text == "A & B"


def test_a_list_of_one_page_has_no_pager(env):
    assert not drawn(env, "pager", "pager(1, 1, address)", address=str).text.strip()


def test_a_pager_says_what_it_pages_and_goes_both_ways(env):
    nav = drawn(env, "pager", 'pager(2, 3, address, "children")', address=lambda n: f"?page={n}").nav

    assert nav["aria-label"] == "Pages of children"
    assert [(a["rel"][0], a["href"]) for a in nav.select("a")] == [("prev", "?page=1"), ("next", "?page=3")]


@pytest.mark.parametrize("code", ["500", "503"])
def test_the_pages_for_when_something_is_broken_need_nothing(env, code):
    page = BeautifulSoup(env.get_template(f"errors/{code}.html").render(), "html5lib")

    assert page.title.text.startswith(page.h1.text)
    assert page.select_one("main a")["href"] == "/"
    assert page.link is None


def test_the_page_for_a_fault_gives_the_reference_to_report(env):
    page = env.get_template("errors/500.html").render(reference="a1b2c3")

    assert "a1b2c3" in page


def test_every_filter_is_at_hand_in_templates():
    app = Flask("bare")

    filters.init_app(app)

    assert set(filters.FILTERS) <= set(app.jinja_env.filters)


def test_no_template_has_a_style_or_a_handler_of_its_own():
    for path in (ROOT / "templates").rglob("*.html"):
        page = BeautifulSoup(path.read_text(), "html.parser")
        for tag in page.find_all(True):
            own = [a for a in tag.attrs if a == "style" or a.startswith(("on", "hx-on"))]
            assert not own, f"{path.name}: <{tag.name} {own[0]}> is refused by the content security policy"
