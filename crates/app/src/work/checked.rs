//! A printer behind the policy: whatever is sent to it goes through [`Outbound::to`] first, which refuses every field
//! that `policy/egress.toml` does not list for it and every category that the policy in force does not let go there.

use ::printers::egress::Field;
use ::printers::{Picture, PrintOrder, Printer, Removal, Watch};
use domain::ids::{CommandId, PrintReference};
use domain::printer::{Abilities, Command, NotDone, Outcome, Recollection, Refusal, Report};
use futures::future::BoxFuture;
use privacy::{Book, Outbound};
use std::sync::Arc;
use store::Store;

/// A printer to which only what is listed can be sent.
pub struct Checked {
    printer: Arc<dyn Printer>,
    destination: String,
    book: Arc<Book>,
    /// Whether everything the driver may ever say by itself (keys, sessions) is listed.
    listed: bool,
}

impl Checked {
    /// Puts the policy in front of a printer.
    pub fn new(printer: Arc<dyn Printer>, destination: String, store: &Store) -> Self {
        let book = Arc::clone(store.book());
        // What carries nobody's data is checked once; what does is checked each time it is sent.
        let own = printer.egress_fields().iter().filter(|f| **f != Field::FileGcode);
        let listed = Outbound::to(&book, &destination, own.map(|f| (f.name(), Vec::new()))).is_ok();
        Self { printer, destination, book, listed }
    }

    fn envelope(&self, fields: &[(Field, Vec<u8>)]) -> Result<(), NotDone> {
        let fields = fields.iter().map(|(field, value)| (field.name(), value.clone()));
        match Outbound::to(&self.book, &self.destination, fields) {
            Ok(_) if self.listed => Ok(()),
            _ => Err(NotDone::Refused(Refusal::NotPermitted)),
        }
    }

    fn about(&self, reference: PrintReference) -> Result<(), NotDone> {
        self.envelope(&[(Field::FileReference, reference.to_string().into_bytes())])
    }

    fn commanded(&self, command: &Command) -> Result<(), NotDone> {
        let mut fields = vec![(Field::CommandName, command.name().as_bytes().to_vec())];
        match command {
            Command::Start(reference)
            | Command::Pause(reference)
            | Command::Resume(reference)
            | Command::Cancel(reference) => {
                fields.push((Field::FileReference, reference.to_string().into_bytes()));
            }
            Command::Answer { choice, .. } => fields.push((Field::CommandChoice, vec![*choice])),
        }
        self.envelope(&fields)
    }
}

impl Printer for Checked {
    fn abilities(&self) -> Abilities {
        self.printer.abilities()
    }
    fn report(&self) -> BoxFuture<'_, Result<Report, NotDone>> {
        Box::pin(async {
            self.envelope(&[])?;
            self.printer.report().await
        })
    }
    fn command(&self, id: CommandId, command: Command) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            self.commanded(&command)?;
            self.printer.command(id, command).await
        })
    }
    fn place(&self, order: PrintOrder) -> BoxFuture<'_, Result<(), NotDone>> {
        Box::pin(async move {
            let reference = order.reference.to_string().into_bytes();
            self.envelope(&[(Field::FileReference, reference), (Field::FileGcode, Vec::new())])?;
            self.printer.place(order).await
        })
    }
    fn remove(&self, reference: PrintReference) -> BoxFuture<'_, Result<Removal, NotDone>> {
        Box::pin(async move {
            self.about(reference)?;
            self.printer.remove(reference).await
        })
    }
    fn own_files(&self) -> BoxFuture<'_, Result<Vec<PrintReference>, NotDone>> {
        Box::pin(async {
            self.envelope(&[])?;
            self.printer.own_files().await
        })
    }
    fn recall(&self, reference: PrintReference) -> BoxFuture<'_, Result<Recollection, NotDone>> {
        Box::pin(async move {
            self.about(reference)?;
            self.printer.recall(reference).await
        })
    }
    fn look(&self) -> BoxFuture<'_, Result<Picture, NotDone>> {
        Box::pin(async {
            self.envelope(&[])?;
            self.printer.look().await
        })
    }
    fn watch(&self) -> BoxFuture<'_, Result<Watch, NotDone>> {
        Box::pin(async {
            self.envelope(&[])?;
            self.printer.watch().await
        })
    }
    fn egress_fields(&self) -> &'static [Field] {
        self.printer.egress_fields()
    }
    fn residue(&self) -> &'static [&'static str] {
        self.printer.residue()
    }
}
