"""How a LAMBDA finds a material: in the workbook's Materials sheet, or in a range on top of it.

A material is a row of values in the order of `MATERIAL`, with an empty text where it has none.
Names are matched as the Stacks sheet matches them, and by the library's common other names.
"""

from __future__ import annotations

from xlcalc.hosts.lambdas.syntax import bare_words, function, row
from xlcalc.physics.materials import PROPERTIES, Materials
from xlcalc.physics.names import normalized
from xlcalc.physics.quantities import MATERIAL
from xlcalc.physics.quantities.units import unit_key
from xlcalc.templates.sheets.materials import MATERIALS_TABLE
from xlcalc.workbooks.formula_text import bare, without

#: Places of a material's values in its row.
PLACE = {name: number for number, name in enumerate(MATERIAL, start=1)}

#: Signs that headers may differ in.
_SIGNS = " -_/.,:;'()[]"

#: Stands for the unit of a property that is a text.
_TEXT = "text"


def of(values: str, name: str) -> str:
    """Formula for one of a material's values."""
    return f"INDEX({values}, 1, {PLACE[name]})"


def material_steps() -> dict[str, str]:
    """Names that give a material's values, and the place of a property among them."""
    return {
        "_SSB_KEY": function(("word",), _key()),
        "_SSB_PROPERTY": function(("header",), _property()),
        "_SSB_BEGUN": function(("words",), _begun()),
        "_SSB_SHEET": function(("word",), _sheet()),
        "_SSB_OWN": function(("word", "own"), _own()),
        "_SSB_OWN_VALUE": function(("own", "down", "across", "last", "place"), _own_value()),
        "_SSB_VALUES": function(("word", "own"), _values()),
    }


def _key() -> str:
    """A name without what spellings differ in; of a common other name, the library's."""
    others = [
        (other, name)
        for other, name in Materials.library().other_names.items()
        if normalized(other) != normalized(name)
    ]
    return f"""
    LET(name, {bare("word")},
        other, XMATCH(name, {bare_words(other for other, _ in others)}),
        IF(ISNUMBER(other), INDEX({bare_words(name for _, name in others)}, other), name))
    """


def _property() -> str:
    """The place of the property that a header names; 0 if none, an error if in another unit."""
    words = [(normalized(word), q) for q in MATERIAL.values() for word in (q.name, q.label)]
    units = [unit_key(q.unit) if q.kind == "number" else _TEXT for q in MATERIAL.values()]
    return f"""
    LET(ascii, SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(header, "²", "2"), "³", "3"), "⁺", "+"),
        plain, LOWER(TRIM(ascii)),
        bracket, IF(ISNUMBER(XMATCH(RIGHT(plain), {row("])")})),
            IFERROR(FIND("[", SUBSTITUTE(plain, "(", "[")), 0), 0),
        label, IF(bracket=0, SUBSTITUTE(plain, "%", ""), LEFT(plain, bracket-1)),
        inside, IF(bracket=0, IF(ISNUMBER(FIND("%", plain)), "%", ""),
            MID(plain, bracket+1, LEN(plain)-bracket-1)),
        unit, {without("inside", " -^·.")},
        names, {row(word for word, _ in words)},
        known, IFERROR(XMATCH({without("label", _SIGNS)}, names),
            XMATCH({without("plain", _SIGNS)}, names)),
        IF(ISERROR(known), 0, LET(
            place, INDEX({row(PLACE[q.name] for _, q in words)}, known),
            expected, INDEX({row(units)}, place),
            IF((unit="")+(unit=expected)>0, place, IF(expected="{_TEXT}", 0, #VALUE!)))))
    """


def _begun() -> str:
    """The place of the one property whose label begins with some words; 0 if there is none."""
    places = row(PLACE.values())
    return f"""
    LET(plain, LOWER({without("words", _SIGNS)}),
        begun, LEFT({row(normalized(q.label) for q in MATERIAL.values())}, LEN(plain))=plain,
        IF(SUM(begun*1)=1, SUM(begun*{places}), 0))
    """


def _sheet() -> str:
    """A material of the Materials sheet; #N/A where there is none, or its row is wrong."""
    whole = MATERIALS_TABLE.whole
    used = whole("kind_used", f"{PROPERTIES[-1]}_used")
    return f"""
    LET(name, {bare("word")},
        at, IFERROR(XMATCH(name, {whole("key")}), XMATCH(_SSB_KEY(name), {whole("key")})),
        IF(INDEX({whole("check")}, at)="ok",
            HSTACK(INDEX({whole("material")}, at), INDEX({used}, at, 0),
                INDEX({whole("source")}, at)&"", INDEX({whole("remark")}, at)&""),
            #N/A))
    """


def _own() -> str:
    """A material of a range of own ones; "" where there is none, #N/A where its row is wrong."""
    return f"""
    LET(places, MAP(INDEX(own, 1, 0), LAMBDA(header, _SSB_PROPERTY(header&""))),
        IF(ISERROR(SUM(places)+XMATCH(1, places))+(ROWS(own)=1)>0, #VALUE!, LET(
            names, DROP(MAP(INDEX(own, 0, XMATCH(1, places)),
                LAMBDA(held, _SSB_KEY(held&""))), 1),
            name, _SSB_KEY(word),
            at, XMATCH(name, names),
            IF(ISERROR(at), "", IF(XMATCH(name, names, 0, -1)>at, #N/A, LET(
                found, MAP({row(PLACE.values())}, LAMBDA(place,
                    _SSB_OWN_VALUE(own, at+1, XMATCH(place, places),
                        XMATCH(place, places, 0, -1), place))),
                IF(ISERROR(SUM(found)), #N/A, found)))))))
    """


def _own_value() -> str:
    """A value of an own material; "" where it is not given, #N/A where it is wrong."""
    numbers = [q.kind == "number" for q in MATERIAL.values()]
    bounds = list(zip(MATERIAL.values(), numbers, strict=True))
    kinds = MATERIAL["kind"].choices
    return f"""
    IF(ISERROR(across), "", IF(last>across, #N/A, LET(
        given, INDEX(own, down, across),
        lowest, INDEX({row(q.lowest if number else None for q, number in bounds)}, place),
        highest, INDEX({row(q.highest if number else None for q, number in bounds)}, place),
        IF(given="", "",
            IF(place={PLACE["kind"]},
                INDEX({row(kinds)}, XMATCH({bare("given")}, {bare_words(kinds)})),
                IF(lowest="", TRIM(given),
                    IF(ISNUMBER(given),
                        IF((given>=lowest)*(given<=highest), given, #N/A), #N/A)))))))
    """


def _values() -> str:
    """A material of a range on top of the Materials sheet; a known one keeps its kind and name."""
    name, kind, own_kind = of("listed", "material"), of("listed", "kind"), of("mine", "kind")
    return f"""
    LET(listed, _SSB_SHEET(word),
        IF(ROWS(own)*COLUMNS(own)=1, IF(own="", listed, #VALUE!), LET(
            mine, _SSB_OWN(word, own),
            IF(COLUMNS(mine)=1, IF(mine="", listed, mine),
                IF(ISERROR({name}), mine,
                    IF(({own_kind}<>"")*({kind}<>"")*({own_kind}<>{kind}), #N/A,
                        IF(({row(PLACE.values())}={PLACE["material"]})+(mine=""),
                            listed, mine)))))))
    """
