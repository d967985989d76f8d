"""A panel of states: tables are read strictly, and numbers of scenarios follow from them and the roles."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from sim.assimilation.observations import facts_of
from sim.reading.tables import TableError
from sim.refusal import BadInput
from sim.studies.panel import roles, tables
from sim.studies.panel.scenarios import scenarios_of
from sim.studies.panel.start import LEAST

SHIPPED = tables.SHIPPED


def copied(folder: Path, **changes) -> Path:
    """The shipped tables in a folder; of a table named in changes, rows as a function makes them."""
    folder.mkdir(exist_ok=True)
    for file in SHIPPED.glob("*.csv"):
        with open(file, newline="") as opened:
            rows = list(csv.DictReader(opened))
        if file.stem in changes:
            rows = changes[file.stem](rows)
        with open(folder / file.name, "w", newline="") as opened:
            out = csv.DictWriter(opened, rows[0])
            out.writeheader()
            out.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def panel():
    return scenarios_of(SHIPPED, roles.SHIPPED)


def test_every_state_in_the_middle_starts_when_its_tables_do(panel):
    assert len(panel.states) == 21 and not panel.left_out and panel.last == 2021
    for built in panel.states.values():
        assert panel.roles.earliest <= built.first < panel.roles.first_origin
        years = {int(row[2][:4]) for row in built.rows}
        assert min(years) > built.first and max(years) == panel.last


@pytest.mark.parametrize("code", ["MNG", "VNM"])
def test_a_scenario_of_a_state_loads_with_its_observations(panel, code):
    built = panel.states[code]
    assert len(facts_of(built.observations, built.scenario)) == len(built.rows)
    for number in built.scenario.provenance.values():
        assert number.source


@pytest.mark.slow
def test_every_scenario_loads_with_its_observations(panel):
    for built in panel.states.values():
        assert len(facts_of(built.observations, built.scenario)) == len(built.rows)


def test_a_start_knows_nothing_that_came_later(panel, tmp_path):
    """Values after the first year of every state may be anything: no start moves."""
    first = {code: built.first for code, built in panel.states.items()}

    def moved(rows):
        for row in rows:
            if int(row.get("year") or row["data_year"]) > first.get(row["iso3c"], 9999):
                for column in ("idealpointall", "fbic_chn", "bandwidth_chn", "west_2_fbic", "share_pct"):
                    if row.get(column):
                        row[column] = "0.5"
        return rows

    folder = copied(tmp_path / "t", idealpoints=moved, fbic=moved, trade_partner_shares=moved)
    other = scenarios_of(folder, roles.SHIPPED)
    for code, built in panel.states.items():
        assert other.states[code].source.data == built.source.data
        assert other.states[code].rows != built.rows


def test_what_a_list_leaves_out_lies_below_its_smallest_share(panel):
    raw = tomllib.loads(panel.states["ARM"].source.data.decode())
    shares = {key: table["market"]["value"] for key, table in raw["shares"].items() if "market" in table}
    lists = panel.tables.partners["ARM", "exports"][1999]
    assert shares["Russia"] == lists.shares["RUS"] / 100
    assert "CHN" not in lists.shares and shares["China"] == pytest.approx(lists.smallest / 200)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert min(shares.values()) >= LEAST


def test_further_states_and_later_years_need_no_code(tmp_path):
    """Invented: a copy of a state under another name, and a year after the last."""

    def again(rows):
        rows += [{**row, "iso3c": "XYZ", "name": "Upper Nowhere"} for row in rows if row["iso3c"] == "NPL"]
        return rows

    def named(rows):
        return [{key: value for key, value in row.items() if key != "name"} for row in again(rows)]

    def later(rows):
        rows = named(rows)
        return rows + [{**row, "year": "2022"} for row in rows if row["year"] == "2021"]

    def visited(rows):
        return rows + [{**row, "host": "XYZ"} for row in rows if row["host"] == "NPL"]

    folder = copied(
        tmp_path / "t", states=again, idealpoints=later, fbic=named, trade_partner_shares=named,
        alliances=named, leader_visits=visited,
    )  # fmt: skip
    found = scenarios_of(folder, roles.SHIPPED, only=("XYZ", "NPL"))
    assert found.last == 2022 and list(found.states) == ["NPL", "XYZ"]
    own, other = found.states["NPL"], found.states["XYZ"]
    assert own.rows == other.rows
    text = own.source.data.decode().replace("Nepal", "Upper Nowhere")
    assert text.replace("Upper Nowhere]", "Upper_Nowhere]") == other.source.data.decode().replace(
        "Upper_Nowhere", "Upper Nowhere"
    ).replace("Upper Nowhere]", "Upper_Nowhere]")
    assert other.scenario.case.time.months == own.scenario.case.time.months


def test_missing_years_and_states_are_coped_with(tmp_path):
    def fewer(rows):
        return [row for row in rows if row["iso3c"] != "NPL" and row.get("year") != "2010"]

    found = scenarios_of(copied(tmp_path / "t", fbic=fewer), roles.SHIPPED, only=("NPL", "MNG"))
    assert list(found.states) == ["MNG"] and len(found.left_out) == 1
    assert found.left_out[0] == "NPL: no row has fbic_chn in fbic.csv; left out"
    assert not any(row[1] == "fbic_china" and row[2] == "2010" for row in found.states["MNG"].rows)


@pytest.mark.parametrize(
    ("table", "column", "cell", "told"),
    [
        ("fbic", "fbic_chn", "0,1", "fbic.csv: line 2: fbic_chn must be a number, not '0,1'; write 0.1"),
        ("fbic", "year", "94", "fbic.csv: line 2: year must be a year, such as 1998, not '94'"),
        ("states", "role", "hub", "states.csv: line 2: role must be buffer or power, not 'hub'"),
        ("states", "name", 'A"B', "states.csv: line 2: name must be up to 60 letters"),
        ("trade_partner_shares", "share_pct", "101", "line 2: share_pct must be between 0 and 100, not 101"),
        ("leader_visits", "start_date", "1998-13-01", "line 2: start_date must be a day"),
        ("alliances", "partner", "China", "alliances.csv: line 2: partner must be a code of three capital"),
    ],
)
def test_a_cell_that_cannot_be_is_told_with_its_line(tmp_path, table, column, cell, told):
    def spoilt(rows):
        rows[0][column] = cell
        return rows

    folder = copied(tmp_path / "t", **{table: spoilt})
    with pytest.raises(TableError) as refused:
        scenarios_of(folder, roles.SHIPPED)
    assert told in str(refused.value)


def test_a_folder_or_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BadInput, match="no such folder; give the one that holds states"):
        scenarios_of(tmp_path / "none", roles.SHIPPED)
    with pytest.raises(BadInput, match=r"states\.csv: no such file"):
        scenarios_of(tmp_path, roles.SHIPPED)
