"""A ledger as JSON, as a Markdown table, and as a plot."""
