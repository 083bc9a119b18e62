//! The elements of one XML part, one after the other, checked against the rules that hold in every part: one
//! root, UTF-8, no document type, declared namespaces, bounded depth.

use super::guard::{Guard, Progress, broken, io_problem, parser_problem};
use crate::problem::{Outcome, Problem};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceResolver, ResolveResult};
use quick_xml::reader::NsReader;
use std::io::{BufReader, Read};

const CORE: &[u8] = b"http://schemas.microsoft.com/3dmanufacturing/core/2015/02";
const PRODUCTION: &[u8] = b"http://schemas.microsoft.com/3dmanufacturing/production/2015/06";
const SCHEMA_INSTANCE: &[u8] = b"http://www.w3.org/2001/XMLSchema-instance";

/// Which namespace a name belongs to, as far as we care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Space {
    /// None: how attributes of the core are written.
    #[default]
    None,
    /// The 3MF core.
    Core,
    /// The production extension, which spreads a model over several parts.
    Production,
    /// A declaration of a prefix.
    Declaration,
    /// Any other.
    Other,
}

/// An element with its attributes; one value is used again for all elements of a part.
#[derive(Default)]
pub(super) struct Element {
    pub(super) space: Space,
    /// Local name.
    pub(super) name: String,
    attributes: Vec<Attribute>,
    used: usize,
}

#[derive(Default)]
struct Attribute {
    space: Space,
    name: String,
    value: String,
}

impl Element {
    /// Whether this is the core's element of that name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.space == Space::Core && self.name == name
    }
    /// The value of an attribute without prefix.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.get_in(Space::None, name)
    }
    /// The value of an attribute in a namespace.
    pub(super) fn get_in(&self, space: Space, name: &str) -> Option<&str> {
        let used = self.attributes.iter().take(self.used);
        used.filter(|a| a.space == space && a.name == name).map(|a| a.value.as_str()).next()
    }
    fn fill(&mut self, start: &BytesStart<'_>, names: &NamespaceResolver) -> Outcome<()> {
        let undeclared = || broken("2.3.2", "an XML namespace is used that is not declared");
        self.space = space(names.resolve_element(start.name()).0).ok_or_else(undeclared)?;
        put(&mut self.name, start.local_name().as_ref());
        self.used = 0;
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|e| parser_problem(&e.into()))?;
            if attribute.key.as_ref() == b"xml:space" {
                return Err(broken("2.3.4", "the attribute xml:space is not allowed"));
            }
            if self.used == self.attributes.len() {
                self.attributes.push(Attribute::default());
            }
            let Some(slot) = self.attributes.get_mut(self.used) else { break };
            self.used += 1;
            let prefixed = attribute.key.as_ref().contains(&b':');
            if attribute.key.as_namespace_binding().is_some() {
                slot.space = Space::Declaration;
            } else if !prefixed {
                // Nearly all of them: no look-up is needed.
                slot.space = Space::None;
            } else {
                let found = names.resolve_attribute(attribute.key).0;
                if matches!(&found, ResolveResult::Bound(bound) if bound.0 == SCHEMA_INSTANCE) {
                    return Err(broken(
                        "2.3.2",
                        "attributes of the XML schema instance namespace (xsi) are not allowed",
                    ));
                }
                slot.space = space(found).ok_or_else(undeclared)?;
            }
            put(&mut slot.name, attribute.key.local_name().as_ref());
            let value =
                attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|e| parser_problem(&e))?;
            slot.value.clear();
            slot.value.push_str(&value);
        }
        Ok(())
    }
}

fn put(to: &mut String, name: &[u8]) {
    to.clear();
    // The guard has checked that all bytes are UTF-8.
    to.push_str(core::str::from_utf8(name).unwrap_or_default());
}

fn space(found: ResolveResult<'_>) -> Option<Space> {
    match found {
        ResolveResult::Bound(bound) if bound.0 == CORE => Some(Space::Core),
        ResolveResult::Bound(bound) if bound.0 == PRODUCTION => Some(Space::Production),
        ResolveResult::Bound(_) => Some(Space::Other),
        ResolveResult::Unbound => Some(Space::None),
        ResolveResult::Unknown(_) => None,
    }
}

/// What comes next in a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// An element begins; it is in [`Events::element`].
    Start,
    /// The innermost open element ends.
    End,
    /// The part ends.
    Eof,
}

/// The elements of one XML part.
pub(super) struct Events<'a> {
    xml: NsReader<BufReader<Guard<Box<dyn Read + 'a>>>>,
    progress: Progress,
    buffer: Vec<u8>,
    /// The element that began last.
    pub(super) element: Element,
    depth: usize,
    most_depth: usize,
    had_root: bool,
}

impl<'a> Events<'a> {
    /// Reads from a guarded part, at most `most_depth` elements deep.
    pub(super) fn new(guard: Guard<Box<dyn Read + 'a>>, progress: Progress, most_depth: usize) -> Self {
        let mut xml = NsReader::from_reader(BufReader::with_capacity(1 << 16, guard));
        xml.config_mut().expand_empty_elements = true;
        Self {
            xml,
            progress,
            buffer: Vec::new(),
            element: Element::default(),
            depth: 0,
            most_depth,
            had_root: false,
        }
    }
    /// The next start or end of an element; everything else is checked and passed over.
    pub(super) fn next(&mut self) -> Outcome<Seen> {
        loop {
            self.buffer.clear();
            self.progress.piece_done();
            match self.xml.read_event_into(&mut self.buffer).map_err(|e| parser_problem(&e))? {
                Event::Start(start) => {
                    if self.depth == 0 && core::mem::replace(&mut self.had_root, true) {
                        return Err(broken("3.4", "a part must have exactly one root element"));
                    }
                    self.depth += 1;
                    if self.depth > self.most_depth {
                        return Err(Problem::too_much(
                            format!("The XML of the 3MF is nested more than {} deep.", self.most_depth),
                            "The file is damaged or made to do harm: export it again.",
                        ));
                    }
                    self.element.fill(&start, self.xml.resolver())?;
                    return Ok(Seen::Start);
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Seen::End);
                }
                Event::Eof if self.depth == 0 && self.had_root => return Ok(Seen::Eof),
                Event::Eof => return Err(broken("2.3.2", "a part ends in the middle")),
                Event::DocType(_) => {
                    return Err(broken("2.3.2", "XML parts must not have a document type definition (DTD)"));
                }
                Event::Decl(decl) => {
                    let utf8 = |e: &[u8]| e.eq_ignore_ascii_case(b"utf-8") || e.eq_ignore_ascii_case(b"utf8");
                    if !decl.encoding().is_none_or(|encoding| encoding.is_ok_and(|name| utf8(&name))) {
                        return Err(broken(
                            "2.3.2",
                            "XML parts must be encoded in UTF-8, and this one is not",
                        ));
                    }
                }
                Event::Text(text) if self.depth == 0 && !text.trim_ascii().is_empty() => {
                    return Err(broken("2.3.2", "a part is not well-formed XML"));
                }
                _ => {}
            }
        }
    }
    /// Calls `act` with each element up to the end of the part.
    pub(super) fn each(&mut self, mut act: impl FnMut(&Element) -> Outcome<()>) -> Outcome<()> {
        loop {
            match self.next()? {
                Seen::Start => act(&self.element)?,
                Seen::End => {}
                Seen::Eof => return Ok(()),
            }
        }
    }
    /// Calls `act` with each child of the element that began last, up to that element's end. `act` must leave
    /// the child closed.
    pub(super) fn children(&mut self, mut act: impl FnMut(&mut Self) -> Outcome<()>) -> Outcome<()> {
        while self.next()? == Seen::Start {
            act(self)?;
        }
        Ok(())
    }
    /// Passes over everything up to the end of the element that began last.
    pub(super) fn skip(&mut self) -> Outcome<()> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside && self.next()? != Seen::Eof {}
        Ok(())
    }
    /// Reads to the very end, so that the archive's checksum and lengths are checked too.
    pub(super) fn finish(&mut self) -> Outcome<()> {
        let mut rest = [0; 4096];
        loop {
            self.progress.piece_done();
            if self.xml.get_mut().read(&mut rest).map_err(|e| io_problem(&e))? == 0 {
                return Ok(());
            }
        }
    }
}
