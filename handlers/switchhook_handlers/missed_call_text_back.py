"""Text people back whose call nobody took."""

from switchhook import CallMissed, Context, Handler, PhoneNumber, Settings, Skip, TextReceived


class MissedCallTextBack(Settings):
    """What they are told, and from which number."""

    text: str = "Sorry that we missed your call. Reply here, and we get back to you."
    """At most 1,000 characters."""
    sender: PhoneNumber | None = None
    """One of the identity's numbers that can text; the first of them if left out."""


handler = Handler("missed_call_text_back", MissedCallTextBack)


@handler.on(CallMissed, direction="Inbound", within="1h", once_per="caller", every="1d")
async def text_back(call: CallMissed, ctx: Context[MissedCallTextBack]) -> None:
    """Each caller once a day, unless he said STOP."""
    if not call.caller.startswith("+"):
        raise Skip("the caller has no number that can be texted")
    if ctx.consent.withdrawn(call.caller):
        raise Skip("the caller said STOP")
    sender = ctx.settings.sender or next(iter(await ctx.extensions.phone_numbers(feature="SmsSender")), None)
    if sender is None:
        raise Skip("no number of ours can text")
    await ctx.messages.text(sender=sender, to=call.caller, text=ctx.settings.text)


@handler.on(TextReceived, kind="SMS")
async def consent(text: TextReceived, ctx: Context[MissedCallTextBack]) -> None:
    """Note who says STOP or START."""
    ctx.consent.heard(text)
