"""The stacks of a tenancy: their names, programs and what they hold now."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govcloud.engine import programs
from govcloud.engine.engine import Engine
from govcloud.engine.state import State
from govcloud.engine.steps import Step
from govcloud.plan.correct import anew
from govcloud.plan.draft import Draft
from govcloud.plan.reality import ORDER, Reality, read_states
from govcloud.plan.settled import question
from govcloud.spec.canonical import data
from govcloud.spec.symbols import Stack, operator_user

if TYPE_CHECKING:
    from govcloud.engine.runs import Job


@dataclass(frozen=True)
class Stacks:
    """A draft's stacks with what they hold; where the cloud differs, the engine is told before it decides.

    `settled` are questions that it was asked before and found nothing to do for.
    """

    draft: Draft
    engine: Engine
    clouds: Path
    reality: Reality
    run: str = ""
    settled: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def states(self) -> Mapping[Stack, State]:
        """What each stack holds."""
        return self.reality.states

    @property
    def lower(self) -> Mapping[str, str]:
        """The site's ids and the outputs of every stack that exists."""
        found = dict(self.draft.site_symbols)
        if self.reality.worker:
            found[operator_user()] = self.reality.worker
        for state in self.states.values():
            found |= state.outputs
        return found

    def job(self, stack: Stack) -> Job:
        """The stack with the program its spec asks for."""
        from govcloud.engine.runs import Job  # noqa: PLC0415 - pulumi is loaded when an engine is

        specs, region = self.draft.specs, self.draft.cloud.region
        assert specs is not None
        program = {
            "department": lambda: programs.department_program(specs.department, self.lower, region),
            "tenancy": lambda: programs.tenancy_program(specs.tenancy, self.lower, region),
            "iaas": lambda: programs.iaas_program(specs.iaas, self.draft.texts, self.lower, region),
        }[stack]()
        name = self.draft.where.stacks[stack]
        again, patience = self._anew(stack), self.draft.cloud.patience
        return Job(name, stack, program, self.clouds, self.run, replace=again, patience=patience)

    def corrected(self, stack: Stack) -> Mapping[str, Any] | None:
        """What the stack's state should say, in the engine's words; None where it is right."""
        found = self.reality.corrected.get(stack)
        return found.exported if found else None

    def exists(self, stack: Stack) -> bool:
        """Is there such a stack in the engine's backend?"""
        return self.states[stack].exists

    def previews(self) -> tuple[Step, ...]:
        """What would happen in each stack, asked of all at once."""
        asking = [stack for stack in ORDER if not self.settled or self._question(stack) not in self.settled]
        if not asking:
            return ()
        from govcloud.engine import runs  # noqa: PLC0415 - pulumi is loaded when an engine is

        with ThreadPoolExecutor(len(asking)) as pool:
            asked = [
                pool.submit(
                    runs.preview,
                    self.engine,
                    self.job(stack),
                    exists=self.exists(stack),
                    corrected=self.corrected(stack),
                )
                for stack in asking
            ]
            return tuple(step for one in asked for step in one.result())

    def afresh(self) -> Stacks:
        """The stacks with what they hold now, and nothing taken for settled."""
        states = read_states(self.engine, self.draft.where.stacks, self.clouds)
        return replace(self, reality=replace(self.reality, states=states, corrected={}), settled=frozenset())

    def questions(self) -> list[str]:
        """What the engine is asked when it is asked for previews."""
        return [self._question(stack) for stack in ORDER]

    def _question(self, stack: Stack) -> str:
        specs, corrected = self.draft.specs, self.corrected(stack)
        assert specs is not None
        # the texts of the iaas layer are in its spec by their digests
        program = {"spec": data(getattr(specs, stack)), "lower": self.lower, "region": self.draft.cloud.region}
        how = {"replace": self._anew(stack), "corrected": corrected is not None}
        tools = (self.engine.command, self.engine.provider)
        return question(tools, {**program, **how}, corrected or self.states[stack].exported)

    def _anew(self, stack: Stack) -> tuple[str, ...]:
        """The urns of what must be made anew."""
        assert self.draft.specs is not None
        return anew(self.reality.state(stack), self.draft.specs.iaas.volumes)

    def with_state(self, stack: Stack, state: State) -> Stacks:
        """The stacks after one of them changed."""
        left = {name: found for name, found in self.reality.corrected.items() if name != stack}
        reality = replace(self.reality, states={**self.states, stack: state}, corrected=left)
        return replace(self, reality=reality)
