"""What the child asked for: the page on which an adult answers, and passes on what another should answer."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit, wording
from vsportal.children.identity import name_for
from vsportal.errors import OperationError
from vsportal.guards import actor, or_403, requires
from vsportal.peps import blueprint
from vsportal.peps.loading import Plan, load_plan
from vsportal.peps.wishes import answer_wish, pass_on, wishes_of
from vsportal.policy import Can, Tie, decide


@blueprint.get("/peps/<ref>/wishes")
@requires(Can.SEE_SECTION)
def wishes(ref: str) -> AnyResponse | str:
    """What the child asked for, who owes an answer, and what was answered."""
    plan = _plan(ref)
    if Tie.YOUNG_PERSON in plan.seen.ties:
        return redirect(url_for("children.my_work"), 303)
    return _page(plan)


@blueprint.post("/peps/<ref>/wishes/<key>")
@requires(Can.ANSWER_WISH)
def answer(ref: str, key: str) -> AnyResponse | tuple[str, int]:
    """Answer one wish, or let somebody else owe the answer."""
    plan = _plan(ref, lock=True)
    decision = or_403(decide(plan.seen, Can.ANSWER_WISH))
    text, to = request.form.get("answer", ""), request.form.get("to", "")
    try:
        if request.form.get("go") == "pass_on":
            pass_on(plan, key, int(to) if to.isdecimal() else 0, decision.tie)
            flash("Passed on. It is on their list now.", "success")
        else:
            answer_wish(plan, key, text, decision.tie)
            flash("Your answer is saved. Whoever reads the wish can read it.", "success")
    except OperationError as error:
        return _page(plan, problem=(key, str(error)), typed=text), 422
    return redirect(url_for("peps.wishes", ref=ref), 303)


def _plan(ref: str, *, lock: bool = False) -> Plan:
    """The plan, for those who read answers in it; a 404 for everybody else."""
    plan = load_plan(actor(), ref, lock=lock) or abort(404)
    if not decide(plan.seen, Can.SEE_SECTION) or plan.seen.only_as_delegate:
        abort(404)
    return plan


def _page(plan: Plan, *, problem: tuple[str, str] | None = None, typed: str = "") -> str:
    """The page, with a note that it was looked at."""
    found = wishes_of(plan)
    g.authority = plan.authority
    audit.look(
        user_id=plan.seen.actor.user_id,
        role=min(plan.seen.ties),
        child_id=plan.child.id,
        pep_id=plan.pep.id,
        what="wishes",
    )
    return render_template(
        "peps/wishes.html",
        plan=plan,
        wishes=found,
        names=wording.spoken(plan.child.called, plan.child.pronouns),
        name=name_for(plan.child, plan.seen),
        problem=problem,
        typed=typed,
    )
