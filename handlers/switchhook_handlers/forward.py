"""Send calls straight to somebody else, or to voicemail."""

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from switchhook import CallRinging, Context, Dialable, Handler, Later, Settings, Skip, Span


class Forward(Settings):
    """Whose calls go where."""

    to: Dialable | None = None
    """Telephone number (+16505550100) or extension number (102) that gets the call."""
    voicemail: bool = False
    """Instead of `to`: the voicemail box of whoever is called."""
    callers: frozenset[Dialable] = frozenset()
    """Numbers whose calls are forwarded; everybody's if empty."""
    except_callers: frozenset[Dialable] = frozenset()
    """Numbers that always ring through."""
    after: Span = Field(timedelta(0), le=timedelta(seconds=45))
    """How long the telephone rings here first, such as "10s"; 45 seconds at most."""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.to is not None) == self.voicemail:
            raise ValueError('say where calls go: either to = "102" or voicemail = true')
        return self


handler = Handler("forward", Forward)


@handler.on(CallRinging, within="60s", overtaken=False, decides=True)
async def forward(call: CallRinging, ctx: Context[Forward]) -> None:
    """Forward while it rings; a call that was taken meanwhile stays where it is."""
    chosen = ctx.settings
    if call.caller in chosen.except_callers or (chosen.callers and call.caller not in chosen.callers):
        raise Skip("the caller is not one of those to forward")
    if ctx.now < call.at + chosen.after:
        raise Later(at=call.at + chosen.after, reason="let it ring first")
    if chosen.to is None:
        await ctx.calls.to_voicemail(call)
    else:
        await ctx.calls.forward(call, to=chosen.to)
