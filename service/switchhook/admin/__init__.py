"""The operator's port: health, metrics, JSON, page.

Routes (with `admin.token` all but health and the page's own files need it; without one only loopback is answered, and
only requests to a name of loopback):
    GET  /                            the page: a few files without data, which ask for the documents below
    GET  /livez                       200 while the event loop turns
    GET  /readyz                      200 when the worker owns a partition or stands by, else 503 with the reason
    GET  /metrics                     Prometheus text
    GET  /api/v1/status               is it ready, what does it own, what is under way, counts since its start
    GET  /api/v1/runs?since=&limit=   ends of runs: event, handler, rule, outcome, reason, times, effects
    GET  /api/v1/parked?limit=        the first of each lane that waits for its time, earliest first
    GET  /api/v1/handlers             enabled handlers with scope and rules
    GET  /api/v1/subscriptions        wanted, existing, differences (keeper's last look)
    GET  /api/v1/chat-webhooks        the same for incoming webhooks of chats
    GET  /api/v1/gaps                 spans in which notifications may have been lost
    GET  /api/v1/dead                 dead letters
The ingress has of the documents its own status alone.
"""
