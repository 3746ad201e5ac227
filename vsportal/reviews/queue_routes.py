"""The queue of parts that wait for a review."""

from flask import abort, render_template, request

from vsportal.guards import actor, requires
from vsportal.offices import Office
from vsportal.reviews import blueprint
from vsportal.reviews.queue import queue_of


@blueprint.get("/reviews")
@requires(Office.REVIEW_QUEUE)
def queue() -> str:
    """What waits for this person, what for others, what went back, what is to be rated again."""
    number = request.args.get("page", "1")
    if not (number.isdecimal() and len(number) < 6 and int(number) > 0):
        abort(404)
    return render_template("reviews/queue.html", queue=queue_of(actor(), int(number)), number=int(number))
