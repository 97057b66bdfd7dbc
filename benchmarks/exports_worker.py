"""One process of the measurement of exports: brings in, closes, or makes one file; prints what it took as JSON."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import django
import psutil
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation

from benchmarks.stage import peak_memory

Took = dict[str, Any]


def main(what: str, *numbers: int) -> None:
    django.setup()
    translation.activate("en")
    other = server()
    own_before, other_before = time.process_time(), processor_time(other)
    took = WORK.get(what, lambda wave: our_way(what, wave))(*numbers)
    spent = {
        "processor": time.process_time() - own_before + processor_time(other) - other_before,
        "memory": peak_memory(os.getpid()),
        "memory of PostgreSQL": peak_memory(other.pid),
    }
    print(json.dumps(took | spent), flush=True)


def processor_time(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


def server() -> psutil.Process:
    """The process of PostgreSQL that serves this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0])


def load(responses: int) -> Took:
    from benchmarks.metrics_answers import load as bring_in
    from benchmarks.metrics_answers import make_waves

    (wave,) = make_waves([responses])
    bring_in(wave, range(5_000, 5_000 + responses), at=timezone.now())
    return {}


def close() -> Took:
    """Counted and frozen as the site does it, only now and not at its registered time."""
    from surveys.metrics.refresh import touch_everything
    from surveys.metrics.snapshots import freeze
    from surveys.models import Wave

    wave = Wave.objects.get()
    touch_everything(wave)
    freeze(wave, at=timezone.now())
    Wave.objects.update(stage=Wave.Stage.CLOSED, closed_at=timezone.now())
    return {"wave": wave.pk}


def our_way(form: str, wave: int) -> Took:
    from surveys.actions.exports import make_next_export, path_of, request_export
    from surveys.models import Export, Wave

    found = Wave.objects.select_related("survey").get(pk=wave)
    person = found.survey.evaluators.get()
    export = request_export(
        found, format=form, level="b", recipe="strict", why="To measure it", by=person, at=timezone.now()
    )
    began = time.perf_counter()
    make_next_export()
    seconds = time.perf_counter() - began
    export.refresh_from_db()
    if export.stage != Export.Stage.READY:
        raise SystemExit(f"{form}: {export.stage} {export.error}")
    path = path_of(export.file)
    size = size_of(path, form)
    path.unlink()
    return {"name": str(export.get_format_display()), "seconds": seconds, "size": size}


def size_of(path: Path, form: str) -> int:
    """Of what is in it where we compressed it; a workbook is compressed by its own nature."""
    if form != "xlsx" and is_zipfile(path):
        with ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    return path.stat().st_size


def usual(write: Callable[[int, Path], None]) -> Callable[[int], Took]:
    """Time the writing of one file in the folder of exports."""

    def timed(wave: int) -> Took:
        settings.EXPORTS_ROOT.mkdir(parents=True, exist_ok=True)
        path = Path(settings.EXPORTS_ROOT) / "usual"
        began = time.perf_counter()
        write(wave, path)
        seconds = time.perf_counter() - began
        size = path.stat().st_size
        path.unlink()
        return {"seconds": seconds, "size": size}

    return timed


def with_import_export(wave: int, path: Path) -> None:
    from import_export.fields import Field
    from import_export.resources import ModelResource

    from surveys.models import Response

    class Answer(Field):
        """One element of the answers."""

        def __init__(self, code: str, place: int) -> None:
            super().__init__(column_name=code)
            self.place = place

        def get_value(self, instance: Response) -> int:
            return instance.answers[self.place]

    answers = {code: Answer(code, place) for place, code in enumerate(codes_of(wave))}

    class Resource(ModelResource):
        class Meta:
            model = Response
            fields = ("participant_key", "cell", "mode", "use_level", "submitted_at")

    resource = Resource()
    resource.fields.update(answers)
    order = [*resource._meta.fields, *answers]
    resource.get_export_order = lambda selected_fields=None: order  # type: ignore[method-assign]
    rows = Response.objects.filter(wave=wave, submitted_at__isnull=False)
    path.write_text(resource.export(rows).export("csv"), encoding="utf-8-sig", newline="")


def frame_of(wave: int) -> Any:
    import pandas

    codes = codes_of(wave)
    answers = ", ".join(f'answers[{place}] AS "{code}"' for place, code in enumerate(codes, start=1))
    query = f"""
        SELECT participant_key::text, cell, mode, use_level, submitted_at, {answers}
        FROM surveys_response WHERE wave_id = %s AND submitted_at IS NOT NULL
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [wave])
        names: Iterable[str] = [column.name for column in cursor.description]
        return pandas.DataFrame(cursor.fetchall(), columns=list(names))


def with_pandas_to_csv(wave: int, path: Path) -> None:
    frame_of(wave).to_csv(path, index=False, encoding="utf-8-sig")


def with_pandas_to_parquet(wave: int, path: Path) -> None:
    frame_of(wave).to_parquet(path, index=False)


def codes_of(wave: int) -> list[str]:
    from surveys.metrics.layouts import columns_of
    from surveys.models import Wave

    return columns_of(Wave.objects.get(pk=wave))


WORK: dict[str, Callable[..., Took]] = {
    "load": load,
    "close": close,
    "import_export": usual(with_import_export),
    "pandas_csv": usual(with_pandas_to_csv),
    "pandas_parquet": usual(with_pandas_to_parquet),
}

if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
