"""DataFrames of designs evaluated, those of pandas and of Dask."""

from __future__ import annotations

from collections.abc import Iterable
from math import nan
from typing import TYPE_CHECKING, Any

from xlcalc.physics import quantities as q
from xlcalc.physics.materials import Material, Materials
from xlcalc.tables.columns import table_of_designs
from xlcalc.tables.evaluate import COLUMNS, evaluate_rows, free_name
from xlcalc.tables.table import Cells

if TYPE_CHECKING:
    import pandas as pd


def evaluate_table(
    frame: pd.DataFrame, materials: Materials | Iterable[Material] | None = None
) -> pd.DataFrame:
    """Evaluate a DataFrame of designs, a row each.

    Parameters
    ----------
    frame : DataFrame
        Columns by field name or by label, in any order and case; `cathode`, `anode` and
        `electrolyte` are required, a blank of any other takes its default. NaN and None are blanks.
        It may be a Dask DataFrame.
    materials : Materials or iterable of Material, optional
        Where names are looked up, or own materials on top of the library.

    Returns
    -------
    DataFrame
        Every input as used, every result, `voltage_source`, `notes` and `status` ("ok", or the
        sentence saying what is wrong with the row), then the columns it does not know. Rows and
        index as in `frame`. Of a Dask DataFrame another, not yet computed, in which a number that
        cannot be read is NaN: all its partitions have the same types.

    Raises
    ------
    InputError
        If a required column is missing, two columns mean the same, or a header has another unit.

    Notes
    -----
    pandas reads the word None in a file as a blank; read with ``keep_default_na=False``, or write
    anode-free.

    Examples
    --------
    >>> import pandas as pd
    >>> designs = pd.DataFrame(
    ...     {
    ...         "Cathode": "NMC811",
    ...         "Anode": ["Si", "anode-free", "Si"],
    ...         "Electrolyte": "LPSC",
    ...         "np_ratio": [1.1, None, -1],
    ...     }
    ... )
    >>> result = evaluate_table(designs)
    >>> result.energy_density_wh_l.round().tolist()
    [1147.0, 1385.0, nan]
    >>> result.status[2]
    "row 2, column 'np_ratio': N/P ratio is -1; expected a number above 0"
    """
    import pandas as pd

    if materials is None:
        materials = Materials.library()
    elif not isinstance(materials, Materials):
        materials = Materials.library().with_own(materials)
    if hasattr(frame, "map_partitions"):
        # A Dask DataFrame: known by what it does, for Dask need not be installed.
        parted: Any = frame
        like = _partition(parted._meta, materials)
        return parted.map_partitions(_partition, materials, meta=like)  # type: ignore[no-any-return]
    table = table_of_designs(
        [str(header) for header in frame.columns],
        [_frame_cells(frame.iloc[:, column]) for column in range(frame.shape[1])],
        frame.index.tolist(),
        lettered=False,
        decimal_marks=None,
    )
    evaluation = evaluate_rows(table, materials)
    result = pd.DataFrame(dict(evaluation.columns), index=frame.index)
    # The user's own columns keep their types.
    own = frame.iloc[:, [column.position for column in table.others]].set_axis(
        [free_name(name, result) for name in evaluation.extra], axis=1
    )
    return pd.concat([result, own], axis=1)


def _partition(frame: pd.DataFrame, materials: Materials) -> pd.DataFrame:
    """The results of a part of a DataFrame, of the same types whatever is in it."""
    import pandas as pd

    result = evaluate_table(frame, materials)
    for name in COLUMNS:
        if {**q.DESIGN, **q.RESULTS, **q.REMARKS}[name].kind == "number":
            numbers = (v if isinstance(v, float) else nan for v in result[name])
            result[name] = pd.Series(numbers, index=result.index, dtype=float)
        else:
            result[name] = result[name].astype(pd.Series([""]).dtype)
    return result


def _frame_cells(series: pd.Series[Any]) -> Cells:
    import pandas as pd

    types = pd.api.types
    if types.is_float_dtype(series) or types.is_integer_dtype(series):
        return series.to_numpy(dtype=float, na_value=nan)
    blank = series.isna().tolist()
    return [None if none else v for v, none in zip(series.tolist(), blank, strict=True)]
