"""The public endpoint: verify, journal, answer 200; and the relay from the journal to Kafka.

Public routes (nothing else on this port):
    POST /webhooks/{name}.{mac}   handshake or notification; 200, 404, 408, 413, 503

Routes of the ingress's own admin port:
    GET /livez      200 while the event loop turns
    GET /readyz     200 when it can store, else 503 with the reason
    GET /metrics    Prometheus text
"""
