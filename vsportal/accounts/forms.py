"""The sign-in form."""

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from vsportal.editions.reading import plain


def _cleaned(text: str | None) -> str:
    """What was typed, without what no database and no page takes."""
    return plain(text or "")


class SignInForm(FlaskForm):
    """E-mail address and password."""

    email = EmailField(
        "E-mail address",
        filters=[_cleaned],
        validators=[
            InputRequired("Enter your e-mail address"),
            Length(max=254, message="Check the e-mail address: it is too long"),
        ],
    )
    password = PasswordField(
        "Password",
        validators=[
            InputRequired("Enter your password"),
            Length(max=1000, message="Check the password: it is too long"),
        ],
    )
