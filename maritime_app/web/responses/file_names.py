"""Names of files to keep, as every header and every file system takes them."""


def plain(name: str) -> str:
    """Return the name with a hyphen for all but ASCII letters and digits: a stop's code may have
    blanks, quotes and letters of any script.
    """
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in name)
