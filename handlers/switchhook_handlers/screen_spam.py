"""Keep unwanted callers away: by number, by pattern, or without a number."""

from fnmatch import fnmatchcase
from typing import Literal

from switchhook import CallRinging, Context, Dialable, Handler, Settings, Skip


class ScreenSpam(Settings):
    """Who is unwanted, and what becomes of his call."""

    blocked: frozenset[Dialable] = frozenset()
    """Numbers."""
    patterns: tuple[str, ...] = ()
    """Beginnings and the like, such as "+1900*"; `*` stands for anything, `?` for one digit."""
    hidden: bool = False
    """Callers who hide their number, too."""
    allowed: frozenset[Dialable] = frozenset()
    """Numbers that always ring, whatever the rest says."""
    then: Literal["voicemail", "reject", "hang_up"] = "voicemail"
    """`reject` stops the ringing here: a queue goes on to its next agent, any other call to voicemail."""


handler = Handler("screen_spam", ScreenSpam)


@handler.on(CallRinging, within="20s", overtaken=False, decides=True)
async def screen(call: CallRinging, ctx: Context[ScreenSpam]) -> None:
    """While it rings; a number never gets into a log."""
    if call.caller in ctx.settings.allowed or not unwanted(call.caller, ctx.settings):
        raise Skip("a wanted caller")
    ctx.log.info("an unwanted caller", then=ctx.settings.then)
    if ctx.settings.then == "voicemail":
        await ctx.calls.to_voicemail(call)
    elif ctx.settings.then == "reject":
        await ctx.calls.reject(call)
    else:
        await ctx.calls.drop(call)


def unwanted(caller: str, settings: ScreenSpam) -> bool:
    """Whether the list means this caller. Who hides his number comes as nothing, or as a word like "anonymous"."""
    hidden = not any(letter.isdigit() for letter in caller)
    return (
        caller in settings.blocked
        or (settings.hidden and hidden)
        or any(fnmatchcase(caller, pattern) for pattern in settings.patterns)
    )
