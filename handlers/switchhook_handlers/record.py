"""Record calls from the moment somebody answers."""

from switchhook import CallAnswered, Context, Handler, Settings, Skip


class Record(Settings):
    """Which calls are recorded. The law may want the caller's consent: the platform can announce recording."""

    incoming: bool = True
    """Calls to the extensions of the scope."""
    outgoing: bool = False
    """Calls that the extensions of the scope make."""


handler = Handler("record", Record)


@handler.on(CallAnswered, within="30s")
async def record(call: CallAnswered, ctx: Context[Record]) -> None:
    """Start the recording; the platform keeps those of 30 seconds and more."""
    wanted = ctx.settings.outgoing if call.direction == "Outbound" else ctx.settings.incoming
    if not wanted:
        raise Skip(f"{call.direction.lower()} calls are not recorded")
    await ctx.calls.record(call)
