"""Operations on the account, its extensions and their devices."""

from __future__ import annotations

from typing import Any

from switchhook.simulator.account import Device, Extension
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers


@answers("readAccountInfo")
def read_account(request: Request) -> Response:
    account = request.world.account
    uri = f"{request.base_url}/restapi/v1.0/account/{account.id}"
    return Response(
        body={
            "uri": uri,
            "id": int(account.id),
            "mainNumber": account.main_number.lstrip("+"),
            "status": "Confirmed",
            "setupWizardState": "Completed",
            "signupInfo": {"tosAccepted": True, "signupState": ["AccountCreated", "AccountConfirmed"]},
            "serviceInfo": {
                "uri": f"{uri}/service-info",
                "brand": {"id": "1210", "name": "RingCentral"},
                "servicePlan": {"id": "1", "name": "Switchhook simulator"},
            },
            "operator": extension_view(request, account.extension("101")),
        }
    )


@answers("readExtension")
def read_extension(request: Request) -> Response:
    return Response(body=extension_view(request, request.extension))


@answers("listExtensions")
def list_extensions(request: Request) -> Response:
    records = [extension_view(request, each) for each in request.world.account.extensions.values()]
    kinds, numbers = request.query.get("type", []), request.query.get("extensionNumber", [])
    records = [each for each in records if not kinds or each["type"] in kinds]
    records = [each for each in records if not numbers or each["extensionNumber"] in numbers]
    return Response(body=page(request, records))


@answers("listExtensionDevices")
def list_devices(request: Request) -> Response:
    return Response(body=page(request, [_device(request, each) for each in request.extension.devices]))


def extension_view(request: Request, extension: Extension) -> dict[str, Any]:
    """An extension as the API shows it."""
    account = request.world.account
    base = f"{request.base_url}/restapi/v1.0/account/{account.id}"
    view: dict[str, Any] = {
        "uri": f"{base}/extension/{extension.id}",
        "id": int(extension.id),
        "extensionNumber": extension.number,
        "account": {"uri": base, "id": account.id},
        "name": extension.name,
        "type": extension.type,
        "status": "Enabled",
        "contact": {
            "firstName": extension.first_name,
            "lastName": extension.last_name,
            "company": "Switchhook",
            "email": extension.email,
        },
        "permissions": {"admin": {"enabled": extension.super_admin}, "internationalCalling": {"enabled": False}},
        "hidden": False,
        "setupWizardState": "Completed",
    }
    if extension.phone_numbers:
        view["contact"]["businessPhone"] = extension.phone_numbers[0]
    return view


def _device(request: Request, device: Device) -> dict[str, Any]:
    owner = request.extension
    base = f"{request.base_url}/restapi/v1.0/account/{request.world.account.id}"
    return {
        "uri": f"{base}/device/{device.id}",
        "id": device.id,
        "type": device.type,
        "name": device.name,
        "status": "Online" if device.online else "Offline",
        "extension": {
            "id": int(owner.id),
            "uri": f"{base}/extension/{owner.id}",
            "extensionNumber": owner.number,
            "name": owner.name,
        },
    }


def page(request: Request, records: list[Any]) -> dict[str, Any]:
    """One page of a list, by `page` and `perPage`."""
    number = max(1, _whole(request.one("page"), 1))
    size = max(1, min(1000, _whole(request.one("perPage"), 100)))
    shown = records[(number - 1) * size : number * size]
    pages = max(1, -(-len(records) // size))
    uri = f"{request.base_url}{request.path}"

    def link(which: int) -> dict[str, str]:
        return {"uri": f"{uri}?page={which}&perPage={size}"}

    navigation = {"firstPage": link(1), "lastPage": link(pages)}
    if number > 1:
        navigation["previousPage"] = link(number - 1)
    if number < pages:
        navigation["nextPage"] = link(number + 1)
    paging = {"page": number, "perPage": size, "totalPages": pages, "totalElements": len(records)}
    if shown:
        paging |= {"pageStart": (number - 1) * size, "pageEnd": (number - 1) * size + len(shown) - 1}
    return {"uri": f"{uri}?page={number}&perPage={size}", "records": shown, "paging": paging, "navigation": navigation}


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdigit() else default
