"""The seven categories of the paper's section 4, and cost: one file a category, each metric with formula and source."""
