"""`make lists`: write the lists in sql/ from schema.toml, and say which files changed."""

from connect import lists

for file in lists.write():
    print(f"wrote {file}")
