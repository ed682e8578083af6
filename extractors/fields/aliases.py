"""Other prints of common enumerated values: currency signs for ISO 4217 codes, country names for ISO 3166 codes."""

CURRENCIES: dict[str, tuple[str, ...]] = {
    "EUR": ("€", "Euro"),
    "USD": ("US$", "$"),
    "GBP": ("£",),
    "JPY": ("¥",),
    "CHF": ("SFr", "Fr."),
    "CAD": ("C$", "CA$"),
    "AUD": ("A$", "AU$"),
    "PLN": ("zł",),
    "CZK": ("Kč",),
    "INR": ("₹",),
    "MYR": ("RM",),
    "SEK": ("kr",),
    "NOK": ("kr",),
    "DKK": ("kr",),
}
COUNTRIES: dict[str, tuple[str, ...]] = {
    "AT": ("Austria", "Österreich", "Autriche"),
    "BE": ("Belgium", "Belgien", "Belgique"),
    "CA": ("Canada", "Kanada"),
    "CH": ("Switzerland", "Schweiz", "Suisse"),
    "CZ": ("Czech Republic", "Czechia", "Tschechien"),
    "DE": ("Germany", "Deutschland", "Allemagne"),
    "DK": ("Denmark", "Dänemark", "Danmark"),
    "ES": ("Spain", "Spanien", "España", "Espagne"),
    "FR": ("France", "Frankreich"),
    "GB": ("United Kingdom", "Great Britain", "England", "UK"),
    "IE": ("Ireland", "Irland"),
    "IT": ("Italy", "Italien", "Italia", "Italie"),
    "LU": ("Luxembourg", "Luxemburg"),
    "NL": ("Netherlands", "Niederlande", "Nederland", "Pays-Bas"),
    "NO": ("Norway", "Norwegen", "Norge"),
    "PL": ("Poland", "Polen", "Polska"),
    "PT": ("Portugal",),
    "SE": ("Sweden", "Schweden", "Sverige"),
    "US": ("United States", "USA", "U.S.A."),
}


def aliases(value: str) -> tuple[str, ...]:
    """Other ways to print a value; none where it is neither a currency nor a country code."""
    return CURRENCIES.get(value, ()) + COUNTRIES.get(value, ())
