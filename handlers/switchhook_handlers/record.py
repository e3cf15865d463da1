"""Record calls from the moment somebody answers, and say when a recording can be heard."""

from switchhook import CallAnswered, Context, Handler, RecordingReady, Settings, Skip


class Record(Settings):
    """Which calls are recorded. The law may want the caller's consent: the platform can announce recording."""

    incoming: bool = True
    """Calls to the extensions of the scope."""
    outgoing: bool = False
    """Calls that the extensions of the scope make."""
    announce: bool = False
    """Post to `chat` when a recording is ready."""
    chat: str = ""
    """Id of that chat, as `switchhook api listGlipChats` shows it."""


handler = Handler("record", Record)


@handler.on(CallAnswered, within="30s", overtaken=False)
async def record(call: CallAnswered, ctx: Context[Record]) -> None:
    """Start when the callee answers, not the caller's leg before; the platform keeps what has 30 seconds and more."""
    wanted = ctx.settings.outgoing if call.direction == "Outbound" else ctx.settings.incoming
    if not wanted:
        raise Skip(f"{call.direction.lower()} calls are not recorded")
    await ctx.calls.record(call)


@handler.on(RecordingReady, when="announce")
async def announce(recording: RecordingReady, ctx: Context[Record]) -> None:
    """One line with the recording's id, which `switchhook api listCallRecordingData` fetches."""
    length = f"{round(recording.duration)} seconds" if recording.duration else "a call"
    await ctx.chats.post(ctx.settings.chat, f"**Recording** of {length}: {recording.recording_id}")
