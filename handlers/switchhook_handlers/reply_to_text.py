"""Reply to texts out of office hours, and to words that ask for something."""

from collections.abc import Mapping

from switchhook import Context, Handler, Hours, Settings, Skip, TextReceived


class ReplyToText(Settings):
    """What is replied when."""

    reply: str = ""
    """The answer out of office hours, to each sender once a day; none if empty."""
    office_hours: Hours | None = None
    """When people answer themselves, such as "Mon-Fri 09:00-17:00 Europe/Berlin"; never if left out."""
    keywords: Mapping[str, str] = {}
    """Word → answer, at any hour, to whoever texts this word alone; capitals do not matter."""


handler = Handler("reply_to_text", ReplyToText)


@handler.on(TextReceived, kind="SMS", within="1h", once_per=lambda text: text.sender + word(text), every="1h")
async def keyword(text: TextReceived, ctx: Context[ReplyToText]) -> None:
    """The same word of the same sender once an hour: two machines must not talk all night."""
    answer = answers(ctx.settings).get(word(text))
    if not answer:
        raise Skip("no keyword")
    await send(text, answer, ctx)


@handler.on(TextReceived, kind="SMS", within="12h", once_per="sender", every="1d")
async def out_of_office(text: TextReceived, ctx: Context[ReplyToText]) -> None:
    """For texts that came in while the office was closed."""
    hours = ctx.settings.office_hours
    if not ctx.settings.reply or (hours and text.at in hours):
        raise Skip("people answer themselves at this hour" if ctx.settings.reply else "no reply is set")
    if word(text) in answers(ctx.settings):
        raise Skip("answered as a keyword")
    await send(text, ctx.settings.reply, ctx)


async def send(text: TextReceived, answer: str, ctx: Context[ReplyToText]) -> None:
    """Reply from the number that was texted, unless the sender said STOP or is no single person."""
    if ctx.consent.heard(text) or ctx.consent.withdrawn(text.sender):
        return
    if len(text.recipients) > 1 or not text.to or not text.sender.startswith("+"):
        raise Skip("a group text, or from a machine's short number")
    await ctx.messages.text(sender=text.to, to=text.sender, text=answer)


def word(text: TextReceived) -> str:
    """The whole text as one word to look up."""
    return text.text.strip().lower()


def answers(settings: ReplyToText) -> dict[str, str]:
    """The keywords as `word` gives them."""
    return {key.strip().lower(): answer for key, answer in settings.keywords.items()}
