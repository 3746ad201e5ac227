"""A row in every table: what migrations are tried on. A new table is added here, or a test says so."""

from datetime import datetime, timedelta
from typing import Any

from tests.world import World, make_world
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import (
    AccessCut,
    AccessEvent,
    Account,
    Addendum,
    Attachment,
    AuthoritySetting,
    Base,
    BrokenGlass,
    CardReading,
    Comment,
    Concern,
    Cover,
    FundingFile,
    FundingLine,
    FundingNote,
    FundingPolicy,
    FundingRequest,
    ImportRun,
    Inspection,
    KeptWords,
    Mail,
    Movement,
    ParentCopy,
    Payment,
    PaymentBatch,
    PaymentReceipt,
    Review,
    ReviewAction,
    ReviewScheme,
    RowLink,
    SchoolReference,
    SectionRating,
    SignedPlan,
    SignInFailure,
    SignInSession,
    Target,
    Wish,
)
from vsportal.policy import Tie


def fill_all_tables() -> None:
    """A world, and what a world has not got by itself. A new table is added here, or a test says so."""
    world = make_world()
    by = world.people[Tie.DESIGNATED_TEACHER]
    now, pep, child = clock.now(), world.pep, world.child
    section = world.section("progress")
    db.session.add_all(
        [
            AccessEvent(
                at=now, actor_id=by.id, actor_role="designated_teacher", child_id=child.id, what="child"
            ),
            Attachment(
                pep_id=pep.id,
                section_id="progress",
                field_id="evidence",
                name="work.png",
                media_type="image/png",
                bytes=1,
                sha256="0" * 64,
                added_by_id=by.id,
            ),
            AuthoritySetting(
                authority_id=world.authority.id, key="cohort", value="in_care", starts_on=clock.today()
            ),
            Comment(
                pep_section_id=section.id,
                field_id="say",
                author_id=by.id,
                role="designated_teacher",
                signed="designated teacher",
                text="Reads well.",
                changed_at=now,
            ),
            *everyday_rows(world, now),
            *rows_about_money(world, now),
            *rows_about_quality(world, now),
            SignInFailure(kind="account", key="0", at=now),
            SignInSession(token_hash="0", user_id=by.id, started_at=now, last_seen_at=now),
            Target(pep_id=pep.id, child_id=child.id, row="a1"),
        ]
    )


def everyday_rows(world: World, now: datetime) -> list[Base]:
    """What ends sight and lends it, what is remembered, what the office keeps."""
    child, pep, section = world.child, world.pep, world.section("progress")
    manager, worker = world.people[Tie.TEAM_MANAGER], world.people[Tie.SOCIAL_WORKER]
    carer, head, teacher = (world.people[t] for t in (Tie.CARER, Tie.HEAD, Tie.DESIGNATED_TEACHER))
    later, authority = now + timedelta(days=14), world.authority.id
    return [
        AccessCut(child_id=child.id, user_id=carer.id, cut_by_id=worker.id, reason="The placement ended."),
        KeptWords(pep_section_id=section.id, user_id=carer.id, field_key="say", text="We", changed_at=now),
        BrokenGlass(
            authority_id=authority,
            child_id=child.id,
            user_id=manager.id,
            reason="Out of hours call.",
            starts_at=now,
            ends_at=later,
        ),
        Cover(
            authority_id=authority,
            worker_id=worker.id,
            covered_by_id=manager.id,
            made_by_id=manager.id,
            starts_on=clock.today(),
            ends_on=later.date(),
        ),
        RowLink(
            token_hash="0",
            pep_id=pep.id,
            section_id="progress",
            field_id="subjects",
            row="a1",
            teacher="Jo Marsh",
            made_by_id=teacher.id,
            expires_at=later,
        ),
        CardReading(child_id=child.id, user_id=teacher.id, mark="0", read_at=now),
        Wish(pep_id=pep.id, child_id=child.id, field_id="hope", asked_on=clock.today(), owed_by_id=head.id),
        SchoolReference(authority_id=authority, school_id=world.school.id, setting_ref="S1"),
        Inspection(
            school_id=world.school.id,
            inspected_on=clock.today(),
            framework="2025",
            area="inclusion",
            grade="expected",
        ),
        ImportRun(authority_id=authority, kind="people", file_name="people.csv", sha256="0"),
        Mail(
            key="1",
            kind="waiting",
            to_address="a@example.org",
            subject="A plan is waiting",
            body=".",
            due_at=now,
        ),
    ]


def rows_about_money(world: World, now: datetime) -> list[Base]:
    """A policy, a request with its line, note and file, what was booked and paid for it."""
    by, head = world.people[Tie.DESIGNATED_TEACHER].id, world.people[Tie.HEAD].id
    here: dict[str, Any] = {"authority_id": world.authority.id, "financial_year": "2026-27"}
    policy = FundingPolicy(**here, version=1, starts_on=clock.today(), body={})
    request = FundingRequest(
        **here,
        number="PP-AAAAAA",
        child_id=world.child.id,
        pep_id=world.pep.id,
        raised_by_id=by,
        raised_as="x",
    )
    source, target = (Account(**here, fund="pp_plus", kind=kind) for kind in ("grant", "budget"))
    batch = PaymentBatch(
        **here, number=1, key="a", made_by_id=head, payments=1, pence=1, content="", sha256="0" * 64
    )
    db.session.add_all([policy, request, source, target, batch])
    db.session.flush()
    return [
        FundingLine(
            request_id=request.id,
            position=1,
            what="Hours",
            quantity_hundredths=150,
            unit_pence=1,
            amount_pence=2,
        ),
        FundingNote(request_id=request.id, kind="question", words="How often?", role="adviser"),
        FundingFile(
            request_id=request.id,
            name="quote.pdf",
            media_type="application/pdf",
            bytes=1,
            sha256="0" * 64,
            added_by_id=by,
        ),
        Movement(key="a", kind="budgeted", source_id=source.id, target_id=target.id, pence=1, at=now),
        Payment(batch_id=batch.id, request_id=request.id, pence=1),
        PaymentReceipt(batch_id=batch.id, paid_on=clock.today(), booked_at=now, booked_by_id=head),
    ]


def rows_about_quality(world: World, now: datetime) -> list[Base]:
    """A scheme, a review with a rating and an action, a concern, and what is kept of a finished plan."""
    adviser, worker = world.people[Tie.ADVISER].id, world.people[Tie.SOCIAL_WORKER].id
    scheme = ReviewScheme(authority_id=world.authority.id, version=1, starts_on=clock.today(), body={})
    db.session.add(scheme)
    db.session.flush()
    review = Review(pep_id=world.pep.id, part="school", scheme_id=scheme.id, reviewer_id=adviser)
    db.session.add(review)
    db.session.flush()
    pep, child, today = world.pep.id, world.child.id, clock.today()
    return [
        SectionRating(review_id=review.id, section_id="targets", changed_at=now),
        ReviewAction(review_id=review.id, pep_id=pep, what="Ring home.", owner_id=worker, by_on=today),
        Concern(child_id=child, pep_id=pep, words="No plan yet.", raised_by_id=adviser, answer_by=today),
        SignedPlan(pep_id=pep, content="{}", sha256="0" * 64),
        Addendum(
            pep_id=pep,
            section_id="targets",
            words="In May.",
            author_id=worker,
            role="social_worker",
            signed="M",
        ),
        ParentCopy(pep_id=pep, person="a1", name="Jo", kind="letter", decided_by_id=worker),
    ]
