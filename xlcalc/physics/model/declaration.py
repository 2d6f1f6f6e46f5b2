"""What a model is: named steps in order, each a function over inputs and earlier steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from string import Formatter
from typing import Any

from xlcalc.physics.expression import Operand, symbol
from xlcalc.physics.quantities.quantity import Quantity

_Function = Callable[..., Any]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A quantity and how it follows from others.

    Parameters
    ----------
    name : str
        The quantity.
    label : str
        What people call it.
    unit : str
        Its unit; empty for a ratio or a truth value.
    source : str
        The equation, table or paper it is from; empty where it is bookkeeping.
    section : str
        The part of the model it belongs to.
    arguments : mapping of str to str or tuple of str
        The quantities that its function's parameters stand for.
    function : callable
        What works it out, with numbers, arrays or expressions.
    expression : expression, number or bool
        The function called with the symbols of its arguments.
    """

    name: str
    label: str
    unit: str
    source: str
    section: str
    arguments: Mapping[str, str | tuple[str, ...]]
    function: _Function
    expression: Operand


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition over several fields that makes a design impossible.

    Parameters
    ----------
    name : str
        The step that says where it is broken.
    field : str
        The field to change.
    text : str
        What is wrong, with values of the model in braces.
    expected : str
        What is expected instead.
    """

    name: str
    field: str
    text: str
    expected: str

    @property
    def shown(self) -> list[str]:
        """Quantities whose values the text shows."""
        return [name for _, name, _, _ in Formatter().parse(self.text) if name]


class Model:
    """Named steps in order, and the inputs that they begin with.

    Parameters
    ----------
    inputs : iterable of str
        Names that steps may depend on besides earlier steps.
    vocabulary : mapping of str to Quantity
        Gives the label and unit of a step that is a quantity of it.
    base : Model, optional
        A model that this one builds on: its inputs and steps come first.
    parameters : iterable of str
        Inputs that many designs have in common, such as values of materials.

    Examples
    --------
    >>> model = Model(["areal_capacity", "voltage"])
    >>> @model.step("Areal energy", "mWh/cm²")
    ... def areal_energy(areal_capacity, voltage):
    ...     return areal_capacity * voltage
    >>> model.steps["areal_energy"].expression
    areal_capacity * voltage
    >>> model.values({"areal_capacity": 4.0, "voltage": 3.4})["areal_energy"]
    13.6
    """

    def __init__(
        self,
        inputs: Iterable[str],
        vocabulary: Mapping[str, Quantity] | None = None,
        base: Model | None = None,
        parameters: Iterable[str] = (),
    ) -> None:
        self.inputs: frozenset[str] = frozenset(inputs) | (base.inputs if base else frozenset())
        self.steps: dict[str, Step] = dict(base.steps) if base else {}
        self.rules: dict[str, Rule] = dict(base.rules) if base else {}
        self.parameters: frozenset[str] = frozenset(parameters) | (
            base.parameters if base else frozenset()
        )
        #: What an input that is left blank stands for, by its name.
        self.defaults: dict[str, Operand] = dict(base.defaults) if base else {}
        self._vocabulary = dict(vocabulary or {})

    def step(
        self,
        label: str = "",
        unit: str = "",
        *,
        source: str = "",
        section: str = "",
        over: Sequence[str] | Sequence[Sequence[str]] = (),
        **gathered: Iterable[str],
    ) -> Callable[[_Function], _Function]:
        """Declare the step that a function is; its name is the quantity's.

        Parameters
        ----------
        label, unit, source, section : str
            As in `Step`. A quantity of the vocabulary has its label and unit there. ``{0}`` and
            ``{1}`` in them are what the step is `over`.
        over : sequence of str, or of sequences of str
            Prefixes that the step is declared for, once for each (combination): over ``("cathode",
            "anode")`` a function ``thickness`` gives the steps ``cathode_thickness`` and
            ``anode_thickness``. Its parameters are looked up with the same prefixes first, then
            with fewer, then without; one that is found nowhere keeps its own default.
        **gathered : iterable of str
            Parameters that stand for several quantities at once, as a tuple.
        """
        prefixes = [over] if over and isinstance(over[0], str) else over

        def declare(function: _Function) -> _Function:
            for scope in product(*prefixes):
                self._declare(function, scope, label, unit, source, section, gathered)
            return function

        return declare

    def rule(
        self, field: str, text: str, expected: str, *, over: Sequence[str] = ()
    ) -> Callable[[_Function], _Function]:
        """Declare the rule that is broken where a function holds.

        Parameters
        ----------
        field, text, expected : str
            As in `Rule`; ``<0>`` stands for what the rule is `over`.
        over : sequence of str
            Prefixes that it is declared for, as of a step.
        """

        def declare(function: _Function) -> _Function:
            self.step(over=over)(function)
            for prefix in over or ("",):
                name = "_".join(filter(None, (prefix, function.__name__)))
                words = (part.replace("<0>", prefix) for part in (field, text, expected))
                self.rules[name] = Rule(name, *words)
            return function

        return declare

    def _declare(
        self,
        function: _Function,
        scope: tuple[Any, ...],
        label: str,
        unit: str,
        source: str,
        section: str,
        gathered: Mapping[str, Iterable[str]],
    ) -> None:
        name = "_".join((*scope, function.__name__))
        titles = [*(word.capitalize() for word in scope[:1]), *scope[1:]]
        quantity = self._vocabulary.get(name)
        if quantity is not None:
            label, unit = label or quantity.label, quantity.unit
        arguments: dict[str, str | tuple[str, ...]] = {}
        for parameter in _parameters(function):
            if parameter in gathered:
                arguments[parameter] = tuple(map(self._known, gathered[parameter]))
            elif (found := self._find(parameter, scope)) is not None:
                arguments[parameter] = found
            elif parameter not in (function.__kwdefaults__ or {}):
                raise NameError(f"{name}: nothing before it is called {parameter}")
        self.steps[name] = Step(
            name=name,
            label=label.format(*titles),
            unit=unit,
            source=source,
            section=section.format(*titles),
            arguments=arguments,
            function=function,
            expression=function(**_bound(arguments, symbol)),
        )

    def _find(self, parameter: str, scope: tuple[str, ...]) -> str | None:
        """What a parameter stands for: with all prefixes, the last alone, the first alone, none."""
        for prefix in dict.fromkeys((scope, scope[1:], scope[:1], ())):
            name = "_".join((*prefix, parameter))
            if name in self.steps or name in self.inputs:
                return name
        return None

    def _known(self, name: str) -> str:
        if name not in self.steps and name not in self.inputs:
            raise NameError(f"nothing is called {name} yet")
        return name

    def values(self, inputs: Mapping[str, Operand]) -> dict[str, Operand]:
        """All steps worked out one by one, as they are declared.

        Parameters
        ----------
        inputs : mapping of str to number, bool, str, ndarray or None
            Every input that a step needs.
        """
        values = dict(inputs)
        for name, step in self.steps.items():
            values[name] = step.function(**_bound(step.arguments, values.__getitem__))
        return values

    @property
    def used(self) -> list[str]:
        """The inputs that steps depend on, in the order in which they first do."""
        names = (
            name
            for step in self.steps.values()
            for argument in step.arguments.values()
            for name in ([argument] if isinstance(argument, str) else argument)
        )
        return [name for name in dict.fromkeys(names) if name in self.inputs]


def _bound(
    arguments: Mapping[str, str | tuple[str, ...]], value: Callable[[str], Operand]
) -> dict[str, Any]:
    return {
        parameter: value(name) if isinstance(name, str) else tuple(map(value, name))
        for parameter, name in arguments.items()
    }


def _parameters(function: _Function) -> tuple[str, ...]:
    # inspect.signature says the same and costs the start of every program more than the model.
    code = function.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
