import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyecomm.boards.colors import parse_color


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("rgb(0, 84, 150)", (0, 84, 150)),
        ("RGB(0,84,150)", (0, 84, 150)),
        (" rgb( 0 , 84 , 150 ) ", (0, 84, 150)),
        ("rgb(0 84 150 / 50%)", (128, 170, 202)),
        ("rgba(255, 0, 0, 0.5)", (255, 128, 128)),
        ("rgba(200, 255, 255, .2)", (244, 255, 255)),
        ("rgb(300, 0, 0)", (255, 0, 0)),
        ("rgb(100%, 0%, 50%)", (255, 0, 128)),
        ("#fc0", (255, 204, 0)),
        ("#FFCC00", (255, 204, 0)),
        ("#ffcc0080", (255, 229, 127)),
        ("#fc08", (255, 228, 119)),
        ("rgba(1, 2, 3, 0)", None),
        ("transparent", None),
    ],
)
def test_a_colour_is_read_as_its_author_saw_it(text: str, color: tuple[int, int, int] | None) -> None:
    assert parse_color(text) == color


@pytest.mark.parametrize(
    "text", ["", "red-ish", "#12", "#12345", "#ggg", "rgb(1,2)", "rgb(1,2,3,4,5)", "rgb(a,b,c)", "rgb(-1,2,3)", "rgb()"]
)
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        parse_color(text)


@given(st.text() | st.from_regex(r"rgba?\([0-9., %/]*\)|#[0-9a-f]*", fullmatch=True))
def test_any_text_is_a_colour_or_refused(text: str) -> None:
    try:
        color = parse_color(text)
    except ValueError:
        return
    assert color is None or all(0 <= part <= 255 for part in color)
