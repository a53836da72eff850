"""What uv 0.12.5 says of each: nothing where it installs it, else part of its reason. By path, and from an index."""

from __future__ import annotations

WHEELS: dict[str, tuple[str, str]] = {
    "sound": ("", ""),
    "sound-deflated": ("", ""),
    "sound-described": ("", ""),
    "local-name": (
        "the local file header name did not match the central directory name",
        "ZIP file uses conflicting paths for the local file header at 0 (got evil/other.py,",
    ),
    "central-name": (
        "the local file header name did not match the central directory name",
        "ZIP file uses conflicting paths for the local file header at 0 (got evil/__init__.py,",
    ),
    "both-name": ("", ""),
    "local-crc": ("", "Bad CRC (got bcbc4e11, expected 00000001) for file: evil/__init__.py"),
    "central-crc": (
        "Bad CRC (got bcbc4e11, expected 00000001) for file: evil/__init__.py",
        "ZIP file uses conflicting checksums for the local file header and central-directory",
    ),
    "both-crc": (
        "Bad CRC (got bcbc4e11, expected 00000001) for file: evil/__init__.py",
        "Bad CRC (got bcbc4e11, expected 00000001) for file: evil/__init__.py",
    ),
    "local-size": (
        "local file header sizes did not match the central directory sizes",
        "Bad uncompressed size (got 00000140, expected 00000007) for file: evil/__init__.py",
    ),
    "central-size": (
        "local file header sizes did not match the central directory sizes",
        "ZIP file uses conflicting uncompressed sizes for the local file header and",
    ),
    "both-size": (
        "Bad uncompressed size (got 00000140, expected 00000007) for file: evil/__init__.py",
        "Bad uncompressed size (got 00000140, expected 00000007) for file: evil/__init__.py",
    ),
    "local-packed": (
        "local file header sizes did not match the central directory sizes",
        "Bad uncompressed size (got 00000007, expected 00000140) for file: evil/__init__.py",
    ),
    "central-packed": (
        "local file header sizes did not match the central directory sizes",
        "ZIP file uses conflicting compressed sizes for the local file header and",
    ),
    "both-packed": (
        "Bad uncompressed size (got 00000007, expected 00000140) for file: evil/__init__.py",
        "Bad uncompressed size (got 00000007, expected 00000140) for file: evil/__init__.py",
    ),
    "local-method": ("", "deflate decompression error: invalid block type"),
    "central-method": ("deflate decompression error: invalid block type", ""),
    "both-method": (
        "deflate decompression error: invalid block type",
        "deflate decompression error: invalid block type",
    ),
    "local-flags": (
        "local file header data-descriptor flag did not match the central directory flag",
        "local file header data-descriptor flag did not match the central directory flag",
    ),
    "central-flags": ("local file header data-descriptor flag did not match the central directory flag", ""),
    "both-flags": ("", ""),
    "deflated-crc": (
        "Bad CRC (got bcbc4e11, expected 00000001) for file: evil/__init__.py",
        "Bad CRC (got bcbc4e11, expected 00000001) for file: evil/__init__.py",
    ),
    "deflated-size-small": (
        "Bad uncompressed size (got 00000140, expected 00000007) for file: evil/__init__.py",
        "Bad uncompressed size (got 00000140, expected 00000007) for file: evil/__init__.py",
    ),
    "deflated-size-large": (
        "Bad uncompressed size (got 00000140, expected 00001b58) for file: evil/__init__.py",
        "Bad uncompressed size (got 00000140, expected 00001b58) for file: evil/__init__.py",
    ),
    "deflated-packed-large": (
        "entry data range (0x2e..0x1b86) overlapped ZIP structure at 0x45",
        "Bad compressed size (got 00000017, expected 00001b58) for file: evil/__init__.py",
    ),
    "deflated-garbage": (
        "deflate decompression error: invalid block type",
        "deflate decompression error: invalid block type",
    ),
    "described-crc": ("", "Bad CRC (got bcbc4e11, expected 00000001) for file: evil/__init__.py"),
    "described-size": ("", "Bad uncompressed size (got 00000140, expected 00000007) for file: evil/__init__.py"),
    "described-packed": ("", "Bad compressed size (got 00000017, expected 00000007) for file: evil/__init__.py"),
    "described-stored": ("", ""),
    "encrypted": ("feature not supported: 'encryption'", "feature not supported: 'encryption'"),
    "unknown-method": (
        "Archive contains a file with an unsupported compression method; files must be",
        "Archive contains a file with an unsupported compression method; files must be",
    ),
    "zip64-local": (
        "local file header sizes did not match the central directory sizes",
        "Bad CRC (got 80592dd9, expected bcbc4e11) for file: evil/__init__.py",
    ),
    "zip64-both": (
        "Bad CRC (got 80592dd9, expected bcbc4e11) for file: evil/__init__.py",
        "Bad CRC (got 80592dd9, expected bcbc4e11) for file: evil/__init__.py",
    ),
    "unicode-path": ("the local file header name did not match the central directory name", ""),
    "stacked": (
        "Encountered an unexpected header (actual: 0x486d2d70, expected: 0x2014b50).",
        "ZIP file contains trailing contents after the end-of-central-directory record",
    ),
    "stacked-counted": ("", "ZIP file contains trailing contents after the end-of-central-directory record"),
    "stacked-in-comment": (
        "Encountered an unexpected header (actual: 0x4d2f6f66, expected: 0x2014b50).",
        "ZIP file end-of-central-directory record contains a comment that appears to be an",
    ),
    "something-before": (
        "Encountered an unexpected header (actual: 0x4345522f, expected: 0x2014b50).",
        "Encountered an unexpected header (actual: 0x622f2123, expected: 0x4034b50).",
    ),
    "something-before-counted": ("", "Encountered an unexpected header (actual: 0x622f2123, expected: 0x4034b50)."),
    "something-after": ("", "ZIP file contains trailing contents after the end-of-central-directory record"),
    "comment": ("", ""),
    "without-end": (
        "unable to locate the end of central directory record",
        "ZIP file uses conflicting paths for the local file header at 624 (got",
    ),
    "count-small": (
        "the central directory size (0x114) did not match the observed byte span (0x87)",
        "ZIP file reports a number of entries in the central directory that conflicts with the",
    ),
    "count-large": (
        "the central directory entry count (9) exceeds the available central directory range",
        "the central directory entry count (9) exceeds the available central directory range",
    ),
    "directory-elsewhere": (
        "Encountered an unexpected header (actual: 0x4034b50, expected: 0x2014b50).",
        "the end of central directory offset (0x0) did not match the actual offset (0x4c0)",
    ),
    "directory-size": (
        "the central directory entry count (4) exceeds the available central directory range",
        "the central directory size (0x32) did not match the observed byte span (0x114)",
    ),
    "unlisted-member": ("", "ZIP file contains a local file header without a corresponding central-directory record"),
    "overlapping": (
        "the local file header name did not match the central directory name",
        "ZIP file contains an end-of-central-directory record entry, but no local file header",
    ),
    "empty": (
        "No .dist-info directory found",
        "Encountered an unexpected header (actual: 0x6054b50, expected: 0x4034b50).",
    ),
    "no-bytes": (
        "unable to locate the end of central directory record",
        "unable to locate the end of central directory record",
    ),
    "name-parent": ("", ""),
    "name-parents": ("", ""),
    "name-parent-inside": ("", ""),
    "name-parent-within": ("", ""),
    "name-here": ("", ""),
    "name-slashes": ("", ""),
    "name-backslash": ("", ""),
    "name-backslashes": ("", ""),
    "name-drive": ("", ""),
    "name-no-name": (
        "Archive contains a file with an empty filename",
        "Archive contains a file with an empty filename",
    ),
    "name-dots": ("", ""),
    "name-nul": ("filename contained an embedded NUL byte", "Archive contains unacceptable filename: evil/a"),
    "name-newline": (
        "Archive contains unacceptable filename: evil/a",
        "Archive contains unacceptable filename: evil/a",
    ),
    "name-long": ("failed to create file", "failed to create file"),
    "name-twice": ("", "ZIP file contains multiple entries with different contents for: evil/__init__.py"),
    "name-other-case": ("", ""),
    "name-file-as-directory": ("failed to create", "failed to create directory"),
    "name-absolute": ("", ""),
    "name-not-utf8": (
        "ZIP central directory entry filename at index 1 does not use UTF-8 encoding",
        "ZIP local header filename at offset 366 does not use UTF-8 encoding",
    ),
    "name-not-utf8-unsaid": (
        "ZIP central directory entry filename at index 1 does not use UTF-8 encoding",
        "ZIP local header filename at offset 366 does not use UTF-8 encoding",
    ),
    "directory-outside": ("", ""),
    "directory-with-content": ("", "Bad CRC (got 00000000, expected fec530a9) for file: evil/directory/"),
    "local-name-parent": (
        "the local file header name did not match the central directory name",
        "ZIP file contains an end-of-central-directory record entry, but no local file header",
    ),
    "central-name-parent": (
        "",
        "ZIP file contains a local file header without a corresponding central-directory record",
    ),
    "link-out": ("", ""),
    "link-out-and-through": ("failed to create", "failed to create directory"),
    "link-absolute": ("failed to create", "failed to create directory"),
    "link-to-file": ("", "ZIP file contains multiple entries with different contents for: evil/link"),
    "link-within": ("", ""),
    "link-package": ("", ""),
    "link-metadata": ("", ""),
    "scheme-scripts": ("", ""),
    "scheme-data": (
        "The wheel is invalid: Unknown wheel data type: pwned",
        "The wheel is invalid: Unknown wheel data type: pwned",
    ),
    "scheme-data-site": ("", ""),
    "scheme-headers": ("", ""),
    "scheme-purelib": ("", ""),
    "scheme-unknown": (
        "The wheel is invalid: Unknown wheel data type: elsewhere",
        "The wheel is invalid: Unknown wheel data type: elsewhere",
    ),
    "scheme-link": ("", ""),
    "script-parent": (
        "The wheel is invalid: Script path must resolve to a file within the scripts directory:",
        "The wheel is invalid: Script path must resolve to a file within the scripts directory:",
    ),
    "script-backslash": ("", ""),
    "script-below": (
        "No such file or directory (os error 2) at path",
        "No such file or directory (os error 2) at path",
    ),
    "script-python": (
        "Scripts must not use the reserved name `python`, got: `python`",
        "Scripts must not use the reserved name `python`, got: `python`",
    ),
    "script-absolute": (
        "The wheel is invalid: Script path must resolve to a file within the scripts directory:",
        "The wheel is invalid: Script path must resolve to a file within the scripts directory:",
    ),
    "record-parent": ("", ""),
    "record-parents": ("", ""),
    "record-absolute": ("", ""),
    "record-not-there": ("", ""),
    "record-other-package": ("", ""),
    "record-python": ("", ""),
    "record-no-columns": (
        "CSV error: record 4 (line: 5, byte: 261): found record with 1 fields, but the previous",
        "CSV error: record 4 (line: 5, byte: 261): found record with 1 fields, but the previous",
    ),
    "record-many-columns": (
        "CSV error: record 4 (line: 5, byte: 261): found record with 5 fields, but the previous",
        "CSV error: record 4 (line: 5, byte: 261): found record with 5 fields, but the previous",
    ),
    "record-quotes": (
        "CSV error: record 4 (line: 5, byte: 261): found record with 1 fields, but the previous",
        "CSV error: record 4 (line: 5, byte: 261): found record with 1 fields, but the previous",
    ),
    "record-empty-rows": ("", ""),
}

SDISTS: dict[str, str] = {
    "sound": "",
    "name-parent": "",
    "name-parents": "",
    "name-parent-inside": "",
    "name-other-top": "does not appear to be a Python project",
    "name-no-top": "does not appear to be a Python project",
    "name-backslash": "does not appear to be a Python project",
    "name-long": "File name too long (os error 36)",
    "name-twice": "`pyproject.toml`",
    "name-file-as-directory": "Not a directory (os error 20)",
    "name-absolute": "does not appear to be a Python project",
    "name-in-pax": "",
    "size-in-pax": "failed to write entire file",
    "link-out": "symlink destination for ../../../../../../outside is outside of the target directory",
    "link-within": "",
    "link-nowhere": "",
    "link-through": "symlink path",
    "link-over": "symlink path",
    "link-hard": "symlink path",
    "link-hard-parent": "No such file or directory (os error 2) while canonicalizing",
    "top-is-a-link": "symlink path",
    "fifo": "",
    "device": "",
    "stacked": "",
    "cut": "unexpected end of file",
    "cut-inside": "failed to read entire block",
    "header-sum": "archive header checksum mismatch",
    "gzip-sum": "",
    "something-after": "",
    "no-archive": "Invalid gzip header",
    "no-bytes": "unexpected end of file",
    "empty": "The top-level of the archive must only contain a list directory, but it's empty",
    "zip-sound": "",
    "zip-parent": "",
    "zip-link-through": "failed to create directory",
    "zip-local-name": "ZIP file contains an end-of-central-directory record entry, but no local file header",
    "zip-crc": "Bad CRC (got d36e2cbd, expected 00000001) for file: evil-1.0/x",
    "zip-size": "Bad uncompressed size (got 00000002, expected 00000001) for file: evil-1.0/x",
}

KEPT_BY_UV = {
    # The row leads through a directory that isn't there: uv doesn't find the file, uvffi does.
    "scheme-data-site": ("site-packages/outside/pwned",),
}
