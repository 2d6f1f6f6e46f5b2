"""The SSB_ functions as LAMBDA names of a workbook: Excel 365 calculates them without Python.

The workbook must have a Materials sheet as templates have it: material values are taken from there.
Names that begin with an underscore are steps that the functions share.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlcalc.functions.arguments import Argument, Function
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts.lambdas.materials import material_steps
from xlcalc.hosts.lambdas.stack import STACK_FUNCTIONS, design, stack_steps
from xlcalc.hosts.lambdas.syntax import bare_words, function, row, value
from xlcalc.physics.expression import symbol
from xlcalc.physics.model.rules import ROUNDING
from xlcalc.workbooks.formula_text import bare
from xlcalc.workbooks.model_formulas import FormulaWriter


def _composite_density() -> str:
    """SI Eq. 1 over ranges as wholes."""
    # As large as a cell's numbers get.
    read = "LAMBDA(given, _SSB_NUMBER(given, #VALUE!, 0, 9E+307))"
    return f"""
    LET(shares, TOCOL(MAP(volume_fractions, {read})),
        own, TOCOL(MAP(densities, {read})),
        IF(ISERROR(SUM(shares)), SUM(shares),
            IF(ISERROR(SUM(own)), SUM(own),
                IF(ROWS(shares)<>ROWS(own), #VALUE!,
                    IF(SUM(shares)>{value(1 + ROUNDING)}, #NUM!, SUM(shares*own))))))
    """


#: Functions of ranges as wholes.
_OF_RANGES: Mapping[str, str] = {"SSB_COMPOSITE_DENSITY": _composite_density()}


def _closed_form(name: str) -> str:
    """A function that is arithmetic alone, as a formula of its arguments."""
    function = CATALOGUE[name]
    result = function.compute(*(symbol(argument.name) for argument in function.arguments))
    return FormulaWriter(str, constants=False)(result)


#: Functions of single cells, each as a formula of its arguments as read.
_OF_CELLS: Mapping[str, str] = {
    **{
        name: _closed_form(name)
        for name in (
            "SSB_CHARGE_DENSITY",
            "SSB_ELECTRODE_THICKNESS",
            "SSB_ELECTRODE_LOADING",
            "SSB_THEORETICAL_CAPACITY",
        )
    },
    "SSB_MATERIAL": """
        LET(header, _SSB_PROPERTY(property),
            place, IF(header=0, _SSB_BEGUN(property), header),
            IF(ISERROR(place), place, IF(place=0, #VALUE!, LET(
                found, INDEX(_SSB_VALUES(name, own_materials), 1, place),
                IF(found="", #N/A, found)))))
        """,
}

#: Functions that have a LAMBDA form, in the order of the catalogue.
CLOSED_FORM = tuple(
    name for name in CATALOGUE if name in (*_OF_RANGES, *_OF_CELLS, *STACK_FUNCTIONS)
)


def lambda_names() -> dict[str, str]:
    """The functions as names of a workbook that has a Materials sheet.

    Returns
    -------
    dict of str to str
        By name, the formula as a file holds it. Names that begin with an underscore are what the
        functions share.

    Examples
    --------
    >>> names = lambda_names()
    >>> names["SSB_COMPOSITE_DENSITY"][:60]
    '_xlfn.LAMBDA(_xlpm.volume_fractions,_xlpm.densities,_xlfn.LE'
    """
    names = {**_argument_steps(), **material_steps(), **stack_steps()}
    names["_SSB_DESIGN"] = function(
        ("result", *_parameters(CATALOGUE["SSB_STACK"])), _reading(CATALOGUE["SSB_STACK"], design())
    )
    for name in CLOSED_FORM:
        of = CATALOGUE[name]
        if name in _OF_RANGES:
            body = _OF_RANGES[name]
        elif name in _OF_CELLS:
            names[f"_{name}"] = function(_parameters(of), _reading(of, _OF_CELLS[name]))
            body = _each(of, f"_{name}(")
        else:
            body = _each(of, f"_SSB_DESIGN({STACK_FUNCTIONS.index(name) + 1},")
        names[name] = function(
            (_name(a) for a in of.arguments if not a.optional),
            body,
            (_name(a) for a in of.arguments if a.optional),
        )
    return names


def _argument_steps() -> dict[str, str]:
    """The rules of arguments, and a cell of a range that is spread over a larger one."""
    return {
        "_SSB_NUMBER": function(
            ("given", "default", "lowest", "highest"),
            """
            IF(given="", default, LET(
                number, IF(ISLOGICAL(given), N(given), given),
                IF(ISNUMBER(number),
                    IF((number>=lowest)*(number<=highest), number, #NUM!),
                    #VALUE!)))
            """,
        ),
        "_SSB_WORD": function(
            ("given", "default"),
            """
            IF(given="", default,
                IF(ISTEXT(given), IF(TRIM(given)="", default, given), #VALUE!))
            """,
        ),
        "_SSB_CHOICE": function(
            ("given", "default", "choices", "bare_choices"),
            f"""
            LET(word, _SSB_WORD(given, default),
                IF(ISERROR(word), word, IF(word=default, word,
                    IFERROR(INDEX(choices, XMATCH({bare("word")}, bare_choices)), #VALUE!))))
            """,
        ),
        "_SSB_AT": function(
            ("cells", "down", "across"),
            """
            IF(IFERROR(ROWS(cells)*COLUMNS(cells), 1)=1,
                IF(TYPE(cells)=64, INDEX(cells, 1, 1), cells),
                INDEX(cells, MIN(down, ROWS(cells)), MIN(across, COLUMNS(cells))))
            """,
        ),
        "_SSB_SPREADS": function(
            ("cells", "height", "width"),
            """
            IFERROR(((ROWS(cells)=1)+(ROWS(cells)=height)>0)
                *((COLUMNS(cells)=1)+(COLUMNS(cells)=width)>0), 1)
            """,
        ),
    }


def _name(argument: Argument) -> str:
    """Name of the parameter that an argument is; the table of materials has the name of its own."""
    return argument.name if argument.kind != "materials" else f"own_{argument.name}"


def _parameters(of: Function) -> list[str]:
    """Parameters of a function of single cells: cells to be read, and ranges as they are."""
    return [f"{a.name}_cell" if a.kind == "cell" else _name(a) for a in of.arguments]


def _reading(of: Function, body: str) -> str:
    """A formula of arguments as read, in terms of their cells.

    An error value that comes in is the result, whatever else is wrong; else the first wrong cell's.
    """
    arguments = [argument for argument in of.arguments if argument.kind == "cell"]
    came_in = "&".join(
        f"{argument.name}_cell" if argument.kind == "cell" else f"_SSB_AT({_name(argument)}, 1, 1)"
        for argument in of.arguments
    )
    reads = ", ".join(f"{argument.name}, {_read(argument)}" for argument in arguments)
    together = "&".join(argument.name for argument in arguments)
    return f"""
    LET(came_in, {came_in}, IF(ISERROR(came_in), came_in, LET(
        {reads}, together, {together}, IF(ISERROR(together), together, {body}))))
    """


def _read(argument: Argument) -> str:
    """Formula for a cell as an argument means it."""
    quantity = argument.quantity
    default = value("") if argument.optional else "#VALUE!"
    rest = [f"{argument.name}_cell", default]
    if quantity.kind == "number":
        return f"_SSB_NUMBER({', '.join((*rest, value(quantity.lowest), value(quantity.highest)))})"
    if quantity.kind == "choice":
        words = quantity.choices
        return f"_SSB_CHOICE({', '.join((*rest, row(words), bare_words(words)))})"
    return f"_SSB_WORD({', '.join(rest)})"


def _each(of: Function, call: str) -> str:
    """A formula that calls another once, or once for each cell of ranges, which broadcast."""
    given = {a.name: f"{a.name}_given" if a.optional else _name(a) for a in of.arguments}
    cells = [given[a.name] for a in of.arguments if a.kind == "cell"]
    # With AND it is one answer, also where a program asks of each cell of a range: an IF of many
    # would make a range's blanks zeros.
    omitted = "".join(
        f'{given[a.name]}, IF(AND(ISOMITTED({_name(a)})), "", {_name(a)}), '
        for a in of.arguments
        if a.optional
    )
    height, width = (
        f"MAX({', '.join(f'IFERROR({size}({name}), 1)' for name in cells)})"
        for size in ("ROWS", "COLUMNS")
    )

    def at(down: str, across: str) -> str:
        return ", ".join(
            f"_SSB_AT({name}, {down}, {across})" if name in cells else name
            for name in given.values()
        )

    fits = "*".join(f"_SSB_SPREADS({name}, height, width)" for name in cells)
    spread = f"""
        IF({fits}=0, #VALUE!,
            MAKEARRAY(height, width, LAMBDA(down, across, {call}{at("down", "across")}))))
    """
    return f"""
    LET({omitted}height, {height}, width, {width},
        IF(height*width=1, {call}{at("1", "1")}),
            {"#VALUE!" if of.spills else spread}))
    """
