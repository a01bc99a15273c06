"""What a run did, kept as a file, and what is made of it: the report, the job summary, annotations."""

from pathlib import Path

# The folder of the page templates and their common style.
TEMPLATES = Path(__file__).parent
