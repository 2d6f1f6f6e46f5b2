"""A material, the library, and a workbook's own materials on top of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from xlcalc.errors import MaterialError, UnknownMaterialError
from xlcalc.physics.library import library_rows
from xlcalc.physics.names import normalized
from xlcalc.physics.quantities import MATERIAL
from xlcalc.problems import NOWHERE, Problem, as_problem

#: How a stack without lithium in its discharged anode is written; a word, not a material.
ANODE_FREE = "anode-free"

#: Words that mean it, without case, spaces and hyphens.
ANODE_FREE_WORDS = ("none", "anodefree", "anodeless")

#: The metal that an anode-free stack plates.
LITHIUM = "Li"


def is_anode_free(word: object) -> bool:
    """Whether a word means a stack without lithium in its discharged anode."""
    return isinstance(word, str) and normalized(word) in ANODE_FREE_WORDS


#: Characters of a word that a sentence shows.
_SHOWN = 60

#: Materials that every composite electrode may contain, by the name of their component.
BINDER = "binder"
CARBON = "conductive carbon"


#: Charged cathodes by their words as compared, each with the discharged material of it.
_DISCHARGED = dict.fromkeys(("s", "s8", "sulfur", "sulphur"), "Li2S")

#: What to do about a material that is not known.
_ADD = "add it to a Materials sheet or --materials FILE"

#: The numbers a material may have.
PROPERTIES = tuple(name for name, quantity in MATERIAL.items() if quantity.kind == "number")


@dataclass(frozen=True, kw_only=True)
class Material:
    """A material with its values and the source of each.

    Parameters
    ----------
    name : str
        Name used in designs.
    kind : str, optional
        What it is used as, one of the choices of the quantity ``kind``.
    density_g_cm3 : float, optional
        Density of the dense material. [g/cm3]
    specific_capacity_mah_g : float, optional
        Capacity per mass; of a host without its lithium. [mAh/g]
    potential_v : float, optional
        Average potential against Li/Li+. [V]
    volume_change : float, optional
        Relative volume change of a host on full lithiation. [-]
    lithium_molar_volume_cm3_mol : float, optional
        Volume a mole of lithium takes up in it. [cm3/mol]
    diffusion_low_cm2_s, diffusion_high_cm2_s : float, optional
        Range of lithium's diffusion coefficient in it. [cm2/s]
    source : str
        Where values come from that have no entry in `sources`.
    remark : str
        What its user says about it.
    sources : mapping of str to str
        Source of each value, by property.
    notes : mapping of str to str
        What is doubtful about a value, by property.
    doubts : sequence of str
        What every design that uses it must say of its row, such as of a number that was not read.

    Raises
    ------
    MaterialError
        If a value or the kind is impossible.

    Examples
    --------
    >>> hard_carbon = Material(name="hard carbon", kind="anode", density_g_cm3=1.6)
    >>> Material(name="balloon", density_g_cm3=-1)
    Traceback (most recent call last):
        ...
    xlcalc.errors.MaterialError: material 'balloon': Density is -1; expected a number above 0 g/cm³
    """

    name: str
    kind: str | None = None
    density_g_cm3: float | None = None
    specific_capacity_mah_g: float | None = None
    potential_v: float | None = None
    volume_change: float | None = None
    lithium_molar_volume_cm3_mol: float | None = None
    diffusion_low_cm2_s: float | None = None
    diffusion_high_cm2_s: float | None = None
    source: str = ""
    remark: str = ""
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    notes: Mapping[str, str] = field(default_factory=dict, repr=False)
    doubts: Sequence[str] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise MaterialError(Problem(f"material {self.name!r}: expected a name"))
        for name in PROPERTIES:
            value, quantity = getattr(self, name), MATERIAL[name]
            if isinstance(value, (bool, str)):
                raise self._error(quantity.problem(repr(value), rule="no number"))
            if value is not None and not quantity.allows(value):
                raise self._error(quantity.out_of_range(value))
        if self.kind is not None and self.kind not in MATERIAL["kind"].choices:
            raise self._error(MATERIAL["kind"].problem(repr(self.kind), rule="no choice"))
        for name in ("sources", "notes"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def _error(self, problem: Problem) -> MaterialError:
        return MaterialError(problem.of(f"material {self.name!r}"))

    def __reduce__(self) -> tuple[Any, ...]:
        # A mapping proxy does not pickle, and designs travel to other processes.
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values.update(sources=dict(self.sources), notes=dict(self.notes))
        return _remake, (values,)

    def source_of(self, name: str) -> str:
        """Where a value comes from."""
        return self.sources.get(name) or self.source

    @property
    def all_sources(self) -> str:
        """The sources of all values in one text, as a Materials sheet shows them."""
        return "; ".join(f"{MATERIAL[what].label}: {text}" for what, text in self.sources.items())

    def overridden_by(self, other: Material) -> Material:
        """This material with the values another of its name gives; the rest stays.

        Parameters
        ----------
        other : Material
            A workbook's own row; what it leaves out stays as it is.

        Returns
        -------
        Material
            A new material. A remark on a value that was replaced is dropped.
        """
        given = {n: getattr(other, n) for n in PROPERTIES if getattr(other, n) is not None}
        changed = {name for name, value in given.items() if value != getattr(self, name)}
        notes = {n: text for n, text in self.notes.items() if n not in changed}
        capacity = "specific_capacity_mah_g"
        if capacity in changed and "volume_change" not in changed and self.volume_change:
            notes["volume_change"] = (
                f"the volume change of {self.volume_change:.0%} is that of "
                f"{self.specific_capacity_mah_g:g} mAh/g, not of the {given[capacity]:g} given"
            )
        # Where a row still carries the library's sources, or those of an earlier library, they are
        # not those of its new values.
        listed = set(self.all_sources.split("; ")).issuperset(other.source.split("; "))
        source = "" if listed else other.source
        sources = {n: ", ".join(filter(None, (other.sources.get(n), source))) for n in changed}
        return replace(
            self,
            kind=other.kind or self.kind,
            remark=other.remark or self.remark,
            **given,
            sources={**self.sources, **sources},
            notes=notes,
            doubts=other.doubts or self.doubts,
        )


def _remake(values: dict[str, Any]) -> Material:
    return Material(**values)


class Materials(Mapping[str, Material]):
    """Materials by name: the library, or the library with a workbook's own on top.

    Names are found in any case and with any spacing; common other names are known too
    ("silicon", "Li6PS5Cl").

    Parameters
    ----------
    materials : iterable of Material
        In the order to be shown.
    aliases : mapping of str to str
        Other names, with the name each stands for.
    unusable : mapping of str to Problem or str
        Names that must not be used, not even the library's, each with the reason.

    Examples
    --------
    >>> library = Materials.library()
    >>> library["silicon"].density_g_cm3
    2.33
    >>> library["Si"].source_of("potential_v")
    'Lewis et al. 2022, Table 1 (ref. 39)'
    >>> own = library.with_own([Material(name="Ag", kind="anode", density_g_cm3=10.49)])
    >>> own["Ag"].density_g_cm3, len(own) - len(library)
    (10.49, 1)
    """

    def __init__(
        self,
        materials: Iterable[Material],
        aliases: Mapping[str, str] | None = None,
        unusable: Mapping[str, Problem | str] | None = None,
    ) -> None:
        self._materials = {material.name: material for material in materials}
        self._aliases = dict(aliases or {})
        self._names = {normalized(alias): name for alias, name in self._aliases.items()}
        self._names.update({normalized(name): name for name in self._materials})
        self.unusable = {name: as_problem(why) for name, why in (unusable or {}).items()}
        self._reasons: dict[str, Problem] = {}
        for name, reason in self.unusable.items():
            target = self._names.get(normalized(name))
            for word in {normalized(name), *(w for w, n in self._names.items() if n == target)}:
                self._reasons[word] = reason
                self._names.pop(word, None)
            if target is not None:
                # Who goes through all materials must not meet one that cannot be looked up.
                self._materials.pop(target, None)

    @staticmethod
    def library() -> Materials:
        """The library: the paper's materials, and what it lacks from named sources."""
        return _library()

    @property
    def other_names(self) -> Mapping[str, str]:
        """Common other names, each with the name it stands for."""
        return MappingProxyType(self._aliases)

    def with_own(
        self, materials: Iterable[Material], unusable: Mapping[str, Problem | str] | None = None
    ) -> Materials:
        """These materials with others added, or overridden where a name is known.

        Parameters
        ----------
        materials : iterable of Material
            A workbook's own.
        unusable : mapping of str to Problem or str
            Names whose row in the workbook is wrong, each with the reason.

        Returns
        -------
        Materials
            A new mapping; this one stays as it is.

        Raises
        ------
        MaterialError
            If a known material is to become one of another kind.
        """
        merged = dict(self._materials)
        for own in materials:
            name = self.name(own.name) or own.name
            if refusal := self.refusal(own):
                raise MaterialError(refusal.of(f"material {own.name!r}"))
            merged[name] = merged[name].overridden_by(own) if name in merged else own
        return Materials(merged.values(), self._aliases, {**self.unusable, **(unusable or {})})

    def refusal(self, own: Material) -> Problem | None:
        """Why a material may not override the one of its name, or None if it may.

        A stack is built by the kinds of its materials, so a known one keeps its own.
        """
        name = self.name(own.name)
        if name is None or own.kind in (None, self[name].kind):
            return None
        return Problem(
            f"Kind is {own.kind!r}",
            expected=f"{self[name].kind!r}, which {name} is in the library",
            field=own.name,
            rule="another kind than the library's",
        )

    def name(self, word: object) -> str | None:
        """Canonical name for a word, or None if it names no material."""
        return self._names.get(normalized(word)) if isinstance(word, str) else None

    def anode_name(self, word: object) -> str | None:
        """Canonical name for what stands where an anode belongs: None is anode-free."""
        if word is None or is_anode_free(word):
            return ANODE_FREE if normalized(LITHIUM) in self._names else None
        return self.name(word)

    def nearest(self, word: str, kinds: Collection[str] = ()) -> list[str]:
        """Names of materials of some kinds, or of any, that look like a word, best first."""
        fit = {
            name
            for name, material in self._materials.items()
            if not kinds or material.kind is None or material.kind in kinds
        }
        known = [spelled for spelled, name in self._names.items() if name in fit]
        from difflib import get_close_matches

        close = get_close_matches(normalized(word), known, n=5, cutoff=0.6)
        return list(dict.fromkeys(self._names[found] for found in close))[:3]

    def unknown(self, word: str, kinds: Collection[str] = ()) -> Problem:
        """What to say of a word that names no material.

        Parameters
        ----------
        word : str
            The word.
        kinds : collection of str
            Kinds of material that are accepted where it stands; any if empty.

        Returns
        -------
        Problem
            Its hint has names of those kinds alone, and how a material is added.
        """
        shown = repr(word if len(word) <= _SHOWN else word[:_SHOWN] + "...")
        if reason := self._reasons.get(normalized(word)):
            place = f": {reason.where}" if str(reason.where) else ""
            rule = f"unusable: {reason.rule or reason.statement}"
            problem = reason.of(f"{shown} cannot be used{place}")
            return problem._replace(where=NOWHERE, rule=rule)
        near = " or ".join(self.nearest(word, kinds))
        hint = f"did you mean {near}? If not, {_ADD}" if near else _ADD
        discharged = _DISCHARGED.get(normalized(word), "")
        if discharged in self and (not kinds or self[discharged].kind in kinds):
            near, hint = discharged, f"stacks are built discharged: use {discharged}"
        return Problem(
            f"{shown} is neither in the library nor in the workbook's materials",
            hint=hint,
            rule=f"unknown material; {near}",
        )

    def __getitem__(self, name: str) -> Material:
        if name == ANODE_FREE:
            return self[LITHIUM]
        found = self.name(name)
        if found is None:
            raise UnknownMaterialError(self.unknown(str(name)))
        return self._materials[found]

    def get(self, name: object, default: Any = None) -> Any:
        """A material, or something else where a name is unknown, at no cost of a sentence."""
        return self[str(name)] if name in self else default

    def __contains__(self, name: object) -> bool:
        return name == ANODE_FREE or self.name(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._materials)

    def __len__(self) -> int:
        return len(self._materials)


@cache
def _library() -> Materials:
    rows = list(library_rows())
    return Materials(
        (Material(**values) for values, _ in rows),
        {alias: values["name"] for values, aliases in rows for alias in aliases},
    )
