"""The looks of documents: one file a layout family, each drawing on a `Sheet`."""
