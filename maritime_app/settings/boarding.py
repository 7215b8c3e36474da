"""The sections of settings.toml for tickets and the quay where they are shown."""

from maritime_app.settings.section import Port, Seconds, Section, WholeMinutes


class Boarding(Section, frozen=True):
    """When check-in closes, in minutes before departure, where an operator has not said."""

    check_in_minutes: WholeMinutes
    vehicle_check_in_minutes: WholeMinutes


class Gate(Section, frozen=True):
    """The laptop at a quay: where it listens, and how it speaks with the server."""

    host: str
    port: Port
    token: str
    settle_seconds: Seconds
    list_seconds: Seconds
    timeout_seconds: Seconds


class Wallet(Section, frozen=True):
    """Passes for the wallets of telephones; a path that is empty offers nothing."""

    apple_pass_type_id: str
    apple_team_id: str
    apple_certificate: str
    apple_key: str
    apple_key_password: str
    apple_intermediate: str
    google_issuer_id: str
    google_class: str
    google_service_account: str

    @property
    def offers_apple(self) -> bool:
        """Whether passes for Apple Wallet can be signed."""
        return bool(self.apple_certificate)

    @property
    def offers_google(self) -> bool:
        """Whether links to Google Wallet can be signed."""
        return bool(self.google_service_account)
