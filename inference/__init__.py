"""Every model call goes through here."""
