from surveys.models.alarm import Alarm, Review
from surveys.models.closing import ClosingWork
from surveys.models.direction import Direction
from surveys.models.entry import Entry, EntryClerk
from surveys.models.export import Export, ExportDownload
from surveys.models.instrument import BankPermission, Instrument
from surveys.models.open_answer import Coding, OpenAnswer, Theme
from surveys.models.registration import Amendment, Criterion, Registration
from surveys.models.reminding import PartReminded
from surveys.models.report import Correction, PackTaken, Report, ReportLanguage, ReportNotes, ReportOrder
from surveys.models.response import Invitation, ParticipantKey, Response
from surveys.models.sheet import Sheet
from surveys.models.snapshot import EnteredPart, KeptVoices, Snapshot, Verdict, VerdictSignature
from surveys.models.survey import QuestionSet, Survey, Wave
from surveys.models.tally import ChunkTally, CountingIncident, InvitedCount, Tally, TouchedChunk

__all__ = [
    "Alarm",
    "Amendment",
    "BankPermission",
    "ChunkTally",
    "ClosingWork",
    "Coding",
    "Correction",
    "CountingIncident",
    "Criterion",
    "Direction",
    "EnteredPart",
    "Entry",
    "EntryClerk",
    "Export",
    "ExportDownload",
    "Instrument",
    "Invitation",
    "KeptVoices",
    "InvitedCount",
    "OpenAnswer",
    "PackTaken",
    "PartReminded",
    "ParticipantKey",
    "QuestionSet",
    "Registration",
    "Report",
    "ReportLanguage",
    "ReportNotes",
    "ReportOrder",
    "Response",
    "Review",
    "Sheet",
    "Snapshot",
    "Survey",
    "Tally",
    "Theme",
    "TouchedChunk",
    "Verdict",
    "VerdictSignature",
    "Wave",
]
