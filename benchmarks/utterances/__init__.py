"""Made-up functions and utterances of this project: what the default weights of utterances are learned from."""
