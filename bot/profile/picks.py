"""Zones to pick from, for who neither shares a place nor types a town: by part of the world, with the country."""

PARTS: dict[str, tuple[tuple[str, str], ...]] = {
    "europe": (
        ("Europe/London", "GB"), ("Europe/Dublin", "IE"), ("Europe/Lisbon", "PT"),
        ("Europe/Madrid", "ES"), ("Europe/Paris", "FR"), ("Europe/Brussels", "BE"),
        ("Europe/Amsterdam", "NL"), ("Europe/Berlin", "DE"), ("Europe/Zurich", "CH"),
        ("Europe/Vienna", "AT"), ("Europe/Rome", "IT"), ("Europe/Copenhagen", "DK"),
        ("Europe/Oslo", "NO"), ("Europe/Stockholm", "SE"), ("Europe/Helsinki", "FI"),
        ("Europe/Warsaw", "PL"), ("Europe/Prague", "CZ"), ("Europe/Budapest", "HU"),
        ("Europe/Bucharest", "RO"), ("Europe/Athens", "GR"), ("Europe/Kyiv", "UA"),
        ("Europe/Istanbul", "TR"), ("Atlantic/Reykjavik", "IS"), ("Europe/Moscow", "RU"),
    ),
    "americas": (
        ("America/New_York", "US"), ("America/Chicago", "US"), ("America/Denver", "US"),
        ("America/Phoenix", "US"), ("America/Los_Angeles", "US"), ("America/Anchorage", "US"),
        ("Pacific/Honolulu", "US"), ("America/Toronto", "CA"), ("America/Winnipeg", "CA"),
        ("America/Edmonton", "CA"), ("America/Vancouver", "CA"), ("America/Halifax", "CA"),
        ("America/Mexico_City", "MX"), ("America/Bogota", "CO"), ("America/Lima", "PE"),
        ("America/Santiago", "CL"), ("America/Sao_Paulo", "BR"), ("America/Manaus", "BR"),
        ("America/Argentina/Buenos_Aires", "AR"), ("America/Montevideo", "UY"), ("America/Caracas", "VE"),
    ),
    "africa": (
        ("Africa/Casablanca", "MA"), ("Africa/Accra", "GH"), ("Africa/Lagos", "NG"),
        ("Africa/Tunis", "TN"), ("Africa/Cairo", "EG"), ("Africa/Johannesburg", "ZA"),
        ("Africa/Nairobi", "KE"), ("Africa/Addis_Ababa", "ET"), ("Africa/Kampala", "UG"),
    ),
    "asia": (
        ("Asia/Jerusalem", "IL"), ("Asia/Dubai", "AE"), ("Asia/Riyadh", "SA"),
        ("Asia/Karachi", "PK"), ("Asia/Kolkata", "IN"), ("Asia/Kathmandu", "NP"),
        ("Asia/Dhaka", "BD"), ("Asia/Bangkok", "TH"), ("Asia/Ho_Chi_Minh", "VN"),
        ("Asia/Jakarta", "ID"), ("Asia/Singapore", "SG"), ("Asia/Kuala_Lumpur", "MY"),
        ("Asia/Manila", "PH"), ("Asia/Hong_Kong", "HK"), ("Asia/Shanghai", "CN"),
        ("Asia/Taipei", "TW"), ("Asia/Seoul", "KR"), ("Asia/Tokyo", "JP"),
    ),
    "pacific": (
        ("Australia/Perth", "AU"), ("Australia/Adelaide", "AU"), ("Australia/Brisbane", "AU"),
        ("Australia/Sydney", "AU"), ("Australia/Melbourne", "AU"), ("Australia/Hobart", "AU"),
        ("Pacific/Auckland", "NZ"), ("Pacific/Fiji", "FJ"), ("Pacific/Guam", "GU"),
    ),
}
