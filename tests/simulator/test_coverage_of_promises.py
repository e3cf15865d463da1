"""What the simulator promises, point by point, and the tests that show it. A point without a test fails here."""

from __future__ import annotations

import importlib

import pytest

from switchhook.simulator.platform import Platform
from switchhook.simulator.scenes import SCENES

WILD: dict[int, tuple[str, ...]] = {
    1: ("tokens:the_scheme_may_be_written_in_any_case",),
    2: ("clients:a_body_where_none_is_needed_does_no_harm", "resources:an_empty_body_of_any_type_is_none"),
    3: (
        "wild_clients:the_fields_are_in_the_part_that_is_json", "people:the_profile_image", "teams:files",
        "mail:an_mms_may_be_without_a_file_and_without_words_but_not_both", "resources:prompts_come_back_as_they_went",
        "wild_clients:a_fax_with_a_part_for_each_field",
    ),
    4: (
        "clients:an_application_tells_who_it_is_in_every_form",
        "tokens:a_password_gives_tokens_with_the_extension_in_either_place",
        "assertions:an_application_shows_who_it_is_with_its_key",
    ),
    5: ("tokens:lifetimes_out_of_range_are_replaced",),
    6: ("tokens:revoke_ends_the_session",),
    7: (
        "api:a_trailing_slash_and_an_empty_json_body_do_no_harm",
        "wild_clients:lists_in_a_query_come_repeated_or_with_commas",
    ),
    8: ("routes:the_old_prefix_of_team_messaging_is_an_alias", "teams:the_old_paths_and_the_old_shape"),
    9: ("clients:numbers_and_the_tilde_mean_the_same", "batch:the_parts_of_a_mixed_answer"),
    10: ("tokens:a_jwt_gives_tokens_in_the_documented_form",),
    11: ("clients:every_json_answer_says_that_it_is_json", "wild_clients:no_answer_is_json_null"),
    12: ("batch:the_parts_of_a_mixed_answer", "batch:the_list_form"),
    13: ("tokens:requests_without_a_good_token_are_refused", "every_operation:an_unknown_token_is_refused_everywhere"),
    14: ("tokens:wrong_credentials_and_grants_are_refused_as_documented",),
    15: ("api:an_extension_has_what_clients_read", "wild_clients:ids_are_numbers_or_strings_as_clients_expect"),
    16: ("signing_in:a_page_in_a_browser_may_call",),
    17: (
        "subscribing:a_handshake_may_say_more_than_it_must", "clients:answers_to_notifications_may_carry_anything",
        "subscribing:no_verification_token_no_header",
    ),
    18: ("delivery:a_receiver_may_call_the_api_before_it_answers",),
    19: (
        "subscribing:lifetimes_are_clamped_silently", "subscribing:one_address_may_be_subscribed_twice",
        "subscribing:a_subscription_shakes_hands_and_is_granted",
    ),
    20: ("api:posts_are_told_to_every_member_also_the_author",),
    21: ("calls:call_out_answers_first", "gateway:what_a_request_causes_comes_after_its_reply"),
    22: ("clients:a_party_says_whose_it_is",),
    23: ("clients:commands_answer_what_replaces_the_clients_copy", "commands:a_command_in_a_state"),
    24: ("calls:recordings_start_pause_and_end",),
    25: ("calls:presence_names_only_calls_that_can_be_read",),
    26: (
        "calls:a_call_through_the_menu_is_told_as_in_real_streams",
        "calls:an_extension_filter_tells_of_own_parties_only",
    ),
    27: (
        "commands:sessions_of_unrelated_calls_are_told_apart", "call_records:ring_out_calls_two_phones_as_two_sessions"
    ),
    28: ("calls:a_call_that_is_over_is_not_found", "transfers:a_conference_wants_its_host_within_38_seconds"),
    29: ("transfers:park_and_pickup",),
    30: ("gateway:the_token_says_where_to_connect",),
    31: ("gateway:the_token_says_where_to_connect",),
    32: ("gateway:a_bad_token_is_told_on_the_socket",),
    33: ("gateway:the_token_says_where_to_connect", "gateway:too_late_a_recovery_fails_and_the_socket_is_good"),
    34: ("gateway:what_was_missed_comes_after_recovery_once",),
    35: ("gateway:requests_are_answered_as_over_http", "gateway:notifications_come_on_the_socket"),
    36: ("gateway:requests_are_answered_as_over_http", "gateway:a_revoked_login_is_told_so"),
    37: ("gateway:notifications_come_on_the_socket",),
    38: ("gateway:heartbeats_and_frames_that_are_none", "clients:a_socket_offers_compression"),
    39: ("gateway:requests_are_answered_as_over_http",),
    40: ("gateway:a_second_subscription_replaces_the_first_and_counts_for_no_webhook",),
    41: (
        "gateway:a_second_subscription_replaces_the_first_and_counts_for_no_webhook",
        "gateway:notifications_come_on_the_socket",
    ),
    42: ("people:scim_searches",),
    43: ("wild_clients:shapes_that_surprise",),
    44: ("teams:notes", "teams:tasks_are_complete_by_their_own_condition"),
    45: ("signing_in:clients_discover_the_platform",),
}  # fmt: skip
"""What published clients require of a server (point → tests)."""

DELIVERY: dict[str, tuple[str, ...]] = {
    "handshake: an empty request with both tokens": ("subscribing:a_subscription_shakes_hands_and_is_granted",),
    "handshake: 3 s": ("subscribing:a_slow_handshake_is_refused", "knobs:how_long_a_webhook_may_take"),
    "handshake: 200, echo, 1,024 bytes, JSON, no redirect": ("subscribing:a_bad_handshake_is_refused",),
    "handshake: an address that can be reached": ("subscribing:an_address_that_is_none_or_away_is_refused",),
    "handshake: TLS": ("subscribing:production_wants_https_with_a_good_certificate",),
    "handshake: none on PUT and renewal": ("subscribing:renew_and_update_give_new_life",),
    "headers and envelope": ("delivery:headers_and_envelope_are_those_of_the_platform",),
    "no verification token, no header": ("subscribing:no_verification_token_no_header",),
    "one attempt; up to three more with the same uuid": ("delivery:redeliveries_have_the_same_uuid",),
    "order of sending": ("delivery:they_are_sent_in_order",),
    "eight at once": ("delivery:notifications_are_posted_in_parallel",),
    "latency and jitter": ("delivery:latency_and_jitter_are_knobs",),
    "late, twice, overtaken, never": ("delivery:deliveries_misbehave_as_told",),
    "only 200 within 1,024 bytes counts, redirects are not followed": ("delivery:only_a_short_200_counts",),
    "3 s for an answer": ("delivery:a_slow_answer_is_a_failure_after_three_seconds",),
    "nobody there": ("delivery:nobody_there_is_a_failure",),
    "blacklisted after ten minutes": (
        "delivery:ten_minutes_of_failures_blacklist", "delivery:one_success_starts_the_count_anew"
    ),
    "off the blacklist again": ("delivery:a_blacklisted_webhook_may_be_served_again",),
    "the answer first, then what it caused": ("delivery:a_receiver_may_call_the_api_before_it_answers",),
}  # fmt: skip

TURNED: dict[str, tuple[str, ...]] = {
    "oauth.access oauth.refresh oauth.sessions oauth.session": ("assertions:how_long_logins_last_are_knobs",),
    "oauth.grace_used oauth.grace_unused": (
        "tokens:a_refresh_token_works_once_and_within_the_grace_gives_the_same_again",),
    "delivery.time_limit": ("knobs:how_long_a_webhook_may_take",),
    "delivery.parallel": ("delivery:notifications_are_posted_in_parallel",),
    "delivery.redeliveries": ("delivery:redeliveries_have_the_same_uuid",),
    "delivery.blacklist_after delivery.blacklist_least": ("delivery:ten_minutes_of_failures_blacklist",),
    "delivery.recover_every": ("delivery:a_blacklisted_webhook_may_be_served_again",),
    "delivery.latency delivery.jitter": ("delivery:latency_and_jitter_are_knobs",),
    "subscriptions.default_lifetime subscriptions.longest_lifetime": ("knobs:how_long_subscriptions_live",),
    "subscriptions.most": ("subscribing:there_is_a_most",),
    "subscriptions.renew_keeps_lifetime": ("subscribing:the_lifetime_of_a_bare_renewal_is_a_knob",),
    "subscriptions.shuffle_filters": ("knobs:filters_keep_their_order_if_wanted",),
    "subscriptions.https_required": ("subscribing:production_wants_https_with_a_good_certificate",),
    "subscriptions.most_filters": ("knobs:how_many_filters_a_subscription_may_have",),
    "subscriptions.admin_for_account": ("knobs:whether_filters_of_the_account_want_an_administrator",),
    "subscriptions.missing_refuses": ("knobs:what_a_missing_permission_does_to_a_filter",),
    "subscriptions.reminder_period": ("knobs:how_often_reminders_are_looked_at",),
    "subscriptions.reminder_body": ("knobs:whether_a_reminder_has_a_body",),
    "calls.ring": ("calls:an_unanswered_call_goes_to_voicemail",),
    "calls.voicemail": ("call_records:a_voicemail_is_left",),
    "calls.pick_up": ("knobs:a_phone_may_take_time_to_pick_up",),
    "calls.agent calls.queue_pause": ("queues:an_agent_who_does_not_answer_is_passed_over",),
    "calls.queue": ("queues:a_caller_does_not_wait_for_ever",),
    "calls.park": ("transfers:a_parked_call_comes_back",),
    "calls.conference": ("transfers:a_conference_wants_its_host_within_38_seconds",),
    "calls.call_log": ("call_records:a_call_is_in_the_log_after_a_while",),
    "calls.recording": ("call_records:a_recording_can_be_fetched_after_a_while",),
    "calls.drops_any": ("knobs:which_parties_can_be_dropped",),
    "spelling.voicemail spelling.numeric_ids": ("steering:numeric_ids_and_other_spellings",),
    "spelling.reasons": ("knobs:whether_reasons_are_told",),
    "sockets.recovery_buffer": ("gateway:the_buffer_keeps_the_latest_hundred",),
    "sockets.recovery": ("gateway:too_late_a_recovery_fails_and_the_socket_is_good",),
    "sockets.idle sockets.absolute": ("gateway:idle_and_old_sockets_are_closed",),
    "sockets.active_requests": ("gateway:more_than_ten_requests_at_once_are_too_many",),
    "messages.sent messages.delivered": ("mail:a_text_goes_from_queued_to_delivered",),
    "messages.fax": ("mail:a_fax_is_sent_page_by_page",),
    "messages.transcribed": ("mail:voicemail_gets_its_transcript_later",),
    "messages.transcripts": ("knobs:whether_voicemail_is_transcribed",),
    "messages.voicemail_again": ("knobs:whether_voicemail_is_told_again_with_its_transcript",),
    "hooks.errors_are_2xx": ("knobs:how_a_bad_card_is_answered",),
    "media.redirects": ("media_host:content_may_come_at_once",),
    "media.addresses": ("media_host:addresses_may_name_the_media_host",),
    "limits.on limits.light limits.medium limits.heavy limits.window limits.penalty": (
        "knobs:how_many_requests_go_in_a_window", "api:rate_limits_have_headers_and_a_penalty_that_starts_anew"),
    "limits.auth": ("api:tokens_are_limited_for_the_whole_application",),
    "limits.sms limits.mms": ("codes:too_many_texts_a_minute",),
    "limits.hooks": ("knobs:a_webhook_is_posted_to_so_often_a_minute",),
    "errors.modern errors.named": ("knobs:how_errors_are_told",),
    "clock.skew": ("knobs:the_platform_s_clock_may_be_wrong",),
}  # fmt: skip
"""Knobs → tests that turn them, or show how long what they say takes."""

SCENES_SHOWN: dict[str, tuple[str, ...]] = {
    "inbound": ("calls:a_call_through_the_menu_is_told_as_in_real_streams",),
    "queue": ("queues:all_agents_ring_and_one_answers",),
    "internal": ("calls:a_call_between_colleagues_is_told_as_in_real_streams",),
    "blind-transfer": ("calls:transfer_sends_an_answered_call_on",),
    "warm-transfer": ("transfers:a_warm_transfer_puts_the_others_together",),
    "park": ("transfers:park_and_pickup",),
    "voicemail": ("call_records:a_voicemail_is_left", "mail:voicemail_gets_its_transcript_later"),
    "conference": ("transfers:calls_are_brought_into_a_conference",),
    "ring-out": ("call_records:ring_out_calls_two_phones_as_two_sessions",),
    "missed": ("calls:reject_leads_to_voicemail", "notifications:a_call_that_was_picked_up_is_not_missed"),
    "text": ("api:texts_in_and_out",),
    "mms": ("mail:a_picture_goes_out_and_comes_back",),
    "group-text": ("mail:a_group_text_comes_in",),
    "fax": ("mail:a_fax_comes_in",),
    "chat": ("api:posts_are_told_to_every_member_also_the_author",),
}
"""Scenes → tests of what happens in them; that each plays, in Python and over HTTP, is a test of its own."""

EVERYTHING = [*WILD.values(), *DELIVERY.values(), *TURNED.values(), *SCENES_SHOWN.values()]


@pytest.mark.parametrize("name", sorted({each for tests in EVERYTHING for each in tests}))
def test_there_is_such_a_test(name: str) -> None:
    """By module and name."""
    module, _, test = name.partition(":")
    assert hasattr(importlib.import_module(f"tests.simulator.test_{module}"), f"test_{test}")


def test_nothing_is_left_out() -> None:
    """All 45 points, every knob, every scene."""
    assert set(WILD) == set(range(1, 46))
    knobs = [each for names in TURNED for each in names.split()]
    assert sorted(knobs) == sorted(Platform(manual_time=True).knobs())
    assert set(SCENES_SHOWN) == set(SCENES)
