//! Machines of the house: what they are, who works them, whether their bed was said clear. Never anything about a
//! person, so that no grant is needed; what a machine gave us as its key is sealed under the house's own key.
//!
//! One process works a machine at a time, under a lease with a fencing number. Whatever must not happen twice is
//! bound to that number in the statement that saves it.

use crate::fault::Fault;
use crate::sql::{Engine, Row, Value};
use crate::tx::Tx;
use domain::ids::PrinterId;
use domain::printer::Volume;
use domain::printer::state::SILENCE_SECONDS;
use domain::time::Instant;
use domain::units::Millimetres;
use privacy::Personal;
use uuid::Uuid;

/// A machine of the house.
#[derive(Debug)]
pub struct Machine {
    /// Which.
    pub id: PrinterId,
    /// What the house calls it.
    pub name: String,
    /// Its kind.
    pub driver: String,
    /// Where it is.
    pub address: Option<String>,
    /// The key it gave us.
    pub secret: Option<Personal<String>>,
    /// Whether it takes jobs.
    pub on_duty: bool,
    /// When its bed was said to be clear, if that still holds.
    pub bed_clear_at: Option<Instant>,
    /// What it can do at most, and what is loaded.
    pub equipment: Equipment,
}

/// What a machine can do at most, and what is loaded, as far as somebody said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Equipment {
    /// How big a part it can make.
    pub volume: Option<Volume>,
    /// How hot its nozzle may be told to get, in degrees Celsius.
    pub nozzle_most: Option<f64>,
    /// How hot its bed may be told to get.
    pub bed_most: Option<f64>,
    /// What is loaded, such as `PLA`.
    pub material: Option<String>,
}

/// A machine to be set up.
#[derive(Debug)]
pub struct NewMachine {
    /// What the house calls it.
    pub name: String,
    /// Its kind.
    pub driver: &'static str,
    /// Where it is.
    pub address: Option<String>,
    /// The key it gave us.
    pub secret: Option<Personal<String>>,
    /// What it can do at most, and what is loaded.
    pub equipment: Equipment,
}

/// Leave to work a machine until it ends or another process takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    worker: Uuid,
    fence: i64,
}

impl Tx {
    /// Sets a machine up.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_add(&self, id: PrinterId, new: &NewMachine) -> Result<(), Fault> {
        let Equipment { volume, nozzle_most, bed_most, material } = &new.equipment;
        let volume = volume.as_ref();
        let secret = new.secret.as_ref().map(|s| self.seal_secret(id, s.reveal())).transpose()?;
        let values: [(&str, Value); 13] = [
            ("id", id.uuid().into()),
            ("name", new.name.as_str().into()),
            ("driver", new.driver.into()),
            ("address", new.address.clone().into()),
            ("secret", secret.into()),
            ("added_at", self.now().into()),
            ("on_duty", true.into()),
            ("size_x", volume.map(|v| v.x.0).into()),
            ("size_y", volume.map(|v| v.y.0).into()),
            ("size_z", volume.map(|v| v.z.0).into()),
            ("nozzle_most", (*nozzle_most).into()),
            ("bed_most", (*bed_most).into()),
            ("material", material.clone().into()),
        ];
        let given: Vec<_> = values.into_iter().filter(|(_, v)| *v != Value::Null).collect();
        let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
        let places: Vec<String> = (1..=given.len()).map(|n| format!("${n}")).collect();
        let sql = format!("INSERT INTO printer ({}) VALUES ({})", names.join(", "), places.join(", "));
        let args: Vec<Value> = given.into_iter().map(|(_, value)| value).collect();
        self.run(&sql, &args).await.map(drop)
    }

    /// The machines of the house, oldest first.
    ///
    /// # Errors
    /// A fault.
    pub async fn printers(&self) -> Result<Vec<Machine>, Fault> {
        let rows = self.rows("SELECT * FROM printer ORDER BY added_at, id", &[]).await?;
        rows.iter().map(|row| self.machine(row)).collect()
    }

    /// One machine.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer(&self, id: PrinterId) -> Result<Option<Machine>, Fault> {
        let row = self.row("SELECT * FROM printer WHERE id = $1", &[id.uuid().into()]).await?;
        row.as_ref().map(|row| self.machine(row)).transpose()
    }

    /// Calls it by another name. Returns whether there is such a machine.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_rename(&self, id: PrinterId, name: &str) -> Result<bool, Fault> {
        let sql = "UPDATE printer SET name = $1 WHERE id = $2";
        Ok(self.run(sql, &[name.into(), id.uuid().into()]).await? > 0)
    }

    /// Keeps another key that it gave us.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_secret(&self, id: PrinterId, secret: &Personal<String>) -> Result<bool, Fault> {
        let sealed = self.seal_secret(id, secret.reveal())?;
        let sql = "UPDATE printer SET secret = $1 WHERE id = $2";
        Ok(self.run(sql, &[sealed.into(), id.uuid().into()]).await? > 0)
    }

    /// Lets it take jobs, or not.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_duty(&self, id: PrinterId, on: bool) -> Result<bool, Fault> {
        let sql = "UPDATE printer SET on_duty = $1 WHERE id = $2";
        Ok(self.run(sql, &[on.into(), id.uuid().into()]).await? > 0)
    }

    /// Changes what it can do at most and what is loaded.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_equip(&self, id: PrinterId, equipment: &Equipment) -> Result<bool, Fault> {
        let volume = equipment.volume.as_ref();
        let values: [(&str, Value); 6] = [
            ("size_x", volume.map(|v| v.x.0).into()),
            ("size_y", volume.map(|v| v.y.0).into()),
            ("size_z", volume.map(|v| v.z.0).into()),
            ("nozzle_most", equipment.nozzle_most.into()),
            ("bed_most", equipment.bed_most.into()),
            ("material", equipment.material.clone().into()),
        ];
        let mut args: Vec<Value> = vec![id.uuid().into()];
        let mut sets = Vec::new();
        for (name, value) in values {
            // What nobody says any more is taken back; NULL cannot be bound.
            if value == Value::Null {
                sets.push(format!("{name} = NULL"));
            } else {
                args.push(value);
                sets.push(format!("{name} = ${}", args.len()));
            }
        }
        let sql = format!("UPDATE printer SET {} WHERE id = $1", sets.join(", "));
        Ok(self.run(&sql, &args).await? > 0)
    }

    /// Forgets a machine. Refused (false) while a job holds it or files of ours lie on it.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_remove(&self, id: PrinterId) -> Result<bool, Fault> {
        // Only then is looked whether something holds it: whoever gives it a job holds the row too.
        self.printer_hold(id).await?;
        let id: Value = id.uuid().into();
        let sql = "DELETE FROM printer WHERE id = $1 \
                   AND NOT EXISTS (SELECT 1 FROM job WHERE job.printer = $1) \
                   AND NOT EXISTS (SELECT 1 FROM placement WHERE placement.printer = $1)";
        Ok(self.run(sql, &[id]).await? > 0)
    }

    /// Holds a machine's row until this transaction ends, so that it is not removed and given a job at once. Returns
    /// whether it is in the house.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_hold(&self, id: PrinterId) -> Result<bool, Fault> {
        // On SQLite one writes at a time.
        let hold = if self.inner.pool.engine() == Engine::Postgres { " FOR UPDATE" } else { "" };
        let sql = format!("SELECT id FROM printer WHERE id = $1{hold}");
        Ok(self.row(&sql, &[id.uuid().into()]).await?.is_some())
    }

    /// Whether a job holds it.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_has_job(&self, id: PrinterId) -> Result<bool, Fault> {
        let sql = "SELECT 1 AS one FROM job WHERE printer = $1 LIMIT 1";
        Ok(self.row(sql, &[id.uuid().into()]).await?.is_some())
    }

    /// Somebody said that the bed is clear.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_bed_clear(&self, id: PrinterId) -> Result<bool, Fault> {
        let sql = "UPDATE printer SET bed_clear_at = $1 WHERE id = $2";
        Ok(self.run(sql, &[self.now().into(), id.uuid().into()]).await? > 0)
    }

    /// Nobody can say any more that the bed is clear. Returns whether that was news.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_bed_unsure(&self, id: PrinterId) -> Result<bool, Fault> {
        let sql = "UPDATE printer SET bed_clear_at = NULL WHERE id = $1 AND bed_clear_at IS NOT NULL";
        Ok(self.run(sql, &[id.uuid().into()]).await? > 0)
    }

    /// Takes or keeps the work on a machine for so many seconds; nothing if another process has it. The embedded
    /// database has one process, which therefore need not wait for a dead one. After a silence in which anybody may
    /// have printed, the bed counts as not clear.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_lease(
        &self,
        id: PrinterId,
        worker: Uuid,
        seconds: i64,
    ) -> Result<Option<Lease>, Fault> {
        let anyhow = if self.inner.pool.engine() == Engine::Sqlite { " OR 1 = 1" } else { "" };
        let sql = format!(
            "UPDATE printer SET fence = CASE WHEN worker = $1 THEN fence ELSE fence + 1 END, \
             bed_clear_at = CASE WHEN worker <> $1 AND lease_until < $2 THEN NULL ELSE bed_clear_at END, \
             lease_until = $3, worker = $1 \
             WHERE id = $4 AND (worker IS NULL OR worker = $1 OR lease_until < $5{anyhow}) RETURNING fence"
        );
        let now = self.now();
        let args = [
            worker.into(),
            now.plus_seconds(-SILENCE_SECONDS).into(),
            now.plus_seconds(seconds).into(),
            id.uuid().into(),
            now.into(),
        ];
        let row = self.row(&sql, &args).await?;
        row.map(|row| Ok(Lease { worker, fence: row.int("fence")? })).transpose()
    }

    /// Uses up the word that the bed is clear, for a print that is about to start. Returns false, and then the print
    /// must not start, if nobody has said so or the work on the machine is another process's by now.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_use_bed(&self, id: PrinterId, lease: Lease) -> Result<bool, Fault> {
        let sql = "UPDATE printer SET bed_clear_at = NULL WHERE id = $1 AND worker = $2 AND fence = $3 \
                   AND lease_until > $4 AND bed_clear_at IS NOT NULL AND on_duty = $5";
        let now = self.now().into();
        let args = [id.uuid().into(), lease.worker.into(), lease.fence.into(), now, true.into()];
        Ok(self.run(sql, &args).await? == 1)
    }

    fn machine(&self, row: &Row) -> Result<Machine, Fault> {
        let id = PrinterId::from_uuid(row.id("id")?);
        let real = |name| row.value(name).map(Value::real);
        let text = |name| row.value(name).map(|v| v.text().map(str::to_owned));
        let volume = match (real("size_x")?, real("size_y")?, real("size_z")?) {
            (Some(x), Some(y), Some(z)) => Some(Volume::new(Millimetres(x), Millimetres(y), Millimetres(z))),
            _ => None,
        };
        Ok(Machine {
            id,
            name: row.text("name")?.to_owned(),
            driver: row.text("driver")?.to_owned(),
            address: text("address")?,
            secret: row.value("secret")?.bytes().map(|sealed| self.open_secret(id, sealed)).transpose()?,
            on_duty: row.value("on_duty")?.flag().unwrap_or(false),
            bed_clear_at: row.value("bed_clear_at")?.int().map(Instant::from_micros),
            equipment: Equipment {
                volume,
                nozzle_most: real("nozzle_most")?,
                bed_most: real("bed_most")?,
                material: text("material")?,
            },
        })
    }

    fn seal_secret(&self, id: PrinterId, secret: &str) -> Result<Vec<u8>, Fault> {
        let key = self.inner.house_key.derive("machine keys")?;
        key.seal(&*self.inner.random, format!("printer|secret|{id}").as_bytes(), secret.as_bytes())
    }

    fn open_secret(&self, id: PrinterId, sealed: &[u8]) -> Result<Personal<String>, Fault> {
        let key = self.inner.house_key.derive("machine keys")?;
        let plain = key.open("a machine's key", format!("printer|secret|{id}").as_bytes(), sealed)?;
        String::from_utf8(plain).map(Personal::new).map_err(|_| Fault::Sealed("a machine's key"))
    }
}
