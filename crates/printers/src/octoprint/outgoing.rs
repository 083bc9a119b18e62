//! Everything that is ever sent to an OctoPrint, as one closed list.
//!
//! The only place that turns something into a request. Each entry says which fields of
//! [`crate::egress::OCTOPRINT`] it carries; none can carry anything else, because none has room for it.

use crate::driver::file_name;
use crate::egress::Field;
use domain::ids::PrintReference;
use reqwest::Method;
use serde_json::{Value, json};

/// The name under which we ask for a key. The same for everybody.
pub(super) const APPLICATION: &str = "Printkeep";

/// What may be done to the job that is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobCommand {
    Pause,
    Resume,
    Cancel,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outgoing<'a> {
    /// Does it hand out application keys?
    Probe,
    /// May we have one, in the name of this user of its own?
    RequestKey { user: Option<&'a str> },
    /// Has somebody decided?
    PollKey { token: &'a str },
    /// Whose key is this? Gives a session for the push socket.
    Login,
    /// What is on?
    Job,
    /// How warm is it, and what may be done?
    Machine,
    /// What is known of this file?
    File(PrintReference),
    /// Which files are there?
    Files,
    /// Take this file; its content goes along.
    Upload(PrintReference),
    /// Select this file and print it.
    Start(PrintReference),
    /// Pause, go on, or end.
    Command(JobCommand),
    /// Remove this file.
    RemoveFile(PrintReference),
    /// Which recordings are there?
    Recordings,
    /// Remove this recording of a print of ours, or the pictures it was to be made from.
    RemoveRecording { name: &'a str, unrendered: bool },
}

impl Outgoing<'_> {
    pub(super) fn method(&self) -> Method {
        match self {
            Self::RequestKey { .. } | Self::Login | Self::Upload(_) | Self::Start(_) | Self::Command(_) => {
                Method::POST
            }
            Self::RemoveFile(_) | Self::RemoveRecording { .. } => Method::DELETE,
            _ => Method::GET,
        }
    }

    /// The path below the address, as segments that still have to be escaped.
    pub(super) fn path(&self) -> Vec<String> {
        let path: &[&str] = match self {
            Self::Probe => &["plugin", "appkeys", "probe"],
            Self::RequestKey { .. } => &["plugin", "appkeys", "request"],
            Self::PollKey { token } => &["plugin", "appkeys", "request", token],
            Self::Login => &["api", "login"],
            Self::Job | Self::Command(_) => &["api", "job"],
            Self::Machine => &["api", "printer"],
            Self::File(reference) | Self::Start(reference) | Self::RemoveFile(reference) => {
                &["api", "files", "local", &file_name(*reference)]
            }
            Self::Files | Self::Upload(_) => &["api", "files", "local"],
            Self::Recordings => &["api", "timelapse"],
            Self::RemoveRecording { name, unrendered: false } => &["api", "timelapse", name],
            Self::RemoveRecording { name, unrendered: true } => &["api", "timelapse", "unrendered", name],
        };
        path.iter().map(|segment| (*segment).to_owned()).collect()
    }

    pub(super) const fn query(&self) -> Option<&'static str> {
        match self {
            Self::Recordings => Some("unrendered=true&force=true"),
            _ => None,
        }
    }

    pub(super) fn body(&self) -> Option<Value> {
        Some(match self {
            Self::RequestKey { user: Some(user) } => json!({ "app": APPLICATION, "user": user }),
            Self::RequestKey { user: None } => json!({ "app": APPLICATION }),
            Self::Login => json!({ "passive": true }),
            Self::Start(_) => json!({ "command": "select", "print": true }),
            Self::Command(JobCommand::Pause) => json!({ "command": "pause", "action": "pause" }),
            Self::Command(JobCommand::Resume) => json!({ "command": "pause", "action": "resume" }),
            Self::Command(JobCommand::Cancel) => json!({ "command": "cancel" }),
            _ => return None,
        })
    }

    /// Whether our key goes along.
    pub(super) const fn needs_key(&self) -> bool {
        !matches!(self, Self::Probe | Self::RequestKey { .. } | Self::PollKey { .. })
    }

    /// What it carries out of the house.
    pub(super) const fn fields(&self) -> &'static [Field] {
        match self {
            Self::Probe => &[],
            Self::RequestKey { .. } => &[Field::ApplicationName, Field::MachineUser],
            Self::PollKey { .. } => &[Field::ApplicationToken],
            Self::Login | Self::Job | Self::Machine | Self::Files | Self::Recordings => &[Field::MachineKey],
            Self::File(_) | Self::RemoveFile(_) => &[Field::MachineKey, Field::FileReference],
            Self::Upload(_) => &[Field::MachineKey, Field::FileReference, Field::FileGcode],
            Self::Start(_) => &[Field::MachineKey, Field::FileReference, Field::CommandName],
            Self::Command(_) => &[Field::MachineKey, Field::CommandName],
            Self::RemoveRecording { .. } => &[Field::MachineKey, Field::MachineRecording],
        }
    }
}

/// What is said on the push socket: who we are, and that we want states and the end of prints, but no log lines.
pub(super) fn greeting(user: &str, session: &str) -> [String; 3] {
    let subscribe = json!({ "subscribe": {
        "state": { "logs": false, "messages": false },
        "events": ["PrintDone", "PrintFailed", "PrintCancelled"],
        "plugins": [],
    } });
    let throttle = json!({ "throttle": 2 });
    let auth = json!({ "auth": format!("{user}:{session}") });
    [subscribe, throttle, auth].map(|message| message.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::egress;
    use domain::random::Counting;
    use std::collections::BTreeSet;

    #[test]
    fn every_declared_field_is_sent_and_no_other() {
        let reference = PrintReference::fresh(&Counting::default());
        let all = [
            Outgoing::Probe,
            Outgoing::RequestKey { user: Some("house") },
            Outgoing::PollKey { token: "t" },
            Outgoing::Login,
            Outgoing::Job,
            Outgoing::Machine,
            Outgoing::File(reference),
            Outgoing::Files,
            Outgoing::Upload(reference),
            Outgoing::Start(reference),
            Outgoing::Command(JobCommand::Pause),
            Outgoing::RemoveFile(reference),
            Outgoing::Recordings,
            Outgoing::RemoveRecording { name: "n", unrendered: true },
        ];
        let mut sent: BTreeSet<Field> = all.iter().flat_map(|o| o.fields().iter().copied()).collect();
        sent.insert(Field::MachineSession); // the greeting's
        assert_eq!(sent, egress::OCTOPRINT.iter().copied().collect());
    }
}
