"""Figures: drawn from our numbers, every point named, readable in black and white."""

import numpy as np
import openpyxl
import pytest
from matplotlib.image import imread

from tests.support.books import LEWIS, LEWIS_REMARK
from xlcalc import Stack, evaluate
from xlcalc.errors import DesignError, InputError
from xlcalc.physics.reference.paper_tables import stacks
from xlcalc.runs import plots
from xlcalc.tables.evaluate import evaluate_records
from xlcalc.workbooks.charts.layout import (
    COLOURS,
    LABEL_SIDES,
    group_designs,
    label_box,
    place_labels,
)

MAGIC = {".png": b"\x89PNG", ".pdf": b"%PDF", ".svg": b"<?xml"}


@pytest.fixture(scope="module")
def paper():
    return evaluate_records(stacks())


@pytest.mark.parametrize("suffix", MAGIC)
@pytest.mark.parametrize("figure", ["fig1a", "fig3"])
def test_the_papers_figures_in_every_format(run, tmp_path, figure, suffix):
    output = tmp_path / f"figure{suffix}"
    arguments = ["--grid", "21x11"] if figure == "fig3" else []
    code, out, err = run("plot", figure, "--output", output, *arguments)
    assert (code, err) == (0, "")
    assert out == f"written to {output}\n"
    assert output.read_bytes().startswith(MAGIC[suffix])


def test_fig1a_names_and_places_every_stack(paper):
    figure = plots.scatter(paper.columns, "title")
    (axes,) = figure.axes
    names = [text.get_text() for text in axes.texts]
    assert sorted(names) == sorted(row["design"] for row in stacks())
    drawn = np.concatenate([line.get_xydata() for line in axes.lines])
    expected = np.column_stack(
        [paper.columns["specific_energy_wh_kg"], paper.columns["energy_density_wh_l"]]
    )
    assert sorted(map(tuple, drawn)) == sorted(map(tuple, expected))
    assert axes.get_xlabel() == "Specific energy [Wh/kg]"
    assert axes.get_ylabel() == "Energy density [Wh/L]"


def test_fig1a_groups_differ_without_colour(paper):
    figure = plots.scatter(paper.columns, "title")
    looks = [(line.get_marker(), line.get_fillstyle()) for line in figure.axes[0].lines]
    assert len(set(looks)) == len(looks) == 7
    markers = {line.get_label(): line.get_marker() for line in figure.axes[0].lines}
    assert markers["LPSC, composite anode"] == "o"
    assert markers["LPSC, pure anode"] == "^"


def test_fig1a_names_do_not_cover_each_other(paper):
    figure = plots.scatter(paper.columns, "title")
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    frame = figure.axes[0].get_window_extent()
    for n, box in enumerate(boxes):
        assert frame.x0 <= box.x0
        assert box.x1 <= frame.x1
        assert not any(box.overlaps(other) for other in boxes[:n])
    points = np.concatenate([line.get_xydata() for line in figure.axes[0].lines])
    for x, y in figure.axes[0].transData.transform(points):
        assert not any(box.contains(x, y) for box in boxes)


def test_fig3_shows_what_evaluate_gives():
    stack = Stack(cathode="NMC811", anode="Si", electrolyte="LPSC", cell_voltage_v=3.4)
    x, y = ("separator_thickness_um", 5.0, 100.0), ("anode_active_fraction", 0.2, 1.0)
    figure = plots.heatmap(stack, "title", x, y, (20, 41))
    meshes = [axes.collections[0] for axes in figure.axes if axes.get_xlabel()]
    assert [axes.get_title() for axes in figure.axes if axes.get_xlabel()] == [
        "Specific energy [Wh/kg]",
        "Energy density [Wh/L]",
    ]
    assert [mesh.get_array().shape for mesh in meshes] == [(41, 20), (41, 20)]
    corner = evaluate(
        Stack(
            cathode="NMC811",
            anode="Si",
            electrolyte="LPSC",
            cell_voltage_v=3.4,
            separator_thickness_um=100,
            anode_active_fraction=0.2,
        )
    )
    assert meshes[0].get_array()[0, -1] == corner.specific_energy_wh_kg
    assert meshes[1].get_array()[0, -1] == corner.energy_density_wh_l


def test_a_range_that_leaves_what_is_possible():
    stack = Stack(cathode="NMC811", anode="Si", electrolyte="LPSC")
    with pytest.raises(DesignError, match=r"Anode active fraction is 1\.\d+; expected a fraction"):
        plots.heatmap(stack, "", ("np_ratio", 1, 2), ("anode_active_fraction", 0.5, 1.5))


def test_breakdown_bars_add_up_to_the_stack(paper):
    names = list(paper.columns["design"])
    figure = plots.breakdown(names, paper.breakdown(), "title")
    for axes, name in zip(figure.axes, ("stack_loading_mg_cm2", "stack_thickness_um"), strict=True):
        ends = np.zeros(20)
        for bar in axes.patches:
            row = round(bar.get_y() + bar.get_height() / 2)
            ends[row] = max(ends[row], bar.get_x() + bar.get_width())
        assert ends == pytest.approx(paper.columns[name], rel=1e-9)


def test_too_many_bars():
    with pytest.raises(InputError, match="41 designs to draw; expected 1 to 40"):
        plots.breakdown(["x"] * 41, {}, "")


@pytest.mark.parametrize("figure", ["scatter", "breakdown", "heatmap"])
def test_figures_of_a_users_workbook(run, tmp_path, figure):
    output = tmp_path / "out.png"
    code, _, err = run("plot", figure, LEWIS, "--output", output)
    assert code == 0
    assert err.startswith(LEWIS_REMARK)
    picture = imread(output)
    assert picture.shape[0] > 500
    assert picture.std() > 0.05


def test_a_heatmap_of_a_named_design_over_other_inputs(run, tmp_path):
    output = tmp_path / "out.png"
    ranges = ["--x", "np_ratio:1:2", "--y", "cathode_areal_capacity_mah_cm2:2:6", "--grid", "5"]
    code, _, _ = run("plot", "heatmap", LEWIS, "-o", output, "--design", "Si/Liquid/NMC", *ranges)
    assert code == 0
    code, _, err = run("plot", "heatmap", LEWIS, "-o", output, "--design", "none")
    assert code == 2
    assert "has no design 'none'; it has Li (1x excess)/LPSC/NMC" in err


def test_rows_in_error_do_not_stop_a_figure(run, tmp_path, make_book):
    header = ["Design", "Cathode", "Anode", "Electrolyte"]
    path = make_book(Stacks=[header, ["a", "NMC811", "Si", "LPSC"], ["b", "NMC811", "?", "LPSC"]])
    for figure in ("scatter", "breakdown"):
        code, _, err = run("plot", figure, path, "-o", tmp_path / "out.png")
        assert code == 3
        assert "cell C3" in err
    bad = make_book("bad.xlsx", Stacks=[header, ["b", "NMC811", "?", "LPSC"]])
    code, _, err = run("plot", "scatter", bad, "-o", tmp_path / "out2.png")
    assert code == 2
    assert "no design was evaluated" in err


def test_groups_are_those_of_the_paper(paper):
    groups = {group.label: len(group.rows) for group in group_designs(paper.columns)}
    assert groups == {
        "LPSC, composite anode": 3,
        "LPSC, pure anode": 3,
        "LPSC, lithium metal": 2,
        "LLZO, composite anode": 3,
        "LLZO, pure anode": 3,
        "liquid electrolyte, composite anode": 4,
        "liquid electrolyte, lithium metal": 2,
    }
    assert len(set(COLOURS)) == len(COLOURS)


def test_labels_find_room():
    points = [(20.0, 50.0), (26.0, 50.0), (32.0, 50.0), (23.0, 54.0)]
    sizes = [(14.0, 3.0)] * 4
    places = place_labels(points, sizes, (0, 0, 60, 100))
    boxes = [
        label_box(point, size, LABEL_SIDES[place], gap)
        for point, size, (place, gap) in zip(points, sizes, places, strict=True)
    ]
    for n, a in enumerate(boxes):
        for b in boxes[:n]:
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]


def test_a_sheet_of_another_name(run, tmp_path):
    book = openpyxl.load_workbook(LEWIS)
    book.save(tmp_path / "copy.xlsx")
    arguments = ["--sheet", "Stacks as printed", "-o", tmp_path / "x.svg"]
    assert run("plot", "scatter", tmp_path / "copy.xlsx", *arguments)[0] == 0


@pytest.mark.parametrize(
    ("design", "arguments", "sentence"),
    [
        ("Si/Liquid/NMC", [], None),
        ("Li (1x excess)/LPSC/NMC", [], None),
        ("Li (1x excess)/LPSC/NMC", ["--y", "np_ratio:1:2"], "does not use np_ratio"),
        ("60% Si/LPSC/NMC", ["--x", "np_ratio:1:1"], "np_ratio from 1 to 1 is no range"),
        (
            "60% Si/LPSC/NMC",
            ["--x", "np_ratio:1:2", "--y", "np_ratio:1:2"],
            "both axes are np_ratio",
        ),
        (
            "60% Si/LPSC/NMC",
            ["--y", "anode_active_fraction:0.5:1.5"],
            "design '60% Si/LPSC/NMC': Anode active fraction is",
        ),
    ],
    ids=["liquid", "metal", "unused", "no range", "twice", "impossible"],
)
def test_axes_of_a_heatmap(run, tmp_path, design, arguments, sentence):
    output = tmp_path / "out.png"
    code, _, err = run("plot", "heatmap", LEWIS, "-o", output, "--design", design, *arguments)
    assert code == (0 if sentence is None else 2)
    assert (sentence or "") in err
    assert output.exists() == (sentence is None)


def test_a_heatmap_wants_one_file_and_one_design(run, tmp_path, make_book):
    header = ["Design", "Cathode", "Anode", "Electrolyte"]
    row = ["same", "NMC811", "Si", "LPSC"]
    path = make_book(Stacks=[header, row, row])
    make_book("other.xlsx", Stacks=[header, row])
    output = tmp_path / "out.png"
    assert (
        "has more than one design 'same'"
        in run("plot", "heatmap", path, "-o", output, "--design", "same")[2]
    )
    assert "holds 2 files; expected one" in run("plot", "heatmap", tmp_path, "-o", output)[2]


def test_figures_name_what_was_left_alone(run, tmp_path, make_book):
    header = ["Design", "Cathode", "Anode", "Electrolyte", "Seperator thickness [µm]"]
    path = make_book(Stacks=[header, ["a", "NMC811", "Si", "LPSC", 100]])
    for figure in ("scatter", "breakdown", "heatmap"):
        _, _, err = run("plot", figure, path, "-o", tmp_path / "out.png")
        assert "did you mean 'Separator thickness [µm]'?" in err


def test_names_are_no_formulas(run, tmp_path, make_book):
    header = ["Design", "Cathode", "Anode", "Electrolyte"]
    path = make_book(Stacks=[header, ["$\\frac{$", "NMC811", "Si", "LPSC"]])
    for figure in ("scatter", "breakdown", "heatmap"):
        assert run("plot", figure, path, "-o", tmp_path / "out.png")[0] == 0


@pytest.fixture
def drawn(monkeypatch):
    """The figures that a command would write."""
    figures = []
    monkeypatch.setattr(plots, "save", lambda figure, path: figures.append(figure))
    return figures


def test_fig3_is_silicon_over_separator_and_fraction(run, drawn, tmp_path):
    assert run("plot", "fig3", "-o", tmp_path / "x.png", "--grid", "3x5")[0] == 0
    axes = [axes for axes in drawn[0].axes if axes.get_xlabel()]
    assert {a.get_xlabel() for a in axes} == {"Separator thickness [µm]"}
    assert {a.get_ylabel() for a in axes} == {"Anode active fraction"}
    corner = Stack(
        cathode="NMC811",
        anode="Si",
        electrolyte="LPSC",
        cell_voltage_v=3.4,
        separator_thickness_um=5,
        anode_active_fraction=1.0,
    )
    values = axes[1].collections[0].get_array()
    assert values.shape == (5, 3)
    assert values[-1, 0] == evaluate(corner).energy_density_wh_l


@pytest.mark.parametrize(("arguments", "wh_l"), [([], 779.5), (["--as-printed"], 756.4)])
def test_fig1a_from_the_equations_or_as_printed(run, drawn, tmp_path, arguments, wh_l):
    assert run("plot", "fig1a", "-o", tmp_path / "x.png", *arguments)[0] == 0
    lowest = min(y for line in drawn[0].axes[0].lines for y in line.get_ydata())
    assert round(lowest, 1) == wh_l


def test_a_heatmap_is_of_the_design_named(run, drawn, tmp_path):
    ranges = ["--x", "np_ratio:1:2", "--y", "cathode_areal_capacity_mah_cm2:2:6", "--grid", "3"]
    run("plot", "heatmap", LEWIS, "-o", tmp_path / "x.png", "--design", "60% Al/LLZO/NMC", *ranges)
    stack = Stack(
        cathode="NMC811",
        anode="Al",
        electrolyte="LLZO",
        cell_voltage_v=3.45,
        np_ratio=1.5,
        cathode_areal_capacity_mah_cm2=4.0,
    )
    assert (
        drawn[0].axes[0].collections[0].get_array()[1, 1] == evaluate(stack).specific_energy_wh_kg
    )
