"""A bot for team chats: answers commands in the thread where they were given."""

from collections.abc import Mapping

from switchhook import Context, Handler, NotFound, PostAdded, Settings, Skip


class Bot(Settings):
    """What it knows, and where it listens. Give it an identity of its own, made for a bot."""

    prefix: str = "!"
    """A post that begins with it is a command."""
    chats: frozenset[str] = frozenset()
    """Ids of the chats; all where the bot is a member if empty."""
    answers: Mapping[str, str] = {}
    """Commands of your own → what is answered."""


handler = Handler("bot", Bot)


@handler.on(PostAdded, kind="TextMessage", within="10m")
async def command(post: PostAdded, ctx: Context[Bot]) -> None:
    """One command a post: the first word names it, the rest is its argument."""
    if ctx.settings.chats and post.chat_id not in ctx.settings.chats:
        raise Skip("not one of its chats")
    if not post.text.startswith(ctx.settings.prefix):
        raise Skip("no command")
    name, _, argument = post.text.removeprefix(ctx.settings.prefix).strip().partition(" ")
    if not name:
        raise Skip("no command")
    await ctx.chats.reply(post, await answer(name.lower(), argument.strip(), ctx))


async def answer(name: str, argument: str, ctx: Context[Bot]) -> str:
    """The settings' own answers come first. Add commands here."""
    own = {key.lower(): text for key, text in ctx.settings.answers.items()}
    if name in own:
        return own[name]
    if name == "status":
        return await status(argument, ctx)
    commands = ", ".join(ctx.settings.prefix + each for each in sorted({"help", "status 101", *own}))
    return f"I know {commands}." if name == "help" else f"I do not know {name!r}, only {commands}."


async def status(number: str, ctx: Context[Bot]) -> str:
    """Whether somebody can be reached."""
    try:
        extension = await ctx.extensions.find(number)
    except NotFound:
        return f"There is no extension {number!r}."
    presence = await ctx.presence.read(str(extension["id"]))
    return f"{extension.get('name', number)} is {presence['presenceStatus'].lower()}."
