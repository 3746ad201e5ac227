"""The portal: `create_app` binds settings, extensions and features; it holds no logic."""

from flask import Flask
from flask_talisman import Talisman
from whitenoise import WhiteNoise

from vsportal import assets, cli, filters, http, logs, shell
from vsportal.access import blueprint as access
from vsportal.accounts import blueprint as accounts
from vsportal.admin import blueprint as admin
from vsportal.children import blueprint as children
from vsportal.database import prepare
from vsportal.extensions import db, htmx, migrate
from vsportal.files import blueprint as files
from vsportal.funding import blueprint as funding
from vsportal.imports import blueprint as imports
from vsportal.meetings import blueprint as meetings
from vsportal.messages import blueprint as messages
from vsportal.peps import blueprint as peps
from vsportal.reviews import blueprint as reviews
from vsportal.settings import ROOT, Settings, from_environment
from vsportal.sharing import blueprint as sharing
from vsportal.signing import blueprint as signing


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve; SettingsError when a setting will not do."""
    settings = settings or from_environment()
    app = Flask("vsportal", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(
        SECRET_KEY=settings.secret,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_NAME="vsportal",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
        MAX_CONTENT_LENGTH=2_000_000,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=3_000,
        TESTING=settings.testing,
        VSPORTAL=settings,
    )
    (ROOT / "instance").mkdir(exist_ok=True)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), compare_type=True)
    htmx.init_app(app)
    Talisman(  # one for each application: it keeps its options in itself
        app,
        force_https=settings.over_https,
        session_cookie_secure=settings.over_https,
        content_security_policy=http.CONTENT_POLICY,
        content_security_policy_nonce_in=["script-src", "style-src"],
        referrer_policy="same-origin",
    )
    http.init_app(app, settings)  # after the headers: a refused token has its page, with a nonce, too
    logs.init_app(app, settings)
    filters.init_app(app)
    shell.init_app(app)
    features = (
        *(access, accounts, admin, children, files, funding, imports),
        *(meetings, messages, peps, reviews, sharing, signing),
    )
    for blueprint in (shell.blueprint, *features):
        app.register_blueprint(blueprint)
    cli.init_app(app)
    assets.compress_own()
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(ROOT / "static"),
        prefix="static/",
        autorefresh=settings.demo or settings.testing,
        immutable_file_test=assets.never_changes,
        add_headers_function=_static_headers,
    )
    return app


def _static_headers(headers: object, path: str, url: str) -> None:
    """Static files are served past Talisman: say here what it would say."""
    headers["X-Content-Type-Options"] = "nosniff"  # type: ignore[index]
