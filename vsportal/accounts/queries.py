"""Who is signed in, read in one statement a request, and where else they are signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from vsportal import clock, wording
from vsportal.accounts.operations import token_hash
from vsportal.extensions import db
from vsportal.models import Authority, Membership, School, SignInSession, User
from vsportal.policy import Actor, Held


@dataclass(frozen=True)
class SignedIn:
    """The person of this request, as Flask-Login wants it."""

    token: str
    session_id: int
    last_seen_at: datetime
    actor: Actor
    authority: wording.AuthorityWords
    hides_names: bool = False
    """On this device, initials stand for children's names."""
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What the cookie holds: the session's token, not the person."""
        return self.token


def signed_in(token: str, idle: timedelta) -> SignedIn | None:
    """The person a cookie's token stands for, with the memberships valid today; None when it has ended.

    One statement. `idle`: how long a session lasts without use.
    """
    today = clock.today()
    rows = db.session.execute(
        select(
            SignInSession.id,
            SignInSession.last_seen_at,
            User.id,
            User.name,
            SignInSession.hides_names,
            Membership.role,
            Membership.title,
            Membership.authority_id,
            Membership.school_id,
            Membership.team_id,
            Membership.child_id,
            School.name,
            Authority.name,
            Authority.duty_phone,
            Authority.colour,
            Authority.ref,
        )
        .join(User, User.id == SignInSession.user_id)
        .outerjoin(
            Membership,
            and_(
                Membership.user_id == User.id,
                Membership.starts_on <= today,
                or_(Membership.ends_on.is_(None), Membership.ends_on > today),
            ),
        )
        .outerjoin(School, School.id == Membership.school_id)
        .outerjoin(Authority, Authority.id == Membership.authority_id)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.revoked_at.is_(None),
            SignInSession.last_seen_at > clock.now() - idle,
            User.active.is_(True),
        )
        .order_by(Membership.id)
    ).all()
    if not rows:
        return None
    session_id, last_seen_at, user_id, name, hides_names = rows[0][:5]
    held = tuple(
        Held(role, title, authority_id, authority or "", school_id, school or "", team_id, child_id)
        for *_, role, title, authority_id, school_id, team_id, child_id, school, authority, _p, _c, _r in rows
        if role
    )
    named = next((r for r in rows if r[12]), None)
    words = wording.AuthorityWords()
    if named:
        words = wording.AuthorityWords(name=named[12], duty_phone=named[13], colour=named[14], ref=named[15])
    actor = Actor(user_id, name, today, held)
    return SignedIn(token, session_id, last_seen_at, actor, words, hides_names=hides_names)


def sessions_of(user_id: int, idle: timedelta) -> list[SignInSession]:
    """Where a person is signed in now, latest use first."""
    return list(
        db.session.scalars(
            select(SignInSession)
            .where(
                SignInSession.user_id == user_id,
                SignInSession.revoked_at.is_(None),
                SignInSession.last_seen_at > clock.now() - idle,
            )
            .order_by(SignInSession.last_seen_at.desc())
        )
    )


def signed_out_since(token: str, since: datetime) -> tuple[int, datetime] | None:
    """Whose session a cookie's token was that has been ended since a moment, and when it was; or None."""
    row = db.session.execute(
        select(SignInSession.user_id, SignInSession.revoked_at).where(
            SignInSession.token_hash == token_hash(token), SignInSession.revoked_at >= since
        )
    ).first()
    return (row.user_id, row.revoked_at) if row else None
