"""Programs that read the CSV file with its labels: for R, without further packages, and for SPSS."""

import json
from collections.abc import Iterator, Sequence

from surveys.exports.sav import LONGEST_LABEL, LONGEST_VALUE_LABEL, cut
from surveys.exports.variables import Variable

# Bytes of text in a line of SPSS syntax, which holds 256 at most.
PIECE = 100


def r_program(variables: Sequence[Variable], *, file: str, language: str) -> str:
    return "\n".join(_r_lines(variables, file, language)) + "\n"


def _r_lines(variables: Sequence[Variable], file: str, language: str) -> Iterator[str]:
    classes = ", ".join(f"{variable.name} = {_text(_class(variable))}" for variable in variables)
    yield f"# Reads {file} from the working directory into the data frame responses."
    yield "# Each column keeps its label and codes as attributes; codes for missing answers become NA."
    yield f"responses <- read.csv({_text(file)}, fileEncoding = {_text('UTF-8-BOM')}, na.strings = {_text('')},"
    yield f"  colClasses = c({classes}))"
    for variable in variables:
        column = f"responses[[{_text(variable.name)}]]"
        if variable.missing:
            yield f"{column}[{column} %in% c({', '.join(map(str, variable.missing))})] <- NA"
        yield f"attr({column}, {_text('label')}) <- {_text(variable.label[language])}"
        if variable.values:
            codes = ", ".join(f"{_text(words[language])} = {code}L" for code, words in variable.values.items())
            yield f"attr({column}, {_text('labels')}) <- c({codes})"


def _class(variable: Variable) -> str:
    return "character" if variable.is_text else "integer"


def _text(words: str) -> str:
    """JSON and R write text alike, but for a slash that neither needs."""
    return json.dumps(words, ensure_ascii=False)


def spss_program(variables: Sequence[Variable], *, file: str, language: str) -> str:
    return "\r\n".join(_spss_lines(variables, file, language)) + "\r\n"


def _spss_lines(variables: Sequence[Variable], file: str, language: str) -> Iterator[str]:
    yield f"* Reads {file} from the working directory."
    yield f"GET DATA /TYPE=TXT /FILE={_quoted(file)} /ENCODING='UTF8' /ARRANGEMENT=DELIMITED"
    yield " /DELIMITERS=',' /QUALIFIER='\"' /FIRSTCASE=2 /VARIABLES="
    for variable in variables:
        yield f"  {variable.name} {f'A{variable.width}' if variable.is_text else 'F8.0'}"
    yield "."
    for variable in variables:
        yield f"VARIABLE LABELS {variable.name}"
        yield f"  {_quoted(cut(variable.label[language], LONGEST_LABEL))}."
        if variable.labelled:
            yield f"VALUE LABELS {variable.name}"
            for code, words in variable.labelled.items():
                yield f"  {code} {_quoted(cut(words[language], LONGEST_VALUE_LABEL))}"
            yield "."
        if variable.missing:
            yield f"MISSING VALUES {variable.name} ({', '.join(map(str, variable.missing))})."
        yield f"VARIABLE LEVEL {variable.name} ({variable.measure.value.upper()})."
    yield "EXECUTE."


def _quoted(words: str) -> str:
    """In pieces where one line would be too long for some versions of SPSS."""
    left, pieces = " ".join(words.split()), []
    while left:
        piece = cut(left, PIECE)
        left = left[len(piece) :]
        pieces.append("'" + piece.replace("'", "''") + "'")
    return "\r\n    + ".join(pieces) or "''"
