"""Who has looked at a child's record: everything for a head, kinds and dates for the child."""

from flask import abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from vsportal import editions
from vsportal.access import blueprint, queries
from vsportal.access.about import About, about_child, show
from vsportal.access.page import AccessPage
from vsportal.editions.reading import Unreadable, read_date
from vsportal.filters import capital
from vsportal.guards import requires
from vsportal.policy import Can, Tie

WORDS = {
    "child": "the child’s page",
    "pep": "the plan",
    "card": "the contact card",
    "file": "a file of the plan",
    "address": "an address or phone number, shown by a press",
    "access": "who can see the plan",
    "looks": "who has looked",
    "kept_words": "words kept when access ended",
    "print": "the plan, printed",
    "request": "a PP+ request",
    "calendar": "the date of the meeting, for a calendar",
    "concerns": "concerns of the reviewing officer",
    "one_page": "the page for the care review",
    "copies": "copies for parents",
    "pack": "the meeting pack",
    "letter": "the letter “What we agreed”",
    "letter_pdf": "the letter “What we agreed”, as a file",
    "plan_pdf": "the whole plan, as a file",
    "blank_pdf": "the plan’s form without answers, as a file",
    "addenda": "what was added to the plan",
    "sign_off": "the plan, before it is signed off",
}
CHILDS_WORDS = {
    Tie.CARER: "A carer at your home",
    Tie.PARENT: "Your parent",
    Tie.DESIGNATED_TEACHER: "A teacher at your school",
    Tie.SAFEGUARDING_LEAD: "Somebody who keeps people safe at your school",
    Tie.DELEGATE: "Somebody who helps your teacher",
    Tie.SOCIAL_WORKER: "Your social worker",
    Tie.TEAM_MANAGER: "Your social worker’s manager",
    Tie.INDEPENDENT_REVIEWER: "Somebody who checks your care plan",
    Tie.DUTY_WORKER: "A social worker on duty, in an emergency",
    Tie.ALLOCATED_ADVISER: "Your Virtual School adviser",
    Tie.ADVISER: "Somebody at the Virtual School",
    Tie.HEAD: "The head of the Virtual School",
    Tie.BUSINESS_SUPPORT: "Somebody in the Virtual School’s office",
}


def look_words(what: str, edition: str | None) -> str:
    """What was looked at, in words: a page, or a section by its title."""
    if what in WORDS:
        return WORDS[what]
    section = editions.get(edition).section(what) if edition else None
    return f"“{section.title}”" if section else capital(what.replace("_", " "))


def childs_words(role: str) -> str:
    """What kind of person has looked, for the child; never who."""
    return CHILDS_WORDS.get(Tie(role), "Somebody who works with you") if role in set(Tie) else "Somebody"


blueprint.add_app_template_global(look_words, "look_words")


@blueprint.get("/children/<ref>/looks")
@requires(Can.SEE_LOOKS)
def looks(ref: str) -> AnyResponse | str | tuple[str, int]:
    """Who has looked: the list with names for a head, kinds and dates for the child."""
    about = about_child(ref, Can.SEE_LOOKS, Can.SEE_OWN_LOOKS)
    if about.tie == Tie.YOUNG_PERSON:
        return _for_the_child(about)
    asked, problems = _asked()
    number = _number()
    rows, total = queries.looks_of(about.child.id, asked, number)
    pages = max(1, -(-total // queries.A_PAGE))
    if number > pages:
        abort(404)
    shown = render_template(
        "access/looks.html",
        page=AccessPage(about.child, about.seen),
        identity=show(about, "looks"),
        rows=rows,
        total=total,
        number=number,
        pages=pages,
        people=queries.who_looked(about.child.id),
        whats=queries.WHAT,
        asked=asked,
        typed={key: request.args.get(key, "")[:40] for key in ("since", "until")},
        problems=problems or None,
    )
    return (shown, 422) if problems else shown


def _for_the_child(about: About) -> str:
    found = queries.kinds_and_days(about.child.id, about.seen.actor.user_id)
    days = [(on, [childs_words(role) for role in roles]) for on, roles in found.items()]
    show(about, "looks")
    return render_template("access/my_looks.html", days=days)


def _asked() -> tuple[queries.Asked, list[tuple[str, str]]]:
    """What of the looks is asked for, and what of it cannot be read."""
    problems, days = [], {}
    for key in ("since", "until"):
        text = request.args.get(key, "").strip()
        try:
            days[key] = read_date(text) if text else None
        except Unreadable as unreadable:
            problems.append((key, unreadable.sentence))
    what = request.args.get("what", "")
    asked = queries.Asked(
        request.args.get("who", "")[:40],
        what if what in queries.WHAT else "",
        days.get("since"),
        days.get("until"),
    )
    return asked, problems


def _number() -> int:
    """Which page is asked for; the first when it is no number."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isdecimal() and 0 < len(asked) < 6 and int(asked) else 1
