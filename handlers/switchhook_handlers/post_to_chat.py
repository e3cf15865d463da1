"""Post missed calls and texts to a team chat."""

from switchhook import CallMissed, Context, Handler, Settings, Skip, TextReceived


class PostToChat(Settings):
    """What is posted where."""

    chat: str
    """Id of the chat, as `switchhook api listGlipChats` shows it."""
    missed_calls: bool = True
    texts: bool = True


handler = Handler("post_to_chat", PostToChat)


@handler.on(CallMissed)
async def missed_call(call: CallMissed, ctx: Context[PostToChat]) -> None:
    """A call that nobody took."""
    if not ctx.settings.missed_calls:
        raise Skip("missed calls are not posted")
    left = ", who left a voicemail" if call.voicemail else ""
    await ctx.chats.post(ctx.settings.chat, f"**Missed call** from {who(call.caller_name, call.caller)}{left}")


@handler.on(TextReceived)
async def text(message: TextReceived, ctx: Context[PostToChat]) -> None:
    """A text that came in."""
    if not ctx.settings.texts:
        raise Skip("texts are not posted")
    await ctx.chats.post(
        ctx.settings.chat, f"**Text** from {who(message.sender_name, message.sender)}: {message.text}"[:10_000]
    )


def who(name: str, number: str) -> str:
    """A person as one reads it, also with caller ID withheld."""
    return f"{name} ({number})" if name and number else name or number or "somebody unknown"
