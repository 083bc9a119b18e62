//! The data map as people read it: every place where something lies, what it is about, and what happens to it. Taken
//! from the book that enforces it; nothing here can be edited.

use crate::Context;
use privacy::{About, Book, Column, Place as Erased};

/// A table, kind of file or destination.
#[derive(Debug)]
pub struct Place {
    /// Its name in the map.
    pub name: String,
    /// What one of its entries is, in words.
    pub says: String,
    /// What an erasure does to it; nothing if it is about nobody.
    pub erased: Option<String>,
    /// What it holds.
    pub fields: Vec<Field>,
}

/// One thing that a place holds.
#[derive(Debug)]
pub struct Field {
    /// Its name in the map.
    pub name: String,
    /// What it is about; for impersonal things, why it is about nobody.
    pub what: String,
    /// The category of personal data, if it is personal.
    pub category: Option<String>,
    /// How it lies there.
    pub lies: &'static str,
    /// Why it is not in the person's archive, if it is personal and not there.
    pub withheld: Option<String>,
}

/// Tables about people first, then files, then the rest.
pub fn places(ctx: &Context) -> Vec<Place> {
    let book = ctx.store.book();
    let mut about_people = Vec::new();
    let mut about_nobody = Vec::new();
    for (name, table) in book.map().tables() {
        let erased = table.person.as_ref().map(|_| match &table.erase {
            Erased::Row => "goes".to_owned(),
            Erased::Columns(columns) => format!("stays without {}", columns.join(", ")),
            Erased::Stays(reason) => format!("stays: {reason}"),
        });
        let fields = table.column.iter().map(|(name, column)| field(book, name, column)).collect();
        let place = Place { name: name.to_owned(), says: table.says.clone(), fields, erased };
        if place.erased.is_some() { about_people.push(place) } else { about_nobody.push(place) }
    }
    let files = book.map().blob.iter().map(|(name, blob)| {
        let blob = blob.get_ref();
        Place {
            name: name.clone(),
            says: blob.says.clone(),
            erased: Some("goes".to_owned()),
            fields: vec![Field {
                name: format!("file of {}", blob.owner),
                what: says(book, &blob.about),
                category: Some(blob.about.clone()),
                lies: "sealed under a key of its own",
                withheld: blob.withheld.clone(),
            }],
        }
    });
    about_people.into_iter().chain(files).chain(about_nobody).collect()
}

/// What lies outside the tables: cookies in browsers, and what a line of the server's log may say.
pub fn beside(ctx: &Context) -> Vec<Place> {
    let book = ctx.store.book();
    let place = |name: &str, says: &str, fields| Place {
        name: name.to_owned(),
        says: says.to_owned(),
        erased: None,
        fields,
    };
    let cookies = book.map().cookie.iter();
    let cookies = cookies.map(|(name, cookie)| field(book, name, &cookie.get_ref().column())).collect();
    let log = book.map().log.iter().map(|(name, column)| field(book, name, column.get_ref())).collect();
    vec![
        place("cookie", "what lies in your browser", cookies),
        place("log", "a line that the server writes about its own work", log),
    ]
}

/// What may leave, field by field; the name says where to.
pub fn destinations(ctx: &Context) -> Vec<Place> {
    let book = ctx.store.book();
    let listed = book.egress().destination.iter();
    listed
        .map(|(name, to)| {
            let to = to.get_ref();
            let fields = to.field.iter().map(|(name, column)| field(book, name, column)).collect();
            Place { name: name.clone(), says: to.says.clone(), erased: None, fields }
        })
        .collect()
}

fn field(book: &Book, name: &str, column: &Column) -> Field {
    let (what, category) = match column.about() {
        About::Category(category) => (says(book, category), Some(category.to_owned())),
        About::Nothing(why) => (why.to_owned(), None),
    };
    let withheld = column.withheld.clone().filter(|_| category.is_some());
    Field { name: name.to_owned(), what, category, lies: column.seal.says(), withheld }
}

fn says(book: &Book, category: &str) -> String {
    book.map().category(category).map(|c| c.says.clone()).unwrap_or_default()
}
