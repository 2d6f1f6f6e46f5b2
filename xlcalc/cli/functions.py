"""The command ``xlcalc functions``: the catalogue of SSB_ functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xlcalc.cli.exit_codes import GOOD
from xlcalc.cli.terminal import print_json

if TYPE_CHECKING:
    from xlcalc.functions.arguments import Argument, Function


@click.command(
    epilog="""\b
Examples:
  xlcalc functions
  xlcalc functions SSB_ENERGY_DENSITY
  xlcalc functions --json
"""
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def functions(names: tuple[str, ...], as_json: bool) -> int:
    """Show the SSB_ functions: what each gives, its arguments, an example."""
    from xlcalc.functions.catalogue import CATALOGUE

    unknown = [name for name in names if name.upper() not in CATALOGUE]
    if unknown:
        known = ", ".join(CATALOGUE)
        raise click.UsageError(f"{unknown[0]!r} is no function; expected one of {known}")
    chosen = [CATALOGUE[name.upper()] for name in names] or list(CATALOGUE.values())
    if as_json:
        print_json([_as_dict(function) for function in chosen])
        return GOOD
    for function in chosen:
        arguments = ", ".join(_written(argument) for argument in function.arguments)
        click.echo(click.wrap_text(f"{function.name}({arguments})", 100, "", "    "))
        click.echo(click.wrap_text(function.help, 92, "    ", "    "))
        if names:
            for argument in function.arguments:
                text = f"{argument.name}: {argument.help}"
                click.echo(click.wrap_text(text, 92, "      ", "        "))
            click.echo(f"    {function.example}    ({function.source})".replace("    ()", ""))
    return GOOD


def _written(argument: Argument) -> str:
    return f"[{argument.name}]" if argument.optional else argument.name


def _as_dict(function: Function) -> dict[str, Any]:
    from xlcalc.hosts.lambdas.names import CLOSED_FORM

    return {
        "name": function.name,
        "help": function.help,
        "unit": function.unit,
        "source": function.source,
        "lambda": function.name in CLOSED_FORM,
        "example": function.example,
        "arguments": [
            {
                "name": argument.name,
                "help": argument.help,
                "unit": argument.quantity.unit,
                "default": argument.quantity.default if argument.optional else None,
                "optional": argument.optional,
                "range": argument.kind != "cell",
            }
            for argument in function.arguments
        ],
    }
