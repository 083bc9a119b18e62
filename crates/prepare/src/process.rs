//! Starts and supervises child processes: the only place in the house where a program is started.
//!
//! A child gets an empty environment, one open file, one folder, and a process group of its own, which is ended
//! as a whole when the person cancels or the time is up. What it says is read line by line, with a bound.

use crate::problem::{Kind, Outcome, Problem};
use rustix::process::{Pid, Signal, kill_process_group};
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// How often a waiting supervisor looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(50);
/// The most that a child may say in one line.
const LONGEST_LINE: u64 = 1 << 20;

/// Stops work that is under way, from any thread.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Asks the work to stop; its processes are gone within two seconds.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How a child is started.
pub struct Start<'a> {
    /// The program and its arguments.
    pub program: &'a Path,
    /// Arguments before ours.
    pub args: Vec<OsString>,
    /// The folder it works in.
    pub work: &'a Path,
    /// What it reads on standard input.
    pub input: Stdio,
    /// The time after which it is ended.
    pub time: Duration,
}

/// How a child ended.
#[derive(Debug)]
pub struct Ended {
    /// What the kernel says.
    pub status: ExitStatus,
    /// Whether we ended it because its time was up.
    pub timed_out: bool,
}

impl Ended {
    /// The sentence for a child that ended without an answer.
    pub fn problem(&self, memory: u64) -> Problem {
        let signal = self.status.signal();
        if self.timed_out || matches!(signal, Some(libc::SIGXCPU | libc::SIGKILL)) {
            return Problem::new(
                Kind::Limit,
                "Reading the file took longer than one file may take.",
                "Simplify the model and try again.",
            );
        }
        if signal == Some(libc::SIGXFSZ) {
            return Problem::new(
                Kind::Limit,
                "The result is larger than one file may be.",
                "Simplify the model.",
            );
        }
        Problem::new(
            Kind::Limit,
            format!("Reading the file needed more than {} MB of memory, or broke the reader.", memory >> 20),
            "Simplify the model, or export it again with another program.",
        )
    }
}

/// Runs a child to its end and hands each line of its standard output to `hear`.
///
/// # Errors
/// If it cannot be started, or the person cancelled.
pub fn run(start: Start<'_>, cancel: &CancelToken, hear: &mut dyn FnMut(&str)) -> Outcome<Ended> {
    let deadline = Instant::now() + start.time;
    let mut child = command(start.program)
        .args(&start.args)
        .env_clear()
        .env("LC_ALL", "C")
        .env("HOME", start.work)
        .current_dir(start.work)
        .stdin(start.input)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|e| Problem::io("starting a child process", &e))?;
    let group = Group(Pid::from_child(&child));
    let (say, heard) = mpsc::sync_channel(64);
    let output = child.stdout.take();
    let listener = std::thread::spawn(move || {
        let Some(output) = output else { return };
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            if say.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
    let mut timed_out = false;
    loop {
        match heard.recv_timeout(LOOK) {
            Ok(line) => hear(&line),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        timed_out = Instant::now() >= deadline;
        if cancel.is_cancelled() || timed_out {
            break;
        }
    }
    if !timed_out && !cancel.is_cancelled() {
        // Its output is closed, so it is about to end; what does not is ended at the deadline.
        timed_out = !ends_before(&mut child, deadline.min(Instant::now() + Duration::from_secs(5)));
    }
    drop(heard);
    group.end();
    let status = child.wait().map_err(|e| Problem::io("waiting for a child process", &e))?;
    drop(group);
    let _ = listener.join();
    if cancel.is_cancelled() {
        return Err(Problem::new(
            Kind::Cancelled,
            "The work was cancelled.",
            "Start it again when you like.",
        ));
    }
    Ok(Ended { status, timed_out })
}

fn ends_before(child: &mut Child, deadline: Instant) -> bool {
    while Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    false
}

/// A child's process group; it is ended when this goes out of scope, whatever happens.
struct Group(Pid);

impl Group {
    fn end(&self) {
        // Fails only if nobody is left in it.
        let _ = kill_process_group(self.0, Signal::KILL);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// The one place where a program is named to be started.
#[allow(
    clippy::disallowed_methods,
    reason = "this is the place that the ban points to: every child is confined"
)]
pub(crate) fn command(program: &Path) -> Command {
    Command::new(program)
}

/// The usual folders of installed programs.
pub const FOLDERS: [&str; 3] = ["/usr/local/bin", "/usr/bin", "/bin"];

/// Where an installed program is, looked up in the usual folders only.
pub fn installed(name: &str) -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| Path::new(folder).join(name)).find(|p| p.is_file())
}

/// Bubblewrap, where it is installed and this kernel lets it work.
pub fn bubblewrap() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        let path = installed("bwrap")?;
        let mut probe = command(&path);
        probe.args(bubble(Path::new("/tmp"), Path::new("/usr/bin/true"))).arg("/usr/bin/true").env_clear();
        probe.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        probe.status().is_ok_and(|s| s.success()).then_some(path)
    };
    FOUND.get_or_init(find).as_deref()
}

/// Bubblewrap's arguments: nothing but what is installed, one program, and the work folder.
pub fn bubble(work: &Path, program: &Path) -> Vec<OsString> {
    let mut args: Vec<OsString> =
        "--unshare-all --die-with-parent --ro-bind /usr /usr --symlink usr/lib /lib \
        --symlink usr/lib64 /lib64 --symlink usr/bin /bin --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache \
        --ro-bind-try /etc/fonts /etc/fonts --proc /proc --dev /dev --tmpfs /tmp"
            .split_ascii_whitespace()
            .map(OsString::from)
            .collect();
    let bind = |kind: &str, path: &OsStr, inside: &str| [kind.into(), path.to_owned(), inside.into()];
    args.extend(bind("--ro-bind", program.as_os_str(), "/run/child"));
    args.extend(bind("--bind", work.as_os_str(), "/job"));
    args.extend(["--chdir", "/job", "--"].map(OsString::from));
    args
}
