"""Tables with named columns, as spreadsheets and scripts write them: CSV."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyecomm.storage.errors import DamagedFileError
from eyecomm.storage.files import read_bytes

MAX_TABLE_BYTES = 64 * 2**20
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row.

    Parameters
    ----------
    path : Path
        The file.
    line : int
        Where the row ends, from 1.
    cells : dict
        Texts by the names of the columns, without blanks around them; empty where the table has no such column.
    decimal_comma : bool
        Whether a comma in a number may stand for the point.
    """

    path: Path
    line: int
    cells: dict[str, str]
    decimal_comma: bool = False

    def text(self, column: str) -> str:
        """Give a text that must be there.

        Raises
        ------
        DamagedFileError
            When it is empty.
        """
        if not self.cells[column]:
            raise self.error(f"{column} is empty")
        return self.cells[column]

    def number(self, column: str, low: float, high: float) -> float:
        """Give a number that must be there.

        Raises
        ------
        DamagedFileError
            When it is none, or is below `low` or above `high`.
        """
        text = self.text(column)
        try:
            value = float(text.replace(",", ".") if self.decimal_comma else text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.error(f"{column} is {_quoted(text)}, which is not a number")
        if not low <= value <= high:
            raise self.error(f"{column} is {_quoted(text)}, which is not between {low:g} and {high:g}")
        return value

    def optional_number(self, column: str, low: float, high: float) -> float | None:
        """Give a number, or None when its cell is empty or its column is not there.

        Raises
        ------
        DamagedFileError
            As `number`.
        """
        return self.number(column, low, high) if self.cells[column] else None

    def error(self, reason: str) -> DamagedFileError:
        """Make an error that names file and line."""
        return DamagedFileError(self.path, f"line {self.line}: {reason}")


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> tuple[TableRow, ...]:
    """Read a table whose first row names the columns; other columns are passed over.

    Commas, semicolons and tabs separate columns, whichever the first row holds most of; UTF-8 with or without its
    mark. Empty lines are passed over.

    Raises
    ------
    MissingFileError
        When there is no such file.
    DamagedFileError
        When it is no such table, or a column is missing.
    StorageError
        When it cannot be read.
    """
    text = _read_text(path)
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    lines = _split(path, text, delimiter)
    names = [name.lower() for name in next(lines, (0, []))[1]]
    _check_names(path, names, required)
    rows = []
    for line, fields in lines:
        if len(fields) != len(names):
            raise DamagedFileError(path, f"line {line}: it has {len(fields)} columns, the first line has {len(names)}")
        cells = dict.fromkeys((*required, *optional), "") | dict(zip(names, fields, strict=True))
        rows.append(TableRow(path, line, cells, decimal_comma=delimiter == ";"))
    return tuple(rows)


def _read_text(path: Path) -> str:
    try:
        text = read_bytes(path, MAX_TABLE_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedFileError(path, "it is not a text in UTF-8") from error
    if "\0" in text:
        raise DamagedFileError(path, "it is not a text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _split(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give the number and the fields of each line that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for fields in reader:
            cleaned = [field.strip() for field in fields]
            if any(cleaned):
                yield reader.line_num, cleaned
    except csv.Error as error:
        raise DamagedFileError(path, f"line {reader.line_num}: its quotes do not match ({error})") from error


def _check_names(path: Path, names: Sequence[str], required: Sequence[str]) -> None:
    if not names:
        raise DamagedFileError(path, "it is empty")
    missing = [name for name in required if name not in names]
    if missing:
        raise DamagedFileError(path, f"line 1: there is no column {' and no column '.join(missing)}")
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise DamagedFileError(path, f"line 1: there are two columns {twice}")


def _quoted(text: str) -> str:
    return f'"{text[:40]}"'
