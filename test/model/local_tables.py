"""Local tables as create_model makes them, from the columns that docs/reference/tables.md lists."""

import re

# Metadata of the subscription that the tests pretend to have.
METADATA = {
    "visitor": [("agent_email", "text"), ("agent_name", "text"), ("auto_accountid", "text"),
                ("auto_accountids", "text[]"), ("salesforce_id", "text"), ("hubspot_id", "text"),
                ("auto_lastvisit", "timestamptz")],
    "account": [("agent_name", "text"), ("agent_domain", "text"), ("salesforce_id", "text"),
                ("hubspot_id", "text"), ("custom_crm_id", "text")],
}
KEYED = ("visitor", "account", "page", "feature")


def documented(page):
    """{table: [(column, type)]} of a reference page."""
    tables = {}
    for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        name = part.split("\n", 1)[0].strip()
        tables[name] = re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", part, flags=re.MULTILINE)
    return tables


def ddl(page, without_metadata=False):
    """Statements that make the tables; without_metadata: of a subscription that has none."""
    for table, columns in documented(page).items():
        kept = [(n, t) for n, t in columns if n not in ("metadata", "hour")]
        if not without_metadata:
            kept += METADATA.get(table, [])
        if table in KEYED:
            kept.append(("deleted_at", "timestamptz"))
        yield f"CREATE TABLE {table} ({', '.join(f'{n} {t}' for n, t in kept)});"
