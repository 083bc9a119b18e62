//! Confinement from within: what a child process gives up before it reads the first byte of a stranger's file.
//!
//! Three walls, each alone enough to keep the house: resource limits, seccomp (no sockets, ever; for readers only
//! the calls that reading needs) and Landlock (nothing but the work folder; for the slicer also programs and
//! libraries, read-only). Where the kernel lacks seccomp or Landlock the work is refused, unless the operator
//! has said in the configuration that weaker confinement is accepted.

use crate::problem::{Kind, Outcome, Problem};
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus, Scope, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// What kind of work the child does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Reads a file that it has been given open, and writes into the work folder.
    Reader,
    /// Becomes the slicer: may start programs and threads, read what is installed, and write into the work folder.
    Slicer,
}

/// How much a child may use.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Address space in bytes.
    pub memory: u64,
    /// Seconds of processor time.
    pub cpu_seconds: u64,
    /// Bytes of one written file.
    pub file_bytes: u64,
}

impl Limits {
    /// For readers: 512 MB and ten seconds.
    pub const READER: Self = Self { memory: 512 << 20, cpu_seconds: 10, file_bytes: 1 << 30 };
    /// For the slicer: 3 GB and half an hour.
    pub const SLICER: Self = Self { memory: 3 << 30, cpu_seconds: 1800, file_bytes: 2 << 30 };
}

/// Folders that the slicer may read and run programs from.
const INSTALLED: [&str; 7] = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/fonts", "/proc"];
/// Devices without which ordinary programs do not start.
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"];

/// Confines the calling process for good. `work` is the only folder it can write to afterwards.
///
/// # Errors
/// If a wall cannot be built and `accept_weaker` is false.
pub fn confine(role: Role, limits: &Limits, work: &Path, accept_weaker: bool) -> Outcome<()> {
    limit(role, limits)?;
    let walls = [("Landlock", enclose(role, work)), ("seccomp", filter(role))];
    for (name, wall) in walls {
        if wall.is_err() && !accept_weaker {
            return Err(Problem::new(
                Kind::Setup,
                format!(
                    "This machine's kernel does not offer {name}, so files of strangers cannot be read safely."
                ),
                "Use a Linux kernel of 5.13 or later with Landlock and seccomp, or accept weaker confinement in the configuration.",
            ));
        }
    }
    Ok(())
}

fn limit(role: Role, limits: &Limits) -> Outcome<()> {
    let files = if role == Role::Reader { 32 } else { 256 };
    let hard = [
        (Resource::As, limits.memory),
        (Resource::Cpu, limits.cpu_seconds),
        (Resource::Fsize, limits.file_bytes),
        (Resource::Nofile, files),
        (Resource::Core, 0),
    ];
    for (resource, most) in hard {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
            .map_err(|_| Problem::internal("A limit for the child process could not be set."))?;
    }
    Ok(())
}

/// Landlock as far as this kernel knows it: files, then network, then signals and abstract sockets.
fn enclose(role: Role, work: &Path) -> Result<(), Box<dyn core::error::Error>> {
    let abi = ABI::V6;
    let all = AccessFs::from_all(abi);
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .handle_access(AccessNet::BindTcp | AccessNet::ConnectTcp)?
        .scope(Scope::AbstractUnixSocket | Scope::Signal)?
        .create()?
        .add_rules(path_beneath_rules([work], all & !AccessFs::Execute))?;
    if role == Role::Slicer {
        let read = AccessFs::from_read(abi);
        let device = AccessFs::ReadFile | AccessFs::WriteFile;
        rules = rules
            .add_rules(path_beneath_rules(INSTALLED, read))?
            .add_rules(path_beneath_rules(DEVICES, device))?;
    }
    match rules.restrict_self()?.ruleset {
        RulesetStatus::NotEnforced => Err("not enforced".into()),
        RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced => Ok(()),
    }
}

fn filter(role: Role) -> Result<(), Box<dyn core::error::Error>> {
    let refuse = SeccompAction::Errno(libc::EPERM as u32);
    let (calls, listed, others) = match role {
        Role::Reader => (READING, SeccompAction::Allow, refuse),
        Role::Slicer => (NEVER, refuse, SeccompAction::Allow),
    };
    let rules: BTreeMap<i64, Vec<_>> = calls.iter().map(|call| (*call, Vec::new())).collect();
    let filter = SeccompFilter::new(rules, others, listed, std::env::consts::ARCH.try_into()?)?;
    let program: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter(&program)?;
    Ok(())
}

/// All that a reader needs: memory, its open files, new files in the work folder, its end.
const READING: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_lseek,
    libc::SYS_openat,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_fcntl,
    libc::SYS_ftruncate,
    libc::SYS_unlinkat,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_tgkill,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What no slicer needs: every way to a network, to other processes and into the kernel.
const NEVER: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_open_by_handle_at,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
];
