"""The saas part of a request: shared capabilities subscribed to, and applications of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from govcloud.request.form import Form
from govcloud.request.names import Key


class App(Form):
    """One application of the catalogue, run for this tenancy alone."""

    application: Key
    size: Key | None = None


class Saas(Form):
    """Capabilities the province offers once for all, and applications."""

    subscribe: tuple[Key, ...] = ()
    apps: Mapping[Key, App] = {}
