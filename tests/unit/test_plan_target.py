"""What an argument means: files, folders, ids, departments; never more than was meant."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from govcloud.allocation.ledger import Allocation
from govcloud.errors import ExitCode, GovcloudError, InvalidInput, UsageError
from govcloud.plan.context import Context
from govcloud.plan.doctor import examine_machine
from govcloud.plan.target import (
    ids_of,
    is_single,
    request_files,
    reservations_in,
    tenancies_in,
    tenancies_of,
    tenancies_seen,
    tenancy_of,
)
from govcloud.province.repository import load_repository
from govcloud.store import tenancies
from govcloud.store.runs import Run, note
from govcloud.store.store import Store, now
from tests.unit.drafting import NO_ENGINE
from tests.unit.ground import FERRY, INSURANCE, TRAINING, fitted, given, tenancy

FERRY_PATH: Final = "departments/dot/ferry.test.yaml"
HRSS: Final = "11330000123456788K"


@pytest.fixture
def here(province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A context in the province, its store with the ferry's tenancy; we stand in the province."""
    monkeypatch.chdir(province)
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    tenancies.save(store, tenancy(given(fitted(FERRY), "t-ferry0"), FERRY_PATH))
    return Context(load_repository(province), store, NO_ENGINE.backend)


def _names(found: list[Path]) -> list[str]:
    return [path.name for path in found]


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (FERRY_PATH, ["ferry.test.yaml"]),
        ("departments/hrss", ["insurance.production.yaml", "training.test.yaml"]),
        (".", ["ferry.test.yaml", "insurance.production.yaml", "training.test.yaml"]),
        ("hrss", ["insurance.production.yaml", "training.test.yaml"]),
        (HRSS, ["insurance.production.yaml", "training.test.yaml"]),
        ("1133 0000-1234 5678 8k", ["insurance.production.yaml", "training.test.yaml"]),
        ("t-ferry0", ["ferry.test.yaml"]),
    ],
)
def test_request_files(here: Context, target: str, names: list[str]) -> None:
    assert _names(request_files(here, target)) == names


def test_department_files_are_no_requests(here: Context) -> None:
    assert _names(request_files(here, "departments/dot")) == ["ferry.test.yaml"]


@pytest.mark.parametrize("target", ["nobody", "t-ferry", "T-FERRY0", "", "913300000029384738"])
def test_what_is_nothing_is_said_to_be_nothing(here: Context, target: str) -> None:
    with pytest.raises(UsageError) as caught:
        request_files(here, target)
    assert (caught.value.code, caught.value.exit_code) == ("plan.no-target", ExitCode.INVALID)
    assert caught.value.params == {"target": target}


def test_a_folder_without_requests_is_one(here: Context) -> None:
    with pytest.raises(UsageError) as caught:
        request_files(here, "sites")
    assert (caught.value.code, caught.value.params) == ("plan.no-requests-in", {"folder": "sites"})


def test_an_id_nobody_knows(here: Context) -> None:
    for find in (request_files, tenancies_of):
        with pytest.raises(GovcloudError) as caught:
            find(here, "t-000000")
        assert (caught.value.code, caught.value.exit_code) == ("plan.no-tenancy", ExitCode.ERROR)


def test_what_was_planned_and_given_back_is_known_all_the_same(here: Context) -> None:
    note(here.store, Run("r-1", "t-000000", "plan", "operator", plan="p-1"))
    with pytest.raises(GovcloudError) as caught:
        tenancy_of(here, "t-000000")
    assert (caught.value.code, caught.value.exit_code) == ("plan.only-planned", ExitCode.ERROR)


def test_a_request_that_is_gone_is_said_to_be_gone(here: Context, province: Path) -> None:
    (province / FERRY_PATH).unlink()
    with pytest.raises(UsageError) as caught:
        request_files(here, "t-ferry0")
    assert caught.value.code == "plan.file-gone"
    assert _ids(tenancies_of(here, "t-ferry0")) == ["t-ferry0"], "it can still be looked at and destroyed"
    assert _ids(tenancies_of(here, FERRY_PATH)) == ["t-ferry0"], "by the name of its file as well"
    assert is_single(FERRY_PATH)


def test_a_link_that_leads_to_itself_is_there(here: Context, province: Path) -> None:
    """Whoever reads it says what is wrong with it; nothing is gone."""
    loop = province / FERRY_PATH
    loop.unlink()
    loop.symlink_to(loop.name)
    assert request_files(here, str(loop.parent)) == [loop]


def test_a_request_that_says_nothing_any_more_tells_which_id_does(here: Context, province: Path) -> None:
    """Who has to cut a tenancy off does not mend its file first; which one it was is not guessed but said."""
    file = province / FERRY_PATH
    file.write_text(file.read_text("utf-8").replace("zone: internet", "zone: gone"), "utf-8")
    with pytest.raises(InvalidInput) as caught:
        tenancies_of(here, FERRY_PATH)
    *wrong, told = caught.value.problems()
    assert {one.rule for one in wrong} == {"GC-ZONE-001"}
    assert (told.code, told.params) == ("plan.reached-by-id", {"tenancy": "t-ferry0"})
    new = province / "departments/dot/new.test.yaml"
    new.write_text("kind: Request\n", "utf-8")
    with pytest.raises(InvalidInput) as nobodys:
        tenancies_of(here, str(new))
    assert "plan.reached-by-id" not in {one.code for one in nobodys.value.problems()}


def _ids(found: list[tenancies.Tenancy]) -> list[str]:
    return [one.id for one in found]


def test_tenancies(here: Context) -> None:
    tenancies.save(here.store, tenancy(given(fitted(TRAINING), "t-train0"), "departments/hrss/training.test.yaml"))
    insurance = tenancy(given(fitted(INSURANCE), "t-insur0"), "departments/hrss/insurance.production.yaml")
    tenancies.save(here.store, insurance)
    assert _ids(tenancies_of(here, FERRY_PATH)) == ["t-ferry0"]
    assert _ids(tenancies_of(here, "t-train0")) == ["t-train0"]
    assert sorted(_ids(tenancies_of(here, "hrss"))) == ["t-insur0", "t-train0"]
    assert sorted(_ids(tenancies_of(here, HRSS))) == ["t-insur0", "t-train0"]


@pytest.mark.parametrize("target", ["departments", "departments/dot", "."])
def test_what_lies_in_a_folder_can_be_looked_at(here: Context, target: str) -> None:
    assert _ids(tenancies_seen(here, target)) == ["t-ferry0"]
    assert ids_of(here, target) == ["t-ferry0"]
    with pytest.raises(UsageError):
        tenancies_of(here, target)  # nothing is changed or ended by a folder


def test_what_was_renamed_or_is_gone_is_seen_and_what_says_nothing_hides_nothing(here: Context, province: Path) -> None:
    (province / "departments/dot/broken.test.yaml").write_text("kind: Request\n", "utf-8")
    (province / "departments/dot/ferry.test.yaml").rename(province / "departments/dot/boats.test.yaml")
    assert _ids(tenancies_seen(here, "departments/dot")) == ["t-ferry0"]
    (province / "departments/dot/boats.test.yaml").unlink()
    assert _ids(tenancies_seen(here, "departments/dot")) == ["t-ferry0"]


def test_a_folder_of_which_nothing_was_applied(here: Context) -> None:
    for folder in ("departments/hrss", "sites"):
        with pytest.raises(GovcloudError) as caught:
            tenancies_seen(here, folder)
        assert (caught.value.code, caught.value.params) == ("plan.no-tenancies-in", {"folder": folder})


def test_what_was_moved_into_a_folder_is_seen(here: Context) -> None:
    """The store learns of it with the next apply."""
    moved = tenancy(given(fitted(FERRY), "t-ferry0"), "departments/old/boats.test.yaml")
    tenancies.save(here.store, replace(moved, name=fitted(FERRY).request.system.name))
    assert _ids(tenancies_seen(here, "departments/dot")) == ["t-ferry0"]


def test_a_request_that_was_never_applied_has_no_tenancy(here: Context) -> None:
    with pytest.raises(GovcloudError) as caught:
        tenancies_of(here, "departments/hrss/training.test.yaml")
    assert caught.value.code == "plan.not-applied", "its id would say nothing to whoever never saw it"
    assert caught.value.params == {"path": "departments/hrss/training.test.yaml"}


def test_a_department_without_tenancies_is_one(here: Context) -> None:
    for target in ("hrss", HRSS):
        assert tenancies_in(here, target) == []
        with pytest.raises(GovcloudError) as caught:
            tenancies_of(here, target)
        assert (caught.value.code, caught.value.params) == ("plan.no-tenancies", {"department": "hrss"})
        assert caught.value.exit_code == ExitCode.ERROR
    for find in (tenancies_in, tenancies_of):
        with pytest.raises(UsageError) as refused:
            find(here, "nobody")
        assert refused.value.code == "plan.no-target"


def test_a_department_without_requests_is_one(here: Context, province: Path) -> None:
    (province / FERRY_PATH).unlink()
    with pytest.raises(UsageError) as refused:
        request_files(here, "dot")
    assert (refused.value.code, refused.value.params) == ("plan.no-requests", {"department": "dot"})


def test_a_tenancy_that_ended_is_found_by_its_id_alone(here: Context) -> None:
    ended = replace(tenancy(given(fitted(TRAINING), "t-train0")), stage="ended", allocation=None)
    tenancies.save(here.store, ended)
    assert tenancy_of(here, "t-train0").state == "ended"
    assert tenancies_in(here, "hrss") == []
    assert _ids(tenancies_in(here, "hrss", ended=True)) == ["t-train0"]


def test_a_departments_tenancies_under_its_former_codes(here: Context, province: Path) -> None:
    file = province / "departments/hrss/department.yaml"
    file.write_text(file.read_text("utf-8") + "former: [113300000029384738]\n", "utf-8")
    (province / "departments/dot/department.yaml").unlink()
    renamed = Context(load_repository(province), here.store, here.backend)
    assert _ids(tenancies_of(renamed, "hrss")) == ["t-ferry0"]


def _keep(here: Context, allocation: Allocation) -> None:
    tenancies.reserve(here.store, "p-1", allocation, now() + dt.timedelta(hours=1))


def test_what_is_only_reserved_is_found_and_is_no_tenancy(here: Context) -> None:
    _keep(here, given(fitted(TRAINING), "t-train0"))
    for target in ("t-train0", "hrss", HRSS):
        assert [one.allocation.tenancy for one in reservations_in(here, target)] == ["t-train0"]
        assert ids_of(here, target) == ["t-train0"]
    assert reservations_in(here, "t-ferry0") == []
    assert reservations_in(here, "dot") == []
    assert tenancies_in(here, "hrss") == []
    with pytest.raises(GovcloudError) as caught:
        tenancies_of(here, "t-train0")
    assert (caught.value.code, caught.value.params["plan"]) == ("plan.only-reserved", "p-1")


def test_what_is_reserved_for_the_request_of_a_file(here: Context) -> None:
    path = "departments/hrss/training.test.yaml"
    (tenancy_,) = ids_of(here, path)
    _keep(here, given(fitted(TRAINING), tenancy_))
    assert [one.allocation.tenancy for one in reservations_in(here, path)] == [tenancy_]
    with pytest.raises(GovcloudError) as caught:
        tenancies_of(here, path)
    assert caught.value.code == "plan.only-reserved"


def test_a_department_has_those_it_was_given_and_those_it_may_get(here: Context) -> None:
    _keep(here, given(fitted(FERRY), "t-ferry0"))
    _keep(here, given(fitted(FERRY), "t-ferry1"))
    assert ids_of(here, "dot") == ["t-ferry0", "t-ferry1"]
    assert _ids(tenancies_of(here, "dot")) == ["t-ferry0"]


def test_a_tenancy_whose_site_no_file_describes_is_named(here: Context) -> None:
    found = tenancy_of(here, "t-ferry0")
    with pytest.raises(GovcloudError) as caught:
        here.site_of(found.id, "south")
    assert (caught.value.code, caught.value.params) == ("plan.site-gone", {"tenancy": "t-ferry0", "site": "south"})
    assert here.site_of(found.id, found.site).name == "main"


def test_a_doctor_sees_that_a_site_is_not_described_any_more(here: Context) -> None:
    for sites, ok in (({}, False), (here.repository.sites, True)):
        context = replace(here, repository=replace(here.repository, sites=sites))
        (found,) = (check for check in examine_machine(context) if check.name == "sites")
        assert (found.ok, found.params) == (ok, {"names": "main"})
