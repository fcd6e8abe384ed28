"""The stacks of a tenancy: their names, programs and what they hold now."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from govcloud.engine import programs, runs
from govcloud.engine.engine import Engine
from govcloud.engine.runs import Job
from govcloud.engine.state import State
from govcloud.engine.steps import Step
from govcloud.plan.draft import Draft
from govcloud.plan.reality import ORDER
from govcloud.spec.symbols import Stack


@dataclass(frozen=True)
class Stacks:
    """A draft's stacks with what they hold.

    With `refresh` the engine looks at reality first: it is slow, so only where we saw that something differs.
    """

    draft: Draft
    engine: Engine
    clouds: Path
    states: Mapping[Stack, State]
    refresh: bool = False
    run: str = ""

    @property
    def lower(self) -> Mapping[str, str]:
        """The site's ids and the outputs of every stack that exists."""
        found = dict(self.draft.site_symbols)
        for state in self.states.values():
            found |= state.outputs
        return found

    def job(self, stack: Stack) -> Job:
        """The stack with the program its spec asks for."""
        specs, region = self.draft.specs, self.draft.cloud.region
        assert specs is not None
        program = {
            "department": lambda: programs.department_program(specs.department, self.lower, region),
            "tenancy": lambda: programs.tenancy_program(specs.tenancy, self.lower, region),
            "iaas": lambda: programs.iaas_program(specs.iaas, self.draft.texts, self.lower, region),
        }[stack]()
        name = self.draft.where.stacks[stack]
        return Job(name, stack, program, self.clouds, self.run)

    def exists(self, stack: Stack) -> bool:
        """Is there such a stack in the engine's backend?"""
        return self.states[stack].exists

    def previews(self) -> tuple[Step, ...]:
        """What would happen in each stack, asked of all at once."""
        with ThreadPoolExecutor(len(ORDER)) as pool:
            asked = [
                pool.submit(runs.preview, self.engine, self.job(stack), exists=self.exists(stack), refresh=self.refresh)
                for stack in ORDER
            ]
            return tuple(step for one in asked for step in one.result())

    def with_state(self, stack: Stack, state: State) -> Stacks:
        """The stacks after one of them changed."""
        return replace(self, states={**self.states, stack: state})
