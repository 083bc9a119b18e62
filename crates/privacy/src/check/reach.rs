//! Checks of the three files beside the profile: the data map, and who and what reaches what is in it: roles, people's
//! rights to their own, destinations.

use super::Checker;
use crate::decide::Act;
use crate::map::{Column, Export, Place, Seal};
use crate::profile::Ground;
use crate::roles::Permission;
use core::ops::Range;
use domain::person::{Chore, Role};
use toml::Spanned;

impl Checker<'_> {
    /// What can be erased by itself: every group is named by a table, and every table names a group that exists.
    pub(super) fn apart(&mut self) {
        let map = self.book.map();
        let source = &self.sources.map;
        let tables = || map.table.values().map(Spanned::get_ref);
        for table in tables() {
            if let Some(group) = table.apart.as_ref().filter(|group| !map.apart.contains_key(group.get_ref()))
            {
                let what = format!("there is no group `{}` of what can be erased by itself", group.get_ref());
                self.found.problems.push(source.problem(
                    &group.span(),
                    what,
                    "define it under [apart] or name an existing one",
                ));
            }
        }
        for (name, group) in &map.apart {
            if tables().all(|table| table.apart.as_ref().is_none_or(|of| of.get_ref() != name)) {
                let what = format!("nothing belongs to the group `{name}` of what can be erased by itself");
                self.found.problems.push(source.problem(
                    &group.span(),
                    what,
                    "name it as `apart` of a table, or take it away",
                ));
            }
        }
    }

    pub(super) fn data_map(&mut self) {
        let map = self.book.map();
        let source = &self.sources.map;
        let problems = &mut self.found.problems;
        let mut column = |span: &Range<usize>, place: &str, column: &Column| {
            let fault = match (&column.about, &column.nothing) {
                (None, None) => Some((
                    "nobody decided what it holds".to_owned(),
                    "say `about = \"<category>\"`, or `nothing = \"<why it names nobody>\"`",
                )),
                (Some(_), Some(_)) => Some((
                    "it is said to be personal and not personal".to_owned(),
                    "keep one of `about` and `nothing`",
                )),
                (Some(category), None) if map.category(category).is_none() => Some((
                    format!("there is no category `{category}`"),
                    "define it under [category] or name an existing one",
                )),
                (Some(category), None) if map.category(category).is_some_and(|c| c.module.is_some()) => {
                    Some((
                        format!("category `{category}` belongs to a module that is not there"),
                        "take `module` away from the category now that it can be stored",
                    ))
                }
                (None, Some(_)) if column.seal == Seal::Cell => Some((
                    "only personal values are sealed under a person's key".to_owned(),
                    "give it a category, or take `seal` away",
                )),
                _ => None,
            };
            if let Some((what, remedy)) = fault {
                problems.push(source.problem(span, format!("{place}: {what}"), remedy));
            }
        };
        for (table_name, table) in &map.table {
            for (name, c) in &table.get_ref().column {
                column(&table.span(), &format!("{table_name}.{name}"), c);
            }
        }
        for (name, c) in &map.log {
            column(&c.span(), &format!("log {name}"), c.get_ref());
        }
        for (name, c) in &map.cookie {
            column(&c.span(), &format!("cookie {name}"), &c.get_ref().column());
        }
        for (kind, entries) in [("work", &map.work), ("child message", &map.child)] {
            for (group, fields) in entries {
                for (name, c) in fields {
                    column(&c.span(), &format!("{kind} {group}.{name}"), c.get_ref());
                }
            }
        }
        for (name, cookie) in &map.cookie {
            if let Some((what, remedy)) = cookie.get_ref().fault() {
                problems.push(source.problem(&cookie.span(), format!("cookie {name}: {what}"), remedy));
            }
        }
        for (name, table) in &map.table {
            let (span, table) = (table.span(), table.get_ref());
            let mut needed: Vec<&String> = table
                .person
                .iter()
                .chain(&table.others)
                .chain(&table.told)
                .chain(table.events.values())
                .collect();
            if let Place::Columns(columns) = &table.erase {
                needed.extend(columns);
            }
            for missing in needed.into_iter().filter(|c| !table.column.contains_key(*c)) {
                problems.push(source.problem(
                    &span,
                    format!("table {name} names a column `{missing}` it does not have"),
                    "correct the name, or add the column",
                ));
            }
            if table.person.is_none() && !table.categories().is_empty() {
                problems.push(source.problem(
                    &span,
                    format!("table {name} holds personal data but names no person"),
                    "say in `person` which column leads to the person",
                ));
            }
        }
        for (name, blob) in &map.blob {
            if map.category(&blob.get_ref().about).is_none() || map.table(&blob.get_ref().owner).is_none() {
                problems.push(source.problem(
                    &blob.span(),
                    format!("blob {name} names a category or a table that does not exist"),
                    "correct `about` and `owner`",
                ));
            }
        }
    }

    pub(super) fn roles(&mut self) {
        let map = self.book.map();
        let source = &self.sources.roles;
        let known = |role: &str| {
            role == "outsider"
                || Role::ALL.iter().any(|r| r.name() == role)
                || Chore::ALL.iter().any(|c| c.role_name() == role)
        };
        for may in self.book.roles().may.iter().map(Spanned::get_ref) {
            for role in may.role.iter().filter(|r| !known(r.get_ref())) {
                self.found.problems.push(source.problem(
                    &role.span(),
                    format!("there is no role `{}`", role.get_ref()),
                    "use a role of the house, `outsider`, or a chore (`house-…`)",
                ));
            }
            for what in may.what.iter().filter(|w| map.table(w.get_ref()).is_none()) {
                self.found.problems.push(source.problem(
                    &what.span(),
                    format!("there is no table `{}`", what.get_ref()),
                    "name a table of policy/data.toml",
                ));
            }
        }
    }

    /// Whatever is held about people can be taken and erased by them, or the house would keep what it cannot give back.
    pub(super) fn rights(&mut self) {
        let (map, book) = (self.book.map(), self.book);
        for (name, table) in map.tables().filter(|(_, t)| t.person.is_some()) {
            for act in [Act::Export, Act::Erase] {
                if !book.roles().allows("house-clerk", act, name, false, "rights")
                    || !book.roles().allows("member", act, name, true, "rights")
                {
                    let what = format!(
                        "table {name} is about people, but they cannot {} it for `rights`",
                        act.name()
                    );
                    let fault = self.sources.roles.problem_anywhere(
                        what,
                        "add it to the [[may]] entries of people and of the clerk for `rights`",
                    );
                    self.found.problems.push(fault);
                }
            }
            for ground in Ground::ALL.into_iter().filter(|ground| book.serves(ground.name())) {
                let answer = book.roles().permission("operator", Act::Disclose, name, false, ground.name());
                if answer == Permission::Denied {
                    let what =
                        format!("table {name} is about people, but nobody can answer for it to a court");
                    let remedy = "add it to the [[may]] entry with `disclose`: a release of all that is held would fail";
                    let fault = self.sources.roles.problem_anywhere(what, remedy);
                    if !self.found.problems.contains(&fault) {
                        self.found.problems.push(fault);
                    }
                }
            }
            for column in table.column.values() {
                if let (Some(category), Export::Included) = (column.category(), column.export())
                    && book.may_store(category)
                    && !book.allows(category, "rights")
                {
                    let what = format!("`{category}` may be stored but not handed to the person it is about");
                    let fault =
                        self.sources.profile.problem_anywhere(what, "add a [[rule]] with for = \"rights\"");
                    if !self.found.problems.contains(&fault) {
                        self.found.problems.push(fault);
                    }
                }
            }
        }
    }

    pub(super) fn egress(&mut self) {
        let source = &self.sources.egress;
        for (name, destination) in &self.book.egress().destination {
            for (field, column) in &destination.get_ref().field {
                let undecided = column.about.is_some() == column.nothing.is_some();
                let unknown = column.category().is_some_and(|c| self.book.map().category(c).is_none());
                if undecided || unknown {
                    self.found.problems.push(source.problem(
                        &destination.span(),
                        format!("{name}: field `{field}` has no known category"),
                        "say `about = \"<category>\"`, or `nothing = \"<why it names nobody>\"`",
                    ));
                }
            }
        }
    }
}
