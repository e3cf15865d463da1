"""A plugin with mistakes: both type checkers must name every line marked `wrong`, and no other."""

from switchhook import CallRinging, Context, Handler, Settings, TextReceived


class Greet(Settings):
    """Of this handler."""

    to: str


class Other(Settings):
    """Of another one."""

    word: str


handler = Handler("greet", Greet)
Handler("no settings", dict)  # wrong


@handler.on(CallRinging)  # wrong
async def other_event(text: TextReceived, ctx: Context[Greet]) -> None: ...


@handler.on(CallRinging)  # wrong
async def other_settings(call: CallRinging, ctx: Context[Other]) -> None: ...


@handler.on(CallRinging)  # wrong
def not_async(call: CallRinging, ctx: Context[Greet]) -> None: ...


@handler.on(CallRinging)  # wrong
async def no_context(call: CallRinging) -> None: ...


@handler.on(dict)  # wrong
async def no_event(call: CallRinging, ctx: Context[Greet]) -> None: ...


@handler.on(CallRinging, within=[20])  # wrong
async def no_span(call: CallRinging, ctx: Context[Greet]) -> None: ...


@handler.on(CallRinging, once_per=lambda call: call.colour, every="1d")  # wrong
async def no_field(call: CallRinging, ctx: Context[Greet]) -> None: ...


@handler.on(CallRinging)
async def inside(call: CallRinging, ctx: Context[Greet]) -> None:
    await ctx.calls.forward(call, to=ctx.settings.too)  # wrong
    await ctx.calls.forward(call)  # wrong
    await ctx.messages.text(to=call.party)  # wrong
    ctx.settings = Greet(to="102")  # wrong
    await ctx.api.readExtensoin()  # wrong
    await ctx.api.readGlipPost(chatId="7")  # wrong
    await ctx.api.readGlipPost(chatId="7", postId="8", text="x")  # wrong
    await ctx.api.readCompanyCallLog(direction="Sideways")  # wrong
    await ctx.api.createGlipPost(chatId="7", body={"txt": "x"})  # wrong
    await ctx.api.deleteExtension()  # wrong
