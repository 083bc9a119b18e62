//! OctoPrint's own shapes, as far as we read them. What is not named here is dropped while it is read: file trees,
//! owners, log lines, versions.

use serde::Deserialize;

/// What it is at: put together from two answers, or one message of the push socket.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Current {
    #[serde(default)]
    pub(super) state: StateOf,
    #[serde(default)]
    pub(super) job: JobOf,
    #[serde(default)]
    pub(super) progress: ProgressOf,
    #[serde(default, rename = "currentZ")]
    pub(super) height: Option<f64>,
    #[serde(default)]
    pub(super) temps: Vec<Heaters>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct StateOf {
    #[serde(default)]
    pub(super) flags: Flags,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Flags {
    pub(super) operational: bool,
    pub(super) printing: bool,
    pub(super) cancelling: bool,
    pub(super) pausing: bool,
    pub(super) resuming: bool,
    pub(super) finishing: bool,
    pub(super) paused: bool,
    pub(super) error: bool,
    pub(super) closed_or_error: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct JobOf {
    #[serde(default)]
    pub(super) file: Option<FileOf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct FileOf {
    #[serde(default)]
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) origin: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ProgressOf {
    /// Percent of the file's bytes.
    pub(super) completion: Option<f64>,
    /// Seconds.
    pub(super) print_time: Option<f64>,
    /// Seconds.
    pub(super) print_time_left: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Heaters {
    #[serde(default)]
    pub(super) tool0: Option<Heater>,
    #[serde(default)]
    pub(super) bed: Option<Heater>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Heater {
    #[serde(default)]
    pub(super) actual: Option<f64>,
    #[serde(default)]
    pub(super) target: Option<f64>,
}

/// Answer about the job.
#[derive(Debug, Deserialize)]
pub(super) struct JobAnswer {
    #[serde(default)]
    pub(super) job: JobOf,
    #[serde(default)]
    pub(super) progress: ProgressOf,
}

/// Answer about the machine.
#[derive(Debug, Deserialize)]
pub(super) struct MachineAnswer {
    #[serde(default)]
    pub(super) state: StateOf,
    #[serde(default)]
    pub(super) temperature: Heaters,
}

/// One file, and what became of its prints.
#[derive(Debug, Deserialize)]
pub(super) struct FileAnswer {
    #[serde(default)]
    pub(super) prints: Option<Prints>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Prints {
    #[serde(default)]
    pub(super) last: Option<LastPrint>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LastPrint {
    pub(super) success: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct FilesAnswer {
    #[serde(default)]
    pub(super) files: Vec<Named>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct RecordingsAnswer {
    #[serde(default)]
    pub(super) files: Vec<Named>,
    #[serde(default)]
    pub(super) unrendered: Vec<Unrendered>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Unrendered {
    pub(super) name: String,
    #[serde(default)]
    pub(super) recording: bool,
    #[serde(default)]
    pub(super) rendering: bool,
    #[serde(default)]
    pub(super) processing: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct LoginAnswer {
    pub(super) name: String,
    pub(super) session: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct KeyRequested {
    pub(super) app_token: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct KeyGranted {
    pub(super) api_key: String,
}

/// A message of the push socket; others are passed over.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pushed {
    #[serde(default)]
    pub(super) current: Option<Current>,
    #[serde(default)]
    pub(super) history: Option<Current>,
    #[serde(default)]
    pub(super) event: Option<EventOf>,
    #[serde(default)]
    pub(super) reauth_required: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Deserialize)]
pub(super) struct EventOf {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) payload: Option<EventPayload>,
}

#[derive(Debug, Deserialize)]
pub(super) struct EventPayload {
    #[serde(default)]
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) origin: Option<String>,
    #[serde(default)]
    pub(super) reason: Option<String>,
}
