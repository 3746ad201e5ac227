"""What was done and what was looked at is written with it, kept as written, and told to nobody's log."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
import structlog
from flask import Flask, abort
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.client import PageClient
from tests.databases import Databases, let_go, portal
from tests.watch import Watch
from tests.world import World, make_world
from vsportal import audit, clock
from vsportal.extensions import db
from vsportal.guards import public
from vsportal.models import AccessEvent, AuditEvent, Child, PepSection
from vsportal.policy import Tie

BY = audit.By(None, "system")


def events(*tags: str) -> list[AuditEvent]:
    return list(
        db.session.scalars(select(AuditEvent).where(AuditEvent.tag.in_(tags)).order_by(AuditEvent.id))
    )


def looks() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(AccessEvent).order_by(AccessEvent.id))
    return [(look.actor_role, look.what) for look in rows]


# Events -----------------------------------------------------------------------------------------------


def test_an_unknown_tag_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="pep:plan:lost is not a known event"):
        audit.record(db.session, BY, "pep:plan:lost", world.pep)


def test_an_event_says_who_in_which_role_did_what_to_whom(world: World) -> None:
    teacher = world.people[Tie.DESIGNATED_TEACHER]
    by = audit.By(teacher.id, "designated_teacher", world.authority.id)

    audit.record(db.session, by, "pep:plan:opened", world.pep, child_id=world.child.id)
    db.session.flush()

    event = events("pep:plan:opened")[-1]
    assert (event.actor_id, event.actor_role, event.authority_id) == (
        teacher.id,
        "designated_teacher",
        world.authority.id,
    )
    assert (event.subject_type, event.subject_id, event.child_id) == ("pep", world.pep.id, world.child.id)
    assert clock.now() - event.at < timedelta(minutes=1)


CHANGES = {
    "update": lambda: db.session.execute(update(AuditEvent).values(actor_role="somebody else")),
    "delete": lambda: db.session.execute(delete(AuditEvent)),
    "update a look": lambda: db.session.execute(update(AccessEvent).values(what="nothing")),
    "delete a look": lambda: db.session.execute(delete(AccessEvent)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_database_itself_refuses_to_change_an_event(world: World, change: Callable[[], object]) -> None:
    audit.record(db.session, BY, "pep:plan:opened", world.pep)
    db.session.add(
        AccessEvent(
            at=clock.now(),
            actor_id=world.people[Tie.HEAD].id,
            actor_role="head",
            child_id=world.child.id,
            what="child",
        )
    )
    db.session.flush()

    with pytest.raises(DBAPIError, match="events are kept as they were written"), db.session.begin_nested():
        change()


def test_postgresql_refuses_to_empty_the_table_of_events(world: World) -> None:
    if db.session.connection().dialect.name != "postgresql":
        return  # only there is TRUNCATE a way of its own

    with pytest.raises(DBAPIError, match="events are kept"), db.session.begin_nested():
        db.session.execute(text("TRUNCATE audit_event"))


def test_saving_writes_down_old_and_new_with_the_label_as_it_reads_now(
    client: PageClient, world: World
) -> None:
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    draft = f"/peps/{world.pep.ref}/sections/progress/draft"

    client.htmx.post(draft, {"hard": "Fractions", "page": "p1", "seen": "{}"})
    client.htmx.post(draft, {"hard": "Fractions and ratio", "page": "p1", "seen": "{}"})

    saved = events("pep:section:saved")
    assert [c["old"] for e in saved for c in e.changes] == [None, "Fractions"]
    assert [c["new"] for e in saved for c in e.changes] == ["Fractions", "Fractions and ratio"]
    assert {c["field"] for e in saved for c in e.changes} == {"hard"}
    assert all(c["label"] for e in saved for c in e.changes)
    assert len({e.request_id for e in saved} - {""}) == 2


def test_what_people_write_never_gets_into_the_log(
    client: PageClient, world: World, logged: StringIO
) -> None:
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])

    client.htmx.post(
        f"/peps/{world.pep.ref}/sections/progress/draft",
        {"hard": "Sentence of a child", "page": "p", "seen": "{}"},
    )

    structlog.get_logger().info("written")  # the log is listened to
    assert "written" in logged.getvalue()
    assert "Sentence of a child" not in logged.getvalue()
    assert world.child.last_name not in logged.getvalue()


# The watch over tests itself --------------------------------------------------------------------------


@pytest.fixture
def forgetful(databases: Databases, tables: str) -> Iterator[PageClient]:
    """A portal with a view that changes children and writes nothing down."""
    with databases.copied("forgetful", tables) as address:
        app = portal(address)

        @app.post("/rename/<how>")
        @public
        def rename(how: str) -> tuple[str, int]:
            child = db.session.scalars(select(Child)).first()
            section = db.session.scalars(select(PepSection)).first()
            assert child is not None
            assert section is not None
            if how == "row":
                child.known_as = "Ami"
            elif how == "statement":
                db.session.execute(update(Child).values(known_as="Ami"))
            elif how == "look":
                section.looked_at = clock.now()
            elif how == "written":
                child.known_as = "Ami"
                audit.record(db.session, BY, "child:record:created", child, child_id=child.id)
            elif how == "refused":
                child.known_as = "Ami"
                abort(404)
            return "", 204

        with app.app_context():
            make_world()
            db.session.commit()
            yield PageClient(app)
        let_go(app)


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("row", ["POST /rename/row: Child"]),
        ("statement", ["POST /rename/statement: Child"]),
        ("written", []),
        ("look", []),
        ("refused", []),
        ("nothing", []),
    ],
)
def test_a_change_that_no_event_tells_of_is_found(
    forgetful: PageClient, watch: Watch, how: str, found: list[str]
) -> None:
    forgetful.post(f"/rename/{how}")

    assert watch.unwritten == found
    watch.unwritten.clear()


# Looks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tie", [Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.SOCIAL_WORKER, Tie.HEAD, Tie.YOUNG_PERSON, Tie.DELEGATE]
)
def test_every_look_at_a_plan_is_recorded_with_the_tie_it_was_by(
    client: PageClient, world: World, tie: Tie
) -> None:
    client.sign_in(world.people[tie])
    before = looks()

    client.get(f"/peps/{world.pep.ref}", follow=True)

    assert looks()[len(before) :][0][0] == tie


def test_a_page_that_is_not_there_records_no_look(client: PageClient, world: World) -> None:
    client.sign_in(world.strangers[Tie.DESIGNATED_TEACHER])
    before = looks()

    client.get(f"/peps/{world.pep.ref}")
    client.get(f"/children/{world.child.ref}")

    assert looks() == before


def test_a_page_whose_look_cannot_be_recorded_is_not_sent(
    app: Flask, client: PageClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(world.people[Tie.HEAD])
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)  # as outside tests
    monkeypatch.setattr(audit, "AccessEvent", lambda **more: AccessEvent(**(more | {"actor_role": None})))

    page = client.get(f"/peps/{world.pep.ref}", may_fail=True)

    assert page.status == 500
    assert world.child.first_name not in page.body


def test_the_owners_first_look_is_noted_once(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    assert world.section("progress").looked_at is None

    client.get(f"/peps/{world.pep.ref}/sections/progress")
    first = world.section("progress").looked_at
    client.get(f"/peps/{world.pep.ref}/sections/progress")

    assert first is not None
    assert world.section("progress").looked_at == first


def test_somebody_elses_look_is_not_the_owners(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.ADVISER])

    client.get(f"/peps/{world.pep.ref}/sections/progress")

    assert world.section("progress").looked_at is None
