"""VBA run in LibreOffice: a workbook's functions called by its cells, without Excel.

Converting a file runs no macro, so a macro of LibreOffice's own profile opens the workbook, lets it
calculate and saves it.
"""

import openpyxl
from pyopenvba import ExcelFile, VBAModuleKind

from tests.support.office import RECALCULATE, Profile
from xlcalc.hosts.excel_setup import vba_module as excel_vba
from xlcalc.hosts.excel_setup.embed_macros import as_macro_book
from xlcalc.templates.openpyxl_package import parts_of

_ANY_MACRO = """\
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
"""

# Module1 of the library Standard is what a new profile has.
_DRIVER = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub Run(source, target)
  Dim opening(1) As New com.sun.star.beans.PropertyValue
  opening(0).Name = "MacroExecutionMode"
  opening(0).Value = com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
  opening(1).Name = "Hidden"
  opening(1).Value = True
  book = StarDesktop.loadComponentFromURL(source, "_blank", 0, opening())
  book.calculateAll()
  Dim saving(0) As New com.sun.star.beans.PropertyValue
  saving(0).Name = "FilterName"
  saving(0).Value = "Calc Office Open XML"
  book.storeToURL(target, saving())
  book.close(True)
  StarDesktop.terminate()
End Sub
</script:module>"""

# Stands for xlwings: Python's answers, and what it was handed, in words.
_XLPY = """\
Attribute VB_Name = "xlwings"
Option Explicit
Public Started As Long
Public Function XLPy() As Variant
    Started = Started + 1
    Set XLPy = New Stub
End Function
"""

_STUB = """\
VERSION 1.0 CLASS
BEGIN
  MultiUse = -1  'True
END
Attribute VB_Name = "Stub"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = False
Attribute VB_Exposed = False
Option Explicit
Public Asked As Long
Public Function CallUDF(ByVal script As String, ByVal called As String, given As Variant) As Variant
    Dim table(0 To 1, 0 To 2) As Variant, line(0 To 2) As Variant, words As String, at As Long
    If called = "SSB_MATERIAL" Then
        Select Case given(0)
            Case "table"
                table(0, 0) = "#NUM!"
                table(0, 1) = 1.5
                table(0, 2) = "ok"
                table(1, 0) = ""
                table(1, 1) = "#N/A"
                table(1, 2) = "# 4"
                CallUDF = table
            Case "line"
                line(0) = 1.5
                line(1) = "#DIV/0!"
                line(2) = "ok"
                CallUDF = line
            Case "broken"
                Err.Raise 1001, , "Python failed"
            Case "ended"
                ' The first of them ended after its first answer.
                If Started = 1 Then Err.Raise 462, , "The remote server machine does not exist"
                CallUDF = "number " & Started
            Case Else
                CallUDF = given(0)
        End Select
        Exit Function
    End If
    words = script & " " & called & ":"
    For at = LBound(given) To UBound(given)
        words = words & " " & InWords(given(at))
    Next at
    CallUDF = words
End Function
Private Function InWords(cell As Variant) As String
    If IsMissing(cell) Then
        InWords = "missing"
    ElseIf IsArray(cell) Then
        InWords = "rows of " & (UBound(cell, 1) - LBound(cell, 1) + 1)
        InWords = InWords & "x" & (UBound(cell, 2) - LBound(cell, 2) + 1)
    ElseIf IsObject(cell) Then
        InWords = "object"
    Else
        InWords = TypeName(cell)
        If InWords <> "Empty" And InWords <> "Error" Then InWords = InWords & "=" & cell
    End If
End Function
"""


def _crlf(text):
    return "".join(f"{line}\r\n" for line in text.splitlines())


def with_stub(book, path):
    """Save an openpyxl workbook with our VBA module, and a stub where xlwings would be."""
    as_macro_book(parts_of(book), path)
    with ExcelFile(path) as file:
        project = file.add_vba_project()
        project.add_module("xlwings", _crlf(_XLPY))
        project.add_module("Stub", _crlf(_STUB), kind=VBAModuleKind.other)
        project.add_module(excel_vba.NAME, excel_vba.module_text())
        file.save()
    return path


class VbaOffice(Profile):
    """LibreOffice that runs the macros of workbooks, by a macro of its own."""

    def __init__(self, folder):
        super().__init__(folder, RECALCULATE + _ANY_MACRO)
        # A profile's first start writes its standard library, over any that is there.
        self._start("--terminate_after_init")
        (self.user / "basic" / "Standard" / "Module1.xba").write_text(_DRIVER)

    def _start(self, order):
        done = self.run("soffice", "--headless", "--norestore", order)
        assert done.returncode == 0, done.stderr

    def calculated(self, path):
        """What the cells of a workbook show once its macros have run, as an openpyxl workbook."""
        target = path.with_name("calculated.xlsx")
        self._start(f'macro:///Standard.Module1.Run("{path.as_uri()}","{target.as_uri()}")')
        return openpyxl.load_workbook(target, data_only=True)
