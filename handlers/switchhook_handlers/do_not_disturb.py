"""Do not disturb people who are in a meeting."""

from typing import Literal

from switchhook import Context, Handler, PresenceChanged, Settings, Skip


class DoNotDisturb(Settings):
    """What a meeting keeps away."""

    calls: Literal["all", "queues"] = "all"
    """All calls, or those of call queues alone."""
    new_call_handling: bool = False
    """Accounts with the platform's new call handling know other fields; its refusal of `dndStatus` tells."""


handler = Handler("do_not_disturb", DoNotDisturb)


@handler.on(PresenceChanged, meeting="Connected", within="5m")
async def meeting_begins(presence: PresenceChanged, ctx: Context[DoNotDisturb]) -> None:
    """Remember what the event says was set before; a read here could not be repeated after a crash."""
    if ctx.store.get(presence.extension_id):
        raise Skip("it is set already")
    wanted = fields(ctx.settings)
    before = {name: presence.raw[name] for name in wanted if name in presence.raw}
    if before == wanted:
        raise Skip("the person set it already")
    await ctx.presence.set(presence.extension_id, **wanted)
    ctx.store.put(presence.extension_id, before, ttl=86_400)


@handler.on(PresenceChanged, meeting="Disconnected")
async def meeting_ends(presence: PresenceChanged, ctx: Context[DoNotDisturb]) -> None:
    """Only what this handler changed goes back, and only if nobody changed it meanwhile."""
    before = ctx.store.get(presence.extension_id)
    if not before:
        raise Skip("nothing to set back")
    ctx.store.delete(presence.extension_id)
    if all(presence.raw.get(name, value) == value for name, value in fields(ctx.settings).items()):
        await ctx.presence.set(presence.extension_id, **before)


def fields(settings: DoNotDisturb) -> dict[str, object]:
    """The presence that keeps calls away."""
    if settings.new_call_handling:
        kept: dict[str, object] = {"acceptCallQueueCalls": False}
        return kept if settings.calls == "queues" else {"dndStatusPersonal": "DoNotAcceptAnyCalls", **kept}
    return {"dndStatus": "DoNotAcceptAnyCalls" if settings.calls == "all" else "DoNotAcceptDepartmentCalls"}
