"""Which of the installed voices speaks, given what was asked for."""

from collections.abc import Iterator, Sequence

from eyecomm.conversation.voice import VoiceInfo, VoiceSettings


def choose_voice(settings: VoiceSettings, voices: Sequence[VoiceInfo]) -> tuple[str, bool]:
    """Choose the voice named, else one of the language, else English, else any.

    Parameters
    ----------
    settings : VoiceSettings
        What was asked for.
    voices : sequence of VoiceInfo
        What there is, the most usual first; at least one.

    Returns
    -------
    voice : str
        Its id.
    as_asked : bool
        Whether it is the voice named, or speaks the language when none was named.
    """
    if any(voice.id == settings.voice for voice in voices):
        return settings.voice, True
    for tag in _widening(settings.language):
        if (voice := _speaker_of(tag, voices)) is not None:
            return voice.id, not settings.voice
    return (_speaker_of("en", voices) or voices[0]).id, False


def _widening(language: str) -> Iterator[str]:
    """Give en-gb-scotland, en-gb, en."""
    parts = language.lower().replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])


def _speaker_of(tag: str, voices: Sequence[VoiceInfo]) -> VoiceInfo | None:
    """Prefer a voice whose main language it is."""
    mothers = (voice for voice in voices if voice.languages[:1] == (tag,))
    speakers = (voice for voice in voices if tag in voice.languages)
    return next(mothers, None) or next(speakers, None)
