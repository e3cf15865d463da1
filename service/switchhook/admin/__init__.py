"""The operator's port: health, metrics, JSON, page.

Routes (bearer token unless on loopback without one):
    GET  /livez                       200 while the event loop turns
    GET  /readyz                      200 when the worker owns a partition or stands by, else 503 with the reason
    GET  /metrics                     Prometheus text
    GET  /api/v1/runs?after=&limit=   ends of runs: event, handler, rule, outcome, reason, times, effects
    GET  /api/v1/handlers             enabled handlers with scope, rules and counts
    GET  /api/v1/subscriptions        wanted, existing, differences (keeper's last look)
    GET  /api/v1/lanes                lanes with work
    GET  /api/v1/dead                 dead letters
"""
