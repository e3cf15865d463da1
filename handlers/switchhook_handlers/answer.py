"""Answer calls on a device that is online, so that nobody has to press a key."""

from switchhook import CallRinging, Context, Dialable, Handler, Settings, Skip


class Answer(Settings):
    """Which calls are answered, and where."""

    device: str = ""
    """Id or name of the device; the called extension's first softphone that is online if empty."""
    callers: frozenset[Dialable] = frozenset()
    """Numbers whose calls are answered; everybody's if empty."""


handler = Handler("answer", Answer)


@handler.on(CallRinging, within="20s")
async def answer(call: CallRinging, ctx: Context[Answer]) -> None:
    """Pick the device at the time of the call: softphones come and go."""
    if ctx.settings.callers and call.caller not in ctx.settings.callers:
        raise Skip("the caller is not one of those to answer")
    await ctx.calls.answer(call, device=await online_device(call, ctx))


async def online_device(call: CallRinging, ctx: Context[Answer]) -> str:
    """Id of the device to answer on. Raises Skip if it is not online: the telephone goes on ringing."""
    listed = await ctx.api.listExtensionDevices(extensionId=call.extension_id)
    online = [device for device in listed["records"] if device.get("status") == "Online"]
    for device in online:
        if ctx.settings.device in (str(device["id"]), device.get("name")):
            return str(device["id"])
        if not ctx.settings.device and device.get("type") == "SoftPhone":
            return str(device["id"])
    raise Skip(f"device {ctx.settings.device!r} is not online" if ctx.settings.device else "no softphone is online")
