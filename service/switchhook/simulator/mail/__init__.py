"""Messages of every kind: texts, MMS, pager, fax, voicemail; the mailboxes they are in. No wire."""
