"""The generic engine: carries out an operation on stateful resources by its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from random import Random
from typing import Any

from switchhook.simulator.account import Account
from switchhook.simulator.addresses import absolute
from switchhook.simulator.clock import Clock, stamp
from switchhook.simulator.errors import Refused, not_found
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.resources.paging import address, numbered, tokened
from switchhook.simulator.resources.plans import Plan, Verb, plan
from switchhook.simulator.resources.samples import Samples
from switchhook.simulator.resources.seeds import EMPTY, FIXED, SEEDED
from switchhook.simulator.resources.selection import checked, select
from switchhook.simulator.resources.shapes import check, project, properties
from switchhook.simulator.resources.store import Document, Owner, Store, merge
from switchhook.simulator.schemas import Schema, operations, resolve
from switchhook.simulator.wire.request import Request, Response

WHOLE = ("schedule",)
"""Objects that a change replaces: an empty schedule means at all hours."""

View = Callable[[Owner], Iterable[Document]]
Hook = Callable[[Owner, Document], None]
Refresh = Callable[[Owner, dict[str, Document]], None]


class Engine:
    """All resources that have no state of their own elsewhere.

    `views`: kinds that are made from something else when read. `planted`: kinds whose first documents are. `refresh`:
    kinds whose documents follow something that changes by itself, brought up to date before they are read. `written`,
    `removed`: what else happens when a document of a kind is created or changed, or deleted.
    """

    def __init__(self, clock: Clock, identifiers: Identifiers, account: Account, seed: int = 0) -> None:
        self.views: dict[str, View] = {}
        self.planted: dict[str, View] = {}
        self.refresh: dict[str, Refresh] = {}
        self.written: dict[str, Hook] = {}
        self.removed: dict[str, Hook] = {}
        self.store = Store(self._plant)
        self.samples = Samples(Random(f"samples {seed}"), identifiers.entity)  # noqa: S311 - repeatable on purpose
        self._clock = clock
        self._identifiers = identifiers
        self._account = account

    def serve(self, request: Request) -> Response:
        """Carry out an operation. Raises Refused."""
        found = plan(operation_of(request))
        owner = self.owner(found, request)
        query = checked(request.query, found.query)
        match found.verb:
            case Verb.LIST:
                return self._list(found, owner, query, request)
            case Verb.READ:
                return self.answer(found, owner, self.find(found, owner, request), request)
            case Verb.READ_ONE:
                return self.answer(found, owner, self.only(found.kind, owner), request)
            case Verb.CREATE:
                return self._create(found, owner, request)
            case Verb.UPDATE:
                return self._change(found, owner, self.find(found, owner, request), request)
            case Verb.UPDATE_ONE:
                return self._change(found, owner, self.only(found.kind, owner), request)
            case Verb.DELETE:
                document = self.find(found, owner, request)
                del self.store.all(found.kind, owner)[str(document["id"])]
                if found.kind in self.removed:
                    self.removed[found.kind](owner, document)
            case Verb.CLEAR:
                self.store.all(found.kind, owner).clear()
            case _:
                raise AssertionError(f"{found.operation} has no generic form")
        return Response(found.status)

    def owner(self, found: Plan, request: Request) -> Owner:
        """The values of the owner's parameters. Raises Refused (CMN-102) naming the one that does not exist."""
        values: list[str] = []
        for at, name in enumerate(found.owners):
            value = request.parameters[name]
            prefix = "{}".join(found.kind.split("{}")[: at + 1]).rstrip("/")
            if not self._exists(prefix, tuple(values), value):
                raise not_found(name)
            values.append(value)
        return tuple(values)

    def _exists(self, kind: str, owner: Owner, value: str) -> bool:
        if kind == "account":
            return value == self._account.id
        return value in self.documents(kind, owner)

    def documents(self, kind: str, owner: Owner) -> Mapping[str, Document]:
        """Every document of an owner by id."""
        if kind in self.views:
            return {str(one.get("id", "")): one for one in self.views[kind](owner)}
        documents = self.store.all(kind, owner)
        if kind in self.refresh:
            self.refresh[kind](owner, documents)
        return documents

    def find(self, found: Plan, owner: Owner, request: Request) -> Document:
        """The document that the path names. Raises Refused (CMN-102)."""
        name = found.item or ""
        document = self.documents(found.kind, owner).get(request.parameters[name])
        if document is None:
            raise not_found(name)
        return document

    def only(self, kind: str, owner: Owner) -> Document:
        """The document of a kind of which an owner has one."""
        documents = self.documents(kind, owner)
        return next(iter(documents.values())) if documents else {}

    def body(self, found: Plan, request: Request) -> Document:
        """The request's body, checked. Raises Refused (CMN-101, CMN-103)."""
        if found.request is None:
            return {}
        body = {} if request.body is None else request.body
        if not isinstance(body, dict):
            raise Refused(400, "CMN-103", "Request body is not a JSON object")
        files = {name: "" for name, inner in properties(found.request).items() if "contentEncoding" in inner}
        check(body | (files if request.files else {}), found.request)
        return body

    def answer(self, found: Plan, owner: Owner, document: Document, request: Request, status: int = 0) -> Response:
        """A document in the shape of the operation's answer."""
        if found.shape is None:
            return Response(status or found.status)
        shaped = self.shaped(document, found.shape, self.uri(found, document, request), request.base_url)
        return Response(status or found.status, shaped)

    def shaped(self, document: Document, shape: Schema, uri: str, base: str) -> Any:
        """A document as the schema declares it, with its address, and with whatever must not be missing."""
        body = absolute(project(document, shape), base)
        if isinstance(body, dict):
            if "uri" in properties(shape):
                body["uri"] = uri
            needed = self.samples.of(shape, required_only=True)
            body = needed | body if isinstance(needed, dict) else body
        return body

    def uri(self, found: Plan, document: Document, request: Request) -> str:
        """The address of a document: of its kind if it is the only one."""
        address = request.base_url + path_of(request)
        return f"{address}/{document['id']}" if document.get("id") and found.verb is Verb.CREATE else address

    def _list(self, found: Plan, owner: Owner, query: Mapping[str, list[str]], request: Request) -> Response:
        record = found.record or {}
        chosen = select(self.documents(found.kind, owner).values(), query, record)
        path = request.base_url + path_of(request)
        if "pageToken" in found.query:
            records, tokens = tokened(chosen, query)
            body: Document = {"navigation": tokens}
        else:
            records, paging, navigation = numbered(chosen, query, path)
            body = {"paging": paging, "navigation": navigation}
        shown = [self.shaped(one, record, f"{path}/{one.get('id', '')}", request.base_url) for one in records]
        body |= {found.records or "records": shown, "uri": address(path, query) if query else path}
        shape = found.shape or {}
        return Response(found.status, project(body, shape))

    def _create(self, found: Plan, owner: Owner, request: Request) -> Response:
        body = self.body(found, request)
        document = self.new(found, body) | uploaded(request)
        self.must_fit(found, document)
        return self.answer(found, owner, self.write(found.kind, owner, document), request)

    def write(self, kind: str, owner: Owner, document: Document) -> Document:
        """Keep a document, and whatever follows from that; returns it as it is then."""
        self.documents(kind, owner)  # what there is comes before what is new
        self.store.put(kind, owner, document)
        if kind in self.written:
            self.written[kind](owner, document)
        return self.store.all(kind, owner).get(str(document.get("id", "")), document)

    def must_fit(self, found: Plan, document: Document) -> None:
        """Refuse to keep what the answer's schema does not allow, though the request's does."""
        if found.shape is not None and found.records is None:
            check(project({name: document[name] for name in document if name != "id"}, found.shape),
                  {**resolve(found.shape), "required": []})  # fmt: skip

    def new(self, found: Plan, body: Document) -> Document:
        """A document from the body of a request: with an id, times, and whatever an answer must not lack."""
        now = stamp(self._clock.now())
        made: Document = {"id": self._identifiers.entity(), "creationTime": now, "lastModifiedTime": now}
        return made | {key: value for key, value in body.items() if value is not None and key != "id"}

    def _change(self, found: Plan, owner: Owner, document: Document, request: Request) -> Response:
        change = self.body(found, request) | ({"lastModifiedTime": stamp(self._clock.now())})
        merged = merge(document, {key: value for key, value in change.items() if key != "id"})
        merged |= {key: change[key] for key in WHOLE if key in change} | uploaded(request)
        self.must_fit(found, merged)
        return self.answer(found, owner, self.write(found.kind, owner, merged), request)

    def _plant(self, kind: str, owner: Owner) -> list[Document]:
        """What an owner has of a kind before anybody wrote."""
        if kind in self.refresh:
            return []
        if kind in self.planted:
            return list(self.planted[kind](owner))
        if kind in FIXED:
            return [dict(one) for one in FIXED[kind]()]
        if kind in EMPTY:
            return []
        shape = _shapes().get(kind)
        if shape is None:
            return []
        return [merge(self.samples.of(shape), dict(SEEDED.get(kind, {})))]


@cache
def _shapes() -> Mapping[str, Schema]:
    """The fullest shape of one document of every kind: of its own answer rather than of a list."""
    found: dict[str, Schema] = {}
    for operation in operations():
        one = plan(operation)
        if one.verb is Verb.LIST and one.record is not None:
            found.setdefault(one.kind, one.record)
        elif one.verb in (Verb.READ, Verb.READ_ONE) and one.shape is not None:
            found[one.kind] = one.shape
    return found


def operation_of(request: Request) -> str:
    """The id of the operation that a request calls."""
    assert request.operation is not None
    return request.operation.id


def path_of(request: Request) -> str:
    """The path that was asked for, with ids in place of `~` and without a slash at the end."""
    asked = request.path.rstrip("/")
    template = operations()[operation_of(request)]["path"].split("/")
    steps = asked.split("/")
    for at, step in enumerate(template):
        if step.startswith("{") and len(steps) == len(template) and steps[at] == "~":
            steps[at] = request.parameters[step[1:-1]]
    return "/".join(steps)


def uploaded(request: Request) -> Document:
    """What the file of a multipart request adds to a document."""
    if not request.files:
        return {}
    file = request.files[-1]
    return {"filename": file.filename or file.name, "contentType": file.content_type, "content": file.content}
