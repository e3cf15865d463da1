# Written by deploy/stubs.py; do not edit.
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias, overload

from typing_extensions import deprecated

from switchhook.api import shapes
from switchhook.api.files import File

_Id: TypeAlias = str | int
_File: TypeAlias = bytes | Path | File | tuple[str, bytes] | tuple[str, bytes, str]

class Operations:
    def __init__(self, call: Callable[[str, Mapping[str, Any]], Awaitable[Any]]) -> None: ...
    def pages(self, operation: str, /, **parameters: Any) -> AsyncIterator[Any]: ...
    async def readAPIVersions(self, *, acceptLanguage: str = ...) -> shapes.GetVersionsResponse:
        """Get API Versions · GET /restapi · NoThrottling"""
    read_api_versions = readAPIVersions
    async def readAPIVersion(self, *, apiVersion: _Id, acceptLanguage: str = ...) -> shapes.GetVersionResponse:
        """Get Version Info · GET /restapi/{apiVersion} · NoThrottling"""
    read_api_version = readAPIVersion
    @deprecated("removed from the platform's documentation")
    async def readAPIStatus(self, *, acceptLanguage: str = ...) -> None:
        """Get Service Status · GET /restapi/v1.0/status · NoThrottling"""
    read_api_status = readAPIStatus
    async def listAutomaticLocationUpdatesUsers(self, *, accountId: _Id = ..., department: str | Sequence[str] = ..., featureEnabled: bool = ..., orderBy: str = ..., page: int = ..., perPage: int | str = ..., searchString: str = ..., siteId: _Id | Sequence[_Id] = ..., type: Literal["User", "Limited"] | Sequence[Literal["User", "Limited"]] = ..., acceptLanguage: str = ...) -> shapes.AutomaticLocationUpdatesUserList:
        """Get User List · GET /restapi/v1.0/account/{accountId}/emergency-address-auto-update/users · Medium · EditAccounts · ConfigureEmergencyMaps"""
    list_automatic_location_updates_users = listAutomaticLocationUpdatesUsers
    async def assignMultipleAutomaticaLocationUpdatesUsers(self, *, accountId: _Id = ..., body: shapes.BulkAssignAutomaticaLocationUpdatesUsers = ..., acceptLanguage: str = ...) -> None:
        """Enable Automatic Location Updates for Users · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/users/bulk-assign · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    assign_multiple_automatica_location_updates_users = assignMultipleAutomaticaLocationUpdatesUsers
    async def listWirelessPoints(self, *, accountId: _Id = ..., orderBy: str = ..., page: int = ..., perPage: int | str = ..., searchString: str = ..., siteId: _Id | Sequence[_Id] = ..., acceptLanguage: str = ...) -> shapes.WirelessPointsList:
        """Get Wireless Point List · GET /restapi/v1.0/account/{accountId}/emergency-address-auto-update/wireless-points · Medium · EditAccounts · ConfigureEmergencyMaps"""
    list_wireless_points = listWirelessPoints
    async def createWirelessPoint(self, *, body: shapes.CreateWirelessPoint, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.WirelessPointInfo:
        """Create Wireless Point · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/wireless-points · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    create_wireless_point = createWirelessPoint
    async def readWirelessPoint(self, *, pointId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.WirelessPointInfo:
        """Get Wireless Point · GET /restapi/v1.0/account/{accountId}/emergency-address-auto-update/wireless-points/{pointId} · Medium · EditAccounts · ConfigureEmergencyMaps"""
    read_wireless_point = readWirelessPoint
    async def updateWirelessPoint(self, *, pointId: _Id, body: shapes.UpdateWirelessPoint, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.WirelessPointInfo:
        """Update Wireless Point · PUT /restapi/v1.0/account/{accountId}/emergency-address-auto-update/wireless-points/{pointId} · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    update_wireless_point = updateWirelessPoint
    @overload
    async def deleteWirelessPoint(self, *, pointId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Wireless Point · DELETE /restapi/v1.0/account/{accountId}/emergency-address-auto-update/wireless-points/{pointId} · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    @overload
    async def deleteWirelessPoint(self, *, pointId: list[str] | list[int] | tuple[_Id, ...], accountId: _Id = ..., acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Delete Wireless Point · DELETE /restapi/v1.0/account/{accountId}/emergency-address-auto-update/wireless-points/{pointId} · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    delete_wireless_point = deleteWirelessPoint
    async def listNetworks(self, *, accountId: _Id = ..., siteId: _Id | Sequence[_Id] = ..., searchString: str = ..., orderBy: str = ..., perPage: int | str = ..., page: int = ..., acceptLanguage: str = ...) -> shapes.NetworksList:
        """Get Network Map · GET /restapi/v1.0/account/{accountId}/emergency-address-auto-update/networks · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    list_networks = listNetworks
    async def createNetwork(self, *, body: shapes.CreateNetworkRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.NetworkInfo:
        """Create Network · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/networks · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    create_network = createNetwork
    async def readNetwork(self, *, networkId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.NetworkInfo:
        """Get Network · GET /restapi/v1.0/account/{accountId}/emergency-address-auto-update/networks/{networkId} · Medium · EditAccounts · ConfigureEmergencyMaps"""
    read_network = readNetwork
    async def updateNetwork(self, *, networkId: _Id, body: shapes.UpdateNetworkRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Update Network · PUT /restapi/v1.0/account/{accountId}/emergency-address-auto-update/networks/{networkId} · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    update_network = updateNetwork
    @overload
    async def deleteNetwork(self, *, networkId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Network · DELETE /restapi/v1.0/account/{accountId}/emergency-address-auto-update/networks/{networkId} · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    @overload
    async def deleteNetwork(self, *, networkId: list[str] | list[int] | tuple[_Id, ...], accountId: _Id = ..., acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Delete Network · DELETE /restapi/v1.0/account/{accountId}/emergency-address-auto-update/networks/{networkId} · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    delete_network = deleteNetwork
    async def listDevicesAutomaticLocationUpdates(self, *, accountId: _Id = ..., compatibleOnly: bool = ..., featureEnabled: bool = ..., model: str | Sequence[str] = ..., orderBy: str = ..., page: int = ..., perPage: int | str = ..., searchString: str = ..., siteId: _Id | Sequence[_Id] = ..., modelId: _Id | Sequence[_Id] = ..., acceptLanguage: str = ...) -> shapes.ListDevicesAutomaticLocationUpdates:
        """Get Device List · GET /restapi/v1.0/account/{accountId}/emergency-address-auto-update/devices · Medium · EditAccounts · ConfigureEmergencyMaps"""
    list_devices_automatic_location_updates = listDevicesAutomaticLocationUpdates
    async def assignMultipleDevicesAutomaticLocationUpdates(self, *, accountId: _Id = ..., body: shapes.AssignMultipleDevicesAutomaticLocationUpdates = ..., acceptLanguage: str = ...) -> None:
        """Enable Automatic Location Updates for Devices · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/devices/bulk-assign · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    assign_multiple_devices_automatic_location_updates = assignMultipleDevicesAutomaticLocationUpdates
    async def listAccountSwitches(self, *, accountId: _Id = ..., orderBy: str = ..., page: int = ..., perPage: int | str = ..., searchString: str = ..., siteId: _Id | Sequence[_Id] = ..., acceptLanguage: str = ...) -> shapes.SwitchesList:
        """Get Account Switch List · GET /restapi/v1.0/account/{accountId}/emergency-address-auto-update/switches · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    list_account_switches = listAccountSwitches
    async def createSwitch(self, *, body: shapes.CreateSwitchInfo, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.SwitchInfo:
        """Create Switch · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/switches · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    create_switch = createSwitch
    async def readSwitch(self, *, switchId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.SwitchInfo:
        """Get Switch · GET /restapi/v1.0/account/{accountId}/emergency-address-auto-update/switches/{switchId} · Medium · EditAccounts · ConfigureEmergencyMaps"""
    read_switch = readSwitch
    async def updateSwitch(self, *, switchId: _Id, body: shapes.UpdateSwitchInfo, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.SwitchInfo:
        """Update Switch · PUT /restapi/v1.0/account/{accountId}/emergency-address-auto-update/switches/{switchId} · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    update_switch = updateSwitch
    @overload
    async def deleteSwitch(self, *, switchId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Switch · DELETE /restapi/v1.0/account/{accountId}/emergency-address-auto-update/switches/{switchId} · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    @overload
    async def deleteSwitch(self, *, switchId: list[str] | list[int] | tuple[_Id, ...], accountId: _Id = ..., acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Delete Switch · DELETE /restapi/v1.0/account/{accountId}/emergency-address-auto-update/switches/{switchId} · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    delete_switch = deleteSwitch
    async def createMultipleSwitches(self, *, body: shapes.CreateMultipleSwitchesRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CreateMultipleSwitchesResponse:
        """Create Multiple Switches · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/switches-bulk-create · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    create_multiple_switches = createMultipleSwitches
    async def updateMultipleSwitches(self, *, body: shapes.UpdateMultipleSwitchesRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.UpdateMultipleSwitchesResponse:
        """Update Multiple Switches · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/switches-bulk-update · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    update_multiple_switches = updateMultipleSwitches
    async def createMultipleWirelessPoints(self, *, body: shapes.CreateMultipleWirelessPointsRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CreateMultipleWirelessPointsResponse:
        """Create Multiple Wireless Points · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/wireless-points-bulk-create · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    create_multiple_wireless_points = createMultipleWirelessPoints
    async def updateMultipleWirelessPoints(self, *, body: shapes.UpdateMultipleWirelessPointsRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.UpdateMultipleWirelessPointsResponse:
        """Update Multiple Wireless Points · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/wireless-points-bulk-update · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    update_multiple_wireless_points = updateMultipleWirelessPoints
    async def validateMultipleWirelessPoints(self, *, body: shapes.ValidateMultipleWirelessPointsRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.ValidateMultipleWirelessPointsResponse:
        """Validate Multiple Wireless Points · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/wireless-points-bulk-validate · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    validate_multiple_wireless_points = validateMultipleWirelessPoints
    async def validateMultipleSwitches(self, *, body: shapes.ValidateMultipleSwitchesRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.ValidateMultipleSwitchesResponse:
        """Validate Multiple Switches · POST /restapi/v1.0/account/{accountId}/emergency-address-auto-update/switches-bulk-validate · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    validate_multiple_switches = validateMultipleSwitches
    async def readAutomaticLocationUpdatesTask(self, *, taskId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.AutomaticLocationUpdatesTaskInfo:
        """Get Emergency Map Configuration Task · GET /restapi/v1.0/account/{accountId}/emergency-address-auto-update/tasks/{taskId} · Light · EditAccounts · ConfigureEmergencyMaps"""
    read_automatic_location_updates_task = readAutomaticLocationUpdatesTask
    async def createEmergencyLocation(self, *, body: shapes.EmergencyLocationInfoRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Add Emergency Location · POST /restapi/v1.0/account/{accountId}/emergency-locations · Medium · EditAccounts · ConfigureEmergencyMaps"""
    create_emergency_location = createEmergencyLocation
    async def listEmergencyLocations(self, *, accountId: _Id = ..., addressStatus: Literal["Valid", "Invalid", "Provisioning", "Deprovisioned"] = ..., domesticCountryId: _Id = ..., orderBy: str = ..., page: int = ..., perPage: int | str = ..., searchString: str = ..., siteId: _Id | Sequence[_Id] = ..., usageStatus: Literal["Active", "Inactive"] = ..., visibility: Literal["Public"] = ..., acceptLanguage: str = ...) -> shapes.EmergencyLocationList:
        """Get Emergency Location List · GET /restapi/v1.0/account/{accountId}/emergency-locations · Light · ReadAccounts · ConfigureEmergencyMaps"""
    list_emergency_locations = listEmergencyLocations
    async def readEmergencyLocation(self, *, locationId: _Id, accountId: _Id = ..., syncEmergencyAddress: bool = ..., acceptLanguage: str = ...) -> shapes.EmergencyLocationInfo:
        """Get Emergency Location · GET /restapi/v1.0/account/{accountId}/emergency-locations/{locationId} · Light · EditAccounts · ConfigureEmergencyMaps"""
    read_emergency_location = readEmergencyLocation
    async def updateEmergencyLocation(self, *, locationId: _Id, body: shapes.EmergencyLocationInfoRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.EmergencyLocationInfo:
        """Update Emergency Location · PUT /restapi/v1.0/account/{accountId}/emergency-locations/{locationId} · Heavy · EditAccounts · ConfigureEmergencyMaps"""
    update_emergency_location = updateEmergencyLocation
    async def readUserBusinessHours(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetUserBusinessHoursResponse:
        """Get User Business Hours · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/business-hours · Light · ReadAccounts · ReadExtensions"""
    read_user_business_hours = readUserBusinessHours
    async def updateUserBusinessHours(self, *, body: shapes.UserBusinessHoursUpdateRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.UserBusinessHoursUpdateResponse:
        """Update User Business Hours · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/business-hours · Medium · EditExtensions · EditUserAnsweringRules"""
    update_user_business_hours = updateUserBusinessHours
    async def readCompanyBusinessHours(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CompanyBusinessHours:
        """Get Company Business Hours · GET /restapi/v1.0/account/{accountId}/business-hours · Light · ReadAccounts · ReadCompanyAnsweringRules"""
    read_company_business_hours = readCompanyBusinessHours
    async def updateCompanyBusinessHours(self, *, body: shapes.CompanyBusinessHoursUpdateRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CompanyBusinessHours:
        """Update Company Business Hours · PUT /restapi/v1.0/account/{accountId}/business-hours · Medium · EditExtensions · EditUserAnsweringRules"""
    update_company_business_hours = updateCompanyBusinessHours
    async def readGlipEvents(self, *, pageToken: str = ..., recordCount: int = ..., acceptLanguage: str = ...) -> shapes.NowTMEventList:
        """Get User Events List · GET /team-messaging/v1/events · Medium · TeamMessaging"""
    read_glip_events = readGlipEvents
    async def createEvent(self, *, body: shapes.NowTMCreateEventRequest, acceptLanguage: str = ...) -> shapes.NowTMEventInfo:
        """Create Event · POST /team-messaging/v1/events · Medium · TeamMessaging"""
    create_event = createEvent
    @overload
    async def readEvent(self, *, eventId: _Id, acceptLanguage: str = ...) -> shapes.NowTMEventInfo:
        """Get Event · GET /team-messaging/v1/events/{eventId} · Medium · TeamMessaging"""
    @overload
    async def readEvent(self, *, eventId: list[str] | list[int] | tuple[_Id, ...], acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get Event · GET /team-messaging/v1/events/{eventId} · Medium · TeamMessaging"""
    read_event = readEvent
    async def updateEvent(self, *, eventId: _Id, body: shapes.NowTMCreateEventRequest, acceptLanguage: str = ...) -> shapes.NowTMEventInfo:
        """Update Event · PUT /team-messaging/v1/events/{eventId} · Medium · TeamMessaging"""
    update_event = updateEvent
    async def deleteEvent(self, *, eventId: _Id, acceptLanguage: str = ...) -> None:
        """Delete Event · DELETE /team-messaging/v1/events/{eventId} · Medium · TeamMessaging"""
    delete_event = deleteEvent
    async def createEventbyGroupId(self, *, groupId: _Id, body: shapes.NowTMCreateEventRequest, acceptLanguage: str = ...) -> shapes.NowTMEventInfo:
        """Create Event by Group ID · POST /team-messaging/v1/groups/{groupId}/events · Medium · TeamMessaging"""
    create_eventby_group_id = createEventbyGroupId
    async def listGroupEvents(self, *, groupId: _Id, acceptLanguage: str = ...) -> shapes.NowTMEventList:
        """Get Group Events · GET /team-messaging/v1/groups/{groupId}/events · Medium · TeamMessaging"""
    list_group_events = listGroupEvents
    async def readCallerBlockingSettings(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallerBlockingSettings:
        """Get Caller Blocking Settings · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/caller-blocking · Light · ReadAccounts · ReadBlockedNumbers"""
    read_caller_blocking_settings = readCallerBlockingSettings
    async def updateCallerBlockingSettings(self, *, accountId: _Id = ..., extensionId: _Id = ..., body: shapes.CallerBlockingSettingsUpdate = ..., acceptLanguage: str = ...) -> shapes.CallerBlockingSettings:
        """Update Caller Blocking Settings · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/caller-blocking · Light · EditExtensions · EditBlockedNumbers"""
    update_caller_blocking_settings = updateCallerBlockingSettings
    async def listBlockedAllowedNumbers(self, *, accountId: _Id = ..., extensionId: _Id = ..., page: int = ..., perPage: int | str = ..., status: Literal["Blocked", "Allowed"] = ..., acceptLanguage: str = ...) -> shapes.BlockedAllowedPhoneNumbersList:
        """Get Blocked/Allowed Phone Numbers · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/caller-blocking/phone-numbers · Light · ReadAccounts · ReadBlockedNumbers"""
    list_blocked_allowed_numbers = listBlockedAllowedNumbers
    async def createBlockedAllowedNumber(self, *, body: shapes.AddBlockedAllowedPhoneNumber, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.BlockedAllowedPhoneNumberInfo:
        """Add Blocked/Allowed Number · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/caller-blocking/phone-numbers · Medium · EditExtensions · EditBlockedNumbers"""
    create_blocked_allowed_number = createBlockedAllowedNumber
    async def readBlockedAllowedNumber(self, *, blockedNumberId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.BlockedAllowedPhoneNumberInfo:
        """Get Blocked/Allowed Number · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/caller-blocking/phone-numbers/{blockedNumberId} · Light · ReadAccounts · ReadBlockedNumbers"""
    read_blocked_allowed_number = readBlockedAllowedNumber
    async def deleteBlockedAllowedNumber(self, *, blockedNumberId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Blocked/Allowed Number · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/caller-blocking/phone-numbers/{blockedNumberId} · Medium · EditExtensions · EditBlockedNumbers"""
    delete_blocked_allowed_number = deleteBlockedAllowedNumber
    async def updateBlockedAllowedNumber(self, *, blockedNumberId: _Id, accountId: _Id = ..., extensionId: _Id = ..., body: shapes.AddBlockedAllowedPhoneNumber = ..., acceptLanguage: str = ...) -> shapes.BlockedAllowedPhoneNumberInfo:
        """Update Blocked/Allowed Number · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/caller-blocking/phone-numbers/{blockedNumberId} · Medium · EditExtensions · EditBlockedNumbers"""
    update_blocked_allowed_number = updateBlockedAllowedNumber
    async def createCallOutCallSession(self, *, body: shapes.MakeCallOutRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallSession:
        """Make CallOut · POST /restapi/v1.0/account/{accountId}/telephony/call-out · Heavy · CallControl"""
    create_call_out_call_session = createCallOutCallSession
    async def readCallSessionStatus(self, *, telephonySessionId: _Id, accountId: _Id = ..., timeout: str = ..., timestamp: str = ..., acceptLanguage: str = ...) -> shapes.CallSessionObject:
        """Get Call Session Status · GET /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId} · Light · CallControl"""
    read_call_session_status = readCallSessionStatus
    async def deleteCallSession(self, *, telephonySessionId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Drop Call Session · DELETE /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId} · Light · CallControl"""
    delete_call_session = deleteCallSession
    async def holdCallParty(self, *, telephonySessionId: _Id, partyId: _Id, accountId: _Id = ..., body: Mapping[str, Any] | Sequence[Any] = ..., acceptLanguage: str = ...) -> shapes.CallParty:
        """Hold Call Party · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/hold · Light · CallControl"""
    hold_call_party = holdCallParty
    async def unholdCallParty(self, *, telephonySessionId: _Id, partyId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallParty:
        """Unhold Call Party · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/unhold · Light · CallControl"""
    unhold_call_party = unholdCallParty
    async def rejectParty(self, *, telephonySessionId: _Id, partyId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Reject Call Party · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/reject · Light · CallControl"""
    reject_party = rejectParty
    async def ignoreCallInQueue(self, *, telephonySessionId: _Id, partyId: _Id, body: shapes.IgnoreRequestBody, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Ignore Call in Queue · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/ignore · Light · CallControl"""
    ignore_call_in_queue = ignoreCallInQueue
    async def transferCallParty(self, *, telephonySessionId: _Id, partyId: _Id, body: shapes.TransferTarget, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallParty:
        """Transfer Call Party · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/transfer · Light · CallControl"""
    transfer_call_party = transferCallParty
    async def answerCallParty(self, *, telephonySessionId: _Id, partyId: _Id, body: shapes.AnswerTarget, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallParty:
        """Answer Call Party · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/answer · Light · CallControl"""
    answer_call_party = answerCallParty
    async def pickupCallParty(self, *, telephonySessionId: _Id, partyId: _Id, body: shapes.PickupTarget, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallParty:
        """Pickup Call · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/pickup · Light · CallControl"""
    pickup_call_party = pickupCallParty
    async def forwardCallParty(self, *, telephonySessionId: _Id, partyId: _Id, body: shapes.ForwardTarget, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallParty:
        """Forward Call Party · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/forward · Light · CallControl"""
    forward_call_party = forwardCallParty
    async def replyParty(self, *, telephonySessionId: _Id, partyId: _Id, body: shapes.CallPartyReply, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.ReplyParty:
        """Reply with Text · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/reply · Light · CallControl"""
    reply_party = replyParty
    async def callFlipParty(self, *, telephonySessionId: _Id, partyId: _Id, body: shapes.CallPartyFlip, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallParty:
        """Call Flip on Party · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/flip · Light · CallControl"""
    call_flip_party = callFlipParty
    async def callParkParty(self, *, telephonySessionId: _Id, partyId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallParty:
        """Call Park · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/park · Light · CallControl"""
    call_park_party = callParkParty
    async def readCallPartyStatus(self, *, telephonySessionId: _Id, partyId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallParty:
        """Get Call Party Status · GET /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId} · Light · CallControl"""
    read_call_party_status = readCallPartyStatus
    async def updateCallParty(self, *, telephonySessionId: _Id, partyId: _Id, body: shapes.PartyUpdateRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallParty:
        """Update Call Party · PATCH /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId} · Light · CallControl"""
    update_call_party = updateCallParty
    async def startCallRecording(self, *, telephonySessionId: _Id, partyId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallRecording:
        """Create Recording · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/recordings · Light · CallControl"""
    start_call_recording = startCallRecording
    async def pauseResumeCallRecording(self, *, telephonySessionId: _Id, partyId: _Id, recordingId: _Id, body: shapes.CallRecordingUpdate, accountId: _Id = ..., brandId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallRecording:
        """Pause/Resume Recording · PATCH /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/recordings/{recordingId} · Light · CallControl"""
    pause_resume_call_recording = pauseResumeCallRecording
    async def superviseCallSession(self, *, telephonySessionId: _Id, body: shapes.SuperviseCallSessionRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.SuperviseCallSession:
        """Supervise Call Session · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/supervise · Light · CallControl"""
    supervise_call_session = superviseCallSession
    async def superviseCallParty(self, *, telephonySessionId: _Id, partyId: _Id, body: shapes.PartySuperviseRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.PartySuperviseResponse:
        """Supervise Call Party · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/supervise · Light · CallControl"""
    supervise_call_party = superviseCallParty
    async def listForwardingNumbers(self, *, accountId: _Id = ..., extensionId: _Id = ..., page: int = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.GetExtensionForwardingNumberListResponse:
        """Get Forwarding Number List · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/forwarding-number · Light · ReadAccounts · ReadUserForwardingFlipNumbers"""
    list_forwarding_numbers = listForwardingNumbers
    async def createForwardingNumber(self, *, body: shapes.CreateForwardingNumberRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.ForwardingNumberInfo:
        """Create Forwarding Number · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/forwarding-number · Medium · EditExtensions · EditUserForwardingFlipNumbers"""
    create_forwarding_number = createForwardingNumber
    async def readForwardingNumber(self, *, forwardingNumberId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.ForwardingNumberInfo:
        """Get Forwarding Number · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/forwarding-number/{forwardingNumberId} · Light · ReadAccounts · ReadUserForwardingFlipNumbers"""
    read_forwarding_number = readForwardingNumber
    async def updateForwardingNumber(self, *, forwardingNumberId: _Id, body: shapes.UpdateForwardingNumberRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.ForwardingNumberInfo:
        """Update Forwarding Number · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/forwarding-number/{forwardingNumberId} · Medium · EditExtensions · EditUserForwardingFlipNumbers"""
    update_forwarding_number = updateForwardingNumber
    async def deleteForwardingNumber(self, *, forwardingNumberId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Forwarding Number · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/forwarding-number/{forwardingNumberId} · Medium · EditExtensions · EditUserForwardingFlipNumbers"""
    delete_forwarding_number = deleteForwardingNumber
    async def readUserCallLog(self, *, accountId: _Id = ..., extensionId: _Id = ..., dateFrom: str | datetime = ..., dateTo: str | datetime = ..., direction: Literal["Inbound", "Outbound"] | Sequence[Literal["Inbound", "Outbound"]] = ..., extensionNumber: str = ..., page: int = ..., perPage: int | str = ..., phoneNumber: str = ..., recordingType: Literal["Automatic", "OnDemand", "All"] = ..., sessionId: _Id = ..., showBlocked: bool = ..., showDeleted: bool = ..., transport: Literal["PSTN", "VoIP"] | Sequence[Literal["PSTN", "VoIP"]] = ..., type: Literal["Voice", "Fax"] | Sequence[Literal["Voice", "Fax"]] = ..., view: Literal["Simple", "Detailed"] = ..., withRecording: bool = ..., telephonySessionId: _Id = ..., metadataCategory: str | Sequence[str] = ..., acceptLanguage: str = ...) -> shapes.UserCallLogResponse:
        """Get User Call Log Records · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log · Heavy · ReadCallLog · ReadCallLog"""
    read_user_call_log = readUserCallLog
    async def deleteUserCallLog(self, *, accountId: _Id = ..., extensionId: _Id = ..., dateFrom: str | datetime = ..., dateTo: str | datetime = ..., direction: Literal["Inbound", "Outbound"] | Sequence[Literal["Inbound", "Outbound"]] = ..., extensionNumber: str = ..., phoneNumber: str = ..., type: Literal["Voice", "Fax"] | Sequence[Literal["Voice", "Fax"]] = ..., acceptLanguage: str = ...) -> None:
        """Delete User Call Log · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log · Heavy · EditCallLog · EditCallLog"""
    delete_user_call_log = deleteUserCallLog
    async def syncUserCallLog(self, *, accountId: _Id = ..., extensionId: _Id = ..., dateFrom: str | datetime = ..., recordCount: int = ..., showDeleted: bool = ..., statusGroup: Literal["Missed", "All"] | Sequence[Literal["Missed", "All"]] = ..., syncToken: str = ..., syncType: Literal["FSync", "ISync"] | Sequence[Literal["FSync", "ISync"]] = ..., view: Literal["Simple", "Detailed"] = ..., withRecording: bool = ..., recordingType: Literal["Automatic", "OnDemand", "All"] = ..., metadataCategory: str | Sequence[str] = ..., acceptLanguage: str = ...) -> shapes.CallLogSync:
        """Sync User Call Log · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log-sync · Heavy · ReadCallLog · ReadCallLog"""
    sync_user_call_log = syncUserCallLog
    @overload
    async def readUserCallRecord(self, *, callRecordId: _Id, accountId: _Id = ..., extensionId: _Id = ..., view: Literal["Simple", "Detailed"] = ..., acceptLanguage: str = ...) -> shapes.UserCallLogRecord:
        """Get User Call Record · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log/{callRecordId} · Heavy · ReadCallLog · ReadCallLog"""
    @overload
    async def readUserCallRecord(self, *, callRecordId: list[str] | list[int] | tuple[_Id, ...], accountId: _Id = ..., extensionId: _Id = ..., view: Literal["Simple", "Detailed"] = ..., acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get User Call Record · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log/{callRecordId} · Heavy · ReadCallLog · ReadCallLog"""
    read_user_call_record = readUserCallRecord
    async def listExtensionActiveCalls(self, *, accountId: _Id = ..., extensionId: _Id = ..., direction: Literal["Inbound", "Outbound"] | Sequence[Literal["Inbound", "Outbound"]] = ..., page: int = ..., perPage: int | str = ..., type: Literal["Voice", "Fax"] | Sequence[Literal["Voice", "Fax"]] = ..., view: Literal["Simple", "Detailed"] = ..., transport: Literal["PSTN", "VoIP"] | Sequence[Literal["PSTN", "VoIP"]] = ..., conferenceType: Literal["AudioConferencing", "Meetings"] | Sequence[Literal["AudioConferencing", "Meetings"]] = ..., acceptLanguage: str = ...) -> shapes.UserActiveCallsResponse:
        """Get User Active Calls · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/active-calls · Heavy · ReadCallLog · ReadCallLog"""
    list_extension_active_calls = listExtensionActiveCalls
    async def readCompanyCallLog(self, *, accountId: _Id = ..., dateFrom: str | datetime = ..., dateTo: str | datetime = ..., direction: Literal["Inbound", "Outbound"] | Sequence[Literal["Inbound", "Outbound"]] = ..., extensionNumber: str = ..., page: int = ..., perPage: int | str = ..., phoneNumber: str = ..., recordingType: Literal["Automatic", "OnDemand", "All"] = ..., sessionId: _Id = ..., type: Literal["Voice", "Fax"] | Sequence[Literal["Voice", "Fax"]] = ..., view: Literal["Simple", "Detailed"] = ..., withRecording: bool = ..., telephonySessionId: _Id = ..., metadataCategory: str | Sequence[str] = ..., showDeleted: bool = ..., acceptLanguage: str = ...) -> shapes.AccountCallLogResponse:
        """Get Company Call Log Records · GET /restapi/v1.0/account/{accountId}/call-log · Heavy · ReadCallLog · FullCompanyCallLog"""
    read_company_call_log = readCompanyCallLog
    async def syncAccountCallLog(self, *, accountId: _Id = ..., dateFrom: str | datetime = ..., recordCount: int = ..., showDeleted: bool = ..., statusGroup: Literal["Missed", "All"] | Sequence[Literal["Missed", "All"]] = ..., syncToken: str = ..., syncType: Literal["FSync", "ISync"] | Sequence[Literal["FSync", "ISync"]] = ..., view: Literal["Simple", "Detailed"] = ..., withRecording: bool = ..., recordingType: Literal["Automatic", "OnDemand", "All"] = ..., metadataCategory: str | Sequence[str] = ..., acceptLanguage: str = ...) -> shapes.AccountCallLogSyncResponse:
        """Sync Company Call Log · GET /restapi/v1.0/account/{accountId}/call-log-sync · Heavy · ReadCallLog · ReadCallLog"""
    sync_account_call_log = syncAccountCallLog
    @overload
    async def readCompanyCallRecord(self, *, callRecordId: _Id, accountId: _Id = ..., view: Literal["Simple", "Detailed"] = ..., acceptLanguage: str = ...) -> shapes.CompanyCallLogRecord:
        """Get Company Call Log Record(s) · GET /restapi/v1.0/account/{accountId}/call-log/{callRecordId} · Heavy · ReadCallLog · FullCompanyCallLog"""
    @overload
    async def readCompanyCallRecord(self, *, callRecordId: list[str] | list[int] | tuple[_Id, ...], accountId: _Id = ..., view: Literal["Simple", "Detailed"] = ..., acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get Company Call Log Record(s) · GET /restapi/v1.0/account/{accountId}/call-log/{callRecordId} · Heavy · ReadCallLog · FullCompanyCallLog"""
    read_company_call_record = readCompanyCallRecord
    async def listCompanyActiveCalls(self, *, accountId: _Id = ..., direction: Literal["Inbound", "Outbound"] | Sequence[Literal["Inbound", "Outbound"]] = ..., page: int = ..., perPage: int | str = ..., transport: Literal["PSTN", "VoIP"] | Sequence[Literal["PSTN", "VoIP"]] = ..., type: Literal["Voice", "Fax"] | Sequence[Literal["Voice", "Fax"]] = ..., view: Literal["Simple", "Detailed"] = ..., conferenceType: Literal["AudioConferencing", "Meetings"] | Sequence[Literal["AudioConferencing", "Meetings"]] = ..., acceptLanguage: str = ...) -> shapes.CompanyActiveCallsResponse:
        """Get Company Active Calls · GET /restapi/v1.0/account/{accountId}/active-calls · Heavy · ReadCallLog · ReadCallLog"""
    list_company_active_calls = listCompanyActiveCalls
    async def createCallMonitoringGroup(self, *, body: shapes.CreateCallMonitoringGroupRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallMonitoringGroup:
        """Create Call Monitoring Group · POST /restapi/v1.0/account/{accountId}/call-monitoring-groups · Medium · EditExtensions · Groups"""
    create_call_monitoring_group = createCallMonitoringGroup
    async def listCallMonitoringGroups(self, *, accountId: _Id = ..., memberExtensionId: _Id = ..., page: int = ..., perPage: int | str = ..., siteId: _Id | Sequence[_Id] = ..., acceptLanguage: str = ...) -> shapes.CallMonitoringGroups:
        """Get Call Monitoring Groups List · GET /restapi/v1.0/account/{accountId}/call-monitoring-groups · Medium · ReadAccounts · ReadExtensions"""
    list_call_monitoring_groups = listCallMonitoringGroups
    async def updateCallMonitoringGroup(self, *, groupId: _Id, body: shapes.CreateCallMonitoringGroupRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallMonitoringGroup:
        """Updates Call Monitoring Group · PUT /restapi/v1.0/account/{accountId}/call-monitoring-groups/{groupId} · Medium · EditExtensions · Groups"""
    update_call_monitoring_group = updateCallMonitoringGroup
    async def deleteCallMonitoringGroup(self, *, groupId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Call Monitoring Group · DELETE /restapi/v1.0/account/{accountId}/call-monitoring-groups/{groupId} · Medium · EditExtensions · Groups"""
    delete_call_monitoring_group = deleteCallMonitoringGroup
    async def listCallMonitoringGroupMembers(self, *, groupId: _Id, accountId: _Id = ..., page: int = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.CallMonitoringGroupMemberList:
        """Get Call Monitoring Group Member List · GET /restapi/v1.0/account/{accountId}/call-monitoring-groups/{groupId}/members · Medium · ReadAccounts · ReadExtensions"""
    list_call_monitoring_group_members = listCallMonitoringGroupMembers
    async def updateCallMonitoringGroupList(self, *, groupId: _Id, body: shapes.CallMonitoringBulkAssign, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Update Call Monitoring Group List · POST /restapi/v1.0/account/{accountId}/call-monitoring-groups/{groupId}/bulk-assign · Heavy · EditExtensions · Groups"""
    update_call_monitoring_group_list = updateCallMonitoringGroupList
    async def listCallQueues(self, *, accountId: _Id = ..., memberExtensionId: _Id = ..., page: int = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.CallQueues:
        """Get Call Queue List · GET /restapi/v1.0/account/{accountId}/call-queues · Medium · ReadAccounts · ReadExtensions"""
    list_call_queues = listCallQueues
    async def listCallQueueMembers(self, *, groupId: _Id, accountId: _Id = ..., page: int = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.CallQueueMembers:
        """Get Call Queue Members · GET /restapi/v1.0/account/{accountId}/call-queues/{groupId}/members · Light · ReadAccounts · ReadExtensions"""
    list_call_queue_members = listCallQueueMembers
    async def assignMultipleCallQueueMembers(self, *, groupId: _Id, body: shapes.CallQueueBulkAssignResource, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Assign Multiple Call Queue Members · POST /restapi/v1.0/account/{accountId}/call-queues/{groupId}/bulk-assign · Heavy · EditExtensions · Groups"""
    assign_multiple_call_queue_members = assignMultipleCallQueueMembers
    async def updateUserCallQueues(self, *, body: shapes.UserCallQueues, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.UserCallQueues:
        """Update User Call Queues · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/call-queues · Medium · EditAccounts · EditCallQueuePresence"""
    update_user_call_queues = updateUserCallQueues
    @deprecated("deprecated")
    async def listDepartmentMembers(self, *, departmentId: _Id, accountId: _Id = ..., page: int = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.DepartmentMemberList:
        """Get Department Member List · GET /restapi/v1.0/account/{accountId}/department/{departmentId}/members · Light · ReadAccounts · ReadExtensions"""
    list_department_members = listDepartmentMembers
    @deprecated("deprecated")
    async def assignMultipleDepartmentMembers(self, *, accountId: _Id = ..., body: shapes.DepartmentBulkAssignResource = ..., acceptLanguage: str = ...) -> None:
        """Assign Multiple Department Members · POST /restapi/v1.0/account/{accountId}/department/bulk-assign · Heavy · EditAccounts · UserGroups"""
    assign_multiple_department_members = assignMultipleDepartmentMembers
    async def readCallRecording(self, *, recordingId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetCallRecordingResponse:
        """Get Call Recording · GET /restapi/v1.0/account/{accountId}/recording/{recordingId} · Heavy · ReadCallRecording · ReadCallRecording"""
    read_call_recording = readCallRecording
    async def listCallRecordingData(self, *, recordingId: _Id, accountId: _Id = ..., contentDisposition: Literal["Inline", "Attachment"] = ..., contentDispositionFilename: str = ..., acceptLanguage: str = ..., Range: str = ...) -> bytes:
        """Get Call Recordings Data · GET /restapi/v1.0/account/{accountId}/recording/{recordingId}/content · Heavy · ReadCallRecording"""
    list_call_recording_data = listCallRecordingData
    async def createIVRPrompt(self, *, attachment: _File, accountId: _Id = ..., name: str = ..., acceptLanguage: str = ...) -> shapes.PromptInfo:
        """Create IVR Prompts · POST /restapi/v1.0/account/{accountId}/ivr-prompts · Heavy · EditAccounts · EditCompanyGreetings"""
    create_ivr_prompt = createIVRPrompt
    async def listIVRPrompts(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.IVRPrompts:
        """Get IVR Prompt List · GET /restapi/v1.0/account/{accountId}/ivr-prompts · Medium · ReadAccounts · ReadCompanyGreetings"""
    list_ivr_prompts = listIVRPrompts
    async def readIVRPrompt(self, *, promptId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.PromptInfo:
        """Get IVR Prompt · GET /restapi/v1.0/account/{accountId}/ivr-prompts/{promptId} · Medium · ReadAccounts · ReadCompanyGreetings"""
    read_ivr_prompt = readIVRPrompt
    async def deleteIVRPrompt(self, *, promptId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete IVR Prompt · DELETE /restapi/v1.0/account/{accountId}/ivr-prompts/{promptId} · Heavy · EditAccounts · EditCompanyGreetings"""
    delete_ivr_prompt = deleteIVRPrompt
    async def updateIVRPrompt(self, *, promptId: _Id, accountId: _Id = ..., body: shapes.UpdateIVRPromptRequest = ..., acceptLanguage: str = ...) -> shapes.PromptInfo:
        """Update IVR Prompt · PUT /restapi/v1.0/account/{accountId}/ivr-prompts/{promptId} · Medium · EditAccounts · EditCompanyGreetings"""
    update_ivr_prompt = updateIVRPrompt
    async def readIVRPromptContent(self, *, promptId: _Id, accountId: _Id = ..., contentDisposition: Literal["Inline", "Attachment"] = ..., contentDispositionFilename: str = ..., acceptLanguage: str = ..., Range: str = ...) -> bytes:
        """Get IVR Prompt Content · GET /restapi/v1.0/account/{accountId}/ivr-prompts/{promptId}/content · Heavy · ReadAccounts"""
    read_ivr_prompt_content = readIVRPromptContent
    async def createIVRMenu(self, *, body: shapes.IVRMenuInfo, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.IVRMenuInfo:
        """Create IVR Menu · POST /restapi/v1.0/account/{accountId}/ivr-menus · Heavy · EditAccounts · AutoReceptionist"""
    create_ivr_menu = createIVRMenu
    async def readIVRMenu(self, *, ivrMenuId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.IVRMenuInfo:
        """Get IVR Menu · GET /restapi/v1.0/account/{accountId}/ivr-menus/{ivrMenuId} · Medium · ReadAccounts · AutoReceptionist"""
    read_ivr_menu = readIVRMenu
    async def updateIVRMenu(self, *, ivrMenuId: _Id, body: shapes.IVRMenuInfo, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.IVRMenuInfo:
        """Update IVR Menu · PUT /restapi/v1.0/account/{accountId}/ivr-menus/{ivrMenuId} · Medium · ReadAccounts · AutoReceptionist"""
    update_ivr_menu = updateIVRMenu
    async def listGlipChats(self, *, pageToken: str = ..., recordCount: int = ..., type: Literal["Everyone", "Group", "Personal", "Direct", "Team"] | Sequence[Literal["Everyone", "Group", "Personal", "Direct", "Team"]] = ..., acceptLanguage: str = ...) -> shapes.NowTMChatList:
        """Get Chats · GET /team-messaging/v1/chats · Medium · TeamMessaging"""
    list_glip_chats = listGlipChats
    async def readGlipChat(self, *, chatId: _Id, acceptLanguage: str = ...) -> shapes.NowTMChatInfo:
        """Get Chat · GET /team-messaging/v1/chats/{chatId} · Light · TeamMessaging"""
    read_glip_chat = readGlipChat
    async def listRecentChats(self, *, recordCount: int = ..., type: Literal["Everyone", "Group", "Personal", "Direct", "Team"] | Sequence[Literal["Everyone", "Group", "Personal", "Direct", "Team"]] = ..., acceptLanguage: str = ...) -> shapes.NowTMChatListWithoutNavigation:
        """Get Recent Chats · GET /team-messaging/v1/recent/chats · Light · TeamMessaging"""
    list_recent_chats = listRecentChats
    async def listFavoriteChats(self, *, recordCount: int = ..., acceptLanguage: str = ...) -> shapes.NowTMChatListWithoutNavigation:
        """Get Favorite Chats · GET /team-messaging/v1/favorites · Light · TeamMessaging"""
    list_favorite_chats = listFavoriteChats
    async def favoriteGlipChat(self, *, chatId: _Id, acceptLanguage: str = ...) -> None:
        """Add Chat to Favorites · POST /team-messaging/v1/chats/{chatId}/favorite · Medium · TeamMessaging"""
    favorite_glip_chat = favoriteGlipChat
    async def unfavoriteGlipChat(self, *, chatId: _Id, acceptLanguage: str = ...) -> None:
        """Remove Chat from Favorites · POST /team-messaging/v1/chats/{chatId}/unfavorite · Medium · TeamMessaging"""
    unfavorite_glip_chat = unfavoriteGlipChat
    @deprecated("removed from the platform's documentation")
    async def markChatRead(self, *, chatId: _Id, acceptLanguage: str = ...) -> None:
        """Mark Chat as Read · POST /restapi/v1.0/glip/chats/{chatId}/read · Medium · GlipInternal"""
    mark_chat_read = markChatRead
    @deprecated("removed from the platform's documentation")
    async def markChatUnread(self, *, chatId: _Id, acceptLanguage: str = ...) -> None:
        """Mark Chat as Unread · POST /restapi/v1.0/glip/chats/{chatId}/unread · Medium · GlipInternal"""
    mark_chat_unread = markChatUnread
    @deprecated("superseded by GET /team-messaging/v1/chats")
    async def listGlipGroups(self, *, pageToken: str = ..., recordCount: int = ..., type: Literal["Group", "Team", "PrivateChat", "PersonalChat"] = ..., acceptLanguage: str = ...) -> shapes.GlipGroupList:
        """Get User Groups · GET /restapi/v1.0/glip/groups · Medium · TeamMessaging"""
    list_glip_groups = listGlipGroups
    @deprecated("superseded by POST /team-messaging/v1/teams, POST /team-messaging/v1/conversations")
    async def createGlipGroup(self, *, body: shapes.GlipCreateGroup, acceptLanguage: str = ...) -> shapes.GlipGroupInfo:
        """Create Group · POST /restapi/v1.0/glip/groups · Medium · TeamMessaging"""
    create_glip_group = createGlipGroup
    @deprecated("superseded by GET /team-messaging/v1/chats/{chatId}")
    async def readGlipGroup(self, *, groupId: _Id, acceptLanguage: str = ...) -> shapes.GlipGroupInfo:
        """Get Group · GET /restapi/v1.0/glip/groups/{groupId} · Light · TeamMessaging"""
    read_glip_group = readGlipGroup
    @deprecated("superseded by POST /team-messaging/v1/teams/{chatId}/add, POST /team-messaging/v1/teams/{chatId}/remove")
    async def assignGlipGroupMembers(self, *, groupId: _Id, body: shapes.EditGroupRequest, acceptLanguage: str = ...) -> None:
        """Edit Group Members · POST /restapi/v1.0/glip/groups/{groupId}/bulk-assign · Medium · TeamMessaging"""
    assign_glip_group_members = assignGlipGroupMembers
    async def readAccountInfo(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetAccountInfoResponse:
        """Get Account Info · GET /restapi/v1.0/account/{accountId} · Light · ReadAccounts · ReadCompanyInfo"""
    read_account_info = readAccountInfo
    async def readAccountBusinessAddress(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.AccountBusinessAddressResource:
        """Get Account Business Address · GET /restapi/v1.0/account/{accountId}/business-address · Light · ReadAccounts · ReadCompanyInfo"""
    read_account_business_address = readAccountBusinessAddress
    async def updateAccountBusinessAddress(self, *, body: shapes.ModifyAccountBusinessAddressRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.AccountBusinessAddressResource:
        """Update Company Business Address · PUT /restapi/v1.0/account/{accountId}/business-address · Medium · EditAccounts · EditCompanyInfo"""
    update_account_business_address = updateAccountBusinessAddress
    async def readAccountServiceInfo(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetServiceInfoResponse:
        """Get Account Service Info · GET /restapi/v1.0/account/{accountId}/service-info · Light · ReadAccounts · ReadCompanyInfo"""
    read_account_service_info = readAccountServiceInfo
    async def listGlipConversations(self, *, pageToken: str = ..., recordCount: int = ..., acceptLanguage: str = ...) -> shapes.NowTMConversationList:
        """Get Conversations · GET /team-messaging/v1/conversations · Medium · TeamMessaging"""
    list_glip_conversations = listGlipConversations
    async def createGlipConversation(self, *, body: shapes.NowCreateConversationRequest, acceptLanguage: str = ...) -> shapes.NowTMConversationInfo:
        """Create/Open Conversation · POST /team-messaging/v1/conversations · Medium · TeamMessaging"""
    create_glip_conversation = createGlipConversation
    async def readGlipConversation(self, *, chatId: _Id, acceptLanguage: str = ...) -> shapes.NowTMConversationInfo:
        """Get Conversation · GET /team-messaging/v1/conversations/{chatId} · Light · TeamMessaging"""
    read_glip_conversation = readGlipConversation
    async def createCustomField(self, *, accountId: _Id = ..., body: shapes.CustomFieldCreateRequest = ..., acceptLanguage: str = ...) -> shapes.CustomFieldResource:
        """Create Custom Field · POST /restapi/v1.0/account/{accountId}/custom-fields · Medium · EditAccounts · Users"""
    create_custom_field = createCustomField
    async def listCustomFields(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CustomFieldsResource:
        """Get Custom Field List · GET /restapi/v1.0/account/{accountId}/custom-fields · Light · ReadAccounts · ReadUserInfo"""
    list_custom_fields = listCustomFields
    async def updateCustomField(self, *, fieldId: _Id, accountId: _Id = ..., body: shapes.CustomFieldUpdateRequest = ..., acceptLanguage: str = ...) -> shapes.CustomFieldResource:
        """Update Сustom Field · PUT /restapi/v1.0/account/{accountId}/custom-fields/{fieldId} · Medium · EditAccounts · Users"""
    update_custom_field = updateCustomField
    async def deleteCustomField(self, *, fieldId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Custom Field · DELETE /restapi/v1.0/account/{accountId}/custom-fields/{fieldId} · Medium · EditAccounts · Users"""
    delete_custom_field = deleteCustomField
    async def readDevice(self, *, deviceId: _Id, accountId: _Id = ..., syncEmergencyAddress: bool = ..., acceptLanguage: str = ...) -> shapes.GetDeviceInfoResponse:
        """Get Device · GET /restapi/v1.0/account/{accountId}/device/{deviceId} · Light · ReadAccounts · ReadCompanyDevices"""
    read_device = readDevice
    async def updateDevice(self, *, deviceId: _Id, accountId: _Id = ..., prestatement: bool = ..., body: shapes.AccountDeviceUpdate = ..., acceptLanguage: str = ...) -> shapes.GetDeviceInfoResponse:
        """Update Device · PUT /restapi/v1.0/account/{accountId}/device/{deviceId} · Medium · EditAccounts · EditCompanyDevices"""
    update_device = updateDevice
    async def listExtensionDevices(self, *, accountId: _Id = ..., extensionId: _Id = ..., feature: Literal["Intercom", "Paging", "BLA", "HELD", "CommonPhone"] | Sequence[Literal["Intercom", "Paging", "BLA", "HELD", "CommonPhone"]] = ..., linePooling: Literal["Host", "Guest", "None"] = ..., page: int = ..., perPage: int | str = ..., type: Literal["HardPhone", "SoftPhone", "OtherPhone", "WebRTC", "Room"] | Sequence[Literal["HardPhone", "SoftPhone", "OtherPhone", "WebRTC", "Room"]] = ..., lineType: Literal["Unknown", "Standalone", "StandaloneFree", "BlaPrimary", "BlaSecondary"] | Sequence[Literal["Unknown", "Standalone", "StandaloneFree", "BlaPrimary", "BlaSecondary"]] = ..., acceptLanguage: str = ...) -> shapes.GetExtensionDevicesResponse:
        """Get Extension Device List · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/device · Light · ReadAccounts · ReadUserDevices"""
    list_extension_devices = listExtensionDevices
    async def listExtensions(self, *, accountId: _Id = ..., email: str | Sequence[str] = ..., extensionId: _Id = ..., page: int = ..., perPage: int | str = ..., status: Literal["Enabled", "Disabled", "NotActivated", "Unassigned", "Frozen"] | Sequence[Literal["Enabled", "Disabled", "NotActivated", "Unassigned", "Frozen"]] = ..., type: Literal["User", "FaxUser", "VirtualUser", "DigitalUser", "Department", "Announcement", "Voicemail", "SharedLinesGroup", "PagingOnly", "IvrMenu", "ApplicationExtension", "ParkLocation", "Limited", "Bot", "DelegatedLinesGroup", "GroupCallPickup", "ProxyAdmin", "RoomConnector", "Site", "Room", "FlexibleUser", "TieLine", "Unknown"] | Sequence[Literal["User", "FaxUser", "VirtualUser", "DigitalUser", "Department", "Announcement", "Voicemail", "SharedLinesGroup", "PagingOnly", "IvrMenu", "ApplicationExtension", "ParkLocation", "Limited", "Bot", "DelegatedLinesGroup", "GroupCallPickup", "ProxyAdmin", "RoomConnector", "Site", "Room", "FlexibleUser", "TieLine", "Unknown"]] = ..., extensionNumber: str = ..., acceptLanguage: str = ...) -> shapes.GetExtensionListResponse:
        """Get Extension List · GET /restapi/v1.0/account/{accountId}/extension · Medium · ReadAccounts · ReadExtensions"""
    list_extensions = listExtensions
    async def createExtension(self, *, body: shapes.ExtensionCreationRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.ExtensionCreationResponse:
        """Create Extension · POST /restapi/v1.0/account/{accountId}/extension · Medium · EditAccounts · AddRemoveUsers"""
    create_extension = createExtension
    async def listUserTemplates(self, *, accountId: _Id = ..., page: str = ..., perPage: int | str = ..., type: Literal["UserSettings", "CallHandling", "CallQueueCallHandling", "CallQueueSettings", "KeyTemplates", "LimitedExtensions", "SiteCallHandling"] = ..., acceptLanguage: str = ...) -> shapes.UserTemplates:
        """Get User Template List · GET /restapi/v1.0/account/{accountId}/templates · Medium · ReadAccounts · ReadCompanyInfo"""
    list_user_templates = listUserTemplates
    async def readUserTemplate(self, *, templateId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.TemplateInfo:
        """Get User Template · GET /restapi/v1.0/account/{accountId}/templates/{templateId} · Light · ReadAccounts · ReadCompanyInfo"""
    read_user_template = readUserTemplate
    async def listContacts(self, *, accountId: _Id = ..., extensionId: _Id = ..., page: int = ..., perPage: int | str = ..., phoneNumber: str | Sequence[str] = ..., sortBy: Literal["FirstName", "LastName", "Company"] | Sequence[Literal["FirstName", "LastName", "Company"]] = ..., startsWith: str = ..., acceptLanguage: str = ...) -> shapes.ContactList:
        """Get Contact List · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/address-book/contact · Heavy · ReadContacts · ReadPersonalContacts"""
    list_contacts = listContacts
    async def createContact(self, *, accountId: _Id = ..., extensionId: _Id = ..., dialingPlan: str = ..., body: shapes.PersonalContactRequest = ..., acceptLanguage: str = ...) -> shapes.PersonalContactResource:
        """Create Contact · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/address-book/contact · Heavy · Contacts · EditPersonalContacts"""
    create_contact = createContact
    async def readContact(self, *, contactId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.PersonalContactResource:
        """Get Contact · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/address-book/contact/{contactId} · Heavy · ReadContacts · ReadPersonalContacts"""
    read_contact = readContact
    async def updateContact(self, *, contactId: _Id, accountId: _Id = ..., extensionId: _Id = ..., dialingPlan: str = ..., body: shapes.PersonalContactRequest = ..., acceptLanguage: str = ...) -> shapes.PersonalContactResource:
        """Update Contact · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/address-book/contact/{contactId} · Heavy · Contacts · EditPersonalContacts"""
    update_contact = updateContact
    async def deleteContact(self, *, contactId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Contact · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/address-book/contact/{contactId} · Heavy · Contacts · EditPersonalContacts"""
    delete_contact = deleteContact
    async def syncAddressBook(self, *, accountId: _Id = ..., extensionId: _Id = ..., pageId: _Id = ..., perPage: int | str = ..., syncToken: str = ..., syncType: Literal["FSync", "ISync"] | Sequence[Literal["FSync", "ISync"]] = ..., acceptLanguage: str = ...) -> shapes.AddressBookSync:
        """Address Book Synchronization · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/address-book-sync · Heavy · ReadContacts · ReadPersonalContacts"""
    sync_address_book = syncAddressBook
    async def listFavoriteContacts(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.FavoriteContactList:
        """Get Favorite Contact List · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/favorite · Light · ReadContacts · ReadPersonalContacts"""
    list_favorite_contacts = listFavoriteContacts
    async def updateFavoriteContactList(self, *, accountId: _Id = ..., extensionId: _Id = ..., body: shapes.FavoriteCollection = ..., acceptLanguage: str = ...) -> shapes.FavoriteContactList:
        """Update Favorite Contact List · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/favorite · Medium · Contacts · EditPersonalContacts"""
    update_favorite_contact_list = updateFavoriteContactList
    async def createFaxMessage(self, *, accountId: _Id = ..., extensionId: _Id = ..., coverIndex: int = ..., coverPageText: str = ..., faxResolution: Literal["High", "Low"] = ..., isoCode: str = ..., sendTime: str | datetime = ..., to: str | Sequence[str] = ..., attachment: _File | list[_File] = ..., body: Mapping[str, Any] | Sequence[Any] = ..., acceptLanguage: str = ...) -> shapes.FaxResponse:
        """Create Fax Message · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/fax · Heavy · Faxes · OutboundFaxes"""
    create_fax_message = createFaxMessage
    async def listFaxCoverPages(self, *, page: int = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.ListFaxCoverPagesResponse:
        """Get Fax Cover Page List · GET /restapi/v1.0/dictionary/fax-cover-page · Light"""
    list_fax_cover_pages = listFaxCoverPages
    async def readUserFeatures(self, *, accountId: _Id = ..., extensionId: _Id = ..., availableOnly: bool = ..., featureId: _Id | Sequence[_Id] = ..., acceptLanguage: str = ...) -> shapes.FeatureList:
        """Get User Features · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/features · Medium · ReadAccounts · ReadExtensions"""
    read_user_features = readUserFeatures
    async def createDataExportTask(self, *, body: shapes.NowCreateDataExportTaskRequest = ..., acceptLanguage: str = ...) -> shapes.NowDataExportTask:
        """Create Data Export Task · POST /team-messaging/v1/data-export · Heavy · TeamMessaging · Glip"""
    create_data_export_task = createDataExportTask
    async def listDataExportTasks(self, *, page: int = ..., perPage: int | str = ..., status: Literal["Accepted", "InProgress", "Completed", "Failed", "Canceled", "Expired"] | Sequence[Literal["Accepted", "InProgress", "Completed", "Failed", "Canceled", "Expired"]] = ..., acceptLanguage: str = ...) -> shapes.NowDataExportTaskList:
        """Get Data Export Task List · GET /team-messaging/v1/data-export · Medium · TeamMessaging · Glip"""
    list_data_export_tasks = listDataExportTasks
    async def readDataExportTask(self, *, taskId: _Id, acceptLanguage: str = ...) -> shapes.NowDataExportTask:
        """Get Data Export Task · GET /team-messaging/v1/data-export/{taskId} · Medium · TeamMessaging · Glip"""
    read_data_export_task = readDataExportTask
    @deprecated("removed from the platform's documentation")
    async def readDataExportTaskDataset(self, *, taskId: _Id, datasetId: _Id, acceptLanguage: str = ...) -> bytes:
        """Get Data Export Task Dataset · GET /restapi/v1.0/glip/data-export/{taskId}/datasets/{datasetId} · Heavy · Glip"""
    read_data_export_task_dataset = readDataExportTaskDataset
    @overload
    async def readGlipPerson(self, *, personId: _Id, acceptLanguage: str = ...) -> shapes.NowTMPersonInfo:
        """Get Person · GET /team-messaging/v1/persons/{personId} · Light · TeamMessaging"""
    @overload
    async def readGlipPerson(self, *, personId: list[str] | list[int] | tuple[_Id, ...], acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get Person · GET /team-messaging/v1/persons/{personId} · Light · TeamMessaging"""
    read_glip_person = readGlipPerson
    @overload
    async def readGlipCompany(self, *, companyId: _Id, acceptLanguage: str = ...) -> shapes.NowTMCompanyInfo:
        """Get Company Info · GET /team-messaging/v1/companies/{companyId} · Light · TeamMessaging"""
    @overload
    async def readGlipCompany(self, *, companyId: list[str] | list[int] | tuple[_Id, ...], acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get Company Info · GET /team-messaging/v1/companies/{companyId} · Light · TeamMessaging"""
    read_glip_company = readGlipCompany
    @deprecated("removed from the platform's documentation")
    async def readGlipPreferences(self, *, acceptLanguage: str = ...) -> shapes.GlipPreferencesInfo:
        """Get Preferences · GET /restapi/v1.0/glip/preferences · Medium · Glip · Glip"""
    read_glip_preferences = readGlipPreferences
    async def createGlipGroupWebhook(self, *, groupId: _Id, acceptLanguage: str = ...) -> shapes.NowTMWebhookInfo:
        """Create Webhook in Group · POST /team-messaging/v1/groups/{groupId}/webhooks · Medium · TeamMessaging"""
    create_glip_group_webhook = createGlipGroupWebhook
    async def listGlipGroupWebhooks(self, *, groupId: _Id, acceptLanguage: str = ...) -> shapes.NowTMWebhookList:
        """Get Webhooks in Group · GET /team-messaging/v1/groups/{groupId}/webhooks · Medium · TeamMessaging"""
    list_glip_group_webhooks = listGlipGroupWebhooks
    async def listGlipWebhooks(self, *, acceptLanguage: str = ...) -> shapes.NowTMWebhookList:
        """Get Webhooks · GET /team-messaging/v1/webhooks · Medium · TeamMessaging"""
    list_glip_webhooks = listGlipWebhooks
    @overload
    async def readGlipWebhook(self, *, webhookId: _Id, acceptLanguage: str = ...) -> shapes.NowTMWebhookList:
        """Get Webhook · GET /team-messaging/v1/webhooks/{webhookId} · Medium · TeamMessaging"""
    @overload
    async def readGlipWebhook(self, *, webhookId: list[str] | list[int] | tuple[_Id, ...], acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get Webhook · GET /team-messaging/v1/webhooks/{webhookId} · Medium · TeamMessaging"""
    read_glip_webhook = readGlipWebhook
    async def deleteGlipWebhook(self, *, webhookId: _Id, acceptLanguage: str = ...) -> None:
        """Delete Webhook · DELETE /team-messaging/v1/webhooks/{webhookId} · Medium · TeamMessaging"""
    delete_glip_webhook = deleteGlipWebhook
    async def activateGlipWebhook(self, *, webhookId: _Id, acceptLanguage: str = ...) -> None:
        """Activate Webhook · POST /team-messaging/v1/webhooks/{webhookId}/activate · Medium · TeamMessaging"""
    activate_glip_webhook = activateGlipWebhook
    async def suspendGlipWebhook(self, *, webhookId: _Id, acceptLanguage: str = ...) -> None:
        """Suspend Webhook · POST /team-messaging/v1/webhooks/{webhookId}/suspend · Medium · TeamMessaging"""
    suspend_glip_webhook = suspendGlipWebhook
    async def searchDirectoryEntries(self, *, accountId: _Id = ..., accessibleSitesOnly: bool = ..., department: str = ..., siteId: _Id | Sequence[_Id] = ..., extensionStatus: str | Sequence[str] = ..., extensionType: Literal["User", "Department", "Announcement", "Voicemail", "DigitalUser", "VirtualUser", "FaxUser", "PagingOnly", "SharedLinesGroup", "IvrMenu", "ApplicationExtension", "ParkLocation", "Limited", "Bot", "Site", "Room", "ProxyAdmin", "DelegatedLinesGroup", "FlexibleUser", "GroupCallPickup", "RoomConnector", "TieLine", "External"] | Sequence[Literal["User", "Department", "Announcement", "Voicemail", "DigitalUser", "VirtualUser", "FaxUser", "PagingOnly", "SharedLinesGroup", "IvrMenu", "ApplicationExtension", "ParkLocation", "Limited", "Bot", "Site", "Room", "ProxyAdmin", "DelegatedLinesGroup", "FlexibleUser", "GroupCallPickup", "RoomConnector", "TieLine", "External"]] = ..., body: shapes.SearchDirectoryEntriesRequest = ..., acceptLanguage: str = ...) -> shapes.DirectoryResource:
        """Search Company Directory Entries · POST /restapi/v1.0/account/{accountId}/directory/entries/search · Heavy · ReadAccounts · ReadExtensions"""
    search_directory_entries = searchDirectoryEntries
    async def readDirectoryEntry(self, *, entryId: _Id, accountId: _Id = ..., accessibleSitesOnly: bool = ..., acceptLanguage: str = ...) -> shapes.ContactResource:
        """Get Corporate Directory Entry · GET /restapi/v1.0/account/{accountId}/directory/entries/{entryId} · Medium · ReadAccounts"""
    read_directory_entry = readDirectoryEntry
    async def listDirectoryEntries(self, *, accountId: _Id = ..., page: str = ..., perPage: int | str = ..., showFederated: bool = ..., siteId: _Id = ..., type: Literal["User", "Department", "Announcement", "Voicemail", "SharedLinesGroup", "PagingOnly", "IvrMenu", "ParkLocation", "Limited", "External", "DelegatedLinesGroup", "TieLine"] = ..., accessibleSitesOnly: bool = ..., typeGroup: Literal["User", "NonUser"] = ..., ifNoneMatch: str = ..., acceptLanguage: str = ...) -> shapes.DirectoryResource:
        """Get Company Directory Entries · GET /restapi/v1.0/account/{accountId}/directory/entries · Medium · ReadAccounts"""
    list_directory_entries = listDirectoryEntries
    async def readAccountFederation(self, *, accountId: _Id = ..., types: Literal["All", "Regular", "AdminOnly"] = ..., RCExtensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.FederationResource:
        """Get Account Federation · GET /restapi/v1.0/account/{accountId}/directory/federation · Medium · ReadAccounts · ReadCompanyInfo"""
    read_account_federation = readAccountFederation
    @deprecated("superseded by GET /rcvideo/v2/account/{accountId}/extension/{extensionId}/bridges/default")
    async def readMeetingServiceInfo(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.MeetingServiceInfoResource:
        """Get Meeting Service Info · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/meeting/service-info · Medium · Video"""
    read_meeting_service_info = readMeetingServiceInfo
    @deprecated("removed from the platform's documentation")
    async def updateMeetingServiceInfo(self, *, body: shapes.MeetingServiceInfoRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.MeetingServiceInfoResource:
        """Update Meeting Service Info · PATCH /restapi/v1.0/account/{accountId}/extension/{extensionId}/meeting/service-info · Medium · Meetings · Meetings"""
    update_meeting_service_info = updateMeetingServiceInfo
    @deprecated("removed from the platform's documentation")
    async def readAssistants(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.AssistantsResource:
        """Get Assistants · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/meetings-configuration/assistants · Light · Meetings · Meetings"""
    read_assistants = readAssistants
    @deprecated("superseded by GET /rcvideo/v1/accounts/{accountId}/extensions/{extensionId}/delegators")
    async def readAssistedUsers(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.AssistedUsersResource:
        """Get Assisted Users · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/meetings-configuration/assisted · Medium · Video"""
    read_assisted_users = readAssistedUsers
    @deprecated("superseded by GET /rcvideo/v1/history/meetings")
    async def listMeetings(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.MeetingsResource:
        """Get Scheduled Meetings · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/meeting · Light · Video"""
    list_meetings = listMeetings
    @deprecated("superseded by POST /rcvideo/v2/account/{accountId}/extension/{extensionId}/bridges")
    async def createMeeting(self, *, accountId: _Id = ..., extensionId: _Id = ..., body: shapes.MeetingRequestResource = ..., acceptLanguage: str = ...) -> shapes.MeetingResponseResource:
        """Create Meeting · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/meeting · Heavy · Video"""
    create_meeting = createMeeting
    @deprecated("superseded by GET /rcvideo/v2/bridges/{bridgeId}")
    async def readMeeting(self, *, meetingId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.MeetingResponseResource:
        """Get Meeting Info · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/meeting/{meetingId} · Medium · Video"""
    read_meeting = readMeeting
    @deprecated("superseded by PATCH /rcvideo/v2/bridges/{bridgeId}")
    async def updateMeeting(self, *, meetingId: _Id, accountId: _Id = ..., extensionId: _Id = ..., body: shapes.MeetingRequestResource = ..., acceptLanguage: str = ...) -> shapes.MeetingResponseResource:
        """Update Meeting · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/meeting/{meetingId} · Medium · Video"""
    update_meeting = updateMeeting
    @deprecated("superseded by DELETE /rcvideo/v2/bridges/{bridgeId}")
    async def deleteMeeting(self, *, meetingId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Meeting · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/meeting/{meetingId} · Medium · Video"""
    delete_meeting = deleteMeeting
    @deprecated("removed from the platform's documentation")
    async def endMeeting(self, *, meetingId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> None:
        """End Meeting · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/meeting/{meetingId}/end · Medium · Meetings · Meetings"""
    end_meeting = endMeeting
    @deprecated("superseded by GET /rcvideo/v1/account/{accountId}/recordings")
    async def listAccountMeetingRecordings(self, *, accountId: _Id = ..., meetingId: _Id = ..., meetingStartTimeFrom: str = ..., meetingStartTimeTo: str = ..., page: int = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.ListMeetingRecordingsResponse:
        """Get Account Meeting Recordings List · GET /restapi/v1.0/account/{accountId}/meeting-recordings · Light · Video"""
    list_account_meeting_recordings = listAccountMeetingRecordings
    @deprecated("superseded by GET /rcvideo/v1/account/{accountId}/extension/{extensionId}/recordings")
    async def listUserMeetingRecordings(self, *, accountId: _Id = ..., extensionId: _Id = ..., meetingId: _Id = ..., meetingStartTimeFrom: str = ..., meetingStartTimeTo: str = ..., page: int = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.ListMeetingRecordingsResponse:
        """Get User Meeting Recordings List · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/meeting-recordings · Light · Video"""
    list_user_meeting_recordings = listUserMeetingRecordings
    async def createMessageStoreReport(self, *, accountId: _Id = ..., body: shapes.CreateMessageStoreReportRequest = ..., acceptLanguage: str = ...) -> shapes.MessageStoreReport:
        """Create Message Store Report · POST /restapi/v1.0/account/{accountId}/message-store-report · Heavy · ReadMessages · Users"""
    create_message_store_report = createMessageStoreReport
    async def readMessageStoreReportTask(self, *, taskId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.MessageStoreReport:
        """Get Message Store Report Task · GET /restapi/v1.0/account/{accountId}/message-store-report/{taskId} · Heavy · ReadMessages · Users"""
    read_message_store_report_task = readMessageStoreReportTask
    async def readMessageStoreReportArchive(self, *, taskId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.MessageStoreReportArchive:
        """Get Message Store Report Archive · GET /restapi/v1.0/account/{accountId}/message-store-report/{taskId}/archive · Heavy · ReadMessages · Users"""
    read_message_store_report_archive = readMessageStoreReportArchive
    @deprecated("removed from the platform's documentation")
    async def readMessageStoreReportArchiveContent(self, *, taskId: _Id, archiveId: _Id, accountId: _Id = ..., acceptLanguage: str = ..., Range: str = ...) -> bytes:
        """Get Message Store Report Archive Content · GET /restapi/v1.0/account/{accountId}/message-store-report/{taskId}/archive/{archiveId} · Heavy · ReadMessages · Users"""
    read_message_store_report_archive_content = readMessageStoreReportArchiveContent
    async def listMessages(self, *, accountId: _Id = ..., extensionId: _Id = ..., availability: Literal["Alive", "Deleted", "Purged"] | Sequence[Literal["Alive", "Deleted", "Purged"]] = ..., conversationId: _Id = ..., dateFrom: str | datetime = ..., dateTo: str | datetime = ..., direction: Literal["Inbound", "Outbound"] | Sequence[Literal["Inbound", "Outbound"]] = ..., distinctConversations: bool = ..., messageType: Literal["Fax", "SMS", "VoiceMail", "Pager", "Text"] | Sequence[Literal["Fax", "SMS", "VoiceMail", "Pager", "Text"]] = ..., page: int = ..., perPage: int | str = ..., phoneNumber: str = ..., readStatus: Literal["Read", "Unread"] | Sequence[Literal["Read", "Unread"]] = ..., owner: str = ..., voicemailOwner: str | Sequence[str] = ..., ownerExtensionType: Literal["User", "Department", "Announcement", "Voicemail", "DigitalUser", "VirtualUser", "FaxUser", "PagingOnly", "SharedLinesGroup", "DelegatedLinesGroup", "GroupCallPickup", "IvrMenu", "ApplicationExtension", "ProxyAdmin", "RoomConnector", "ParkLocation", "Limited", "Bot", "Site", "Room", "FlexibleUser", "TieLine", "Unknown"] | Sequence[Literal["User", "Department", "Announcement", "Voicemail", "DigitalUser", "VirtualUser", "FaxUser", "PagingOnly", "SharedLinesGroup", "DelegatedLinesGroup", "GroupCallPickup", "IvrMenu", "ApplicationExtension", "ProxyAdmin", "RoomConnector", "ParkLocation", "Limited", "Bot", "Site", "Room", "FlexibleUser", "TieLine", "Unknown"]] = ..., acceptLanguage: str = ...) -> shapes.GetMessageList:
        """Get Message List · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store · Light · ReadMessages · ReadMessages"""
    list_messages = listMessages
    async def deleteMessageByFilter(self, *, accountId: _Id = ..., extensionId: _Id = ..., conversationId: _Id | Sequence[_Id] = ..., dateTo: str | datetime = ..., type: Literal["Fax", "SMS", "VoiceMail", "Pager", "Text", "All"] = ..., owner: str = ..., purge: bool = ..., acceptLanguage: str = ...) -> None:
        """Delete Conversation · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store · Medium · EditMessages · EditMessages"""
    delete_message_by_filter = deleteMessageByFilter
    @overload
    async def readMessage(self, *, messageId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetMessageInfoResponse:
        """Get Message · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store/{messageId} · Light · ReadMessages · ReadMessages"""
    @overload
    async def readMessage(self, *, messageId: list[str] | list[int] | tuple[_Id, ...], accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get Message · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store/{messageId} · Light · ReadMessages · ReadMessages"""
    read_message = readMessage
    @overload
    async def updateMessage(self, *, messageId: _Id, body: shapes.UpdateMessageRequest, accountId: _Id = ..., extensionId: _Id = ..., dateFrom: str = ..., type: Literal["Fax", "SMS", "VoiceMail", "Pager", "Text", "All"] = ..., acceptLanguage: str = ...) -> shapes.GetMessageInfoResponse:
        """Update Message List · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store/{messageId} · Medium · EditMessages · EditMessages"""
    @overload
    async def updateMessage(self, *, messageId: list[str] | list[int] | tuple[_Id, ...], body: shapes.UpdateMessageRequest, accountId: _Id = ..., extensionId: _Id = ..., dateFrom: str = ..., type: Literal["Fax", "SMS", "VoiceMail", "Pager", "Text", "All"] = ..., acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Update Message List · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store/{messageId} · Medium · EditMessages · EditMessages"""
    update_message = updateMessage
    @overload
    async def deleteMessage(self, *, messageId: _Id, accountId: _Id = ..., extensionId: _Id = ..., conversationId: _Id = ..., purge: bool = ..., type: Literal["Fax", "SMS", "VoiceMail", "Pager", "Text", "All"] = ..., body: Mapping[str, Any] | Sequence[Any] = ..., acceptLanguage: str = ...) -> None:
        """Delete Message · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store/{messageId} · Medium · EditMessages · EditMessages"""
    @overload
    async def deleteMessage(self, *, messageId: list[str] | list[int] | tuple[_Id, ...], accountId: _Id = ..., extensionId: _Id = ..., conversationId: _Id = ..., purge: bool = ..., type: Literal["Fax", "SMS", "VoiceMail", "Pager", "Text", "All"] = ..., body: Mapping[str, Any] | Sequence[Any] = ..., acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Delete Message · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store/{messageId} · Medium · EditMessages · EditMessages"""
    delete_message = deleteMessage
    async def readMessageContent(self, *, messageId: _Id, attachmentId: _Id, accountId: _Id = ..., extensionId: _Id = ..., contentDisposition: Literal["Inline", "Attachment"] = ..., contentDispositionFilename: str = ..., Range: str = ..., acceptLanguage: str = ...) -> bytes | str:
        """Get Message Content · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store/{messageId}/content/{attachmentId} · Medium · ReadMessages"""
    read_message_content = readMessageContent
    async def syncMessages(self, *, accountId: _Id = ..., extensionId: _Id = ..., conversationId: _Id = ..., dateFrom: str | datetime = ..., dateTo: str | datetime = ..., direction: Literal["Inbound", "Outbound"] | Sequence[Literal["Inbound", "Outbound"]] = ..., distinctConversations: bool = ..., messageType: Literal["Fax", "SMS", "VoiceMail", "Pager", "Text"] | Sequence[Literal["Fax", "SMS", "VoiceMail", "Pager", "Text"]] = ..., recordCount: int = ..., syncToken: str = ..., syncType: Literal["FSync", "ISync"] | Sequence[Literal["FSync", "ISync"]] = ..., owner: str = ..., voicemailOwner: str = ..., ownerExtensionType: Literal["User", "Department", "Announcement", "Voicemail", "DigitalUser", "VirtualUser", "FaxUser", "PagingOnly", "SharedLinesGroup", "DelegatedLinesGroup", "GroupCallPickup", "IvrMenu", "ApplicationExtension", "ProxyAdmin", "RoomConnector", "ParkLocation", "Limited", "Bot", "Site", "Room", "FlexibleUser", "TieLine", "Unknown"] | Sequence[Literal["User", "Department", "Announcement", "Voicemail", "DigitalUser", "VirtualUser", "FaxUser", "PagingOnly", "SharedLinesGroup", "DelegatedLinesGroup", "GroupCallPickup", "IvrMenu", "ApplicationExtension", "ProxyAdmin", "RoomConnector", "ParkLocation", "Limited", "Bot", "Site", "Room", "FlexibleUser", "TieLine", "Unknown"]] = ..., acceptLanguage: str = ...) -> shapes.GetMessageSyncResponse:
        """Sync Messages · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/message-sync · Light · ReadMessages · ReadMessages"""
    sync_messages = syncMessages
    async def readMessageStoreConfiguration(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.MessageStoreConfiguration:
        """Get Message Store Configuration · GET /restapi/v1.0/account/{accountId}/message-store-configuration · Light · EditAccounts · AccountAdministration"""
    read_message_store_configuration = readMessageStoreConfiguration
    async def updateMessageStoreConfiguration(self, *, body: shapes.MessageStoreConfiguration, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.MessageStoreConfiguration:
        """Update Message Store Configuration · PUT /restapi/v1.0/account/{accountId}/message-store-configuration · Light · EditAccounts · AccountAdministration"""
    update_message_store_configuration = updateMessageStoreConfiguration
    async def createMMS(self, *, body: shapes.CreateSMSMessage, accountId: _Id = ..., extensionId: _Id = ..., attachments: _File | list[_File] = ..., acceptLanguage: str = ...) -> shapes.GetMessageInfoResponse:
        """Create MMS Message · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/mms · Medium · SMS · OutboundSMS"""
    create_mms = createMMS
    async def createChatNote(self, *, chatId: _Id, body: shapes.NowTMCreateNoteRequest, acceptLanguage: str = ...) -> shapes.NowTMNoteInfo:
        """Create Note · POST /team-messaging/v1/chats/{chatId}/notes · Medium · TeamMessaging"""
    create_chat_note = createChatNote
    async def listChatNotes(self, *, chatId: _Id, creationTimeFrom: str = ..., creationTimeTo: str = ..., creatorId: _Id | Sequence[_Id] = ..., pageToken: str = ..., recordCount: int = ..., status: Literal["Active", "Draft"] = ..., acceptLanguage: str = ...) -> shapes.NowTMNoteList:
        """Get Chat Notes · GET /team-messaging/v1/chats/{chatId}/notes · Heavy · TeamMessaging"""
    list_chat_notes = listChatNotes
    async def readUserNote(self, *, noteId: _Id, acceptLanguage: str = ...) -> shapes.NowTMNoteWithBodyInfo:
        """Get Note · GET /team-messaging/v1/notes/{noteId} · Medium · TeamMessaging"""
    read_user_note = readUserNote
    async def patchNote(self, *, noteId: _Id, body: shapes.NowTMCreateNoteRequest, releaseLock: bool = ..., acceptLanguage: str = ...) -> shapes.NowTMNoteInfo:
        """Update Note · PATCH /team-messaging/v1/notes/{noteId} · Medium · TeamMessaging"""
    patch_note = patchNote
    async def deleteNote(self, *, noteId: _Id, acceptLanguage: str = ...) -> None:
        """Delete Note · DELETE /team-messaging/v1/notes/{noteId} · Medium · TeamMessaging"""
    delete_note = deleteNote
    async def lockNote(self, *, noteId: _Id, acceptLanguage: str = ...) -> None:
        """Lock Note · POST /team-messaging/v1/notes/{noteId}/lock · Light · TeamMessaging"""
    lock_note = lockNote
    async def unlockNote(self, *, noteId: _Id, acceptLanguage: str = ...) -> None:
        """Unlock Note · POST /team-messaging/v1/notes/{noteId}/unlock · Light · TeamMessaging"""
    unlock_note = unlockNote
    async def publishNote(self, *, noteId: _Id, acceptLanguage: str = ...) -> shapes.NowTMNoteInfo:
        """Publish Note · POST /team-messaging/v1/notes/{noteId}/publish · Medium · TeamMessaging"""
    publish_note = publishNote
    async def authorize(self, *, client_id: str, redirect_uri: str, response_type: Literal["code", "token"], accept_language: str = ..., brand_id: str = ..., code_challenge: str = ..., code_challenge_method: Literal["plain", "S256"] = ..., display: Literal["page", "popup", "touch", "mobile"] = ..., localeId: _Id = ..., nonce: str = ..., prompt: str = ..., request: str = ..., request_uri: str = ..., scope: str = ..., state: str = ..., ui_locales: str = ..., ui_options: str = ..., login_hint: str = ..., acceptLanguage: str = ...) -> dict[str, str] | str:
        """Authorize · GET /restapi/oauth/authorize · Auth"""
    async def revokeToken(self, *, token: str, client_assertion: str = ..., client_assertion_type: str = ..., client_id: str = ..., acceptLanguage: str = ...) -> None:
        """Revoke Token · POST /restapi/oauth/revoke · Auth"""
    revoke_token = revokeToken
    async def getToken(self, *, access_token_ttl: int = ..., account_id: str = ..., assertion: str = ..., brand_id: str = ..., client_assertion: str = ..., client_assertion_type: str = ..., client_id: str = ..., code: str = ..., code_verifier: str = ..., endpoint_id: str = ..., extension: str = ..., grant_type: str = ..., partner_account_id: str = ..., password: str = ..., pin: str = ..., redirect_uri: str = ..., refresh_token: str = ..., refresh_token_ttl: int = ..., scope: str = ..., username: str = ..., acceptLanguage: str = ...) -> shapes.TokenInfo:
        """Get Token · POST /restapi/oauth/token · Auth"""
    get_token = getToken
    async def createInternalTextMessage(self, *, body: shapes.CreateInternalTextMessageRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetMessageInfoResponse:
        """Create Internal Text Message · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/company-pager · Medium · InternalMessages · InternalSMS"""
    create_internal_text_message = createInternalTextMessage
    async def listPagingGroupUsers(self, *, pagingOnlyGroupId: _Id, accountId: _Id = ..., page: int = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.PagingOnlyGroupUsers:
        """Get Paging Group Users · GET /restapi/v1.0/account/{accountId}/paging-only-groups/{pagingOnlyGroupId}/users · Light · ReadAccounts · ReadUserInfo"""
    list_paging_group_users = listPagingGroupUsers
    async def listPagingGroupDevices(self, *, pagingOnlyGroupId: _Id, accountId: _Id = ..., page: int = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.PagingOnlyGroupDevices:
        """Get Paging Group Devices · GET /restapi/v1.0/account/{accountId}/paging-only-groups/{pagingOnlyGroupId}/devices · Light · ReadAccounts · ReadCompanyDevices"""
    list_paging_group_devices = listPagingGroupDevices
    async def assignMultiplePagingGroupUsersDevices(self, *, pagingOnlyGroupId: _Id, accountId: _Id = ..., body: shapes.EditPagingGroupRequest = ..., acceptLanguage: str = ...) -> None:
        """Assign Paging Group Users and Devices · POST /restapi/v1.0/account/{accountId}/paging-only-groups/{pagingOnlyGroupId}/bulk-assign · Heavy · EditAccounts · Groups"""
    assign_multiple_paging_group_users_devices = assignMultiplePagingGroupUsersDevices
    async def listExtensionPhoneNumbers(self, *, accountId: _Id = ..., extensionId: _Id = ..., page: int = ..., perPage: int | str = ..., status: Literal["Normal", "Pending", "PortedIn", "Temporary", "Unknown"] | Sequence[Literal["Normal", "Pending", "PortedIn", "Temporary", "Unknown"]] = ..., usageType: Literal["MainCompanyNumber", "AdditionalCompanyNumber", "CompanyNumber", "DirectNumber", "CompanyFaxNumber", "ForwardedNumber", "ForwardedCompanyNumber", "FmcBusinessMobileNumber", "InventoryFmcBusinessMobileNumber", "ContactCenterNumber", "ConferencingNumber", "MeetingsNumber", "NumberPool", "BusinessMobileNumber", "ELIN", "PartnerBusinessMobileNumber", "NumberPoolPartnerBusinessMobileNumber", "NumberStorage", "IntegrationNumber", "InventoryMobileNumber"] | Sequence[Literal["MainCompanyNumber", "AdditionalCompanyNumber", "CompanyNumber", "DirectNumber", "CompanyFaxNumber", "ForwardedNumber", "ForwardedCompanyNumber", "FmcBusinessMobileNumber", "InventoryFmcBusinessMobileNumber", "ContactCenterNumber", "ConferencingNumber", "MeetingsNumber", "NumberPool", "BusinessMobileNumber", "ELIN", "PartnerBusinessMobileNumber", "NumberPoolPartnerBusinessMobileNumber", "NumberStorage", "IntegrationNumber", "InventoryMobileNumber"]] = ..., acceptLanguage: str = ...) -> shapes.GetExtensionPhoneNumbersResponse:
        """Get Extension Phone Number List · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/phone-number · Light · ReadAccounts · ReadUserPhoneNumbers"""
    list_extension_phone_numbers = listExtensionPhoneNumbers
    async def listAccountPhoneNumbers(self, *, accountId: _Id = ..., page: int = ..., perPage: int | str = ..., status: Literal["Normal", "Pending", "PortedIn", "Temporary", "Unknown"] | Sequence[Literal["Normal", "Pending", "PortedIn", "Temporary", "Unknown"]] = ..., usageType: Literal["MainCompanyNumber", "AdditionalCompanyNumber", "CompanyNumber", "DirectNumber", "CompanyFaxNumber", "ForwardedNumber", "ForwardedCompanyNumber", "ContactCenterNumber", "ConferencingNumber", "MeetingsNumber", "FmcBusinessMobileNumber", "InventoryFmcBusinessMobileNumber", "NumberPool", "BusinessMobileNumber", "ELIN", "PartnerBusinessMobileNumber", "NumberPoolPartnerBusinessMobileNumber", "NumberStorage", "IntegrationNumber", "InventoryMobileNumber"] | Sequence[Literal["MainCompanyNumber", "AdditionalCompanyNumber", "CompanyNumber", "DirectNumber", "CompanyFaxNumber", "ForwardedNumber", "ForwardedCompanyNumber", "ContactCenterNumber", "ConferencingNumber", "MeetingsNumber", "FmcBusinessMobileNumber", "InventoryFmcBusinessMobileNumber", "NumberPool", "BusinessMobileNumber", "ELIN", "PartnerBusinessMobileNumber", "NumberPoolPartnerBusinessMobileNumber", "NumberStorage", "IntegrationNumber", "InventoryMobileNumber"]] = ..., extensionStatus: Literal["Enabled", "Disabled", "Frozen", "NotActivated", "Unassigned"] = ..., paymentType: Literal["External", "TollFree", "Local", "BusinessMobileNumberProvider", "ExternalNumberProvider", "ExternalNumberProviderTollFree", "Mobile"] | Sequence[Literal["External", "TollFree", "Local", "BusinessMobileNumberProvider", "ExternalNumberProvider", "ExternalNumberProviderTollFree", "Mobile"]] = ..., acceptLanguage: str = ...) -> shapes.AccountPhoneNumbers:
        """Get Company Phone Number List · GET /restapi/v1.0/account/{accountId}/phone-number · Heavy · ReadAccounts · ReadCompanyPhoneNumbers"""
    list_account_phone_numbers = listAccountPhoneNumbers
    async def readAccountPhoneNumber(self, *, phoneNumberId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CompanyPhoneNumberInfo:
        """Get Phone Number · GET /restapi/v1.0/account/{accountId}/phone-number/{phoneNumberId} · Light · ReadAccounts · ReadCompanyPhoneNumbers"""
    read_account_phone_number = readAccountPhoneNumber
    @deprecated("deprecated")
    async def parsePhoneNumber(self, *, body: shapes.ParsePhoneNumberRequest, homeCountry: str = ..., nationalAsPriority: bool = ..., acceptLanguage: str = ...) -> shapes.ParsePhoneNumberResponse:
        """Parse Phone Number · POST /restapi/v1.0/number-parser/parse · Light"""
    parse_phone_number = parsePhoneNumber
    async def readGlipPost(self, *, chatId: _Id, postId: _Id, acceptLanguage: str = ...) -> shapes.NowTMPostInfo:
        """Get Post · GET /team-messaging/v1/chats/{chatId}/posts/{postId} · Light · TeamMessaging"""
    read_glip_post = readGlipPost
    async def patchGlipPost(self, *, chatId: _Id, postId: _Id, body: shapes.NowTMUpdatePostRequest, acceptLanguage: str = ...) -> shapes.NowTMPostInfo:
        """Update Post · PATCH /team-messaging/v1/chats/{chatId}/posts/{postId} · Medium · TeamMessaging"""
    patch_glip_post = patchGlipPost
    async def deleteGlipPost(self, *, chatId: _Id, postId: _Id, acceptLanguage: str = ...) -> None:
        """Delete Post · DELETE /team-messaging/v1/chats/{chatId}/posts/{postId} · Medium · TeamMessaging"""
    delete_glip_post = deleteGlipPost
    async def readGlipPosts(self, *, chatId: _Id, pageToken: str = ..., recordCount: int = ..., acceptLanguage: str = ...) -> shapes.NowTMPostsList:
        """Get Posts · GET /team-messaging/v1/chats/{chatId}/posts · Medium · TeamMessaging"""
    read_glip_posts = readGlipPosts
    async def createGlipPost(self, *, chatId: _Id, body: shapes.NowTMCreatePostRequest, acceptLanguage: str = ...) -> shapes.NowTMPostInfo:
        """Create Post · POST /team-messaging/v1/chats/{chatId}/posts · Medium · TeamMessaging"""
    create_glip_post = createGlipPost
    @deprecated("superseded by GET /team-messaging/v1/chats/{chatId}/posts")
    async def listGlipGroupPosts(self, *, groupId: _Id, pageToken: str = ..., recordCount: int = ..., acceptLanguage: str = ...) -> shapes.GlipPosts:
        """Get Group Posts · GET /restapi/v1.0/glip/groups/{groupId}/posts · Medium · TeamMessaging"""
    list_glip_group_posts = listGlipGroupPosts
    @deprecated("superseded by POST /team-messaging/v1/chats/{chatId}/posts")
    async def createGlipGroupPost(self, *, groupId: _Id, body: shapes.GlipCreatePost, acceptLanguage: str = ...) -> shapes.GlipPostInfo:
        """Create Post in Group · POST /restapi/v1.0/glip/groups/{groupId}/posts · Medium · TeamMessaging"""
    create_glip_group_post = createGlipGroupPost
    @deprecated("superseded by PATCH /team-messaging/v1/chats/{chatId}/posts/{postId}")
    async def updateGlipPostText(self, *, groupId: _Id, postId: _Id, text: str, acceptLanguage: str = ...) -> str:
        """Update Post · PUT /restapi/v1.0/glip/groups/{groupId}/posts/{postId}/text · Medium · TeamMessaging"""
    update_glip_post_text = updateGlipPostText
    @deprecated("superseded by POST /team-messaging/v1/chats/{chatId}/adaptive-cards")
    async def createGlipCard(self, *, body: shapes.GlipMessageAttachmentInfoRequest, groupId: _Id = ..., acceptLanguage: str = ...) -> shapes.GlipMessageAttachmentInfo:
        """Create Card · POST /restapi/v1.0/glip/cards · Medium · TeamMessaging"""
    create_glip_card = createGlipCard
    @overload
    @deprecated("superseded by GET /team-messaging/v1/adaptive-cards/{cardId}")
    async def readGlipCard(self, *, cardId: _Id, acceptLanguage: str = ...) -> shapes.GlipMessageAttachmentInfo:
        """Get Card · GET /restapi/v1.0/glip/cards/{cardId} · Medium · TeamMessaging"""
    @overload
    @deprecated("superseded by GET /team-messaging/v1/adaptive-cards/{cardId}")
    async def readGlipCard(self, *, cardId: list[str] | list[int] | tuple[_Id, ...], acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get Card · GET /restapi/v1.0/glip/cards/{cardId} · Medium · TeamMessaging"""
    read_glip_card = readGlipCard
    @deprecated("superseded by PUT /team-messaging/v1/adaptive-cards/{cardId}")
    async def updateGlipCard(self, *, cardId: _Id, body: shapes.GlipMessageAttachmentInfoRequest, acceptLanguage: str = ...) -> None:
        """Update Card · PUT /restapi/v1.0/glip/cards/{cardId} · Medium · TeamMessaging"""
    update_glip_card = updateGlipCard
    @deprecated("superseded by DELETE /team-messaging/v1/adaptive-cards/{cardId}")
    async def deleteGlipCard(self, *, cardId: _Id, acceptLanguage: str = ...) -> None:
        """Delete Card · DELETE /restapi/v1.0/glip/cards/{cardId} · Medium · TeamMessaging"""
    delete_glip_card = deleteGlipCard
    @deprecated("superseded by GET /team-messaging/v1/chats/{chatId}/posts")
    async def listGlipPosts(self, *, groupId: _Id = ..., pageToken: str = ..., recordCount: int = ..., acceptLanguage: str = ...) -> shapes.GlipPosts:
        """Get Posts · GET /restapi/v1.0/glip/posts · Medium · TeamMessaging"""
    list_glip_posts = listGlipPosts
    @deprecated("superseded by POST /team-messaging/v1/chats/{chatId}/posts")
    async def createPost(self, *, body: shapes.GlipCreatePost, acceptLanguage: str = ...) -> shapes.GlipPostInfo:
        """Create Post · POST /restapi/v1.0/glip/posts · Medium · TeamMessaging"""
    create_post = createPost
    @overload
    async def readUserPresenceStatus(self, *, accountId: _Id = ..., extensionId: _Id = ..., detailedTelephonyState: bool = ..., sipData: bool = ..., acceptLanguage: str = ...) -> shapes.GetPresenceInfo:
        """Get User Presence Status · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/presence · Light · ReadPresence · ReadPresenceStatus"""
    @overload
    async def readUserPresenceStatus(self, *, extensionId: list[str] | list[int] | tuple[_Id, ...], accountId: _Id = ..., detailedTelephonyState: bool = ..., sipData: bool = ..., acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get User Presence Status · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/presence · Light · ReadPresence · ReadPresenceStatus"""
    read_user_presence_status = readUserPresenceStatus
    async def updateUserPresenceStatus(self, *, accountId: _Id = ..., extensionId: _Id = ..., body: shapes.PresenceInfoResource = ..., acceptLanguage: str = ...) -> shapes.PresenceInfoResponse:
        """Update User Presence Status · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/presence · Medium · EditPresence"""
    update_user_presence_status = updateUserPresenceStatus
    async def readAccountPresence(self, *, accountId: _Id = ..., detailedTelephonyState: bool = ..., page: int = ..., perPage: int | str = ..., sipData: bool = ..., acceptLanguage: str = ...) -> shapes.AccountPresenceInfo:
        """Get User Presence Status List · GET /restapi/v1.0/account/{accountId}/presence · Heavy · ReadPresence · ReadPresenceStatus"""
    read_account_presence = readAccountPresence
    @overload
    async def readUnifiedPresence(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.UnifiedPresence:
        """Get Unified Presence · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/unified-presence · Medium · ReadPresence · ReadPresenceStatus"""
    @overload
    async def readUnifiedPresence(self, *, extensionId: list[str] | list[int] | tuple[_Id, ...], accountId: _Id = ..., acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get Unified Presence · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/unified-presence · Medium · ReadPresence · ReadPresenceStatus"""
    read_unified_presence = readUnifiedPresence
    async def updateUnifiedPresence(self, *, body: shapes.UpdateUnifiedPresence, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.UnifiedPresence:
        """Update Unified Presence · PATCH /restapi/v1.0/account/{accountId}/extension/{extensionId}/unified-presence · Medium · EditPresence · EditPresenceStatus"""
    update_unified_presence = updateUnifiedPresence
    async def listLanguages(self, *, acceptLanguage: str = ...) -> shapes.LanguageList:
        """Get Language List · GET /restapi/v1.0/dictionary/language · Light"""
    list_languages = listLanguages
    async def readLanguage(self, *, languageId: _Id, acceptLanguage: str = ...) -> shapes.LanguageInfo:
        """Get Language · GET /restapi/v1.0/dictionary/language/{languageId} · Light"""
    read_language = readLanguage
    async def listCountries(self, *, freeSoftphoneLine: bool = ..., loginAllowed: bool = ..., numberSelling: bool = ..., page: int = ..., perPage: int | str = ..., signupAllowed: bool = ..., acceptLanguage: str = ...) -> shapes.GetCountryListResponse:
        """Get Country List · GET /restapi/v1.0/dictionary/country · Light"""
    list_countries = listCountries
    async def readCountry(self, *, countryId: _Id, acceptLanguage: str = ...) -> shapes.GetCountryInfoDictionaryResponse:
        """Get Country · GET /restapi/v1.0/dictionary/country/{countryId} · Light"""
    read_country = readCountry
    async def listLocations(self, *, orderBy: str = ..., page: int = ..., perPage: int | str = ..., stateId: _Id = ..., withNxx: bool = ..., acceptLanguage: str = ...) -> shapes.GetLocationListResponse:
        """Get Location List · GET /restapi/v1.0/dictionary/location · Light"""
    list_locations = listLocations
    async def listStates(self, *, allCountries: bool = ..., countryId: _Id = ..., page: int = ..., perPage: int | str = ..., withPhoneNumbers: bool = ..., acceptLanguage: str = ...) -> shapes.GetStateListResponse:
        """Get States List · GET /restapi/v1.0/dictionary/state · Light"""
    list_states = listStates
    async def readState(self, *, stateId: _Id, acceptLanguage: str = ...) -> shapes.GetStateInfoResponse:
        """Get State · GET /restapi/v1.0/dictionary/state/{stateId} · Light"""
    read_state = readState
    async def listTimezones(self, *, page: str = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.GetTimezoneListResponse:
        """Get Timezone List · GET /restapi/v1.0/dictionary/timezone · Light"""
    list_timezones = listTimezones
    async def readTimezone(self, *, timezoneId: _Id, page: str = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.GetTimezoneInfoResponse:
        """Get Timezone · GET /restapi/v1.0/dictionary/timezone/{timezoneId} · Light"""
    read_timezone = readTimezone
    async def createRingOutCall(self, *, body: shapes.MakeRingOutRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetRingOutStatusResponse:
        """Make RingOut Call · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/ring-out · Heavy · RingOut"""
    create_ring_out_call = createRingOutCall
    async def readRingOutCallStatus(self, *, ringoutId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetRingOutStatusResponse:
        """Get RingOut Call Status · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/ring-out/{ringoutId} · Light · RingOut"""
    read_ring_out_call_status = readRingOutCallStatus
    async def deleteRingOutCall(self, *, ringoutId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Cancel RingOut Call · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/ring-out/{ringoutId} · Heavy · RingOut"""
    delete_ring_out_call = deleteRingOutCall
    @deprecated("superseded by POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/ring-out")
    async def createRingOutCallDeprecated(self, *, body: shapes.MakeRingOutRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetRingOutStatusResponseIntId:
        """Make RingOut Call · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/ringout · Heavy · RingOut"""
    create_ring_out_call_deprecated = createRingOutCallDeprecated
    @deprecated("superseded by GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/ring-out/{ringoutId}")
    async def readRingOutCallStatusDeprecated(self, *, ringoutId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetRingOutStatusResponse:
        """Get RingOut Call Status · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/ringout/{ringoutId} · Light · RingOut"""
    read_ring_out_call_status_deprecated = readRingOutCallStatusDeprecated
    @deprecated("superseded by DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/ring-out/{ringoutId}")
    async def deleteRingOutCallDeprecated(self, *, ringoutId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Cancel RingOut Call · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/ringout/{ringoutId} · Heavy · RingOut"""
    delete_ring_out_call_deprecated = deleteRingOutCallDeprecated
    async def listAnsweringRules(self, *, accountId: _Id = ..., extensionId: _Id = ..., enabledOnly: bool = ..., page: str = ..., perPage: int | str = ..., view: Literal["Detailed", "Simple"] = ..., type: Literal["BusinessHours", "AfterHours", "Custom"] | Sequence[Literal["BusinessHours", "AfterHours", "Custom"]] = ..., internalIds: bool = ..., acceptLanguage: str = ...) -> shapes.UserAnsweringRuleList:
        """Get Call Handling Rules · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/answering-rule · Medium · ReadAccounts · ReadUserAnsweringRules"""
    list_answering_rules = listAnsweringRules
    async def createAnsweringRule(self, *, body: shapes.CreateAnsweringRuleRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.CustomAnsweringRuleInfo:
        """Create Call Handling Rule · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/answering-rule · Medium · EditExtensions · EditUserAnsweringRules"""
    create_answering_rule = createAnsweringRule
    async def readAnsweringRule(self, *, ruleId: _Id, accountId: _Id = ..., extensionId: _Id = ..., showInactiveNumbers: bool = ..., internalIds: bool = ..., acceptLanguage: str = ...) -> shapes.AnsweringRuleInfo:
        """Get Call Handling Rule · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/answering-rule/{ruleId} · Light · ReadAccounts · ReadUserAnsweringRules"""
    read_answering_rule = readAnsweringRule
    async def updateAnsweringRule(self, *, ruleId: _Id, body: shapes.UpdateAnsweringRuleRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.AnsweringRuleInfo:
        """Update Call Handling Rule · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/answering-rule/{ruleId} · Medium · EditExtensions · EditUserAnsweringRules"""
    update_answering_rule = updateAnsweringRule
    async def deleteAnsweringRule(self, *, ruleId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Call Handling Rule · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId}/answering-rule/{ruleId} · Medium · EditExtensions · EditUserAnsweringRules"""
    delete_answering_rule = deleteAnsweringRule
    async def createCompanyAnsweringRule(self, *, body: shapes.CompanyAnsweringRuleRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CompanyAnsweringRuleInfo:
        """Create Company Call Handling Rule · POST /restapi/v1.0/account/{accountId}/answering-rule · Medium · EditAccounts · EditCompanyAnsweringRules"""
    create_company_answering_rule = createCompanyAnsweringRule
    async def listCompanyAnsweringRules(self, *, accountId: _Id = ..., page: int = ..., perPage: int | str = ..., type: Literal["BusinessHours", "AfterHours", "Custom"] | Sequence[Literal["BusinessHours", "AfterHours", "Custom"]] = ..., acceptLanguage: str = ...) -> shapes.CompanyAnsweringRuleList:
        """Get Company Call Handling Rule List · GET /restapi/v1.0/account/{accountId}/answering-rule · Medium · ReadAccounts · ReadCompanyAnsweringRules"""
    list_company_answering_rules = listCompanyAnsweringRules
    async def readCompanyAnsweringRule(self, *, ruleId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CompanyAnsweringRuleInfo:
        """Get Company Call Handling Rule · GET /restapi/v1.0/account/{accountId}/answering-rule/{ruleId} · Light · ReadAccounts · ReadCompanyAnsweringRules"""
    read_company_answering_rule = readCompanyAnsweringRule
    async def updateCompanyAnsweringRule(self, *, ruleId: _Id, body: shapes.CompanyAnsweringRuleUpdate, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CompanyAnsweringRuleInfo:
        """Update Company Call Handling Rule · PUT /restapi/v1.0/account/{accountId}/answering-rule/{ruleId} · Medium · EditAccounts · EditCompanyAnsweringRules"""
    update_company_answering_rule = updateCompanyAnsweringRule
    async def deleteCompanyAnsweringRule(self, *, ruleId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Company Call Handling Rule · DELETE /restapi/v1.0/account/{accountId}/answering-rule/{ruleId} · Medium · EditAccounts · EditCompanyAnsweringRules"""
    delete_company_answering_rule = deleteCompanyAnsweringRule
    async def listStandardGreetings(self, *, page: int = ..., perPage: int | str = ..., type: Literal["Introductory", "Announcement", "ConnectingMessage", "ConnectingAudio", "Voicemail", "Unavailable", "HoldMusic", "Company"] = ..., usageType: Literal["UserExtensionAnsweringRule", "ExtensionAnsweringRule", "DepartmentExtensionAnsweringRule", "CompanyAnsweringRule", "CompanyAfterHoursAnsweringRule", "VoicemailExtensionAnsweringRule", "AnnouncementExtensionAnsweringRule", "SharedLinesGroupAnsweringRule"] = ..., acceptLanguage: str = ...) -> shapes.DictionaryGreetingList:
        """Get Standard Greeting List · GET /restapi/v1.0/dictionary/greeting · Medium"""
    list_standard_greetings = listStandardGreetings
    async def readStandardGreeting(self, *, greetingId: _Id, acceptLanguage: str = ...) -> shapes.DictionaryGreetingInfo:
        """Get Standard Greeting · GET /restapi/v1.0/dictionary/greeting/{greetingId} · Medium"""
    read_standard_greeting = readStandardGreeting
    async def createCompanyGreeting(self, *, type: Literal["Company", "StartRecording", "StopRecording", "AutomaticRecording"], binary: _File, accountId: _Id = ..., answeringRuleId: _Id = ..., languageId: _Id = ..., acceptLanguage: str = ...) -> shapes.CustomCompanyGreetingInfo:
        """Create Company Greeting · POST /restapi/v1.0/account/{accountId}/greeting · Medium · EditAccounts · ReadUserInfo"""
    create_company_greeting = createCompanyGreeting
    async def createCustomUserGreeting(self, *, answeringRuleId: _Id, type: Literal["Introductory", "Announcement", "ConnectingMessage", "ConnectingAudio", "Voicemail", "Unavailable", "HoldMusic"], binary: _File, accountId: _Id = ..., extensionId: _Id = ..., apply: bool = ..., acceptLanguage: str = ...) -> shapes.CustomUserGreetingInfo:
        """Create Custom User Greeting · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/greeting · Heavy · EditExtensions · EditUserAnsweringRules"""
    create_custom_user_greeting = createCustomUserGreeting
    async def readCustomGreeting(self, *, greetingId: _Id, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.CustomUserGreetingInfo:
        """Get Custom Greeting · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/greeting/{greetingId} · Medium · ReadAccounts · ReadUserInfo"""
    read_custom_greeting = readCustomGreeting
    async def readCallRecordingSettings(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallRecordingSettingsResource:
        """Get Call Recording Settings · GET /restapi/v1.0/account/{accountId}/call-recording · Light · ReadAccounts · ReadCompanyInfo"""
    read_call_recording_settings = readCallRecordingSettings
    async def updateCallRecordingSettings(self, *, accountId: _Id = ..., body: shapes.CallRecordingSettingsResource = ..., acceptLanguage: str = ...) -> shapes.CallRecordingSettingsResource:
        """Update Call Recording Settings · PUT /restapi/v1.0/account/{accountId}/call-recording · Medium · EditAccounts · EditCompanyInfo"""
    update_call_recording_settings = updateCallRecordingSettings
    async def listCallRecordingExtensions(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.CallRecordingExtensions:
        """Get Call Recording Extension List · GET /restapi/v1.0/account/{accountId}/call-recording/extensions · Medium · ReadAccounts · ReadCompanyInfo"""
    list_call_recording_extensions = listCallRecordingExtensions
    async def updateCallRecordingExtensionList(self, *, body: shapes.BulkAccountCallRecordingsResource, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Update Call Recording Extension List · POST /restapi/v1.0/account/{accountId}/call-recording/bulk-assign · Medium · ReadAccounts · ReadCompanyInfo"""
    update_call_recording_extension_list = updateCallRecordingExtensionList
    async def listCallRecordingCustomGreetings(self, *, accountId: _Id = ..., type: Literal["StartRecording", "StopRecording", "AutomaticRecording"] = ..., acceptLanguage: str = ...) -> shapes.CallRecordingCustomGreetings:
        """Get Call Recording Custom Greeting List · GET /restapi/v1.0/account/{accountId}/call-recording/custom-greetings · Medium · ReadAccounts · ReadCompanyInfo"""
    list_call_recording_custom_greetings = listCallRecordingCustomGreetings
    async def deleteCallRecordingCustomGreetingList(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Call Recording Custom Greeting List · DELETE /restapi/v1.0/account/{accountId}/call-recording/custom-greetings · Medium · EditAccounts · EditCompanyInfo"""
    delete_call_recording_custom_greeting_list = deleteCallRecordingCustomGreetingList
    async def deleteCallRecordingCustomGreeting(self, *, greetingId: _Id, accountId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Delete Call Recording Custom Greeting · DELETE /restapi/v1.0/account/{accountId}/call-recording/custom-greetings/{greetingId} · Medium · EditAccounts · EditCompanyInfo"""
    delete_call_recording_custom_greeting = deleteCallRecordingCustomGreeting
    @deprecated("removed from the platform's documentation")
    async def checkHealth(self, *, acceptLanguage: str = ...) -> None:
        """Check Health · GET /scim/health · NoThrottling"""
    check_health = checkHealth
    @deprecated("removed from the platform's documentation")
    async def checkHealth2(self, *, acceptLanguage: str = ...) -> None:
        """Check Health · GET /scim/v2/health · NoThrottling"""
    check_health2 = checkHealth2
    async def readServiceProviderConfig2(self, *, acceptLanguage: str = ...) -> shapes.ServiceProviderConfig:
        """Get Service Provider Config · GET /scim/v2/ServiceProviderConfig · Light · ReadAccounts"""
    read_service_provider_config2 = readServiceProviderConfig2
    @deprecated("superseded by GET /scim/v2/ServiceProviderConfig")
    async def readServiceProviderConfig(self, *, acceptLanguage: str = ...) -> shapes.ServiceProviderConfig:
        """Get Service Provider Config · GET /scim/ServiceProviderConfig · Light · ReadAccounts"""
    read_service_provider_config = readServiceProviderConfig
    async def searchViaGet2(self, *, count: int = ..., filter: str = ..., startIndex: int = ..., acceptLanguage: str = ...) -> shapes.UserSearchResponse:
        """Search/List Users · GET /scim/v2/Users · Light · ReadAccounts"""
    search_via_get2 = searchViaGet2
    async def createUser2(self, *, body: shapes.CreateUser = ..., acceptLanguage: str = ...) -> shapes.UserResponse:
        """Create User · POST /scim/v2/Users · Heavy · EditAccounts"""
    create_user2 = createUser2
    @deprecated("superseded by GET /scim/v2/Users")
    async def searchViaGet(self, *, count: int = ..., filter: str = ..., startIndex: int = ..., acceptLanguage: str = ...) -> shapes.UserSearchResponse:
        """Search/List Users · GET /scim/Users · Light · ReadAccounts"""
    search_via_get = searchViaGet
    @deprecated("superseded by POST /scim/v2/Users")
    async def createUser(self, *, body: shapes.CreateUser = ..., acceptLanguage: str = ...) -> shapes.UserResponse:
        """Create User · POST /scim/Users · Heavy · EditAccounts"""
    create_user = createUser
    async def searchViaPost2(self, *, body: shapes.SearchRequest = ..., acceptLanguage: str = ...) -> shapes.UserSearchResponse:
        """Search/List Users · POST /scim/v2/Users/.search · Light · ReadAccounts"""
    search_via_post2 = searchViaPost2
    async def readUser2(self, *, id: _Id, acceptLanguage: str = ...) -> shapes.UserResponse:
        """Get User · GET /scim/v2/Users/{id} · Light · ReadAccounts"""
    read_user2 = readUser2
    async def replaceUser2(self, *, id: _Id, body: shapes.User = ..., acceptLanguage: str = ...) -> shapes.UserResponse:
        """Update/Replace User · PUT /scim/v2/Users/{id} · Heavy · EditAccounts"""
    replace_user2 = replaceUser2
    async def deleteUser2(self, *, id: _Id, acceptLanguage: str = ...) -> None:
        """Delete User · DELETE /scim/v2/Users/{id} · Heavy · EditAccounts"""
    delete_user2 = deleteUser2
    async def patchUser2(self, *, id: _Id, body: shapes.UserPatch = ..., acceptLanguage: str = ...) -> shapes.UserResponse:
        """Update/Patch User · PATCH /scim/v2/Users/{id} · Heavy · EditAccounts"""
    patch_user2 = patchUser2
    async def createSIPRegistration(self, *, body: shapes.CreateSipRegistrationRequest, acceptLanguage: str = ...) -> shapes.CreateSipRegistrationResponse:
        """Register SIP Device · POST /restapi/v1.0/client-info/sip-provision · Heavy · VoipCalling"""
    create_sip_registration = createSIPRegistration
    async def createSMSMessage(self, *, body: shapes.CreateSMSMessage, accountId: _Id = ..., extensionId: _Id = ..., attachments: _File | list[_File] = ..., acceptLanguage: str = ...) -> shapes.GetMessageInfoResponse:
        """Send SMS · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/sms · Medium · SMS · OutboundSMS"""
    create_sms_message = createSMSMessage
    async def listSubscriptions(self, *, acceptLanguage: str = ...) -> shapes.RecordsCollectionResourceSubscriptionResponse:
        """Get Subscriptions · GET /restapi/v1.0/subscription · Light"""
    list_subscriptions = listSubscriptions
    async def createSubscription(self, *, body: shapes.CreateSubscriptionRequest, acceptLanguage: str = ...) -> shapes.SubscriptionInfo:
        """Create Subscription · POST /restapi/v1.0/subscription · Medium"""
    create_subscription = createSubscription
    async def readSubscription(self, *, subscriptionId: _Id, acceptLanguage: str = ...) -> shapes.SubscriptionInfo:
        """Get Subscription · GET /restapi/v1.0/subscription/{subscriptionId} · Light"""
    read_subscription = readSubscription
    async def updateSubscription(self, *, subscriptionId: _Id, body: shapes.ModifySubscriptionRequest, aggregated: bool = ..., acceptLanguage: str = ...) -> shapes.SubscriptionInfo:
        """Renew Subscription / Update Event Filters · PUT /restapi/v1.0/subscription/{subscriptionId} · Medium"""
    update_subscription = updateSubscription
    async def deleteSubscription(self, *, subscriptionId: _Id, acceptLanguage: str = ...) -> None:
        """Cancel Subscription · DELETE /restapi/v1.0/subscription/{subscriptionId} · Medium"""
    delete_subscription = deleteSubscription
    async def renewSubscription(self, *, subscriptionId: _Id, acceptLanguage: str = ...) -> shapes.SubscriptionInfo:
        """Renew Subscription · POST /restapi/v1.0/subscription/{subscriptionId}/renew · Light"""
    renew_subscription = renewSubscription
    async def listChatTasks(self, *, chatId: _Id, assigneeId: _Id | Sequence[_Id] = ..., assigneeStatus: Literal["Pending", "Completed"] = ..., assignmentStatus: Literal["Unassigned", "Assigned"] = ..., creationTimeFrom: str = ..., creationTimeTo: str = ..., creatorId: _Id | Sequence[_Id] = ..., pageToken: str = ..., recordCount: int = ..., status: Literal["Pending", "InProgress", "Completed"] | Sequence[Literal["Pending", "InProgress", "Completed"]] = ..., acceptLanguage: str = ...) -> shapes.NowTMTaskList:
        """Get Chat Tasks · GET /team-messaging/v1/chats/{chatId}/tasks · Heavy · TeamMessaging"""
    list_chat_tasks = listChatTasks
    async def createTask(self, *, chatId: _Id, body: shapes.NowTMCreateTaskRequest, acceptLanguage: str = ...) -> shapes.NowTMTaskInfo:
        """Create Task · POST /team-messaging/v1/chats/{chatId}/tasks · Medium · TeamMessaging"""
    create_task = createTask
    async def readTask(self, *, taskId: _Id, acceptLanguage: str = ...) -> shapes.NowTMTaskInfo:
        """Get Task · GET /team-messaging/v1/tasks/{taskId} · Medium · TeamMessaging"""
    read_task = readTask
    async def patchTask(self, *, taskId: _Id, body: shapes.NowTMUpdateTaskRequest = ..., acceptLanguage: str = ...) -> shapes.NowTMTaskList:
        """Patch Task · PATCH /team-messaging/v1/tasks/{taskId} · Medium · TeamMessaging"""
    patch_task = patchTask
    async def deleteTask(self, *, taskId: _Id, acceptLanguage: str = ...) -> None:
        """Delete Task · DELETE /team-messaging/v1/tasks/{taskId} · Medium · TeamMessaging"""
    delete_task = deleteTask
    async def completeTask(self, *, taskId: _Id, body: shapes.NowTMCompleteTaskRequest, acceptLanguage: str = ...) -> None:
        """Complete Task · POST /team-messaging/v1/tasks/{taskId}/complete · Medium · TeamMessaging"""
    complete_task = completeTask
    async def listGlipTeams(self, *, pageToken: str = ..., recordCount: int = ..., acceptLanguage: str = ...) -> shapes.NowTMTeamList:
        """Get Teams · GET /team-messaging/v1/teams · Medium · TeamMessaging"""
    list_glip_teams = listGlipTeams
    async def createGlipTeam(self, *, body: shapes.NowTMCreateTeamRequest, acceptLanguage: str = ...) -> shapes.NowTMTeamInfo:
        """Create Team · POST /team-messaging/v1/teams · Medium · TeamMessaging"""
    create_glip_team = createGlipTeam
    async def readGlipTeam(self, *, chatId: _Id, acceptLanguage: str = ...) -> shapes.NowTMTeamInfo:
        """Get Team · GET /team-messaging/v1/teams/{chatId} · Light · TeamMessaging"""
    read_glip_team = readGlipTeam
    async def patchGlipTeam(self, *, chatId: _Id, body: shapes.NowTMUpdateTeamRequest, acceptLanguage: str = ...) -> shapes.NowTMTeamInfo:
        """Update Team · PATCH /team-messaging/v1/teams/{chatId} · Medium · TeamMessaging"""
    patch_glip_team = patchGlipTeam
    async def deleteGlipTeam(self, *, chatId: _Id, acceptLanguage: str = ...) -> None:
        """Delete Team · DELETE /team-messaging/v1/teams/{chatId} · Medium · TeamMessaging"""
    delete_glip_team = deleteGlipTeam
    async def joinGlipTeam(self, *, chatId: _Id, acceptLanguage: str = ...) -> None:
        """Join Team · POST /team-messaging/v1/teams/{chatId}/join · Medium · TeamMessaging"""
    join_glip_team = joinGlipTeam
    async def leaveGlipTeam(self, *, chatId: _Id, acceptLanguage: str = ...) -> None:
        """Leave Team · POST /team-messaging/v1/teams/{chatId}/leave · Medium · TeamMessaging"""
    leave_glip_team = leaveGlipTeam
    async def addGlipTeamMembers(self, *, chatId: _Id, body: shapes.NowTMAddTeamMembersRequest, acceptLanguage: str = ...) -> None:
        """Add Team Members · POST /team-messaging/v1/teams/{chatId}/add · Medium · TeamMessaging"""
    add_glip_team_members = addGlipTeamMembers
    async def removeGlipTeamMembers(self, *, chatId: _Id, body: shapes.NowTMRemoveTeamMembersRequest, acceptLanguage: str = ...) -> None:
        """Remove Team Members · POST /team-messaging/v1/teams/{chatId}/remove · Medium · TeamMessaging"""
    remove_glip_team_members = removeGlipTeamMembers
    async def archiveGlipTeam(self, *, chatId: _Id, acceptLanguage: str = ...) -> None:
        """Archive Team · POST /team-messaging/v1/teams/{chatId}/archive · Medium · TeamMessaging"""
    archive_glip_team = archiveGlipTeam
    async def unarchiveGlipTeam(self, *, chatId: _Id, acceptLanguage: str = ...) -> None:
        """Unarchive Team · POST /team-messaging/v1/teams/{chatId}/unarchive · Medium · TeamMessaging"""
    unarchive_glip_team = unarchiveGlipTeam
    async def readGlipEveryone(self, *, acceptLanguage: str = ...) -> shapes.NowEveryoneTeamInfo:
        """Get Everyone Chat · GET /team-messaging/v1/everyone · Light · TeamMessaging"""
    read_glip_everyone = readGlipEveryone
    async def patchGlipEveryone(self, *, body: shapes.NowUpdateEveryoneTeamRequest = ..., acceptLanguage: str = ...) -> shapes.NowEveryoneTeamInfo:
        """Update Everyone Chat · PATCH /team-messaging/v1/everyone · Medium · TeamMessaging"""
    patch_glip_everyone = patchGlipEveryone
    async def readAuthorizationProfile(self, *, accountId: _Id = ..., extensionId: _Id = ..., targetExtensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.AuthProfileResource:
        """Get Authorization Profile · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/authz-profile · Medium"""
    read_authorization_profile = readAuthorizationProfile
    async def checkUserPermission(self, *, accountId: _Id = ..., extensionId: _Id = ..., permissionId: _Id = ..., targetExtensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.AuthProfileCheckResource:
        """Check User Permission · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/authz-profile/check · Light"""
    check_user_permission = checkUserPermission
    async def readExtension(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetExtensionInfoResponse:
        """Get Extension · GET /restapi/v1.0/account/{accountId}/extension/{extensionId} · Light · ReadAccounts · ReadExtensions"""
    read_extension = readExtension
    async def updateExtension(self, *, body: shapes.ExtensionUpdateRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetExtensionInfoResponse:
        """Update Extension · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId} · Medium · EditExtensions · EditUserInfo OR EditUserCredentials"""
    update_extension = updateExtension
    @deprecated("deprecated")
    async def deleteExtension(self, *, extensionId: _Id, accountId: _Id = ..., savePhoneLines: bool = ..., savePhoneNumbers: bool = ..., acceptLanguage: str = ...) -> None:
        """Delete Extension · DELETE /restapi/v1.0/account/{accountId}/extension/{extensionId} · Medium · EditAccounts · AddRemoveUsers"""
    delete_extension = deleteExtension
    async def readExtensionCallerId(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.ExtensionCallerIdInfo:
        """Get Extension Caller ID · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/caller-id · Light · ReadAccounts · ReadCallerIDSettings"""
    read_extension_caller_id = readExtensionCallerId
    async def updateExtensionCallerId(self, *, body: shapes.ExtensionCallerIdInfo, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.ExtensionCallerIdInfo:
        """Update Extension Caller ID · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/caller-id · Medium · EditExtensions · EditCallerIDSettings"""
    update_extension_caller_id = updateExtensionCallerId
    async def listExtensionGrants(self, *, accountId: _Id = ..., extensionId: _Id = ..., extensionType: Literal["User", "FaxUser", "VirtualUser", "DigitalUser", "Department", "Announcement", "Voicemail", "SharedLinesGroup", "PagingOnly", "IvrMenu", "ApplicationExtension", "ParkLocation", "Limited", "Bot", "Room", "DelegatedLinesGroup"] | Sequence[Literal["User", "FaxUser", "VirtualUser", "DigitalUser", "Department", "Announcement", "Voicemail", "SharedLinesGroup", "PagingOnly", "IvrMenu", "ApplicationExtension", "ParkLocation", "Limited", "Bot", "Room", "DelegatedLinesGroup"]] = ..., page: str = ..., perPage: int | str = ..., acceptLanguage: str = ...) -> shapes.GetExtensionGrantListResponse:
        """Get Extension Grant List · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/grant · Light · ReadAccounts · ReadExtensionGrant"""
    list_extension_grants = listExtensionGrants
    async def readNotificationSettings(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.NotificationSettings:
        """Get Notification Settings · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/notification-settings · Light · ReadAccounts · ReadMessagesNotificationsSettings"""
    read_notification_settings = readNotificationSettings
    async def updateNotificationSettings(self, *, body: shapes.NotificationSettingsUpdateRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.NotificationSettings:
        """Update Notification Settings · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/notification-settings · Medium · EditExtensions · EditMessagesNotificationsSettings"""
    update_notification_settings = updateNotificationSettings
    async def readUserProfileImage(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ..., Range: str = ...) -> bytes:
        """Get User Profile Image · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/profile-image · Medium · ReadAccounts · ReadExtensions"""
    read_user_profile_image = readUserProfileImage
    async def createUserProfileImage(self, *, image: _File, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> None:
        """Upload User Profile Image · POST /restapi/v1.0/account/{accountId}/extension/{extensionId}/profile-image · Heavy · EditExtensions · EditUserInfo"""
    create_user_profile_image = createUserProfileImage
    async def updateUserProfileImage(self, *, accountId: _Id = ..., extensionId: _Id = ..., image: _File = ..., acceptLanguage: str = ...) -> None:
        """Update User Profile Image · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/profile-image · Heavy · EditExtensions · EditUserInfo"""
    update_user_profile_image = updateUserProfileImage
    async def readScaledPofileImage(self, *, scaleSize: Literal["original", "90x90", "195x195", "584x584"], accountId: _Id = ..., extensionId: _Id = ..., contentDisposition: Literal["Inline", "Attachment"] = ..., contentDispositionFilename: str = ..., acceptLanguage: str = ..., Range: str = ...) -> bytes:
        """Get Scaled User Profile Image · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/profile-image/{scaleSize} · Medium · ReadAccounts"""
    read_scaled_pofile_image = readScaledPofileImage
    async def readConferencingSettings(self, *, accountId: _Id = ..., extensionId: _Id = ..., countryId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetConferencingInfoResponse:
        """Get User Conferencing Settings · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/conferencing · Light · ReadAccounts · OrganizeConference"""
    read_conferencing_settings = readConferencingSettings
    async def updateConferencingSettings(self, *, body: shapes.UpdateConferencingInfoRequest, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.GetConferencingInfoResponse:
        """Update User Conferencing Settings · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/conferencing · Medium · EditExtensions · OrganizeConference"""
    update_conferencing_settings = updateConferencingSettings
    async def readUserVideoConfiguration(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.UserVideoConfiguration:
        """Get User Video Configuration · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/video-configuration · Light · ReadAccounts · Meetings"""
    read_user_video_configuration = readUserVideoConfiguration
    @deprecated("removed from the platform's documentation")
    async def updateUserVideoConfiguration(self, *, body: shapes.UserVideoConfiguration, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.UserVideoConfiguration:
        """Update User Video Configuration · PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/video-configuration · Light · Meetings"""
    update_user_video_configuration = updateUserVideoConfiguration
    async def bridgeCallParty(self, *, telephonySessionId: _Id, partyId: _Id, body: shapes.NowBridgeTargetRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.NowCallParty:
        """Bridge Call Party · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId}/bridge · Light · CallControl"""
    bridge_call_party = bridgeCallParty
    async def createCallPartyWithBringIn(self, *, telephonySessionId: _Id, body: shapes.NowAddPartyRequest, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.NowCallParty:
        """Bring-In Call Party · POST /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/bring-in · Light · CallControl"""
    create_call_party_with_bring_in = createCallPartyWithBringIn
    async def createConferenceCallSession(self, *, accountId: _Id = ..., acceptLanguage: str = ...) -> shapes.NowCallSession:
        """Start Conference Call Session · POST /restapi/v1.0/account/{accountId}/telephony/conference · Heavy · CallControl"""
    create_conference_call_session = createConferenceCallSession
    async def deleteCallParty(self, *, telephonySessionId: _Id, partyId: _Id, accountId: _Id = ..., body: shapes.NowDeletePartyRequest = ..., acceptLanguage: str = ...) -> None:
        """Delete Call Party · DELETE /restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}/parties/{partyId} · Light · CallControl"""
    delete_call_party = deleteCallParty
    async def createGlipAdaptiveCardNew(self, *, chatId: _Id, body: shapes.NowAdaptiveCardRequest, acceptLanguage: str = ...) -> shapes.NowAdaptiveCardShortInfo:
        """Create Adaptive Card · POST /team-messaging/v1/chats/{chatId}/adaptive-cards · Medium · TeamMessaging"""
    create_glip_adaptive_card_new = createGlipAdaptiveCardNew
    @overload
    async def getGlipAdaptiveCardNew(self, *, cardId: _Id, acceptLanguage: str = ...) -> shapes.NowAdaptiveCardInfo:
        """Get Adaptive Card · GET /team-messaging/v1/adaptive-cards/{cardId} · Medium · TeamMessaging"""
    @overload
    async def getGlipAdaptiveCardNew(self, *, cardId: list[str] | list[int] | tuple[_Id, ...], acceptLanguage: str = ...) -> list[shapes.BatchPart]:
        """Get Adaptive Card · GET /team-messaging/v1/adaptive-cards/{cardId} · Medium · TeamMessaging"""
    get_glip_adaptive_card_new = getGlipAdaptiveCardNew
    async def updateGlipAdaptiveCardNew(self, *, cardId: _Id, body: shapes.NowAdaptiveCardRequest, acceptLanguage: str = ...) -> shapes.NowAdaptiveCardShortInfo:
        """Update Adaptive Card · PUT /team-messaging/v1/adaptive-cards/{cardId} · Medium · TeamMessaging"""
    update_glip_adaptive_card_new = updateGlipAdaptiveCardNew
    async def deleteGlipAdaptiveCardNew(self, *, cardId: _Id, acceptLanguage: str = ...) -> None:
        """Delete Adaptive Card · DELETE /team-messaging/v1/adaptive-cards/{cardId} · Medium · TeamMessaging"""
    delete_glip_adaptive_card_new = deleteGlipAdaptiveCardNew
    async def createGlipFileNew(self, *, body: _File, groupId: _Id = ..., name: str = ..., acceptLanguage: str = ...) -> shapes.NowTMAddFileResponse:
        """Upload File · POST /team-messaging/v1/files · Heavy · TeamMessaging"""
    create_glip_file_new = createGlipFileNew
    async def listWebAppDevices(self, *, accountId: _Id = ..., extensionId: _Id = ..., acceptLanguage: str = ...) -> shapes.NowWebAppDevicesResponse:
        """List User Web Phone Devices · GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/webapp-devices · Medium · ReadAccounts"""
    list_web_app_devices = listWebAppDevices
    async def authWsToken(self, *, acceptLanguage: str = ...) -> shapes.NowWsTokenResponse:
        """WebSocket Token · POST /restapi/oauth/wstoken · Auth · WebSocket"""
    auth_ws_token = authWsToken
