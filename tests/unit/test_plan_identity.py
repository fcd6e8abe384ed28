"""Which tenancy a request file stands for: one file for one tenancy, and no file takes another's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from govcloud.allocation.allocate import Identity
from govcloud.allocation.ledger import Allocation
from govcloud.compliance.validation import validate
from govcloud.errors import InvalidInput
from govcloud.plan import identity
from govcloud.plan.context import today
from govcloud.plan.identity import Records, identity_of, inside_repository, place, refuse_move, refuse_twins
from govcloud.province.fit import Fitted, fit
from govcloud.province.repository import load_repository
from govcloud.request.load import load_request
from govcloud.store.notes import former_codes, keep_code
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy
from tests.unit.drafting import context
from tests.unit.ground import SMALLEST, asked, given, tenancy

PATH: Final = "departments/dot/attendance.test.yaml"
OTHER: Final = "departments/dot/other.test.yaml"
SYSTEM: Final = SMALLEST["system"]


def identify(request: Fitted, path: str, *known: Any) -> tuple[Identity, Tenancy | None]:
    """Who a request is, as records say that hold this."""
    return identity.identify(request, path, Records(*known))


def _living(id_: str = "t-living", path: str = PATH, **changes: Any) -> Tenancy:
    allocation = given(asked(), id_)
    return tenancy(allocation, path, **{"name": SYSTEM["name"], "system": SYSTEM["code"], **changes})


def _refused(request: Fitted, path: str, *recorded: Tenancy, promised: Iterable[Allocation] = ()) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        identify(request, path, recorded, {}, promised)
    (problem,) = caught.value.problems()
    return problem.code, problem.key


def test_a_new_tenancys_id_follows_from_the_operators_domain_and_the_file() -> None:
    first, known = identify(asked(), PATH, [], {})
    assert known is None
    assert re.fullmatch(r"t-[0-9a-z]{6}", first.tenancy)
    assert re.fullmatch(r"d-[0-9a-z]{6}", first.domain)
    assert identify(asked(until="2027-01-31"), PATH, [], {})[0] == first
    assert identify(asked(), OTHER, [], {})[0].tenancy != first.tenancy
    request = asked()
    elsewhere = Fitted(
        request.loaded,
        request.short,
        request.department,
        request.site.model_copy(update={"operator_domain": "another"}),
    )
    moved = identify(elsewhere, PATH, [], {})[0]
    assert moved.tenancy != first.tenancy
    assert moved.domain != first.domain


def test_the_id_a_new_request_writes_is_its_own() -> None:
    found, known = identify(asked(tenancy="t-3f9c2a"), PATH, [], {})
    assert (found.tenancy, known) == ("t-3f9c2a", None)


def test_a_living_tenancy_is_found_by_department_system_and_environment() -> None:
    living = _living()
    assert identify(asked(), PATH, [living], {}) == (identify(asked(), PATH, [living], {})[0], living)
    assert identify(asked(), PATH, [living], {})[0].tenancy == "t-living"
    # a file may move: the other is gone
    assert identify(asked(), OTHER, [living], {})[1] == living
    by_name = asked(system={key: value for key, value in SYSTEM.items() if key != "code"})
    assert identify(by_name, PATH, [living], {})[0].system == SYSTEM["code"]


def test_another_environment_is_another_tenancy() -> None:
    found, known = identify(asked(environment="staging"), OTHER, [_living()], {})
    assert known is None
    assert found.tenancy != "t-living"


def test_a_tenancy_is_found_under_a_former_code_of_its_department() -> None:
    request = asked()
    renamed = request.department.model_copy(update={"former": ("11330000123456788K",)})
    living = _living(department="11330000123456788K")
    nameless = asked(system={key: value for key, value in SYSTEM.items() if key != "code"})
    assert identify(nameless, OTHER, [living], {})[1] is None
    merged = Fitted(request.loaded, request.short, renamed, request.site)
    found, known = identify(merged, PATH, [living], {"11330000123456788K": "d-former"})
    assert known == living
    assert found.domain == "d-former"


def test_a_departments_domain_stays_what_the_store_knows() -> None:
    request = asked()
    assert identify(request, PATH, [], {request.department.uscc: "d-000001"})[0].domain == "d-000001"


def test_an_id_in_the_file_wins_over_names() -> None:
    living = _living()
    changed = asked(
        tenancy="t-living", system={**SYSTEM, "code": "DOT-999", "name": "另一个名称"}, environment="staging"
    )
    found, known = identify(changed, PATH, [living], {})
    assert known == living
    assert (found.tenancy, found.system) == ("t-living", "DOT-999")


def test_no_tenancy_takes_the_code_or_the_name_of_another_that_lives() -> None:
    """Who names the system in a flow would mean both."""
    living, mine = _living(), _living("t-mine00", OTHER, system="DOT-777", name="另一个名称")
    for system in (SYSTEM, {key: value for key, value in SYSTEM.items() if key != "code"}):
        found = _refused(asked(tenancy="t-mine00", system=system), OTHER, living, mine)
        assert found == ("plan.system-twice", "system")


def test_a_file_whose_living_tenancy_matches_nothing_is_refused() -> None:
    renamed = asked(system={**SYSTEM, "code": "DOT-999", "name": "另一个名称"})
    assert _refused(renamed, PATH, _living()) == ("plan.other-tenancy", "system")
    # nor may it simply claim to be a new one
    claimed = asked(tenancy="t-000001", system={**SYSTEM, "code": "DOT-999", "name": "另一个名称"})
    assert _refused(claimed, PATH, _living()) == ("plan.other-tenancy", "system")


def test_one_system_in_one_environment_is_one_tenancy() -> None:
    assert _refused(asked(tenancy="t-000001"), OTHER, _living()) == ("plan.system-twice", "system")
    assert identify(asked(tenancy="t-000001", environment="staging"), OTHER, [_living()], {})[1] is None


@pytest.mark.parametrize(("number", "code"), [(None, "DOT-001"), ("DOT-007", "DOT-008"), ("DOT-1000", "DOT-1001")])
def test_a_new_system_gets_the_next_code_of_its_department(number: str | None, code: str) -> None:
    nameless = asked(system={key: value for key, value in SYSTEM.items() if key != "code"} | {"name": "新系统"})
    others = [_living("t-000001", OTHER, system="HRSS-500")]
    others += [_living("t-000002", "departments/dot/third.test.yaml", system=number)] if number else []
    assert identify(nameless, PATH, others, {})[0].system == code


STRANGER: Final = "11330000123456788K"


@pytest.mark.parametrize("stage", ["active", "admitted", "ended"])
def test_a_tenancy_of_another_department_is_taken_over_by_no_file(stage: str) -> None:
    """Neither while it lives nor when it has ended, though its own file may be gone or have moved."""
    other = _living(
        department=STRANGER, system="WLJ-001", name="对方系统", path="departments/wlj/a.test.yaml", stage=stage
    )
    claiming = asked(tenancy="t-living")
    assert _refused(claiming, PATH, other) == ("plan.anothers-id", "tenancy")
    department = claiming.department.model_copy(update={"former": (STRANGER,)})
    merged = Fitted(claiming.loaded, claiming.short, department, claiming.site)
    assert identify(merged, PATH, [other], {})[0].tenancy == "t-living", "a former code is the same department"


def test_a_path_that_was_anothers_is_not_its_tenancy() -> None:
    """The id of a new tenancy follows from the path, and so does that of one that ended there."""
    new = identify(asked(), PATH, [], {})[0].tenancy
    for stage in ("active", "ended"):
        other = _living(new, department=STRANGER, system="WLJ-001", name="对方系统", stage=stage)
        assert _refused(asked(), PATH, other) == ("plan.anothers-id", "department")


def test_what_is_promised_to_another_department_is_its_own_too() -> None:
    theirs = replace(given(asked(), "t-saved0"), department=STRANGER, system="WLJ-001")
    coded = asked(system={**SYSTEM, "code": "WLJ-001"})
    assert _refused(asked(tenancy="t-saved0"), PATH, promised=[theirs]) == ("plan.anothers-id", "tenancy")
    assert _refused(coded, PATH, promised=[theirs]) == ("plan.anothers-system", "system.code")


@pytest.mark.parametrize("stage", ["active", "ended"])
def test_a_code_that_another_department_has_or_had_is_refused(stage: str) -> None:
    """Flows to `system/CODE` would mean somebody else."""
    other = _living(department=STRANGER, system="WLJ-001", path="departments/wlj/a.test.yaml", stage=stage)
    claiming = asked(system={**SYSTEM, "code": "WLJ-001"})
    assert _refused(claiming, PATH, other) == ("plan.anothers-system", "system.code")
    mine = _living(system="WLJ-001", path=OTHER, environment="staging")
    assert identify(claiming, PATH, [mine], {})[0].system == "WLJ-001", "a department's own code in each environment"


def test_a_code_is_never_given_twice() -> None:
    nameless = asked(system={key: value for key, value in SYSTEM.items() if key != "code"} | {"name": "新系统"})
    ended = _living("t-ended0", OTHER, system="DOT-004", stage="ended")
    assert identify(nameless, PATH, [ended], {})[0].system == "DOT-005"
    saved = replace(given(asked(), "t-saved0"), system="DOT-007")
    assert identify(nameless, PATH, [ended], {}, [saved])[0].system == "DOT-008"
    mine = replace(saved, tenancy=identify(nameless, PATH, [], {})[0].tenancy)
    assert identify(nameless, PATH, [ended], {}, [mine])[0].system == "DOT-007", "what its own saved plan says"


def test_a_code_that_a_standing_system_had_is_nobody_elses(store: Store) -> None:
    nameless = asked(system={key: value for key, value in SYSTEM.items() if key != "code"} | {"name": "新系统"})
    keep_code(store, "DOT-008", "t-mine00")
    keep_code(store, "WLJ-001", "t-theirs")
    mine = _living("t-mine00", OTHER, system="DOT-900", name="改过编码的系统")
    recorded = [mine, _living("t-theirs", "departments/wlj/a.test.yaml", department=STRANGER, system="WLJ-900")]
    known: tuple[Any, ...] = (recorded, {}, (), former_codes(store))
    assert identify(nameless, PATH, *known)[0].system == "DOT-901"

    def taking(code: str, **keys: Any) -> Fitted:
        return asked(system={**SYSTEM, "code": code, "name": "新系统"}, **keys)

    for code, problem in (("WLJ-001", "plan.anothers-system"), ("DOT-008", "plan.code-was")):
        with pytest.raises(InvalidInput) as caught:
            identify(taking(code), PATH, *known)
        assert [one.code for one in caught.value.problems()] == [problem]
    assert identify(taking("DOT-008", environment="production"), PATH, *known)[0].system == "DOT-008", (
        "no flow meets it"
    )
    again = asked(tenancy="t-mine00", system={**SYSTEM, "code": "DOT-008", "name": "改过编码的系统"})
    assert identify(again, OTHER, *known)[0].system == "DOT-008", "its own"


def test_what_is_built_anew_has_its_code_again() -> None:
    nameless = asked(tenancy="t-ended0", system={key: value for key, value in SYSTEM.items() if key != "code"})
    ended = _living("t-ended0", PATH, system="DOT-004", stage="ended")
    found, known = identify(nameless, PATH, [ended], {})
    assert (found.tenancy, found.system, known) == ("t-ended0", "DOT-004", None)
    other = _living("t-ended0", PATH, system="DOT-004", stage="ended", name="另一个系统")
    assert identify(nameless, PATH, [other], {})[0].system == "DOT-005", "another system gets another"


def _write(file: Path, **keys: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump({**SMALLEST, **keys}, allow_unicode=True), "utf-8")
    return file


def _in(root: Path, file: Path) -> Fitted:
    fitted, problems = fit(load_request(file), load_repository(root))
    assert fitted is not None, problems
    return fitted


@pytest.mark.parametrize(
    ("keys", "code"), [({"tenancy": "t-living"}, ("plan.id-twice", "tenancy")), ({}, ("plan.system-twice", "system"))]
)
def test_a_copied_file_takes_no_tenancy_over(province: Path, keys: dict[str, str], code: tuple[str, str]) -> None:
    _write(province / PATH)
    copy = _write(province / OTHER, **keys)
    assert _refused(_in(province, copy), OTHER, _living()) == code
    # the first is gone: the file was moved
    (province / PATH).unlink()
    assert identify(_in(province, copy), OTHER, [_living()], {})[0].tenancy == "t-living"


def test_everything_wrong_is_told_at_once(province: Path, tmp_path: Path) -> None:
    """Of form, of fit with the operator's files, of other requests: `plan` says what `validate` says."""
    _write(province / OTHER)
    server = {**SMALLEST["iaas"]["servers"]["web"], "os": "kylin-v11", "network": "frnt"}
    file = _write(province / PATH, iaas={**SMALLEST["iaas"], "servers": {"web": server}})
    here = context(load_repository(province), Store(f"sqlite:///{tmp_path}/none.sqlite"))
    with pytest.raises(InvalidInput) as caught:
        place(here, file)
    told = validate(file, today())
    assert list(caught.value.problems()) == list(told.problems)
    assert {one.code for one in told.problems} == {
        "province.same-system",
        "province.no-such-os",
        "input.no-such-network",
    }


def test_the_place_of_a_file_inside_the_repository(province: Path, tmp_path: Path) -> None:
    file = _write(province / PATH)
    here = context(load_repository(province), Store(f"sqlite:///{tmp_path}/none.sqlite"))
    assert inside_repository(here, file) == PATH
    assert place(here, file).short == "dot"
    assert identity_of(here, file) == identify(asked(), PATH, [], {})[0].tenancy


def test_a_file_that_does_not_fit_says_why(province: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        place(context(load_repository(province)), _write(province / PATH, department="113300007654321049"))
    assert [problem.code for problem in caught.value.problems()] == ["province.no-such-department"]


def test_two_files_for_one_tenancy_are_refused_before_either_has_one(province: Path) -> None:
    _write(province / PATH)
    here = context(load_repository(province))
    refuse_twins(here, place(here, province / PATH))
    _write(province / OTHER)
    for path in (PATH, OTHER):
        again = context(load_repository(province))
        with pytest.raises(InvalidInput) as caught:
            refuse_twins(again, place(again, province / path))
        assert [problem.code for problem in caught.value.problems()] == ["province.same-system"]
    ended = [
        _write(province / path, tenancy="t-ended0", environment=e) for path, e in ((PATH, "test"), (OTHER, "staging"))
    ]
    again = context(load_repository(province))
    with pytest.raises(InvalidInput) as caught:
        refuse_twins(again, place(again, ended[0]))
    assert [problem.code for problem in caught.value.problems()] == ["province.same-id"]
    _write(province / OTHER, environment="staging")
    again = context(load_repository(province))
    refuse_twins(again, place(again, province / PATH))


def test_a_tenancy_does_not_move_to_another_site() -> None:
    living = _living()
    refuse_move(asked(), None)
    refuse_move(asked(), living)
    with pytest.raises(InvalidInput) as caught:
        refuse_move(asked(), replace(living, site="south"))
    (problem,) = caught.value.problems()
    assert (problem.code, problem.key, problem.params["site"]) == ("plan.site-moved", "site", "south")
