"""The name by which scripts call the tool for Connect; see harness.__main__."""
