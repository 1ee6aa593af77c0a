//! Recipes of the tests, put together from parts.

/// The head of a demo recipe with one recipient.
pub(crate) const HEAD: &str = r#"
recipe = 1
id = "itest"
title = "試験"
exchange = "itest-2026"
recipient = "room-a"
legal_form = "安全管理加工"
maker = "city"
demo = true
follows = "none"
"#;

/// A table of people without a gate: every row is treated on its own.
pub(crate) fn plain(file: &str, table: &str) -> String {
    format!(
        r#"{HEAD}
[domain.resident]
normalise = ["trim"]

[table.people]
file = "{file}"
{table}
[table.people.columns]
"番号" = {{ role = "link", item = "iN03", treatment = {{ pseudonym = "resident" }} }}
"氏名" = {{ role = "direct", item = "iP01", treatment = "drop" }}
"所見" = {{ role = "sensitive", item = "iE03", treatment = "keep" }}
"#
    )
}

/// Persons, their transports and the prescriptions of a transport, in CSV, with small hierarchies.
/// `privacy` are the lines of `[privacy]`, `head` replaces [`HEAD`].
pub(crate) fn exchange(head: &str, privacy: &str) -> String {
    format!(
        r#"{head}
[person]
table = "persons"

[privacy]
unique_limit = 100000
{privacy}

[domain.resident]
normalise = ["trim"]
[domain.transport]
normalise = ["trim"]

[hierarchy.area]
prefix = {{ lengths = [2, 1] }}
[hierarchy.group]
list = {{ levels = [{{ "a" = ["a1", "a2"], "b" = ["b1", ""] }}] }}

[table.persons]
file = "persons.csv"
encoding = "utf-8"
null = ["NULL"]
key = "pid"
[table.persons.columns]
"pid"   = {{ role = "link", item = "iN03", treatment = {{ pseudonym = "resident" }} }}
"area"  = {{ role = "quasi", item = "iP06", treatment = {{ generalize = "area" }} }}
"group" = {{ role = "quasi", item = "iP04", treatment = {{ generalize = "group" }} }}
"note"  = {{ role = "sensitive", item = "iE03", treatment = "keep" }}

[table.transports]
file = "transports.csv"
encoding = "utf-8"
null = ["NULL"]
key = "tid"
[table.transports.columns]
"tid"   = {{ role = "link", item = "iN09", treatment = {{ pseudonym = "transport" }} }}
"pid"   = {{ role = "link", item = "iN03", treatment = {{ pseudonym = "resident" }} }}
"place" = {{ role = "quasi", item = "iE03", treatment = {{ generalize = "area" }} }}
"grade" = {{ role = "sensitive", item = "iE03", treatment = "keep" }}

[table.prescriptions]
file = "prescriptions.csv"
encoding = "utf-8"
null = ["NULL"]
[table.prescriptions.columns]
"tid"  = {{ role = "link", item = "iN09", treatment = {{ pseudonym = "transport" }} }}
"kind" = {{ role = "quasi", item = "iE03", treatment = {{ generalize = "area" }} }}
"drug" = {{ role = "sensitive", item = "iM05", treatment = "keep" }}

[[relation]]
child = "transports"
column = "pid"
parent = "persons"
[[relation]]
child = "prescriptions"
column = "tid"
parent = "transports"
"#
    )
}
