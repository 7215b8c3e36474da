"""UNCTAD's CSV of both ways: every row is accepted or rejected for a counted reason."""

import gzip
import io
import textwrap
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import py7zr
import pytest

from maritime_app.errors import Invalid
from maritime_app.ports.statistics.periods import period_label, period_start
from maritime_app.ports.statistics.tables import (
    ARRIVALS_S,
    LSCI,
    PLSCI,
    PORT_CALLS,
    PORT_CALLS_S,
)
from maritime_app.ports.statistics.unctad.economies import country_of, economy_of
from maritime_app.ports.statistics.unctad.files import TableFiles
from tests.ports.published import CALLS_HEADER, INDEX_HEADER


def read(folder: Path, text: str, name: str = "table.csv") -> TableFiles:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    with TableFiles([path]) as files:
        while files.read_batch():
            pass
        return files


def test_it_works(tmp_path: Path) -> None:
    files = read(tmp_path, INDEX_HEADER + '2006Q01,"Q1 2006",GRPIR,"Greece, Piraeus",114.72881,,\n')
    assert files.layout.table.report == PLSCI
    assert files.reading.observations == [
        ("M6047", "GRPIR", "", "2006Q01", date(2006, 1, 1), 114.72881, None)
    ]
    assert files.reading.geos["GRPIR"].label == "Greece, Piraeus"
    assert files.reading.geos["GRPIR"].country == "GR"
    assert files.bytes_read == files.bytes_total


def test_codes_keep_their_zeros_and_reasons_stay_words(tmp_path: Path) -> None:
    files = read(
        tmp_path,
        CALLS_HEADER
        + textwrap.dedent(
            """\
            2018S01,"S1   2018",0000,"World",00,"All ships",0.97,,,18,,
            2018S02,"S2   2018",0,"World",3,"Container ships",0.7,,,13,,
            2018S01,"S1   2018",36,"Australia",00,"All ships",,,"Not publishable",,,
            2018S01,"S1   2018",842,"United States of America",01,"Passenger ships",,,,20,,
            2018S01,"S1   2018",5121,"Eastern Africa",00,"All ships",1.5,,,20,,
            """
        ),
    )
    reading = files.reading
    assert (reading.rows, reading.accepted, dict(reading.rejected)) == (5, 5, {})
    values = {row[:4]: row[5:] for row in reading.observations}
    assert values["M3761", "0000", "00", "2018S01"] == (0.97, None)
    assert values["M3761", "0000", "03", "2018S02"] == (0.7, None)
    assert values["M3761", "036", "00", "2018S01"] == (None, "Not publishable")
    assert values["M3761", "842", "01", "2018S01"] == (None, "Not stated")
    kinds = {code: (geo.kind, geo.country) for code, geo in reading.geos.items()}
    assert kinds == {
        "0000": ("world", None),
        "036": ("economy", "AU"),
        "842": ("economy", "US"),
        "5121": ("group", None),
    }


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    files = read(
        tmp_path,
        CALLS_HEADER
        + textwrap.dedent(
            """\
            2018S01,"S1   2018",0001,"Individual economies",00,"All ships",,,"n. a.",,,"n. a."
            2018S01,"S1   2018",300,"Greece",00,"All ships",0.9,,,20,,
            2018S01,"S1   2018",300,"Greece",00,"All ships",0.9,,,20,,
            2018S03,"S3   2018",300,"Greece",00,"All ships",0.9,,,20,,
            2018S02,"S2   2018",GR,"Greece",00,"All ships",0.9,,,20,,
            2018S02,"S2   2018",300,"Greece",xx,"All ships",0.9,,,20,,
            2018S02,"S2   2018",300,"Greece",00,"All ships",about one,,,inf,,
            2018S02,"S2   2018",300,"Greece"

            """
        ),
    )
    reading = files.reading
    assert dict(reading.rejected) == {
        "heading, not a place": 1,
        "repeats an earlier row": 1,
        "unreadable period": 1,
        "unreadable place code": 1,
        "unreadable ship type": 1,
        "no readable figure": 1,
        "wrong number of columns": 1,
        "blank row": 1,
    }
    assert reading.rows == 9
    assert reading.accepted == 1
    assert reading.rows == reading.accepted + reading.rejected.total()


def test_ports_may_have_digits_in_their_code(tmp_path: Path) -> None:
    rows = '2024Q01,"Q1 2024",VNC8Q,"Viet Nam, Cai Mep",1.5,,\n2024Q01,"Q1 2024",VNC1Q,"?",1.5,,\n'
    reading = read(tmp_path, INDEX_HEADER + rows).reading
    assert list(reading.geos) == ["VNC8Q"]
    assert dict(reading.rejected) == {"unreadable place code": 1}


@pytest.mark.parametrize("name", ["table.csv", "table.csv.gz"])
def test_gzip_and_byte_order_mark(tmp_path: Path, name: str) -> None:
    text = "\ufeff" + INDEX_HEADER + '2024Q01,"Q1 2024",NLRTM,"Netherlands, Rotterdam",956.2,,\n'
    assert read(tmp_path, text, name).reading.accepted == 1


ANSWER_HEADER = (
    "Period_Code,Economy_Code,CommercialMarket_Code,Economy_Label,"
    "M3761_Value,M3761_MissingValue,M3762_Value,M3762_MissingValue\n"
)


def test_an_answer_of_the_query_api_gives_the_same_rows(tmp_path: Path) -> None:
    bulk = CALLS_HEADER + textwrap.dedent(
        """\
        2018S01,"S1   2018",0000,"World",00,"All ships",0.97,,,18,,
        2018S01,"S1   2018",036,"Australia",01,"Passenger ships",,,"Not publishable",20,,
        2018S01,"S1   2018",842,"United States of America",03,"Container ships",1.0671,,,13,,
        2018S01,"S1   2018",0001,"Individual economies",00,"All ships",,,,,,
        2018S01,"S1   2018",5100,"Africa",00,"All ships",1.5,,,,,
        """
    )
    answer = ANSWER_HEADER + textwrap.dedent(
        """\
        2018S01,0000,00,World,0.97,,18,
        2018S01,036,01,Australia,,Not publishable,20.4999,
        2018S01,842,03,"United States of America",1.06705,,12.5,
        2018S01,0001,00,"Individual economies",,,,
        2018S01,5100,00,Africa,1.5,,,
        """
    )
    queried, published = read(tmp_path, answer), read(tmp_path, bulk)
    assert queried.layout.table.report == published.layout.table.report == PORT_CALLS_S
    assert queried.reading == published.reading
    assert [measure.label for measure in queried.layout.measures] == [
        measure.label for measure in published.layout.measures
    ]


def test_answers_without_reasons_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="missing reasons of M6047"):
        read(tmp_path, "Quarter_Code,Port_Code,M6047_Value\n2024Q01,NLRTM,956.2\n")


def test_the_long_name_of_the_reason_is_known_too(tmp_path: Path) -> None:
    header = "Quarter_Code,Port_Code,Port_Label,M6047_Value,M6047_MissingValue_Label\n"
    files = read(
        tmp_path,
        header + "2024Q01,NLRTM,Rotterdam,956.2000049,\n2024Q01,SGSIN,Singapore,,Not publishable\n",
    )
    assert [row[5:] for row in files.reading.observations] == [
        (956.2, None),
        (None, "Not publishable"),
    ]


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", "Quarter,Port,Value\n2024Q01,NLRTM,1\n"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid, match="not an UNCTADstat table"):
        read(tmp_path, text)


ROW = '2024Q01,"Q1 2024",NLRTM,"Netherlands, Rotterdam",956.25,,\n'
TABLE = INDEX_HEADER + ROW


def packed(text: str, name: str = "US_PLSCI.csv") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, text)
    return out.getvalue()


ODD = ("S1   2018", "2018Q05", "2018M13", "18", "0000", "٢٠٢٤", "2024Q0٤")


def seven_zipped(text: str) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as made:
        made.writestr(text, "US_PLSCI.csv")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (packed(TABLE), ""),
        (seven_zipped(TABLE), ""),
        (TABLE.encode("utf-16"), "UTF-16"),
        (TABLE.replace("Rotterdam", "Zürich").encode("cp1252"), "Windows-1252"),
        (TABLE.replace('"Netherlands, Rotterdam"', "R").replace(",", ";").encode(), "semicolons"),
        (TABLE.replace('"Netherlands, Rotterdam"', "R").replace(",", "\t").encode(), "tabs"),
        (
            TABLE.replace('"Netherlands, Rotterdam"', "R")
            .replace(",", ";")
            .replace("956.25", "956,25")
            .encode(),
            "decimal commas",
        ),
        (TABLE.replace("956.25", "9.5625E+02").encode(), ""),
        (TABLE.replace("956.25", '"956.25"').encode(), ""),
        (TABLE.replace("NLRTM", "NL RTM").encode(), ""),
        (TABLE.replace("NLRTM", "nlrtm").encode(), ""),
        (TABLE.replace("NLRTM", "NL\u00a0RTM").encode(), ""),
        (TABLE.replace("\n", "\r").encode(), ""),
        (f"\n\r\n{TABLE}".encode(), ""),
        (TABLE.replace(',"', ' , "').encode(), ""),
        (TABLE.replace("Average", "average").encode(), ""),
        (TABLE.replace("956.25,,", "956.25").encode(), ""),
        (TABLE.replace("956.25,,", "956.25,,,,").encode(), ""),
        (TABLE.replace(" Footnote", " X").replace(" Missing value", " Y").encode(), "is not known"),
    ],
)
def test_files_are_read_as_people_have_them(tmp_path: Path, content: bytes, note: str) -> None:
    path = tmp_path / "table"
    path.write_bytes(content)
    with TableFiles([path]) as files:
        while files.read_batch():
            pass
    assert files.reading.observations == [
        ("M6047", "NLRTM", "", "2024Q01", date(2024, 1, 1), 956.25, None)
    ]
    assert note in " ".join(files.reading.notes)


@pytest.mark.parametrize("figure", ['"1,234.5"', "1 234.5", "1\u2009234.5", "1'234.5"])
def test_thousands_may_be_separated(tmp_path: Path, figure: str) -> None:
    reading = read(tmp_path, TABLE.replace("956.25", figure)).reading
    assert reading.observations[0].value == 1234.5
    assert "separated thousands" in " ".join(reading.notes)


def test_a_comma_is_decimal_where_cells_are_not_separated_by_commas(tmp_path: Path) -> None:
    text = TABLE.replace('"Netherlands, Rotterdam"', "R").replace(",", ";")
    assert read(tmp_path, text.replace("956.25", "1,012")).reading.observations[0].value == 1.012


def test_a_bad_cell_costs_that_cell(tmp_path: Path) -> None:
    rows = '2018S01,"S1   2018",300,"Greece",00,"All ships",0.9,,,x,,\n'
    reading = read(tmp_path, CALLS_HEADER + rows).reading
    assert [row.value for row in reading.observations] == [0.9]
    assert (reading.accepted, dict(reading.rejected_cells)) == (
        1,
        {"Average age of vessels (years): unreadable figure": 1},
    )


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        ("-5", "below 0"),
        ("#N/A", "missing (#N/A)"),
        ("1e9", "above 100000"),
        ("1_000", "unreadable figure"),
        ("٩٥", "unreadable figure"),
        ("_", "missing (_)"),
        ("…", "missing (…)"),
        (":", "missing (:)"),
    ],
)
def test_a_figure_is_what_its_measure_can_be(tmp_path: Path, figure: str, reason: str) -> None:
    reading = read(tmp_path, TABLE.replace("956.25", figure)).reading
    assert dict(reading.rejected) == {"no readable figure": 1}
    assert dict(reading.rejected_cells) == {f"Index (Average Q1 2023 = 100): {reason}": 1}


def test_a_period_that_has_not_ended_has_no_figure(tmp_path: Path) -> None:
    reading = read(tmp_path, TABLE.replace("2024Q01", "2099Q04")).reading
    assert dict(reading.rejected) == {"a period that has not ended": 1}


@pytest.mark.parametrize("period", ["1899Q01", "1009Q01"])
def test_a_period_before_all_series_has_no_figure(tmp_path: Path, period: str) -> None:
    """A slip of the pen, from which every chart would begin."""
    reading = read(tmp_path, TABLE.replace("2024Q01", period)).reading
    assert dict(reading.rejected) == {"a period before 1948": 1}


def test_no_thousands_follow_a_zero(tmp_path: Path) -> None:
    reading = read(tmp_path, TABLE.replace("956.25", '"0,123"')).reading
    assert [row.value for row in reading.observations] == [0.123]


def test_nothing_is_less_than_nothing(tmp_path: Path) -> None:
    (row,) = read(tmp_path, TABLE.replace("956.25", "-0.0")).reading.observations
    assert str(row.value) == "0.0"


@pytest.mark.parametrize("period", ["2024", "2023S02", "2024M01"])
def test_a_table_has_periods_of_one_kind(tmp_path: Path, period: str) -> None:
    """A year among quarters would be drawn as one of them."""
    reading = read(tmp_path, TABLE + ROW.replace("2024Q01", period)).reading
    assert (reading.accepted, dict(reading.rejected)) == (1, {"a period of another kind": 1})


def test_of_two_rows_that_disagree_the_first_holds_and_it_is_said(tmp_path: Path) -> None:
    reading = read(tmp_path, TABLE + ROW + ROW.replace("956.25", "1.5")).reading
    assert [row.value for row in reading.observations] == [956.25]
    assert dict(reading.rejected) == {
        "repeats an earlier row": 1,
        "other figures than an earlier row of the same, which holds": 1,
    }


@pytest.mark.parametrize("words", ["World", "TOTAL"])
def test_the_sum_at_the_end_is_no_port(tmp_path: Path, words: str) -> None:
    reading = read(tmp_path, TABLE + ROW.replace("NLRTM", words)).reading
    assert (list(reading.geos), dict(reading.rejected)) == (["NLRTM"], {"unreadable place code": 1})


def test_columns_that_are_not_read_are_named(tmp_path: Path) -> None:
    text = INDEX_HEADER.rstrip("\n") + ",Rank,Change\n" + ROW.rstrip("\n") + ",3,4\n"
    reading = read(tmp_path, text).reading
    assert (reading.accepted, reading.notes) == (1, {"columns that are not read: rank, change"})


@pytest.mark.parametrize("rest", ["", ROW.replace("2024Q01", "2023Q04")])
def test_a_quote_that_is_left_open_swallows_no_row(tmp_path: Path, rest: str) -> None:
    broken = ROW.replace('Rotterdam"', "Rotterdam") + ROW.replace("2024Q01", "2023Q03")
    with pytest.raises(Invalid, match="broken after row 0"):
        read(tmp_path, TABLE + broken + rest)


def test_a_row_with_a_nul_is_counted(tmp_path: Path) -> None:
    reading = read(tmp_path, TABLE.replace("Rotterdam", "Rot\0")).reading
    assert dict(reading.rejected) == {"a NUL in it": 1}


def test_the_header_again_is_no_row(tmp_path: Path) -> None:
    reading = read(tmp_path, INDEX_HEADER + INDEX_HEADER + ROW).reading
    assert (reading.accepted, dict(reading.rejected)) == (1, {"the header again": 1})


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "the file is empty"),
        (INDEX_HEADER.replace("Average Q1 2023", "Maximum Q1 2006"), "US.PLSCI on another base"),
        (
            INDEX_HEADER.replace("Quarter,Quarter Label,", ""),
            "nearest table is US.PLSCI, but there",
        ),
        ("a,b\n", "belong to none"),
    ],
)
def test_a_refusal_names_the_nearest_table(tmp_path: Path, header: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(tmp_path, header + (ROW if header else ""))
    assert words in refusal.value.message


def test_a_broken_archive_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "US_PLSCI.csv.7z"
    path.write_bytes(seven_zipped(TABLE)[:60])
    with TableFiles([path]) as files, pytest.raises(Invalid, match="cannot be unpacked"):
        files.read_batch()


@pytest.mark.parametrize("kind", ["7z", "zip"])
def test_an_archive_that_was_damaged_anywhere_is_refused_or_read(tmp_path: Path, kind: str) -> None:
    """Whatever its library makes of it: LZMAError, TypeError, a name that is none."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("US_PLSCI.csv", TABLE)
    good = seven_zipped(TABLE) if kind == "7z" else out.getvalue()
    for at in range(6, len(good), 3):
        path = tmp_path / f"US_PLSCI.{kind}"
        path.write_bytes(good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :])
        with TableFiles([path]) as files, suppress(Invalid):
            while files.read_batch():
                pass


def test_periods() -> None:
    assert period_start("2018") == date(2018, 1, 1)
    assert period_start("2018S02") == date(2018, 7, 1)
    assert period_start("2024Q04") == date(2024, 10, 1)
    assert period_start("2023M02") == date(2023, 2, 1)
    assert [period_start(text) for text in ODD] == [None] * len(ODD)
    assert [period_label(code) for code in ("2024Q01", "2018S02", "2023M02", "2024")] == [
        "Q1 2024",
        "H2 2018",
        "2023-02",
        "2024",
    ]


def test_each_report_has_its_own_country_numbers() -> None:
    assert country_of(PORT_CALLS_S, "842") == country_of(LSCI, "840") == "US"
    assert country_of(PORT_CALLS_S, "840") is None
    assert country_of(PORT_CALLS, "926") == country_of(LSCI, "826") == "GB"
    assert economy_of(ARRIVALS_S, "FR") == "251"
    assert economy_of(LSCI, "FR") == "250"
    assert economy_of(LSCI, "XX") is None


def test_numbers_of_iso_3166_are_countries_unless_a_report_counts_them_otherwise() -> None:
    assert country_of(LSCI, "300") == country_of(PORT_CALLS_S, "300") == "GR"
    assert country_of(LSCI, "756") == "CH"  # no coast, but a number of ISO 3166
    assert country_of(LSCI, "983") is None  # user-assigned
    assert country_of(PORT_CALLS_S, "826") is None
    assert country_of(LSCI, "999") is None
