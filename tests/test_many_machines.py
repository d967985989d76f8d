"""One sweep, one result: threads, part sizes, Dask workers (also killed ones) and hash seeds change no byte
of the rows.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import pickle
import re
import signal
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import duckdb
import pandas as pd
import polars
import pyarrow as pa
import pytest
from typer.testing import CliRunner

import sim.studies.sweep.ask
import sim.studies.sweep.plan
import sim.studies.sweep.workers
from sim.cli import app
from sim.registry import Stamp, told
from sim.scenario.load import load
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import grid
from sim.studies.sweep.journal import PARTS
from sim.studies.sweep.programs import Programs, _arrived
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.workers import WorkerError, Workers
from sim.writing.whole import partial

distributed = pytest.importorskip("distributed")

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
SCENARIO = load(SMALL)
POINTS = grid({"quantities.war.start": [0.0, 0.2, 0.5, 0.7], "parameters.cost": [0.5, 1.0, 1.5]})
LEVERS = {"as given": {}, "no loan": {"interventions.forbidden": ["loan"]}}
RUNS, MONTHS = 40, 6


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Four cells a part, two a batch: six parts, twelve batches."""
    monkeypatch.setattr(sim.studies.sweep.plan, "PART_ROWS", 4 * RUNS)
    monkeypatch.setattr(sim.studies.sweep.plan, "BATCH_ROWS", 2 * RUNS)


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes on this machine, which die and are started again as those of any cluster."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    ) as found:
        yield found


@pytest.fixture
def client(cluster):
    with distributed.Client(cluster, set_as_default=False) as found:
        yield found


def swept(folder: Path, **more) -> Sweep:
    return sweep(SCENARIO, POINTS, folder, **{"levers": LEVERS, "runs": RUNS, "months": MONTHS} | more)


def rows_hash(found: Sweep) -> str:
    """SHA-256 of all rows in order."""
    sink = pa.BufferOutputStream()
    table = (
        pa.Table.from_pandas(found.rows(), preserve_index=False)
        .combine_chunks()
        .replace_schema_metadata(None)
    )
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / PARTS).iterdir())}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Sweep:
    """The sweep on one thread of this process."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sim.studies.sweep.plan, "PART_ROWS", 4 * RUNS)
        return swept(tmp_path_factory.mktemp("whole") / "s", threads=1)


# -- one hash ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_no_row(tmp_path, whole, threads):
    found = swept(tmp_path / "s", threads=threads)
    assert rows_hash(found) == rows_hash(whole) and contents(found.folder) == contents(whole.folder)


@pytest.mark.parametrize(("part", "batch"), [(1, 1), (5 * RUNS, 3 * RUNS), (10**6, 10**6)])
def test_the_size_of_parts_and_batches_changes_no_row(tmp_path, whole, monkeypatch, part, batch):
    monkeypatch.setattr(sim.studies.sweep.plan, "PART_ROWS", part)
    monkeypatch.setattr(sim.studies.sweep.plan, "BATCH_ROWS", batch)
    found = swept(tmp_path / "s")
    assert found.plan.parts != whole.plan.parts and rows_hash(found) == rows_hash(whole)
    monkeypatch.undo()
    assert Sweep(tmp_path / "s").verify(20) == [], "a sweep is read with the parts that it was written in"


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_the_hash_seed_of_python_changes_no_row(tmp_path, whole, seed):
    script = (
        "import sys; sys.path.insert(0, 'tests'); import test_many_machines as t; from pathlib import Path;"
        "print(t.rows_hash(t.swept(Path(sys.argv[1]))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "s")],
        cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == rows_hash(whole)


@pytest.mark.parametrize("workers", [1, 2])
def test_dask_workers_give_the_bytes_of_threads(tmp_path, whole, client, workers):
    names = list(client.scheduler_info(n_workers=-1)["workers"])[:workers]
    real = client.submit
    client.submit = lambda *task, **more: real(*task, workers=names, **more)
    found = swept(tmp_path / "s", client=client)
    assert contents(found.folder) == contents(whole.folder) and rows_hash(found) == rows_hash(whole)


def test_the_command_line_sends_a_sweep_to_a_scheduler_and_checks_it_here(tmp_path, cluster):
    order = [
        "sweep",
        str(SMALL),
        "--vary",
        "parameters.cost=0.3:1:6",
        "--runs-per-point",
        "40",
        "--months",
        "4",
        "--out",
    ]
    far = CliRunner().invoke(app, [*order, str(tmp_path / "far"), "--dask", cluster.scheduler_address])
    here = CliRunner().invoke(app, [*order, str(tmp_path / "here")])
    assert far.exit_code == here.exit_code == 0, far.output
    assert far.stdout.replace("/far", "/here") == here.stdout
    assert contents(tmp_path / "far") == contents(tmp_path / "here")
    assert CliRunner().invoke(app, ["verify", str(tmp_path / "far")]).exit_code == 0


def test_a_worker_killed_midway_costs_no_row_and_doubles_none(tmp_path, whole, client):
    told: list[int] = []

    def progress(done: int) -> None:
        told.append(done)
        if len(told) in (3, 8):
            os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)

    found = swept(tmp_path / "s", client=client, progress=progress)
    assert sum(told) == len(POINTS) * len(LEVERS) * RUNS * MONTHS
    assert contents(found.folder) == contents(whole.folder)
    assert not found.rows().duplicated(["point", "lever", "run"]).any()


def test_what_a_dask_sweep_left_goes_on_with_threads(tmp_path, whole, client):
    class Enough(Exception):
        pass

    told: list[int] = []

    def progress(done: int) -> None:
        told.append(done)
        if len(told) == 6:
            raise Enough

    with pytest.raises(Enough):
        swept(tmp_path / "s", client=client, progress=progress)
    assert 0 < Sweep(tmp_path / "s").done < whole.plan.parts
    assert contents(swept(tmp_path / "s").folder) == contents(whole.folder)


# -- how much is under way -----------------------------------------------------------------------------


def test_no_more_is_under_way_than_keeps_all_hands_busy(whole):
    """Whatever the size of the sweep: two tasks a hand behind the part that is awaited, and what rounding to
    parts adds.
    """
    waiting: list[Future] = []
    most = [0]

    class Late(Future):
        def result(self, timeout=None):
            waiting.remove(self)
            return super().result(timeout)

    class Slow:
        def submit(self, task, *arguments):
            future = Late()
            future.set_result(task(*arguments))
            waiting.append(future)
            most[0] = max(most[0], len(waiting))
            return future

    hands = 3
    crew = Workers(Slow(), Programs(whole.plan), lambda: hands)
    parts = list(
        sim.studies.sweep.ask._computed(whole.plan, list(range(whole.plan.parts)), crew, lambda done: None)
    )
    assert [part for part, _, _ in parts] == list(range(6)) and not waiting
    assert 2 * hands <= most[0] <= 2 * hands + 2 * 2 < 12


def test_an_address_works_inside_a_running_event_loop_as_a_notebook_has_one(cluster, tmp_path, monkeypatch):
    async def cell() -> tuple[int, str]:
        done = swept(tmp_path / "s", client=cluster.scheduler_address).done
        monkeypatch.setattr(sim.studies.sweep.workers, "WAIT", 0.3)
        with pytest.raises(WorkerError) as caught:
            swept(tmp_path / "t", client="127.0.0.1:9")
        return done, str(caught.value)

    done, said = asyncio.run(cell())
    assert done == 6 and said.startswith("no Dask scheduler at 127.0.0.1:9: Timed out")


def test_what_is_no_client_of_this_kind_is_refused_in_a_line(cluster, tmp_path):
    async def with_another() -> None:
        async with distributed.Client(
            cluster.scheduler_address, asynchronous=True, set_as_default=False
        ) as other:
            with pytest.raises(WorkerError, match="not asynchronous"):
                swept(tmp_path / "s", client=other)

    asyncio.run(with_another())
    for other in (8786, cluster, object()):
        with pytest.raises(WorkerError, match="address of a scheduler"):
            swept(tmp_path / "s", client=other)


def test_a_cluster_that_has_no_worker_for_a_while_loses_nothing(tmp_path):
    plan = swept(tmp_path / "s").plan
    with ThreadPoolExecutor(1) as pool:
        hands = Workers(pool, Programs(plan), lambda: 0)
        parts = [
            part
            for part, *_ in sim.studies.sweep.ask._computed(
                plan, list(range(plan.parts)), hands, lambda done: None
            )
        ]
    assert parts == list(range(plan.parts))


# -- refusals ------------------------------------------------------------------------------------------


def test_a_scheduler_that_cannot_be_reached_gets_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(sim.studies.sweep.workers, "WAIT", 0.3)
    order = [
        "sweep",
        str(SMALL),
        "--vary",
        "parameters.cost=0.3,0.5",
        "--runs-per-point",
        "8",
        "--months",
        "3",
    ]
    for address in ("127.0.0.1:9", "nowhere", "smoke://signal:1"):
        done = CliRunner().invoke(app, [*order, "--out", str(tmp_path / "s"), "--dask", address])
        assert (
            done.exit_code == 1
            and f"no Dask scheduler at {address}" in done.stderr
            and "Traceback" not in done.output
        )
        assert len([line for line in done.stderr.splitlines() if line.startswith("steppe:")]) == 1
    both = CliRunner().invoke(app, [*order, "--dask", "127.0.0.1:9", "--threads", "2"])
    assert both.exit_code == 2 and "--threads" in both.stderr


def test_a_scheduler_without_workers_and_a_missing_dask_get_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(sim.studies.sweep.workers, "WAIT", 0.3)
    with (
        distributed.LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
        ) as empty,
        pytest.raises(WorkerError, match="has no workers"),
    ):
        swept(tmp_path / "s", client=empty.scheduler_address)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WorkerError, match=re.escape("steppe-sim[dask]")):
        swept(tmp_path / "s", client="127.0.0.1:9")


def test_a_worker_of_another_version_is_refused(whole):
    """Its rows could differ, and nobody would know."""

    class Older(Programs):
        def __reduce__(self):
            return _arrived, (self.plan, "0.0.1", {})

    with pytest.raises(WorkerError, match=r"0\.0\.1.*install the same"):
        pickle.loads(pickle.dumps(Older(whole.plan)))


def test_a_worker_without_a_rule_that_the_sweep_names_is_refused(whole):
    """It has the same version, and not what was registered here."""

    class Registered(Programs):
        def __reduce__(self):
            arrived, (plan, version, _) = super().__reduce__()
            rule = Stamp("theory", "stubborn", "mine", None, None, "0" * 64)
            return arrived, (plan, version, {"registered": told([rule])})

    with pytest.raises(WorkerError, match=r"other rules than this machine.*'stubborn'.*neither registered"):
        pickle.loads(pickle.dumps(Registered(whole.plan)))


# -- read by others ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_unfinished_sweep_is_read_by_pandas_polars_and_duckdb(tmp_path, whole):
    class Enough(Exception):
        pass

    told: list[int] = []

    def progress(done: int) -> None:
        told.append(done)
        if len(told) == 6:
            raise Enough

    with pytest.raises(Enough):
        swept(tmp_path / "s", progress=progress)
    parts = tmp_path / "s" / PARTS
    half = partial(parts / "part-000005.parquet")
    half.write_bytes(b"PAR1 cut short by a cra")
    stored = Sweep(tmp_path / "s").rows()
    assert 0 < len(stored) < len(whole.rows())
    by_pandas = pd.read_parquet(parts)
    by_polars = polars.read_parquet(parts / "*.parquet")
    by_duckdb = duckdb.sql(f"select * from '{parts}/*.parquet' order by point, lever, run").df()
    assert len(by_pandas) == len(by_polars) == len(by_duckdb) == len(stored)
    wealth = stored["end.wealth"].to_numpy()
    assert (by_pandas["end.wealth"].to_numpy() == wealth).all() and (
        by_polars["end.wealth"].to_numpy() == wealth
    ).all()
    assert (by_duckdb["end.wealth"].to_numpy() == wealth).all() and list(by_polars["posture"]) == list(
        stored["posture"]
    )
