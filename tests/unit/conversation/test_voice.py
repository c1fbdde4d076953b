import math

import pytest

from eyecomm.conversation.voice import Utterance, VoiceSettings, VoiceSettingsError


@pytest.mark.parametrize(("rate_wpm", "volume"), [(80, 0.0), (450, 1.0), (160, 0.5)])
def test_values_within_their_range_are_taken(rate_wpm: int, volume: float) -> None:
    settings = VoiceSettings("de", "gmw/de", rate_wpm, volume)
    assert (settings.rate_wpm, settings.volume) == (rate_wpm, volume)


@pytest.mark.parametrize("rate_wpm", [0, 79, 451, -160])
def test_a_rate_nobody_could_follow_is_refused(rate_wpm: int) -> None:
    with pytest.raises(VoiceSettingsError, match="wpm"):
        VoiceSettings(rate_wpm=rate_wpm)


@pytest.mark.parametrize("volume", [-0.1, 1.01, math.nan, math.inf])
def test_a_volume_outside_its_range_is_refused(volume: float) -> None:
    with pytest.raises(VoiceSettingsError, match="volume"):
        VoiceSettings(volume=volume)


def test_a_voice_without_a_language_is_refused() -> None:
    with pytest.raises(VoiceSettingsError, match="language"):
        VoiceSettings(language="")


def test_words_do_not_show_in_what_may_be_logged() -> None:
    assert "thirsty" not in repr(Utterance(1, "I am thirsty"))
