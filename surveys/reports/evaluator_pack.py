"""The evaluator's pack: the frozen counts with what figures follow from. A count of one is a person; it stays inside.

Beside the public pack (in ``public/``) it holds, for the wave and each earlier one it is compared with, the counts
(``wave-N.state``), those of them that each member of the staff entered (``wave-N-entered-M.state``, nameless), and what
the site froze and released of them (``wave-N.json``); of people in two waves their counts
(``pairs-N-M.state``), of the answers that bear a sign of a stuffed ballot theirs (``signals-N.state``), and the Poisson
replicates behind the stability of the drivers (``drivers-N.state``) and the intervals of alpha (``alpha-N.state``).
``surveys.reports.rebuild`` works all figures out again.
"""

import json
from typing import Any

from surveys.metrics.closing import seed_of
from surveys.metrics.definitions import Inputs
from surveys.metrics.figures import Plain, Reach
from surveys.metrics.layouts import layout_of
from surveys.metrics.release import Audience, release
from surveys.metrics.snapshots import forfeited_looks, inputs_of
from surveys.models import ClosingWork, Snapshot, Verdict
from surveys.reports.content import written
from surveys.reports.material import frozen_before, material_of
from surveys.reports.notes import Notes
from surveys.reports.pack import json_bytes, public_files, zipped

PACK = "pack.json"
PACK_VERSION = 1


def evaluator_pack(snapshot: Snapshot, *, voices: Plain | None = None) -> bytes:
    """The zip file; the same snapshot and what was read of it (``Notes.voices``) give the same bytes."""
    material = material_of(snapshot, Notes(voices=voices))
    public = public_files(material, [written(material, language) for language in ("ko", "en")])
    snapshots = [*frozen_before(snapshot), snapshot]
    work = list(ClosingWork.objects.filter(wave=snapshot.wave, stage=ClosingWork.Stage.DONE).select_related("earlier"))
    files = {f"public/{name}": data for name, data in public.items()}
    files[PACK] = json_bytes(
        {
            "pack": "evaluator",
            "pack_version": PACK_VERSION,
            "pilot": snapshot.wave.survey.pilot.slug,
            "waves": [one.wave.number for one in snapshots],
            "seed": seed_of(snapshot.wave.survey.pilot),
            "changes": material.changes,
            "closing": [_worked(row) for row in work],
            "voices": voices,
        }
    )
    for one in snapshots:
        files[f"wave-{one.wave.number}.state"] = bytes(one.state)
        files[f"wave-{one.wave.number}.json"] = in_its_order(_wave(one))
        for part in one.entered_parts.all():
            files[f"wave-{one.wave.number}-entered-{part.number}.state"] = bytes(part.state)
    for row in work:
        if row.earlier is not None:
            files[f"pairs-{row.earlier.number}-{row.wave.number}.state"] = bytes(row.state)
        elif row.state and row.kind != ClosingWork.Kind.WORDS:
            # Words of comments that were not released stay out of every pack.
            files[f"{row.kind}-{row.wave.number}.state"] = bytes(row.state)
    return zipped(files)


def in_its_order(document: Plain) -> bytes:
    """As JSON whose names stay in the order in which figures were worked out: margins are raked one after the other."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _wave(snapshot: Snapshot) -> Plain:
    verdict: Verdict | None = getattr(snapshot, "verdict", None)
    return {
        "code_version": snapshot.code_version,
        "hash": snapshot.hash,
        "salt": snapshot.salt,
        "layout": layout_of(snapshot.wave).describe(),
        "inputs": _inputs(snapshot).describe(),
        "results": snapshot.results,
        "public": release(snapshot, Audience.PUBLIC),
        "verdict": None if verdict is None else _verdict(verdict),
    }


def _inputs(snapshot: Snapshot) -> Inputs:
    """As they were at the close: whom the wave reached is told by its frozen figures, whoever joined or left since."""
    counts, people = snapshot.results["counts"], snapshot.results["people"]
    by = {
        variable: {row["category"]: row["invited"] for row in rows}
        for variable, rows in people.items()
        if all(row["invited"] is not None for row in rows)
    }
    now = inputs_of(snapshot.wave)
    reach = Reach(invited=counts["invited"], started=counts["started"], by=by if counts["invited"] is not None else {})
    n_min = snapshot.results.get("disclosure", {}).get("n_min")
    return Inputs(**{**vars(now), "wave": snapshot.results["wave"], "reach": reach, "n_min": n_min})


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "look": verdict.look,
        "outcome": verdict.outcome,
        "codes": list(verdict.codes),
        "details": verdict.details,
        "forfeited": verdict.details.get("forfeited") or forfeited_looks(verdict.registration),
        "rule": verdict.registration.document,
    }


def _worked(row: ClosingWork) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "earlier": row.earlier.number if row.earlier else None,
        # Which answers are typical of a topic is for the desk alone.
        "results": {name: told for name, told in row.results.items() if name != "typical"},
        "released": row.released,
        "replicates": row.replicates,
        "code_version": row.code_version,
    }
