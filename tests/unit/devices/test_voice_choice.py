import pytest

from eyecomm.conversation.voice import VoiceInfo, VoiceSettings
from eyecomm.devices.voice_choice import choose_voice

VOICES = (
    VoiceInfo("gmw/en", "English (Great Britain)", ("en-gb", "en")),
    VoiceInfo("gmw/en-US", "English (America)", ("en-us", "en")),
    VoiceInfo("gmw/de", "German", ("de",)),
    VoiceInfo("sit/cmn", "Chinese (Mandarin)", ("cmn", "zh-cmn", "zh")),
    VoiceInfo("sit/yue", "Chinese (Cantonese)", ("yue", "zh-yue", "zh")),
)


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "gmw/en"),
        ("en-US", "gmw/en-US"),
        ("en_us", "gmw/en-US"),
        ("en-AU", "gmw/en"),
        ("de-AT-1996", "gmw/de"),
        ("zh", "sit/cmn"),
        ("zh-TW", "sit/cmn"),
        ("yue", "sit/yue"),
    ],
)
def test_the_voice_follows_the_language(language: str, voice: str) -> None:
    assert choose_voice(VoiceSettings(language), VOICES) == (voice, True)


def test_a_named_voice_is_taken_whatever_the_language() -> None:
    assert choose_voice(VoiceSettings("en", "gmw/de"), VOICES) == ("gmw/de", True)


def test_a_voice_that_is_not_installed_is_stood_in_for_by_the_language() -> None:
    assert choose_voice(VoiceSettings("de", "own/voice"), VOICES) == ("gmw/de", False)


def test_a_language_nobody_speaks_is_stood_in_for_by_english() -> None:
    assert choose_voice(VoiceSettings("tlh"), VOICES) == ("gmw/en", False)


def test_without_english_any_voice_is_better_than_none() -> None:
    assert choose_voice(VoiceSettings("tlh"), VOICES[2:3]) == ("gmw/de", False)
