"""What is there from the beginning and is nobody's in particular: dictionaries, rules, prompts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]

COUNTRIES = (("1", "United States", "US", "1"), ("39", "Canada", "CA", "1"), ("75", "France", "FR", "33"),
             ("82", "Germany", "DE", "49"), ("103", "Ireland", "IE", "353"), ("195", "Spain", "ES", "34"),
             ("224", "United Kingdom", "GB", "44"))  # fmt: skip
STATES = (("13", "Alabama", "AL"), ("15", "Arizona", "AZ"), ("16", "California", "CA"),
          ("17", "Colorado", "CO"), ("21", "Florida", "FL"), ("43", "New York", "NY"), ("54", "Texas", "TX"),
          ("58", "Washington", "WA"))  # fmt: skip
LANGUAGES = (("1033", "English (United States)", "en", "en-US"), ("2057", "English (United Kingdom)", "en", "en-GB"),
             ("1036", "French (France)", "fr", "fr-FR"), ("1031", "German (Germany)", "de", "de-DE"),
             ("1034", "Spanish (Spain)", "es", "es-ES"))  # fmt: skip
ZONES = (("58", "US/Pacific", "Pacific Time (US & Canada)", "-480"),
         ("59", "US/Mountain", "Mountain Time", "-420"),
         ("60", "US/Central", "Central Time (US & Canada)", "-360"), ("61", "US/Eastern", "Eastern Time", "-300"),
         ("1", "GMT", "Greenwich Mean Time", "0"), ("7", "Europe/Berlin", "Central European Time", "60"))  # fmt: skip
CITIES = (("Belmont", "650", "551", "16"), ("Beverly Hills", "310", "284", "16"), ("Denver", "303", "555", "17"),
          ("Miami", "305", "555", "21"), ("New York", "212", "555", "43"), ("Austin", "512", "555", "54"))  # fmt: skip
COVERS = ("None", "Ancient", "Birthday", "Blank", "Clasmod", "Classic", "Confidential", "Contempo", "Elegant",
          "Express", "Formal", "Jazzy", "Modern", "Urgent")  # fmt: skip
GREETINGS = (("66319", "Reggae", "UserExtensionAnsweringRule", "ConnectingAudio", "Music"),
             ("66320", "Classical", "UserExtensionAnsweringRule", "HoldMusic", "Music"),
             ("66321", "Default", "UserExtensionAnsweringRule", "Introductory", "Message"),
             ("66322", "Default", "UserExtensionAnsweringRule", "Voicemail", "Message"),
             ("66323", "Default", "CompanyAnsweringRule", "Company", "Message"),
             ("66324", "Default", "CallRecording", "StartRecording", "Message"))  # fmt: skip

COUNTRY = {"id": "1", "name": "United States", "isoCode": "US", "callingCode": "1"}
SITE = {"id": "main-site", "name": "Main Site"}
CONTACTS = (("Dora", "Drake", "Drake Printing", "+16505550171"), ("Emil", "Ernst", "Ernst & Sons", "+13125550172"),
            ("Fay", "Finch", "Finch Logistics", "+12125550173"))  # fmt: skip


def _countries() -> list[Document]:
    selling = dict.fromkeys(("emergencyCalling", "numberSelling", "loginAllowed", "signupAllowed", "freeSoftphoneLine"))
    return [
        {
            "id": id_,
            "name": name,
            "isoCode": iso,
            "callingCode": code,
            **dict.fromkeys(selling, iso in ("US", "CA", "GB")),
        }
        for id_, name, iso, code in COUNTRIES
    ]


def _states() -> list[Document]:
    return [{"id": id_, "name": name, "isoCode": iso, "country": COUNTRY} for id_, name, iso in STATES]


def _languages() -> list[Document]:
    return [
        {"id": id_, "name": name, "isoCode": iso, "localeCode": code, "ui": True, "greeting": True,
         "formattingLocale": True} for id_, name, iso, code in LANGUAGES
    ]  # fmt: skip


def _zones() -> list[Document]:
    return [{"id": id_, "name": name, "description": text, "bias": bias} for id_, name, text, bias in ZONES]


def _locations() -> list[Document]:
    return [
        {"id": f"{npa}{nxx}", "city": city, "areaCode": npa, "npa": npa, "nxx": nxx, "state": {"id": state}}
        for city, npa, nxx, state in CITIES
    ]


def _covers() -> list[Document]:
    return [{"id": str(at), "name": name} for at, name in enumerate(COVERS)]


def _greetings() -> list[Document]:
    return [
        {"id": id_, "name": name, "usageType": usage, "type": type_, "category": category}
        for id_, name, usage, type_, category in GREETINGS
    ]


def _rules() -> list[Document]:
    forwarding = {"notifyMySoftPhones": True, "softPhonesRingCount": 5, "ringingMode": "Sequentially", "rules": []}
    common = {"enabled": True, "callHandlingAction": "ForwardCalls", "forwarding": forwarding, "screening": "Off"}
    return [
        {"id": "business-hours-rule", "type": "BusinessHours", "name": "Business hours", **common},
        {"id": "after-hours-rule", "type": "AfterHours", "name": "After hours", **common,
         "callHandlingAction": "TakeMessagesOnly"},
    ]  # fmt: skip


def _company_rules() -> list[Document]:
    return [
        {"id": "business-hours-rule", "type": "BusinessHours", "name": "Business hours", "enabled": True,
         "callHandlingAction": "Bypass"},
        {"id": "after-hours-rule", "type": "AfterHours", "name": "After hours", "enabled": True,
         "callHandlingAction": "Operator"},
    ]  # fmt: skip


def _contacts() -> list[Document]:
    return [
        {"id": str(771_001 + at), "firstName": first, "lastName": last, "company": company, "businessPhone": phone,
         "email": f"{first}@{company.split()[0]}.example".lower(), "availability": "Alive"}
        for at, (first, last, company, phone) in enumerate(CONTACTS)
    ]  # fmt: skip


def _features() -> list[Document]:
    names = ("SMS", "SMSReceiving", "Pager", "Voicemail", "Fax", "RingOut", "Presence", "CallRecording",
             "CallForwarding", "HUD", "VideoConferencing", "Conferencing", "SingleExtensionUI")  # fmt: skip
    return [
        {"id": name, "available": name != "SingleExtensionUI"}
        | ({"reason": {"code": "InsufficientPermissions", "message": "Not in the plan"}} if name == names[-1] else {})
        for name in names
    ]


def _hours() -> list[Document]:
    """At all hours: an empty schedule."""
    return [{"schedule": {}}]


def _versions() -> list[Document]:
    return [{"id": "v1.0", "versionString": "1.0.39", "releaseDate": "2020-04-03T00:00:00.000Z", "uriString": "v1.0"}]


FIXED: Mapping[str, Any] = {
    "dictionary/country": _countries,
    "dictionary/state": _states,
    "dictionary/language": _languages,
    "dictionary/timezone": _zones,
    "dictionary/location": _locations,
    "dictionary/fax-cover-page": _covers,
    "dictionary/greeting": _greetings,
    "account/{}/business-hours": _hours,
    "account/{}/extension/{}/business-hours": _hours,
    "account/{}/answering-rule": _company_rules,
    "account/{}/extension/{}/answering-rule": _rules,
    "account/{}/extension/{}/address-book/contact": _contacts,
    "account/{}/extension/{}/features": _features,
    "restapi": _versions,
}
"""Kinds whose first documents are the same for every owner."""

EMPTY = frozenset({
    "account/{}/emergency-address-auto-update/tasks", "account/{}/extension/{}/greeting", "account/{}/greeting",
    "account/{}/message-store-report", "glip/data-export", "account/{}/call-recording/custom-greetings",
    "account/{}/extension/{}/favorite", "account/{}/call-monitoring-groups/{}/members",
})  # fmt: skip
"""Kinds that begin with nothing."""

SEEDED: Mapping[str, Document] = {
    "account/{}/extension/{}/caller-blocking": {"mode": "Specific", "noCallerId": "Allow", "payPhones": "Allow"},
    "account/{}/extension/{}/caller-blocking/phone-numbers": {
        "phoneNumber": "+16505550190", "label": "Nuisance", "status": "Blocked"},
    "account/{}/extension/{}/forwarding-number": {
        "phoneNumber": "+16505550180", "label": "Mobile", "type": "Mobile", "flipNumber": "2",
        "features": ["CallFlip", "CallForwarding"]},
    "account/{}/extension/{}/video-configuration": {"provider": "RCVideo"},
    "account/{}/templates": {"name": "Front office", "type": "UserSettings"},
    "account/{}/custom-fields": {"category": "User", "displayName": "Cost centre"},
    "account/{}/call-monitoring-groups": {"name": "Sales coaching"},
    "account/{}/ivr-prompts": {"filename": "welcome.wav", "contentType": "audio/wav"},
    "account/{}/emergency-locations": {"name": "Head office", "addressStatus": "Valid", "usageStatus": "Active",
                                       "visibility": "Public"},
    "account/{}/emergency-address-auto-update/networks": {"name": "Head office", "site": SITE},
    "account/{}/emergency-address-auto-update/switches": {"name": "Rack 1", "site": SITE},
    "account/{}/emergency-address-auto-update/wireless-points": {"name": "Lobby", "site": SITE},
    "account/{}/extension/{}/meeting": {"topic": "Monday round", "meetingType": "Scheduled", "status": "NotStarted"},
    "glip/preferences": {"chats": {"maxCount": 100, "leftRailMode": "SeparateAllChatTypes"}},
}  # fmt: skip
"""What the first document of a kind says; the rest of its shape is filled in."""
