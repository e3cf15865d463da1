"""Team messaging: chats, posts, cards, files, notes, tasks, events, and incoming webhooks. No wire."""
