"""Tables as UNCTADstat publishes them, for the tests."""

INDEX_MEASURE = "Index (Average Q1 2023 = 100)"
TIME_MEASURE = "Median time in port (days)"
AGE_MEASURE = "Average age of vessels (years)"


def header(keys: list[str], measures: list[str]) -> str:
    """The header of a bulk file: time and dimensions with labels, three columns per measure."""
    columns = [name for key in keys for name in (key, f"{key} Label")]
    for measure in measures:
        columns += [measure, f"{measure} Footnote", f"{measure} Missing value"]
    return ",".join(columns) + "\n"


INDEX_HEADER = header(["Quarter", "Port"], [INDEX_MEASURE])
TIME_HEADER = header(["Period", "Economy", "CommercialMarket"], [TIME_MEASURE])
CALLS_HEADER = header(["Period", "Economy", "CommercialMarket"], [TIME_MEASURE, AGE_MEASURE])
