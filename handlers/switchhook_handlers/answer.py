"""Answer calls on a device that is online, so that nobody has to press a key."""

from datetime import timedelta

from pydantic import Field

from switchhook import CallRinging, Context, Dialable, Handler, Later, Settings, Skip, Span


class Answer(Settings):
    """Which calls are answered, when, and on what."""

    device: str = ""
    """Id or name of the device; the called extension's first softphone that is online if empty."""
    callers: frozenset[Dialable] = frozenset()
    """Numbers whose calls are answered; everybody's if empty."""
    after: Span = Field(timedelta(0), le=timedelta(seconds=45))
    """How long it rings before, such as "5s"; 45 seconds at most."""


handler = Handler("answer", Answer)


@handler.on(CallRinging, within="60s", overtaken=False, decides=True)
async def answer(call: CallRinging, ctx: Context[Answer]) -> None:
    """Answer if it still rings; the platform refuses what is over or taken."""
    if ctx.settings.callers and call.caller not in ctx.settings.callers:
        raise Skip("the caller is not one of those to answer")
    if ctx.now < call.at + ctx.settings.after:
        raise Later(at=call.at + ctx.settings.after, reason="let it ring first")
    await ctx.calls.answer(call, device=await online_device(call, ctx))


async def online_device(call: CallRinging, ctx: Context[Answer]) -> str:
    """Id of the device, looked up now: softphones come and go. Raises Skip if it is not online: it rings on."""
    for device in await ctx.extensions.devices(call.extension_id):
        if ctx.settings.device in (str(device["id"]), device.get("name")):
            return str(device["id"])
        if not ctx.settings.device and device.get("type") == "SoftPhone":
            return str(device["id"])
    raise Skip(f"device {ctx.settings.device!r} is not online" if ctx.settings.device else "no softphone is online")
