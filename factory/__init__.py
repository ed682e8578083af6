"""The compiler: a spec and labelled examples become a signed artifact."""
