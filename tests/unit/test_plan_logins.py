"""What a plan says of accounts that machines which stand do not know, though nothing is done about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from govcloud.output.formats import render
from govcloud.output.plan import plan_document
from govcloud.plan.draft import Draft
from govcloud.plan.logins import logins
from govcloud.province.department import Department
from govcloud.province.repository import Repository
from govcloud.spec import cloud_init
from govcloud.spec.cloud_init import accounts_in, user_data
from govcloud.store.store import Store
from tests.unit.drafting import applied, drafted, planned
from tests.unit.ground import asked, repository, server

PATH: Final = "departments/dot/new.test.yaml"
PEOPLE: Final = {"owner": "lihua", "technical": "zhangwei", "system_admin": "zhangwei"}
SERVERS: Final = {"servers": {"web": server(), "app": server()}}


def _again(tmp_path: Path, people: Mapping[str, str], *, servers: Any = SERVERS, inside: Any = None) -> Draft:
    """The draft of a request that was applied with `PEOPLE`, and says something else now."""
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    before = applied(asked(people=PEOPLE, iaas=SERVERS), store, PATH)
    return drafted(asked(inside, people=people, iaas=servers), before, path=PATH, store=store, inside=inside)


def _told(draft: Draft) -> list[tuple[str, str, str, str]]:
    return [(n.code, str(n.params["account"]), str(n.params["servers"]), n.key) for n in logins(draft)]


def _with_keys(*keys: str, account: str = "zhangwei") -> Repository:
    """The example province, where somebody has these keys."""
    found = repository()
    dot: Department = found.departments["dot"]
    person = dot.people[account].model_copy(update={"ssh_keys": keys})
    changed = dot.model_copy(update={"people": {**dot.people, account: person}})
    return replace(found, departments={**found.departments, "dot": changed})


def test_who_stays_is_no_news(tmp_path: Path) -> None:
    assert _told(_again(tmp_path, PEOPLE)) == []
    assert _told(drafted(asked(people=PEOPLE))) == [], "what is new is told what holds"


def test_who_left_still_gets_onto_the_machines(tmp_path: Path) -> None:
    people = {"owner": "lihua"}
    assert _told(_again(tmp_path, people)) == [("plan.login-left", "zhangwei", "app, web", "people")]


def test_other_rights_and_other_keys(tmp_path: Path) -> None:
    less = {"owner": "lihua", "technical": "zhangwei"}
    assert _told(_again(tmp_path, less)) == [("plan.login-changed", "zhangwei", "app, web", "people.technical")]
    other = _again(tmp_path, PEOPLE, inside=_with_keys("ssh-ed25519 AAAAnew zhangwei"))
    assert [row[:2] for row in _told(other)] == [("plan.login-changed", "zhangwei")]
    gone = _again(tmp_path, PEOPLE, inside=_with_keys())
    assert [row[:2] for row in _told(gone)] == [("plan.login-left", "zhangwei")]


def test_who_is_new_gets_onto_new_machines_alone(tmp_path: Path) -> None:
    people, inside = {**PEOPLE, "technical": "lihua"}, _with_keys("ssh-ed25519 AAAAlihua", account="lihua")
    servers = {"servers": {**SERVERS["servers"], "more": server()}}
    draft = _again(tmp_path, people, servers=servers, inside=inside)
    assert _told(draft) == [("plan.login-missing", "lihua", "app, web", "people.technical")]
    plan = planned(draft, inside=inside)
    assert plan.admitted
    shown = render(plan_document(plan, audience="department"), "markdown")
    assert "app, web 建成在先，lihua 还登录不了" in shown


@pytest.mark.parametrize("text", ["#!/bin/sh\n", "users: 3", "users: [root]", "- a", "a: [", "", "users: [{name: x}]"])
def test_a_template_of_another_form_says_nothing(text: str) -> None:
    assert accounts_in(text) is None


def test_nothing_is_said_where_a_text_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = _again(tmp_path, {"owner": "lihua"})
    assert _told(draft)
    other = replace(draft, texts=dict.fromkeys(draft.texts, "#!/bin/sh\n"))
    assert _told(other) == []
    monkeypatch.setattr("govcloud.plan.logins.user_data", lambda *_: "#!/bin/sh\n")
    assert _told(draft) == []


def test_what_is_rendered_is_read() -> None:
    request = asked(people=PEOPLE)
    found = accounts_in(user_data(request, ["10.0.0.1"]))
    assert found == {one.name: one for one in cloud_init.accounts(request)}
    assert found
    assert accounts_in(user_data(asked(), ())) == {}, "no key, no account"
