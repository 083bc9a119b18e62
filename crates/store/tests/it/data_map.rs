//! The data map and the schema are the same list, on both engines, in both directions.

use crate::house::House;
use privacy::Sources;

both! { every_column_is_in_the_map_and_nothing_else_is }

async fn every_column_is_in_the_map_and_nothing_else_is(house: House) {
    domain::proves!("AF-008", by = "privacy::check::Checker::data_map");
    let in_database = house.store.columns().await.unwrap();
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let mut faults = Vec::new();
    for (table, columns) in &in_database {
        for column in columns {
            if book.map().table(table).is_none_or(|t| !t.column.contains_key(column)) {
                faults.push(format!("{table}.{column} is in the schema but not in policy/data.toml"));
            }
        }
    }
    for (name, table) in book.map().tables() {
        for column in table.column.keys() {
            if !in_database.get(name).is_some_and(|columns| columns.contains(column)) {
                faults.push(format!("{name}.{column} is in policy/data.toml but not in the schema"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    // and of each column somebody decided whether it is personal: no line of the map may leave it open
    let name = "name = { about = \"account.name\", seal = \"cell\" }";
    let undecided = Sources::built_in("house").unwrap().edited("data", name, "name = { seal = \"cell\" }");
    let problems = undecided.compile().map(|_| ()).unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains("nobody decided")), "{problems:#?}");
}
