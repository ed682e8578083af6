"""What runs tell the people who operate them."""
