"""The benchmark: what a cancellation costs here, beside what it costs elsewhere."""
