"""Messages: what is sent and received of every kind, and what becomes of it as time passes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import Refused, invalid
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.mail import rules
from switchhook.simulator.mail.message import Attachment, Message, Person
from switchhook.simulator.mail.store import Store
from switchhook.simulator.occurrences import Publish

FAX_FAILS = "0404"
"""Last four digits of numbers that no fax machine answers."""


@dataclass(slots=True)
class Pace:
    """Seconds until things happen, and whether they do; each a knob."""

    sent: float = 0.5
    delivered: float = 2.0
    fax: float = 10.0
    transcribed: float = 5.0
    transcripts: bool = True
    """Whether voicemail is transcribed; else its state is NotAvailable."""
    voicemail_again: bool = False
    """Whether the notification of a voicemail comes again with its transcript: no document says."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that comes with a message."""

    name: str
    content_type: str
    content: bytes


class Messages:
    """Texts, group texts, MMS, pager messages, faxes and voicemail, in and out of every mailbox."""

    def __init__(self, clock: Clock, identifiers: Identifiers, account: Account, publish: Publish) -> None:
        self.store = Store(clock, identifiers, account, publish)
        self.pace = Pace()
        self._clock = clock
        self._account = account

    def receive_text(
        self,
        to: Extension,
        from_: str,
        text: str,
        *,
        others: Sequence[str] = (),
        files: Iterable[Upload] = (),
        number: str | None = None,
    ) -> Message:
        """A text comes in: `others` makes it a group text, `files` an MMS."""
        own = number or to.phone_numbers[0]
        targets: list[Person] = [{"phoneNumber": own, "name": to.name, "target": True}]
        targets += [{"phoneNumber": one} for one in others]
        message = self.store.add(
            to, "SMS", "Inbound", {"phoneNumber": from_}, targets, subject=text, status="Received",
            attachments=self._attached(files), conversation=self.store.conversation([from_, own, *others]),
        )  # fmt: skip
        self.store.publish("instant", to, message, {"type": ("SMS",)})
        return message

    def send_text(
        self, sender: Extension, from_: str, to: Sequence[str], text: str, *, files: Sequence[Upload] = ()
    ) -> Message:
        """A person of the company texts. Raises Refused (CMN-101, MSG codes)."""
        if text or not files:
            rules.text(text, rules.LONGEST_TEXT)
        rules.sender(from_, sender, self._account)
        rules.targets(to, from_, self._account)
        rules.media([len(one.content) for one in files])
        message = self.store.add(
            sender, "SMS", "Outbound", {"phoneNumber": from_, "name": sender.name},
            [{"phoneNumber": one} for one in to], subject=text, status="Queued", attachments=self._attached(files),
            conversation=self.store.conversation([from_, *to]), more={"smsSendingAttemptsCount": 1},
        )  # fmt: skip
        self._clock.call_later(self.pace.sent, lambda: self._sent(message, from_, to, text, files))
        return message

    def _attached(self, files: Iterable[Upload]) -> list[Attachment]:
        return [self.store.new_attachment("MmsAttachment", one.content_type, one.content, name=one.name)
                for one in files]  # fmt: skip

    def _sent(self, message: Message, from_: str, to: Sequence[str], text: str, files: Sequence[Upload]) -> None:
        failure = next((rules.FAILURES[one[-4:]] for one in to if one[-4:] in rules.FAILURES), None)
        if failure is not None and failure[0] == "SendingFailed":
            self._failed(message, *failure)
            return
        self._became(message, "Sent")
        for one in to:
            colleague = self._account.by_phone_number(one)
            if colleague is not None and colleague.is_user:
                rest = [other for other in to if other != one]
                self.receive_text(colleague, from_, text, others=rest, files=files, number=one)
        if failure is not None:
            self._clock.call_later(self.pace.delivered, lambda: self._failed(message, *failure))
        else:
            self._clock.call_later(self.pace.delivered, lambda: self._became(message, "Delivered"))

    def _became(self, message: Message, status: str) -> None:
        if message.availability == "Purged":
            return
        message.status = status
        if status == "Delivered":
            message.more = {**(message.more or {}), "smsDeliveryTime": self.store.now()}
        self.store.update(message)

    def _failed(self, message: Message, status: str, code: str) -> None:
        message.more = {**(message.more or {}), "deliveryErrorCode": code}
        self._became(message, status)

    def send_page(self, sender: Extension, body: dict[str, Any]) -> Message:
        """A company-internal text, at once in every mailbox. Raises Refused (CMN-101, MSG codes)."""
        rules.page_sender(body.get("from"), sender)
        text = rules.text(body.get("text"), rules.LONGEST_PAGE)
        earlier = self._replied_to(sender, body.get("replyOn"))
        if not isinstance(body.get("to"), list) and earlier is None:
            raise invalid("to")
        named = [rules.colleague(one, self._account, "to") for one in body.get("to") or ()]
        if earlier is not None:
            ids = [*(one.get("extensionId") for one in earlier.to), earlier.from_.get("extensionId")]
            known = [self._account.extensions[one] for one in ids if one in self._account.extensions]
            named += [one for one in known if one is not sender]
        department = any(one.type == "Department" for one in named)
        people = [self._account.extensions[id_] for one in named for id_ in (one.members or [one.id])
                  if id_ in self._account.extensions and id_ != sender.id]  # fmt: skip
        to = [_colleague(one) for one in (*named, sender)]
        conversation = earlier.conversation if earlier is not None else self.store.conversation(
            [sender.id, *(one.id for one in people)])  # fmt: skip
        more = {"pgToDepartment": department}
        message = self.store.add(sender, "Pager", "Outbound", _colleague(sender), to, subject=text, status="Sent",
                                 conversation=conversation, more=dict(more))  # fmt: skip
        for one in dict.fromkeys(person.id for person in people):
            self.store.add(self._account.extensions[one], "Pager", "Inbound", _colleague(sender), to, subject=text,
                           status="Received", conversation=conversation, more=dict(more))  # fmt: skip
        return message

    def _replied_to(self, sender: Extension, message_id: Any) -> Message | None:
        if message_id is None:
            return None
        earlier = self.store.find(sender, str(message_id))
        if earlier is None or earlier.kind != "Pager":
            raise Refused(403, "MSG-325", "Reply is forbidden for old message threads")
        return earlier

    def send_fax(
        self, sender: Extension, to: Sequence[dict[str, Any]], documents: Sequence[Upload], more: dict[str, Any]
    ) -> Message:
        """A fax goes out: queued, then sent or failed. Raises Refused (CMN-101)."""
        if not to:
            raise invalid("to")
        if sum(len(one.content) for one in documents) > rules.LARGEST_FAX:
            raise invalid("attachment")
        attachments = [self.store.new_attachment("RenderedDocument", "application/pdf", None)]
        number = sender.phone_numbers[0] if sender.phone_numbers else self._account.main_number
        message = self.store.add(
            sender, "Fax", "Outbound", {"phoneNumber": number, "name": sender.name},
            [{**one, "messageStatus": "Queued"} for one in to], status="Queued", attachments=attachments,
            more={"faxResolution": "High", "faxPageCount": 0, "coverIndex": 0, **more},
        )  # fmt: skip
        pages = max(1, len(documents))
        self._clock.call_later(self.pace.fax, lambda: self._faxed(message, pages))
        return message

    def _faxed(self, message: Message, pages: int) -> None:
        results = []
        for one in message.to:
            failed = str(one.get("phoneNumber", "")).endswith(FAX_FAILS)
            results.append({**one, "messageStatus": "SendingFailed" if failed else "Sent"}
                           | ({"faxErrorCode": "NoAnswer"} if failed else {}))  # fmt: skip
        message.to = tuple(results)
        message.more = {**(message.more or {}), "faxPageCount": pages}
        self._became(message, "Sent" if any(one["messageStatus"] == "Sent" for one in results) else "SendingFailed")

    def receive_fax(self, to: Extension, from_: str, pages: int = 1) -> Message:
        """A fax comes in."""
        message = self.store.add(
            to, "Fax", "Inbound", {"phoneNumber": from_}, [{"phoneNumber": to.phone_numbers[0], "name": to.name}],
            status="Received", attachments=[self.store.new_attachment("RenderedDocument", "application/pdf", None)],
            more={"faxResolution": "High", "faxPageCount": pages},
        )  # fmt: skip
        self.store.publish("fax", to, message, {"direction": ("Inbound",)})
        return message

    def leave_voicemail(
        self, to: Extension, from_: str, name: str = "", *, seconds: int = 12, said: str = "Please call me back."
    ) -> Message:
        """Somebody speaks to the machine; its transcript follows."""
        person = {"phoneNumber": from_, "name": name} if name else {"phoneNumber": from_}
        state = "InProgress" if self.pace.transcripts else "NotAvailable"
        recording = self.store.new_attachment("AudioRecording", "audio/x-wav", None, seconds=seconds)
        message = self.store.add(
            to, "VoiceMail", "Inbound", person, [{"name": to.name, **_number(to)}], status="Received",
            attachments=[recording], more={"vmTranscriptionStatus": state},
        )  # fmt: skip
        self.store.publish("voicemail", to, message, {})
        if self.pace.transcripts:
            self._clock.call_later(self.pace.transcribed, lambda: self._transcribed(to, message, said))
        return message

    def _transcribed(self, to: Extension, message: Message, said: str) -> None:
        if message.availability == "Purged":
            return
        text = self.store.new_attachment("AudioTranscription", "text/plain", said.encode())
        message.attachments = (*message.attachments, text)
        message.more = {**(message.more or {}), "vmTranscriptionStatus": "Completed"}
        self.store.update(message)
        if self.pace.voicemail_again:
            self.store.publish("voicemail", to, message, {})


def _colleague(extension: Extension) -> dict[str, Any]:
    return {"extensionNumber": extension.number, "extensionId": extension.id, "name": extension.name}


def _number(extension: Extension) -> dict[str, str]:
    return {"phoneNumber": extension.phone_numbers[0]} if extension.phone_numbers else {}
