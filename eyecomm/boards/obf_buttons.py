"""Buttons of an Open Board Format file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eyecomm.boards.model import Action, ActionKind, Button
from eyecomm.boards.obf_fields import (
    Json,
    Notes,
    Object,
    clean,
    color_of,
    flag_of,
    id_of,
    object_of,
    printable,
    seconds_of,
    text_of,
)

DWELL_RANGE_S = (0.1, 10.0)

_SPECIAL = {
    ":space": ActionKind.SPACE,
    ":backspace": ActionKind.BACKSPACE,
    ":clear": ActionKind.CLEAR,
    ":speak": ActionKind.SPEAK,
    ":home": ActionKind.HOME,
    ":ext_eyecomm_say": ActionKind.SAY,
    ":ext_eyecomm_call": ActionKind.CALL,
}


@dataclass(frozen=True, slots=True)
class Link:
    """The other board a button opens; what the file does not give is empty.

    Parameters
    ----------
    id, path : str
        The board's id, and the place of its file.
    """

    id: str
    path: str


Resolve = Callable[[Link], str | None]


def read_buttons(values: list[Json], strings: Mapping[str, str], resolve: Resolve, notes: Notes) -> dict[str, Button]:
    """Read all buttons of a board.

    Parameters
    ----------
    values : list
        What the file holds under "buttons"; null entries are left out.
    strings : mapping of str to str
        Translations of labels and vocalizations.
    resolve : callable
        Gives the id of the board a link leads to, or None when there is no such board.
    notes : Notes
        Takes the warnings.

    Returns
    -------
    dict of str to Button
        By id.

    Raises
    ------
    BoardFormatError
        When one has no id, an id is there twice, or a field is of a wrong type.
    """
    buttons: dict[str, Button] = {}
    for place, value in enumerate(values, 1):
        if value is None:
            continue
        if not isinstance(value, dict):
            notes.fail(f"entry {place} of its buttons is not a button")
        button_id = id_of(value.get("id"))
        if button_id is None:
            notes.fail(f"entry {place} of its buttons has no id")
        if button_id in buttons:
            notes.fail("two buttons have this id", button_id)
        buttons[button_id] = _read_button(button_id, value, strings, resolve, notes)
    return buttons


def _read_button(button_id: str, value: Object, strings: Mapping[str, str], resolve: Resolve, notes: Notes) -> Button:
    label = text_of(value.get("label"), "label", notes, button_id)
    label = strings.get(label, label)
    spoken = text_of(value.get("vocalization"), "vocalization", notes, button_id)
    spoken = strings.get(spoken, spoken) or label
    dwell = value.get("ext_eyecomm_dwell_s")
    return Button(
        id=button_id,
        label=label or spoken,
        actions=_read_actions(button_id, value, spoken, resolve, notes),
        background=color_of(value.get("background_color"), "background colour", notes, button_id),
        border=color_of(value.get("border_color"), "border colour", notes, button_id),
        dwell_s=seconds_of(dwell, "dwell time", notes, button_id, DWELL_RANGE_S),
        hidden=flag_of(value.get("hidden"), "hidden mark", notes, button_id),
    )


def _read_actions(button_id: str, value: Object, spoken: str, resolve: Resolve, notes: Notes) -> tuple[Action, ...]:
    actions = [_read_action(source, spoken) for source in _sources(value)]
    for action in actions:
        if action.kind is ActionKind.UNKNOWN:
            notes.warn(f"the action {action.text[:40]!r} is not known, so the button is disabled", button_id)
    link = object_of(value.get("load_board"), "load_board", notes, button_id)
    if link:
        actions.append(_read_link(button_id, link, resolve, notes))
    if not actions and not spoken:
        notes.warn("it has no words and does nothing, so the button is disabled", button_id)
        return (Action(ActionKind.UNKNOWN),)
    return tuple(actions) or (Action(ActionKind.APPEND, spoken),)


def _sources(value: Object) -> list[Json]:
    several, single = value.get("actions"), value.get("action")
    if isinstance(several, list) and several:
        return several
    if several is not None and several != []:
        return [several]
    return [] if single is None or single == "" else [single]


def _read_action(source: Json, spoken: str) -> Action:
    if not isinstance(source, str):
        return Action(ActionKind.UNKNOWN, "not a text")
    if source.startswith("+") and len(source) > 1:
        return Action(ActionKind.SPELL, printable(source[1:]))
    kind = _SPECIAL.get(source.strip(), ActionKind.UNKNOWN)
    if kind is ActionKind.UNKNOWN or (kind is ActionKind.SAY and not spoken):
        return Action(ActionKind.UNKNOWN, clean(source))
    return Action(kind, spoken if kind is ActionKind.SAY else "")


def _read_link(button_id: str, value: Object, resolve: Resolve, notes: Notes) -> Action:
    path = value.get("path")
    link = Link(id_of(value.get("id")) or "", path if isinstance(path, str) else "")
    target = resolve(link)
    if target is not None:
        return Action(ActionKind.OPEN, target)
    if link.id or link.path:
        reason = f"the board {clean(link.path or link.id)!r} it opens is not here"
    else:
        reason = "it opens a board outside this file"
    notes.warn(f"{reason}, so the button is disabled", button_id)
    return Action(ActionKind.UNKNOWN, clean(link.path or link.id))
