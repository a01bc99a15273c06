"""What all Supabase projects have in common: the API as a person uses it, and what a database begins with."""

from pathlib import Path

# Creates roles, schema auth and the realtime publication, as far as a migration touches them.
PLATFORM = Path(__file__).with_name("platform.sql")
# The only list of the schemas that belong to the platform. An upgrade of a project changes what is in them.
SCHEMAS = (
    "_analytics",
    "_realtime",
    "auth",
    "cron",
    "extensions",
    "graphql",
    "graphql_public",
    "net",
    "pgbouncer",
    "pgmq",
    "pgsodium",
    "pgsodium_masks",
    "realtime",
    "repack",
    "storage",
    "supabase_functions",
    "supabase_migrations",
    "tiger",
    "topology",
    "vault",
)
# The roles of an API request.
API_ROLES = ("anon", "authenticated", "service_role")
# What the names of the platform's own roles begin with.
PLATFORM_ROLE = "supabase_"
# Others that it has, or had.
PLATFORM_ROLES = ("dashboard_user", "pgbouncer", "pgtle_admin")
# Realtime makes this one for itself, and publishes the partitions of a day with it; any other is a project's.
OWN_PUBLICATION = "supabase_realtime_messages_publication"
