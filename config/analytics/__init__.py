"""The figures of the gallery, kept by the day so that nobody who looks at them waits for a count."""
