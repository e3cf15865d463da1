"""Send calls from chosen numbers straight to somebody."""

from switchhook import CallRinging, Context, Dialable, Handler, Settings, Skip


class Forward(Settings):
    """Whose calls go where."""

    to: Dialable
    """Telephone number (+16505550100) or extension number (102) that gets the call."""
    callers: frozenset[Dialable] = frozenset()
    """Numbers whose calls are forwarded; everybody's if empty."""


handler = Handler("forward", Forward)


@handler.on(CallRinging, within="20s")
async def forward(call: CallRinging, ctx: Context[Forward]) -> None:
    """Forward while it rings; a call that was taken meanwhile stays where it is."""
    if ctx.settings.callers and call.caller not in ctx.settings.callers:
        raise Skip("the caller is not one of those to forward")
    await ctx.calls.forward(call, to=ctx.settings.to)
