"""The `factory` command: one short file a subcommand."""
