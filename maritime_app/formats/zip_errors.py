"""What Python's zipfile raises for an archive that is cut, damaged, locked or of another kind.

It promises BadZipFile alone. A password, and a version or compression that it does not know, are
RuntimeErrors; sizes and places that lie are EOFError, OSError, struct.error or, of bytes in memory,
ValueError; names that are no text are UnicodeDecodeError.
"""

import lzma
import struct
import zipfile
import zlib
from typing import Final

DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError,
    OverflowError, UnicodeDecodeError,
)  # fmt: skip
DAMAGED_IN_MEMORY: Final = (*DAMAGED, ValueError)
