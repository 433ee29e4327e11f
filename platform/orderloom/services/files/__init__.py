"""Orders that people bring as files: uploaded, looked through, taken in, reported."""
