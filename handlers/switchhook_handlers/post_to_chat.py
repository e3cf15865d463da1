"""Post missed calls, texts, voicemails and recordings to a team chat."""

from typing import Literal

from switchhook import CallMissed, Context, Event, Handler, RecordingReady, Settings, Skip, TextReceived
from switchhook import TranscriptReady as Transcript
from switchhook import VoicemailReceived as Voicemail

Kind = Literal["CallMissed", "TextReceived", "VoicemailReceived", "TranscriptReady", "RecordingReady"]


class PostToChat(Settings):
    """What is posted where."""

    chat: str
    """Id of the chat, as `switchhook api listGlipChats` shows it, or the name of a webhook in `[[chat_webhooks]]`."""
    events: frozenset[Kind] = frozenset({"CallMissed", "TextReceived"})
    """What is posted; a transcript is the words of a voicemail, which come later than the voicemail."""
    card: bool = False
    """As an adaptive card instead of a text."""


handler = Handler("post_to_chat", PostToChat)


@handler.on(Event, when="events")
async def post(event: Event, ctx: Context[PostToChat]) -> None:
    """One post for each, in the same words everywhere."""
    chat, text = ctx.settings.chat, line(event)[:10_000]
    block = {"type": "TextBlock", "text": text, "wrap": True}
    if chat.isdecimal():
        await (ctx.chats.card(chat, block, fallback=text) if ctx.settings.card else ctx.chats.post(chat, text))
    else:
        hook = ctx.chats.webhook(chat)
        await (hook.card(block, fallback=text) if ctx.settings.card else hook.post(text))


def line(event: Event) -> str:
    """What happened, as one reads it in a chat."""
    match event:
        case CallMissed():
            left = ", who left a voicemail" if event.voicemail else ""
            return f"**Missed call** from {who(event.caller_name, event.caller)}{left}"
        case TextReceived():
            return f"**Text** from {who(event.sender_name, event.sender)}: {event.text}"
        case Voicemail():
            return f"**Voicemail** from {who(event.sender_name, event.sender)}, {event.duration:.0f} seconds"
        case Transcript():
            return f"**Voicemail** from {who(event.sender_name, event.sender)} says: {event.text}"
        case RecordingReady():
            return f"**Recording** of {event.duration:.0f} seconds: {event.recording_id}"
    raise Skip(f"{type(event).__name__} has no words here")


def who(name: str, number: str) -> str:
    """A person as one reads it, also with caller ID withheld."""
    return f"{name} ({number})" if name and number else name or number or "somebody unknown"
