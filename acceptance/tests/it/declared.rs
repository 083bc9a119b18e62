//! What the sources can write down beside columns is in the data map, and nothing else is: log fields, file kinds, kinds
//! of work, cookies. (Columns, child messages and fields for printers have tests of their own, beside what makes them.)

use acceptance::House;
use privacy::Sources;
use reqwest::StatusCode;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path().join("src");
        walk(&folder, &mut found);
    }
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        // what stands in a test module is not what the program writes down
        let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
        (path.display().to_string(), text)
    };
    found.into_iter().map(read).collect()
}

/// The macros that write a line into the log.
const LEVELS: [&str; 5] = ["error!", "warn!", "info!", "debug!", "trace!"];

/// What would write into the log in another form than `tracing::info!(…)`, and so unseen by the scan of fields: macros under
/// their bare names or through another crate, spans, events, attributes.
fn other_forms(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut names = LEVELS.to_vec();
    names.extend(["event!", "span!"]);
    for (at, name) in names.iter().flat_map(|name| text.match_indices(name)) {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let good = before.ends_with("tracing::") && after.starts_with('(') && LEVELS.contains(&name);
        // `compile_error!` and the like are other macros; `info_span!` is not.
        let other = before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && name != "span!";
        if !good && !other {
            found.push(format!("{}{name}", &before[before.rfind('\n').map_or(0, |line| line + 1)..]));
        }
    }
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let imports = line.trim_start().strip_prefix("pub ").unwrap_or(line.trim_start());
        let imports = imports.starts_with("use tracing");
        // Types for taking the log apart may be named.
        let types = line.contains("tracing::field::") || line.contains("tracing_subscriber::");
        let words = ["instrument", "tracing::Span", "macro_use", "extern crate tracing"];
        if (imports && !types) || words.iter().any(|word| line.contains(word)) {
            found.push(line.to_owned());
        }
    }
    found
}

/// The names of the fields in every logging macro; also what stands in a message beside its fixed words.
fn log_fields(text: &str) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for level in LEVELS {
        let opening = format!("tracing::{level}(");
        for call in text.split(&opening).skip(1) {
            for part in arguments(call) {
                let quoted = part.strip_prefix('"').and_then(|rest| rest.split_once('"'));
                if quoted.is_some_and(|(_, rest)| !rest.starts_with(" =")) {
                    // `{name}` would put a value into the words.
                    fields.extend(part.contains('{').then(|| part.clone()));
                } else {
                    let name = part.split('=').next().unwrap().trim();
                    fields.insert(name.trim_start_matches(['%', '?']).to_owned());
                }
            }
        }
    }
    fields
}

/// What a macro is given, up to its closing bracket.
fn arguments(call: &str) -> Vec<String> {
    let (mut quoted, mut escaped, mut depth) = (false, false, 1);
    let mut all = vec![String::new()];
    for c in call.chars() {
        match c {
            '"' if !escaped => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
        match c {
            _ if depth == 0 => break,
            ',' if !quoted && depth == 1 => all.push(String::new()),
            _ => all.last_mut().unwrap().push(c),
        }
    }
    all.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The first text that each call of a function is given.
fn literals(text: &str, function: &str) -> BTreeSet<String> {
    let opening = format!("{function}(");
    text.split(&opening)
        .skip(1)
        .filter_map(|call| call.trim_start().strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn log_lines_carry_declared_fields_only() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let mut calls = 0;
    for (path, text) in sources() {
        for field in log_fields(&text) {
            calls += 1;
            assert!(
                book.map().log.contains_key(&field),
                "{path}: `{field}` is not under [log] in policy/data.toml"
            );
        }
        assert_eq!(
            other_forms(&text),
            Vec::<String>::new(),
            "{path}: write `tracing::info!(…)` and the like"
        );
    }
    assert!(calls > 10, "the program logs");
}

#[test]
fn the_scan_of_log_lines_sees_every_form() {
    let seen = |text: &str| log_fields(text).into_iter().collect::<Vec<_>>();
    let call = "tracing::info!(person = %id, count = f(1, 2), \"a \\\", b = c\");";
    assert_eq!(seen(call), ["count", "person"]);
    assert_eq!(seen("tracing::warn!(name, %email, ?hidden, \"words\")"), ["email", "hidden", "name"]);
    assert_eq!(seen("tracing::debug!(who.name = 1, \"a name\" = 2)"), ["\"a name\"", "who.name"]);
    assert_eq!(seen("tracing::error!(\"of {person}\")"), ["\"of {person}\""]);
    assert_eq!(seen("tracing::info!(target: \"x\", \"words\")"), ["target: \"x\""]);
    for form in [
        "use tracing::info;\nfn f() {}",
        "use tracing::{self, warn as info};",
        "pub use tracing as words;",
        "    info!(person = 1);",
        "log::info!(\"{}\", name);",
        "tracing::info![person = 1];",
        "tracing::event!(Level::INFO, person = 1)",
        "let _in = tracing::info_span!(\"x\", person = 1).entered();",
        "tracing::span!(Level::INFO, \"x\", person = 1)",
        "#[tracing::instrument(fields(person = 1))]",
        "#[instrument]",
        "tracing::Span::current().record(\"person\", 1);",
        "#[macro_use]\nextern crate tracing;",
    ] {
        assert!(!other_forms(form).is_empty(), "{form}");
    }
    for good in [
        "tracing::info!(count = 1, \"words\");",
        "compile_error!(\"x\")",
        "#[error(transparent)]",
        "use tracing::field::Visit;",
    ] {
        assert!(other_forms(good).is_empty(), "{good}: {:?}", other_forms(good));
    }
}

#[test]
fn files_are_of_declared_kinds_and_every_kind_is_used() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let all: String = sources().into_iter().map(|(_, text)| text).collect();
    for function in ["blob_insert", "blob_pass"] {
        for kind in literals(&all, function) {
            assert!(book.map().blob(&kind).is_some(), "`{kind}` is not under [blob] in policy/data.toml");
        }
    }
    for kind in book.map().blob.keys() {
        assert!(all.contains(&format!("\"{kind}\"")), "nothing in the program stores a {kind}");
    }
}

#[test]
fn work_is_of_declared_kinds_and_every_kind_is_used() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let all: String = sources().into_iter().map(|(_, text)| text).collect();
    for kind in literals(&all, "work_put") {
        assert!(book.map().work.contains_key(&kind), "`{kind}` is not under [work] in policy/data.toml");
    }
    for kind in book.map().work.keys() {
        assert!(all.contains(&format!("\"{kind}\"")), "nothing in the program puts down {kind}");
    }
}

/// The cookies that a source sets, by name.
fn cookies(text: &str) -> BTreeSet<String> {
    let constants = text.split("const ").skip(1).filter_map(|rest| {
        let (name, value) = rest.split_once(": &str = \"")?;
        Some((name, value.split('"').next()?))
    });
    let constants: std::collections::BTreeMap<&str, &str> = constants.collect();
    let first = |rest: &str| {
        let rest = rest.trim_start_matches(['(', '"', '{']);
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "_-".contains(c))).unwrap_or(rest.len());
        rest[..end].to_owned()
    };
    let built = ["Cookie::build(", "Cookie::new(", "Cookie::from(", "Cookie::named("];
    let built = built.iter().flat_map(|opening| text.split(opening).skip(1)).map(first);
    let written = text
        .split("format!(\"")
        .skip(1)
        .filter(|rest| rest.contains("=; Path=") || rest.contains("=; path="))
        .map(first);
    built
        .chain(written)
        .map(|name| constants.get(name.as_str()).map_or(name, |value| (*value).to_owned()))
        .collect()
}

/// What a script keeps in the browser's own storage, by the constant or function that names it.
fn kept_in_browsers(text: &str) -> BTreeSet<String> {
    let named = text.split(" keep(").skip(1).map(|rest| {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        &rest[..end]
    });
    let meant = named.map(|name| {
        let text =
            text.split(&format!("const {name} = ")).nth(1).unwrap_or_else(|| panic!("{name} is no constant"));
        let text = text.split(['"', '`']).nth(1).unwrap();
        text.split("-${").next().unwrap().to_owned()
    });
    meant.collect()
}

#[test]
fn what_pages_keep_in_browsers_is_declared_and_all_of_it_is_kept() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let kept = book.map().cookie.iter().filter(|(_, cookie)| !cookie.get_ref().sent);
    let declared: BTreeSet<String> = kept.map(|(name, _)| name.clone()).collect();
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "js") {
                let text = std::fs::read_to_string(&path).unwrap();
                for other in ["sessionStorage", "indexedDB", "document.cookie", "caches.open", "cookieStore"]
                {
                    assert!(!text.contains(other), "{}: {other} is not in the inventory", path.display());
                }
                let here = path.ends_with("kept.js");
                assert!(here || !text.contains("localStorage"), "{}: by kept.js alone", path.display());
                if !here {
                    found.extend(kept_in_browsers(&text));
                }
            }
        }
    }
    assert_eq!(found, declared, "see [cookie] in policy/data.toml");
}

#[test]
fn cookies_are_the_declared_ones_and_each_is_set() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let sent = book.map().cookie.iter().filter(|(_, cookie)| cookie.get_ref().sent);
    let declared: BTreeSet<String> = sent.map(|(name, _)| name.clone()).collect();
    let mut set = BTreeSet::new();
    for (path, text) in sources() {
        let here = path.ends_with("web/src/cookie.rs");
        if here {
            set.extend(cookies(&text));
        }
        // Everybody else takes what is set from there.
        for word in ["Cookie::", "CookieJar", "set-cookie", "Set-Cookie"] {
            assert!(here || !text.contains(word), "{path}: cookies are made in web::cookie alone");
        }
        let given = text.matches("(SET_COOKIE").count();
        let taken = text.matches("cookie::set_").count() + text.matches("cookie::end_").count();
        assert!(given == taken || path.ends_with("web/src/security.rs"), "{path}: {given} set, {taken} made");
    }
    assert_eq!(set, declared);
    assert!(declared.contains(app::accounts::COOKIE), "by which a session takes its time");
    let sample = "const A: &str = \"a\"; Cookie::build((A, x)); Cookie::new(\"b\", y); format!(\"{A}=; Path=/\"); \
                  format!(\"c=; Path=/\")";
    assert_eq!(cookies(sample).into_iter().collect::<Vec<_>>(), ["a", "b", "c"], "the scan sees them");
}

/// The end of a tag that begins at this place of a template, where what stands in `{% %}` and `{{ }}` is passed over.
fn end_of_tag(template: &str, from: usize) -> usize {
    let (mut at, bytes) = (from, template.as_bytes());
    while at < bytes.len() && bytes[at] != b'>' {
        let closing = match &bytes[at..bytes.len().min(at + 2)] {
            b"{%" => "%}",
            b"{{" => "}}",
            _ => {
                at += 1;
                continue;
            }
        };
        at += template[at..].find(closing).unwrap() + 2;
    }
    at
}

/// What somebody types into a form of this template and may leave out: the words before each field, and its form.
fn may_be_left_out(template: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for opening in ["<input", "<textarea"] {
        for (at, _) in template.match_indices(opening) {
            let tag = &template[at..end_of_tag(template, at)];
            let chosen = ["hidden", "checkbox", "radio", "search", "file"];
            if chosen.iter().any(|kind| tag.contains(&format!("type=\"{kind}\""))) || tag.contains("required")
            {
                continue;
            }
            let form = template[..at].rfind("<form").map_or(template, |from| {
                let end = template[at..].find("</form").map_or(template.len(), |end| at + end);
                &template[from..end]
            });
            let asks = !form.split('>').next().unwrap().contains("method=\"get\"");
            if asks {
                let label = template[..at].rfind("<label").map_or("", |from| &template[from..at]);
                found.push((label.to_owned(), form.to_owned()));
            }
        }
    }
    found
}

#[test]
fn what_may_be_left_out_says_so_and_what_is_missing_then() {
    domain::proves!("AF-009", "FL-08", by = "web::pages::ask");
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/web/templates");
    let (mut folders, mut optional) = (vec![templates.clone()], 0);
    while let Some(folder) = folders.pop() {
        // Forms of whoever runs the house are about the house.
        if folder.ends_with("console") {
            continue;
        }
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            for (label, form) in may_be_left_out(&std::fs::read_to_string(&path).unwrap()) {
                optional += 1;
                assert!(label.contains("optional"), "{}: {label}", path.display());
                assert!(form.contains("Without"), "{}: what is missing without it? {label}", path.display());
            }
        }
    }
    assert!(optional > 8, "the scan sees them: {optional}");
}

/// Whoever leaves out what may be left out gets what they came for.
#[tokio::test]
async fn nobody_has_to_give_what_is_optional() {
    domain::proves!("AF-009", "FL-08", by = "app::requests::asking::take_in");
    let house = House::new("house").await;
    let asked = [("matter", "access"), ("email", "nina@example.org"), ("called", ""), ("words", "")];
    let answer = house.outsider().post("/ask", &asked).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let olga = house.operator("Olga").await;
    let objected = olga.post("/privacy/objections/security", &[("words", "")]).await;
    assert_eq!(objected.status, StatusCode::SEE_OTHER, "{}", objected.body);
}
