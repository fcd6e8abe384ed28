"""Keystone deletes projects and domains with all they have: we look first whether there is anything."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from govcloud.cloud import connect
from govcloud.cloud.read.live.identity import GROUP, MANAGERS, PROJECT
from govcloud.cloud.read.occupied import is_occupied
from tests.cloud.conftest import Cloud, Devcloud

OWN = "t-aaaaaa"


@pytest.fixture
def cloud(devcloud: Devcloud, monkeypatch: pytest.MonkeyPatch) -> connect.Cloud:
    """The devcloud as our own code sees it."""
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", devcloud.variables["OS_CLIENT_CONFIG_FILE"])
    return connect.Cloud("devcloud")


@pytest.fixture
def domain(operator: Cloud) -> Iterator[str]:
    """A domain of nobody's."""
    made = operator.identity.create_domain(name=f"test-{secrets.token_hex(4)}")
    yield made.id
    operator.identity.update_domain(made, is_enabled=False)
    operator.identity.delete_domain(made)


def test_a_domain_with_people_projects_or_groups_of_others_in_it_is_occupied(
    cloud: connect.Cloud, operator: Cloud, domain: str
) -> None:
    people = operator.identity
    managers = people.create_group(name=MANAGERS, domain_id=domain)
    people.create_group(name=f"{OWN}-members", domain_id=domain)
    assert not is_occupied(cloud, OWN, PROJECT, domain), "nothing but what a run of this tenancy makes"
    assert not is_occupied(cloud, OWN, GROUP, managers.id)
    for create in (people.create_project, people.create_user, people.create_group):
        stranger = create(name="somebody", domain_id=domain)
        assert is_occupied(cloud, OWN, PROJECT, domain)
        getattr(people, create.__name__.replace("create", "delete"))(stranger)
    assert not is_occupied(cloud, OWN, PROJECT, domain)


def test_who_is_in_a_group_occupies_it_and_its_domain(cloud: connect.Cloud, operator: Cloud, domain: str) -> None:
    managers = operator.identity.create_group(name=MANAGERS, domain_id=domain)
    operator.identity.add_user_to_group(operator.current_user_id, managers)
    assert is_occupied(cloud, OWN, GROUP, managers.id)
    assert is_occupied(cloud, OWN, PROJECT, domain)


def test_a_project_is_occupied_by_what_stands_in_it(cloud: connect.Cloud, operator: Cloud, project: Cloud) -> None:
    id_, network = project.current_project_id, operator.network
    list(project.network.security_groups())  # Neutron makes the default one for who asks
    assert not is_occupied(cloud, OWN, PROJECT, id_)
    network.update_quota(id_, security_groups=2, security_group_rules=9)
    group = network.create_security_group(name="theirs", project_id=id_)
    assert is_occupied(cloud, OWN, PROJECT, id_)
    network.delete_security_group(group)
    assert not is_occupied(cloud, OWN, PROJECT, id_)


def test_what_went_since_it_was_listed_is_not_occupied(cloud: connect.Cloud) -> None:
    for token in (PROJECT, GROUP):
        assert not is_occupied(cloud, OWN, token, secrets.token_hex(16))
