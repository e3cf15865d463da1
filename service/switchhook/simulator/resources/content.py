"""Answers that are no JSON: prompts, pictures, exports. What was uploaded comes back; else something small and real."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from switchhook.simulator.errors import invalid, not_found
from switchhook.simulator.resources.engine import Engine, uploaded
from switchhook.simulator.resources.media import archive, png, wav
from switchhook.simulator.resources.people import People
from switchhook.simulator.resources.plans import plan
from switchhook.simulator.resources.store import Owner
from switchhook.simulator.wire.request import Request, Response

IMAGE = "account/{}/extension/{}/profile-image"
PROMPTS = "account/{}/ivr-prompts"
SCALES = {"90x90": 90, "195x195": 195, "584x584": 584}
COLOURS = ((6, 132, 189), (255, 136, 0), (96, 160, 64), (160, 64, 160))


class Content:
    """Each operation of `of` answers bytes, or takes them."""

    def __init__(self, engine: Engine, people: People) -> None:
        self._engine = engine
        self._people = people
        self.of: Mapping[str, Callable[[Owner, Request], Response]] = {
            "readUserProfileImage": self._image,
            "readScaledPofileImage": self._scaled,
            "createUserProfileImage": self._upload,
            "updateUserProfileImage": self._upload,
            "readIVRPromptContent": self._prompt,
            "readMessageStoreReportArchiveContent": self._archive,
            "readDataExportTaskDataset": self._dataset,
        }

    def serve(self, request: Request) -> Response:
        """Carry out an operation of `of`. Raises Refused."""
        assert request.operation is not None
        found = plan(request.operation.id)
        return self.of[found.operation](self._engine.owner(found, request), request)

    def _image(self, owner: Owner, request: Request) -> Response:
        known = self._engine.store.all(IMAGE, owner).get("")
        if known is not None:
            return Response(content=known["content"], content_type=known["contentType"])
        return self._drawn(request, 195)

    def _scaled(self, owner: Owner, request: Request) -> Response:
        size = SCALES.get(request.parameters["scaleSize"])
        if size is None:
            raise invalid("scaleSize")
        return self._drawn(request, size)

    def _drawn(self, request: Request, size: int) -> Response:
        colour = COLOURS[int(request.extension.number or 0) % len(COLOURS)]
        return Response(content=png(size, size, colour), content_type="image/png")

    def _upload(self, owner: Owner, request: Request) -> Response:
        if not request.files:
            raise invalid("image")
        self._engine.store.put(IMAGE, owner, {"id": "", **uploaded(request)})
        self._people.changed(owner[1], "Update", "ProfileImage")
        return Response(204)

    def _prompt(self, owner: Owner, _request: Request) -> Response:
        prompt = self._engine.documents(PROMPTS, owner[:1])[owner[1]]
        return Response(content=prompt.get("content") or wav(), content_type=prompt.get("contentType", "audio/wav"))

    def _archive(self, _owner: Owner, request: Request) -> Response:
        """All messages, as there is no second part."""
        return _zipped(request, "archiveId", "messages.json", request.world.messages.store.overview())

    def _dataset(self, _owner: Owner, request: Request) -> Response:
        """The posts of the chats that the task names; of all that the caller is in, if it names none."""
        task = self._engine.store.all("glip/data-export", ())[request.parameters["taskId"]]
        wanted = (task.get("specific") or {}).get("chatIds")
        chats = [one for one in request.world.chats.of(request.caller) if not wanted or one.id in wanted]
        return _zipped(request, "datasetId", "posts.json", {one.id: list(one.posts.values()) for one in chats})


def _zipped(request: Request, parameter: str, name: str, content: object) -> Response:
    if request.parameters[parameter] != "1":
        raise not_found(parameter)
    return Response(content=archive({name: orjson.dumps(content)}), content_type="application/zip")
