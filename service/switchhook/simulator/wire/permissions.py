"""What an application and a person may do, as the platform says no to it."""

from __future__ import annotations

from switchhook.simulator.errors import Refused
from switchhook.simulator.operations import Operation
from switchhook.simulator.wire.request import Request

ADMINISTRATION = frozenset({
    "AccountAdministration", "AddRemoveUsers", "AutoReceptionist", "ConfigureEmergencyMaps",
    "EditCompanyAnsweringRules", "EditCompanyDevices", "EditCompanyGreetings", "EditCompanyInfo",
    "FullCompanyCallLog", "Groups", "ReadCompanyAnsweringRules", "ReadCompanyDevices", "ReadCompanyGreetings",
    "UserGroups", "Users",
})  # fmt: skip
"""What only an administrator has; everybody has the others, for themselves."""

OF_OTHERS = frozenset(
    {"ReadExtensions", "ReadPresenceStatus", "ReadUserDevices", "ReadUserInfo", "ReadUserPhoneNumbers"}
)
"""What everybody may do with others too."""


def check_application(request: Request, operation: Operation) -> None:
    """Raises Refused (CMN-401) naming the scope that the application was not given."""
    if request.session is not None and operation.scope not in (None, *request.session.scopes):
        message = f"In order to call this API endpoint, application needs to have [{operation.scope}] permission"
        raise Refused(403, "CMN-401", message)


def check_person(request: Request, operation: Operation) -> None:
    """Raises Refused (CMN-408, and CMN-419 for another extension's) naming the permission that the person lacks."""
    if request.session is None or operation.permission is None:
        return
    wanted = operation.permission.partition(" OR ")[0]
    person = request.caller
    allowed = wanted not in person.missing_permissions and (person.super_admin or wanted not in ADMINISTRATION)
    if not allowed:
        message = f"In order to call this API endpoint, user needs to have [{wanted}] permission"
        raise Refused(403, "CMN-408", message)
    foreign = request.parameters.get("extensionId", person.id) != person.id
    if foreign and wanted not in OF_OTHERS and not person.super_admin:
        message = (
            "In order to call this API endpoint for another extension, "
            f"user needs to have [{wanted}] permission granted with extended scope"
        )
        raise Refused(403, "CMN-419", message)
