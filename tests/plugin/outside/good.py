"""A plugin as its author would write it: both type checkers accept all of it."""

from collections.abc import AsyncIterator
from datetime import timedelta

from switchhook import (
    CallAnswered,
    CallRinging,
    Context,
    Dialable,
    Event,
    Handler,
    PostAdded,
    Settings,
    Skip,
    Span,
    TextReceived,
    rehearse,
)


class Greet(Settings):
    """Whom to greet, and how."""

    to: Dialable
    callers: frozenset[Dialable] = frozenset()
    wait: Span = timedelta(seconds=5)


async def lifespan(settings: Greet) -> AsyncIterator[str]:
    yield settings.to


handler = Handler("greet", Greet, lifespan=lifespan)
plain = Handler("plain")


@handler.on(CallRinging, within="20s", queue_call=True, caller={"+16505550100", "+16505550101"})
async def forward(call: CallRinging, ctx: Context[Greet]) -> None:
    if call.caller not in ctx.settings.callers:
        raise Skip("not one of them")
    await ctx.calls.forward(call, to=ctx.settings.to)
    await ctx.acting_as("bot").chats.post("55", call.caller_name)


@handler.on(TextReceived, once_per=lambda text: text.sender, every="1d")
async def reply(text: TextReceived, ctx: Context[Greet]) -> None:
    await ctx.messages.text(sender=text.to, to=text.sender, text="Thank you")


@handler.on(CallAnswered)
async def wider(event: Event, ctx: Context) -> None:
    ctx.store.put("last", event.id)


@plain.on(PostAdded)
async def bare(post: PostAdded, ctx: Context) -> None:
    found = await ctx.api.readGlipPost(chatId=post.chat_id, postId=post.post_id)
    await ctx.api.create_glip_post(chatId=post.chat_id, body={"text": (found.get("text") or "").upper()})
    one = await ctx.api.readMessage(messageId="7")
    several = await ctx.api.readMessage(messageId=["7", "8"], acceptLanguage="de-DE")
    ctx.log.info("read", subject=one.get("subject"), status=several[0]["status"])
    await ctx.api.createFaxMessage(to=["+16505550100"], attachment=("a.txt", b"hello"))
    async for record in ctx.api.pages("readCompanyCallLog", direction="Inbound"):
        ctx.log.info("call", id=record["id"])


async def tried(call: CallRinging) -> list[str]:
    return [made.operation for made in await rehearse(handler, call, Greet(to=Dialable("102")))]
