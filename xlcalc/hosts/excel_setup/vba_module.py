"""The functions as VBA: what Excel calls, and what hands the cells on to Python.

xlwings can write such wrappers too, but theirs put an error's text into the cell. These give true
error values, hand over values instead of ranges (which Python would have to ask Excel for, one by
one), and keep the connection between calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from xlcalc._version import __version__
from xlcalc.functions.arguments import Argument, Function
from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.hosts.excel_setup.settings import MODULE, xlwings_version

#: Name of the VBA module.
NAME = "xlcalc"

#: Category of the functions in Excel's function wizard.
CATEGORY = "xlcalc"

#: Excel's error values with their numbers.
ERROR_NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        "#NULL!": 2000,
        "#DIV/0!": 2007,
        "#VALUE!": 2015,
        "#REF!": 2023,
        "#NAME?": 2029,
        "#NUM!": 2036,
        "#N/A": 2042,
        "#GETTING_DATA": 2043,
        "#SPILL!": 2045,
        "#CONNECT!": 2046,
        "#BLOCKED!": 2047,
        "#UNKNOWN!": 2048,
        "#FIELD!": 2049,
        "#CALC!": 2050,
    }
)

#: What Excel and VBA allow: characters of a line and of a help text, lines of a statement,
#: arguments of a function, characters of its arguments' names with a comma each.
LONGEST_LINE, LONGEST_HELP, MOST_CONTINUED, MOST_ARGUMENTS, LONGEST_NAMES = 1023, 255, 24, 60, 254

#: Words that VBA keeps for itself.
_WORDS = (
    "addressof and any array as boolean byref byte byval call case cbool cdate close const "
    "currency date debug declare dim do double each else elseif empty end endif enum eqv "
    "erase error event exit false for friend function get global gosub goto if imp implements "
    "in input integer is lbound len let like lock long loop lset me mod new next not nothing "
    "null object on open option optional or paramarray preserve print private property public "
    "put raiseevent redim rem resume return rset scale seek select set shared single static "
    "step stop string sub tab then to true type typeof ubound unlock until variant wend while "
    "with withevents write xor"
)
_RESERVED = frozenset(_WORDS.split())

_HEAD = """\
Attribute VB_Name = "{name}"
Option Explicit
' Made by xlcalc {version} for xlwings {xlwings}. Changes are lost when it is made again.

Private Const PYTHON_MODULE As String = "{module}"
Private python As Object
"""

_TAIL = """\
' Asks Python. Whatever goes wrong on the way there is #VALUE!; XlcalcCheck says what it is.
Private Function Answer(ByVal called As String, ByVal given As Variant) As Variant
    Dim values() As Variant, result As Variant, at As Long, last As Boolean
    On Error GoTo failed
    last = True
    ' While Excel's function wizard is open, every key stroke would be a call.
    If WizardOpen() Then
        Answer = ""
        Exit Function
    End If
    ReDim values(LBound(given) To UBound(given))
    For at = LBound(given) To UBound(given)
        ' What was left out stays empty: to Python both are the default.
        If IsObject(given(at)) Then
            ' Of a range in several pieces that would be the first piece alone.
            If given(at).Areas.Count > 1 Then Err.Raise 5
            values(at) = given(at).Value2
        ElseIf Not IsMissing(given(at)) Then
            values(at) = given(at)
        End If
    Next at
again:
    last = python Is Nothing
    If last Then Set python = XLPy()
    result = python.CallUDF(PYTHON_MODULE, called, values)
    Answer = Shown(result)
    Exit Function
failed:
    Set python = Nothing
    Answer = CVErr({wrong_kind})
    ' Python may have ended since the call before: a new one gets a try.
    If Not last Then
        Resume again
    End If
End Function

Private Function WizardOpen() As Boolean
    ' A program without command bars has no such wizard.
    On Error Resume Next
    WizardOpen = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

Private Function Shown(ByVal result As Variant) As Variant
    Dim row As Long, column As Long
    If Not IsArray(result) Then
        Shown = ErrorOr(result)
        Exit Function
    End If
    If HasColumns(result) Then
        For row = LBound(result, 1) To UBound(result, 1)
            For column = LBound(result, 2) To UBound(result, 2)
                If VarType(result(row, column)) = vbString Then
                    result(row, column) = ErrorOr(result(row, column))
                End If
            Next column
        Next row
    Else
        For row = LBound(result) To UBound(result)
            If VarType(result(row)) = vbString Then result(row) = ErrorOr(result(row))
        Next row
    End If
    Shown = result
End Function

Private Function HasColumns(ByVal result As Variant) As Boolean
    Dim most As Long
    On Error GoTo one
    most = UBound(result, 2)
    HasColumns = True
one:
End Function

Private Function ErrorOr(ByVal cell As Variant) As Variant
    ErrorOr = cell
    If VarType(cell) <> vbString Then Exit Function
    If Left$(cell, 1) <> "#" Then Exit Function
    Select Case cell
{cases}
    End Select
End Function

' Says whether Python answers, and if not, why.
Public Sub XlcalcCheck()
    Dim result As Variant
    On Error GoTo failed
    Set python = Nothing
    Set python = XLPy()
    result = python.CallUDF(PYTHON_MODULE, "{example}", Array({example_arguments}))
    MsgBox "Python answers: {example} gives " & result
    Exit Sub
failed:
    MsgBox "Python does not answer: " & Err.Description & vbCrLf & vbCrLf & _
        "In a terminal, xlcalc excel doctor says more.", vbExclamation
End Sub

' Puts what each argument means into Excel's function wizard; Excel keeps it with the workbook.
Public Sub XlcalcHelp()
{helps}
End Sub

Private Sub Describe(ByVal called As String, ByVal help As String, ByVal arguments As Variant)
    Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & called, _
        Description:=help, Category:="{category}", ArgumentDescriptions:=arguments
End Sub
"""


def parameter(argument: Argument) -> str:
    """Name of an argument in VBA, where some words are taken."""
    return f"{argument.name}_" if argument.name.lower() in _RESERVED else argument.name


def module_text() -> str:
    """The VBA module with the functions, as a file to import.

    Returns
    -------
    str
        ASCII, as every Windows reads it alike, with a line end of Windows.

    Examples
    --------
    >>> text = module_text()
    >>> "Public Function SSB_CHARGE_DENSITY(specific_capacity, density, volume_fraction)" in text
    True
    """
    head = _HEAD.format(name=NAME, version=__version__, xlwings=xlwings_version(), module=MODULE)
    example = CATALOGUE["SSB_CHARGE_DENSITY"]
    tail = _TAIL.format(
        wrong_kind=ERROR_NUMBERS["#VALUE!"],
        cases="\n".join(
            f'        Case "{text}": ErrorOr = CVErr({number})'
            for text, number in ERROR_NUMBERS.items()
        ),
        example=example.name,
        example_arguments=example.example.partition("(")[2].rstrip(")"),
        category=CATEGORY,
        helps="\n".join(map(_help, CATALOGUE.values())),
    )
    lines = "\n".join([head, *map(_wrapper, CATALOGUE.values()), tail]).splitlines()
    assert all(len(line) <= LONGEST_LINE for line in lines)
    return "".join(f"{line}\r\n" for line in lines)


def _wrapper(function: Function) -> str:
    """One function."""
    names = [parameter(argument) for argument in function.arguments]
    assert len(names) <= MOST_ARGUMENTS
    assert sum(len(name) + 1 for name in names) <= LONGEST_NAMES
    assert len(function.help) <= LONGEST_HELP
    declared = _wrapped(
        ("Optional " if argument.optional else "") + name
        for name, argument in zip(names, function.arguments, strict=True)
    )
    return (
        f"Public Function {function.name}({declared}) As Variant\n"
        f'Attribute {function.name}.VB_Description = "{_ascii(function.help)}"\n'
        f'    {function.name} = Answer("{function.name}", Array({_wrapped(names)}))\n'
        f"End Function\n"
    )


def _help(function: Function) -> str:
    """What tells Excel's function wizard about one function."""
    assert len(function.arguments) < MOST_CONTINUED
    told = ", _\n        ".join(_literal(argument.help) for argument in function.arguments)
    return f'    Describe "{function.name}", {_literal(function.help)}, Array( _\n        {told})'


def _wrapped(words: Iterable[str]) -> str:
    """Words with commas, four to a line."""
    words = list(words)
    lines = [", ".join(words[at : at + 4]) for at in range(0, len(words), 4)]
    return ", _\n        ".join(lines)


def _literal(text: str) -> str:
    """A text in VBA; characters beyond ASCII by their number, as Windows' code pages differ."""
    pieces = [""]
    for character in text.replace('"', '""'):
        if character.isascii():
            pieces[-1] += character
        else:
            pieces += [f"ChrW({ord(character)})", ""]
    quoted = [f'"{piece}"' if at % 2 == 0 else piece for at, piece in enumerate(pieces)]
    return " & ".join(piece for piece in quoted if piece != '""') or '""'


_PLAIN = str.maketrans({"µ": "u", "²": "2", "³": "3", "⁺": "+", '"': "'"})


def _ascii(text: str) -> str:
    """A text for places where VBA takes no expression."""
    return text.translate(_PLAIN).encode("ascii", "replace").decode()
