"""The HTTP edge: parse, call one use case, answer. The only place that knows HTTP statuses."""
