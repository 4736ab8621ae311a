"""What ops can see of a living server: figures for Prometheus, slow requests in the log, errors for Sentry."""
