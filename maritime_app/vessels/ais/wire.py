"""The AISStream envelope as msgspec structs: the fields this application reads.

Source: the AISStream.io message documentation (v0) and what its streams carry. msgspec skips fields
that are not named here without building them; `gc=False` keeps the structs out of the garbage
collector.
"""

from typing import Any

from msgspec import Struct, field


class Dimension(Struct, gc=False, rename="pascal"):
    """Metres from the antenna: a to bow, b to stern, c to port, d to starboard."""

    a: int = 0
    b: int = 0
    c: int = 0
    d: int = 0


class Eta(Struct, gc=False, rename="pascal"):
    """The reported arrival, without a year."""

    month: int = 0
    day: int = 0
    hour: int = 24
    minute: int = 60


class Fix(Struct, gc=False, rename="pascal"):
    """Every position-bearing type; a default is what AIS calls "not available"."""

    message_id: int = field(name="MessageID", default=0)
    mmsi: int = field(name="UserID", default=0)
    valid: bool = True
    latitude: float = 91.0
    longitude: float = 181.0
    sog: float = 102.3
    cog: float = 360.0
    true_heading: int = 511
    navigational_status: int = 15
    rate_of_turn: int = -128
    altitude: int = 4095
    position_accuracy: bool = False
    timestamp: int = 0
    # base stations
    utc_year: int = 0
    utc_month: int = 0
    # extended class B and aids to navigation carry static data beside the position
    name: str = ""
    name_extension: str = ""
    type: int = 0
    dimension: Dimension | None = None
    off_position: bool = False
    virtual: bool = field(name="VirtualAtoN", default=False)


class Static(Struct, gc=False, rename="pascal"):
    """ShipStaticData (message 5)."""

    mmsi: int = field(name="UserID", default=0)
    valid: bool = True
    imo_number: int = 0
    call_sign: str = ""
    name: str = ""
    type: int = 0
    dimension: Dimension | None = None
    eta: Eta | None = None
    maximum_static_draught: float = 0.0
    destination: str = ""


class PartA(Struct, gc=False, rename="pascal"):
    """Part A of message 24; not valid when the message was the other part."""

    valid: bool = True
    name: str = ""


class PartB(Struct, gc=False, rename="pascal"):
    """Part B of message 24; not valid when the message was the other part."""

    valid: bool = True
    ship_type: int = 0
    call_sign: str = ""
    dimension: Dimension | None = None


class StaticParts(Struct, gc=False, rename="pascal"):
    """StaticDataReport (message 24, class B): part A has the name, part B the rest."""

    mmsi: int = field(name="UserID", default=0)
    valid: bool = True
    part_number: bool | int = False
    report_a: PartA | None = None
    report_b: PartB | None = None


class Safety(Struct, gc=False, rename="pascal"):
    """Safety-related text: to one station (message 12) or to all (message 14)."""

    mmsi: int = field(name="UserID", default=0)
    valid: bool = True
    destination: int = field(name="DestinationID", default=0)
    text: str = ""


class Other(Struct, gc=False, rename="pascal"):
    """Types without a vessel's state: binary, interrogation, link management ..."""

    message_id: int = field(name="MessageID", default=0)
    mmsi: int = field(name="UserID", default=0)


class Body(Struct, gc=False, rename="pascal"):
    """`Message`: one key named like the type. The five kinds of shape cover the 24 types."""

    position_report: Fix | None = None
    standard_class_b_position_report: Fix | None = None
    extended_class_b_position_report: Fix | None = None
    base_station_report: Fix | None = None
    standard_search_and_rescue_aircraft_report: Fix | None = None
    aids_to_navigation_report: Fix | None = None
    long_range_ais_broadcast_message: Fix | None = None
    ship_static_data: Static | None = None
    static_data_report: StaticParts | None = None
    # Long range reports were seen under this name (message 27 labelled 23).
    group_assignment_command: Fix | None = None
    addressed_binary_message: Other | None = None
    binary_acknowledge: Other | None = None
    binary_broadcast_message: Other | None = None
    coordinated_utc_inquiry: Other | None = field(name="CoordinatedUTCInquiry", default=None)
    addressed_safety_message: Safety | None = None
    addessed_safety_message: Safety | None = None  # go-ais spells it so
    safety_broadcast_message: Safety | None = None
    interrogation: Other | None = None
    assigned_mode_command: Other | None = None
    gnss_broadcast_binary_message: Other | None = None
    data_link_management_message: Other | None = None
    data_link_management_message_data: Other | None = None
    channel_management: Other | None = None
    single_slot_binary_message: Other | None = None
    multi_slot_binary_message: Other | None = None


class Meta(Struct, gc=False):
    """What AISStream adds: the receipt time and its own idea of the ship's name."""

    time_utc: str = ""
    ship_name: str = field(name="ShipName", default="")


class Envelope(Struct, gc=False):
    """A frame."""

    message_type: str = field(name="MessageType", default="")
    message: Body | None = field(name="Message", default=None)
    meta: Meta | None = field(name="MetaData", default=None)
    metadata: Meta | None = field(name="Metadata", default=None)  # the specification's spelling
    error: Any = None  # a text; of other servers an object with one


# Types that carry no vessel's state: counted, not stored.
STATELESS = frozenset(
    [
        "AddressedBinaryMessage",
        "BinaryAcknowledge",
        "BinaryBroadcastMessage",
        "CoordinatedUTCInquiry",
        "Interrogation",
        "AssignedModeCommand",
        "GnssBroadcastBinaryMessage",
        "DataLinkManagementMessage",
        "DataLinkManagementMessageData",
        "ChannelManagement",
        "GroupAssignmentCommand",
        "SingleSlotBinaryMessage",
        "MultiSlotBinaryMessage",
        "UnknownMessage",
    ]
)
