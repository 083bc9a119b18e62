//! The closed list of everything that leaves the house for a machine, by destination.
//!
//! The names are those of `policy/egress.toml`. A driver sends nothing that is not built from these fields; what a
//! field may never hold stands beside it.

/// One thing that is sent to a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// `file.reference`: the random name of a print.
    FileReference,
    /// `file.gcode`: the toolpath, without comments and thumbnails.
    FileGcode,
    /// `command.name`: which command, from a closed list.
    CommandName,
    /// `command.choice`: which of a printer's own answers.
    CommandChoice,
    /// `application.name`: the fixed name of this program, when pairing.
    ApplicationName,
    /// `application.token`: the token that the printer gave for one pairing.
    ApplicationToken,
    /// `machine.user`: the machine's own user in whose name a key is asked for; typed by whoever sets the printer
    /// up, and never a person of the house.
    MachineUser,
    /// `machine.key`: the key that the machine gave us.
    MachineKey,
    /// `machine.session`: the session that the machine gave us for its push socket.
    MachineSession,
    /// `machine.recording`: the name of a recording that the machine made of a print of ours, to delete it.
    MachineRecording,
}

impl Field {
    /// The name in `policy/egress.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FileReference => "file.reference",
            Self::FileGcode => "file.gcode",
            Self::CommandName => "command.name",
            Self::CommandChoice => "command.choice",
            Self::ApplicationName => "application.name",
            Self::ApplicationToken => "application.token",
            Self::MachineUser => "machine.user",
            Self::MachineKey => "machine.key",
            Self::MachineSession => "machine.session",
            Self::MachineRecording => "machine.recording",
        }
    }
}

/// Destination `simulated`: stays inside this process, and is listed all the same.
pub const SIMULATED: &[Field] =
    &[Field::FileReference, Field::FileGcode, Field::CommandName, Field::CommandChoice];

/// Destination `octoprint`: an OctoPrint on the local network.
pub const OCTOPRINT: &[Field] = &[
    Field::FileReference,
    Field::FileGcode,
    Field::CommandName,
    Field::ApplicationName,
    Field::ApplicationToken,
    Field::MachineUser,
    Field::MachineKey,
    Field::MachineSession,
    Field::MachineRecording,
];
