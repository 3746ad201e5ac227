"""The only file that knows htmx's headers: who asks for a fragment, and how one is answered."""

from flask import Response, current_app, render_template, request


def wants_fragment() -> bool:
    """True when htmx asks, and a whole page would be swapped into the middle of another."""
    return bool(getattr(request, "htmx", False))


def fragment(name: str, **values: object) -> str:
    """A fragment from its template, without working out what every page has around it."""
    return current_app.jinja_env.get_template(name).render(**values)


def go_to(address: str) -> Response:
    """Take the whole page away to another address: for a page of which nothing may stay on the screen."""
    return Response(status=200, headers={"HX-Redirect": address}, mimetype="text/html")


def signed_out_fragment() -> tuple[str, int]:
    """Never a redirect inside a form: the text stays where it was typed."""
    return render_template("errors/_signed_out.html"), 401
