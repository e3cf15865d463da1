"""What the API shows of the company, made from it: extensions, numbers, devices, directory entries. Pure."""

from __future__ import annotations

from switchhook.simulator.account import Account, Device, Extension
from switchhook.simulator.resources.seeds import COUNTRY, SITE
from switchhook.simulator.resources.store import Document

SERVICES = ("SMS", "SMSReceiving", "Pager", "PagerReceiving", "Voicemail", "Fax", "FaxReceiving", "DND", "RingOut",
            "Presence", "VideoConferencing", "Conferencing", "CallForwarding", "OnDemandCallRecording")  # fmt: skip
COMPANY = "Example Supplies"
REGION = {
    "homeCountry": COUNTRY,
    "timezone": {"id": "58", "name": "US/Pacific", "description": "Pacific Time (US & Canada)", "bias": "-480"},
    "language": {"id": "1033", "name": "English (United States)", "localeCode": "en-US"},
    "greetingLanguage": {"id": "1033", "name": "English (United States)", "localeCode": "en-US"},
    "formattingLocale": {"id": "1033", "name": "English (United States)", "localeCode": "en-US"},
    "timeFormat": "12h",
}


def path_of(account: Account) -> str:
    """Where the account is."""
    return f"/restapi/v1.0/account/{account.id}"


def company_document(account: Account) -> Document:
    """The account."""
    menu = account.menu
    plan = {"id": "1", "name": "RingCentral Office Standard"}
    return {
        "id": account.id, "mainNumber": account.main_number, "status": "Confirmed",
        "setupWizardState": "Completed", "regionalSettings": REGION, "federated": False,
        "operator": {"id": menu.id, "uri": f"{path_of(account)}/extension/{menu.id}", "extensionNumber": menu.number},
        "serviceInfo": {"uri": f"{path_of(account)}/service-info", "servicePlan": plan, "billingPlan": plan,
                        "brand": {"id": "1210", "name": "RingCentral", "homeCountry": COUNTRY}},
    }  # fmt: skip


def extension_document(account: Account, extension: Extension) -> Document:
    """What is known of an extension without anybody having said so."""
    document: Document = {
        "id": extension.id, "extensionNumber": extension.number, "name": extension.name, "type": extension.type,
        "status": "Enabled", "setupWizardState": "Completed", "hidden": False, "site": SITE,
        "account": {"id": account.id, "uri": path_of(account)},
        "permissions": {"admin": {"enabled": extension.super_admin}, "internationalCalling": {"enabled": False}},
        "regionalSettings": REGION,
        "profileImage": {"uri": f"{path_of(account)}/extension/{extension.id}/profile-image"},
        "serviceFeatures": [{"featureName": name, "enabled": extension.is_user} for name in SERVICES],
        "contact": {"firstName": extension.first_name, "company": COMPANY, "email": extension.email},
    }  # fmt: skip
    if extension.last_name:
        document["contact"]["lastName"] = extension.last_name
    if extension.phone_numbers:
        document["contact"]["businessPhone"] = extension.phone_numbers[0]
    return document


def device_document(account: Account, extension: Extension, device: Device) -> Document:
    """A phone, with its lines."""
    uri = f"{path_of(account)}/extension/{extension.id}"
    document: Document = {
        "id": device.id, "uri": f"{path_of(account)}/device/{device.id}", "type": device.type, "name": device.name,
        "extension": {"id": extension.id, "uri": uri, "extensionNumber": extension.number}, "site": SITE,
        "useAsCommonPhone": False, "inCompanyNet": True, "linePooling": "None",
    }  # fmt: skip
    if device.type == "HardPhone":
        document |= {
            "serial": "0004F2" + device.id[-6:],
            "model": {"id": "37", "name": "Polycom VVX-411", "addons": []},
        }
    else:
        document |= {"computerName": device.name}
    numbers = [number_document(account, phone, extension) for phone in extension.phone_numbers]
    lines = [{"id": f"{device.id}{at}", "lineType": "Standalone", "phoneInfo": one} for at, one in enumerate(numbers)]
    return document | {"phoneLines": lines}


def number_document(account: Account, phone: str, extension: Extension | None) -> Document:
    """A telephone number: a person's own, or the company's."""
    document: Document = {
        "id": str(900_000_000 + int(phone[-7:])), "phoneNumber": phone, "country": COUNTRY, "paymentType": "Local",
        "type": "VoiceFax", "status": "Normal", "location": "Belmont, CA",
        "usageType": "MainCompanyNumber", "features": ["CallerId"],
    }  # fmt: skip
    if extension is not None and extension.type != "IvrMenu":
        uri = f"{path_of(account)}/extension/{extension.id}"
        reference = {"id": extension.id, "uri": uri, "extensionNumber": extension.number}
        features = ["CallerId", "SmsSender", "MmsSender"]
        document |= {"usageType": "DirectNumber", "features": features, "extension": reference}
    return document


def brief(account: Account, extension: Extension) -> Document:
    """An extension in short, with the people of a group."""
    return {"id": extension.id, "uri": f"{path_of(account)}/extension/{extension.id}", "name": extension.name,
            "extensionNumber": extension.number, "type": extension.type, "members": extension.members}  # fmt: skip


def directory_entry(account: Account, extension: Extension, known: Document) -> Document:
    """An extension in the directory; `known`: its document."""
    own = extension.phone_numbers if extension.is_user else []
    usage = {"type": "VoiceFax", "usageType": "DirectNumber"}
    numbers = [{"phoneNumber": phone, "formattedPhoneNumber": phone, **usage} for phone in own]
    said = {name: known["contact"][name] for name in ("email", "department", "jobTitle") if name in known["contact"]}
    return said | {
        "id": extension.id, "type": extension.type, "status": known["status"], "name": extension.name,
        "firstName": extension.first_name, "lastName": extension.last_name,
        "extensionNumber": extension.number, "account": {"id": account.id, "companyName": COMPANY},
        "phoneNumbers": numbers, "profileImage": {"etag": extension.id}, "site": SITE,
    }  # fmt: skip
