//! Measures parse, check and picture of a 55 MB binary STL with 1.1 million triangles, beside ADMesh on the same
//! file. Each run is a process of its own, so that CPU time and peak memory are that run's alone.

#![allow(clippy::print_stdout, reason = "its output is the report")]
#![allow(clippy::disallowed_methods, reason = "it starts itself and ADMesh, on a file that it made")]

use prepare::read::{self, Budget};
use prepare::{check, picture, topology};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const RUNS: usize = 10;
/// Points around the tube and around the ring; twice their product is the number of triangles.
const AROUND: [u32; 2] = [741, 742];

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [command, file] = args.as_slice()
        && command == "ours"
    {
        return ours(Path::new(file));
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("ring.stl");
    generate(&file)?;
    let exe = std::env::current_exe()?;
    println!("binary STL, {} triangles, {} bytes", AROUND[0] * AROUND[1] * 2, fs::metadata(&file)?.len());
    println!("machine: {}, {} threads, Linux {}", processor(), threads(), kernel());
    println!("printkeep {} (optimised: {})", env!("CARGO_PKG_VERSION"), !cfg!(debug_assertions));
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(measure(Command::new(&exe).arg("ours").arg(&file))?);
    }
    report("ours: parse + check + picture", &runs);
    match Command::new("admesh").arg("--version").output() {
        Ok(version) => {
            println!("{}", String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or("ADMesh"));
            let mut runs = Vec::new();
            for _ in 0..RUNS {
                runs.push(measure(Command::new("admesh").arg(&file))?);
            }
            report("ADMesh: parse + check + repair, no picture", &runs);
        }
        Err(_) => println!("ADMesh is not installed (apt-get install admesh): no peer in this run"),
    }
    Ok(())
}

fn ours(file: &Path) -> io::Result<()> {
    let before = cpu_of("/proc/self/stat");
    let mut reading = read::model(&mut File::open(file)?, &Budget::STANDARD).map_err(io::Error::other)?;
    let parsed = cpu_of("/proc/self/stat");
    let facts = topology::measure(&reading.mesh);
    let findings = check::findings(&facts);
    let checked = cpu_of("/proc/self/stat");
    let png = picture::png(&reading.mesh, 512).map_err(io::Error::other)?;
    let pictured = cpu_of("/proc/self/stat");
    reading.mesh.triangles.clear();
    if !(facts.closed() && findings.is_empty()) {
        return Err(io::Error::other(format!("the ring must be clean: {facts:?}")));
    }
    println!(
        "parse {:.2} s, check {:.2} s, picture {:.2} s ({} bytes)",
        parsed - before,
        checked - parsed,
        pictured - checked,
        png.len()
    );
    Ok(())
}

/// One finished run.
struct Run {
    cpu_s: f64,
    peak_mb: f64,
}

/// Runs to the end; peak memory is read from the kernel every time the process is looked at.
fn measure(command: &mut Command) -> io::Result<Run> {
    let before = children_cpu();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak_mb = 0.0_f64;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kilobytes = peak.and_then(|p| p.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
        peak_mb = peak_mb.max(kilobytes.unwrap_or(0.0) / 1024.0);
        if child.try_wait()?.is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let done = child.wait_with_output()?;
    if !done.status.success() {
        return Err(io::Error::other("a measured process failed"));
    }
    if std::env::var_os("VERBOSE").is_some() {
        io::stdout().write_all(&done.stdout)?;
    }
    Ok(Run { cpu_s: children_cpu() - before, peak_mb })
}

fn report(name: &str, runs: &[Run]) {
    let spread = |value: fn(&Run) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        let at = |part: f64| {
            values.get((part * (values.len() - 1) as f64).round() as usize).copied().unwrap_or(0.0)
        };
        (at(0.5), at(0.95))
    };
    let (cpu, cpu95) = spread(|r| r.cpu_s);
    let (peak, peak95) = spread(|r| r.peak_mb);
    println!(
        "{name}: CPU median {cpu:.2} s, p95 {cpu95:.2} s; peak memory median {peak:.0} MB, p95 {peak95:.0} MB; {} runs",
        runs.len()
    );
}

/// User and system seconds of a process, at the kernel's hundred ticks a second.
fn cpu_of(stat: &str) -> f64 {
    ticks(stat, 11) + ticks(stat, 12)
}

/// User and system seconds of all children that have ended.
fn children_cpu() -> f64 {
    ticks("/proc/self/stat", 13) + ticks("/proc/self/stat", 14)
}

fn ticks(stat: &str, field: usize) -> f64 {
    let text = fs::read_to_string(stat).unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().nth(field).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0) / 100.0
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|l| l.strip_prefix("model name"));
    name.map_or_else(|| "unknown processor".to_owned(), |n| n.trim_start_matches([' ', '\t', ':']).to_owned())
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn kernel() -> String {
    fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned()
}

/// A ring with a wavy skin, closed, of one piece.
fn generate(file: &Path) -> io::Result<()> {
    let [tube, ring] = AROUND;
    let point = |i: u32, j: u32| {
        let turn = core::f64::consts::TAU;
        let (a, b) =
            (f64::from(i % tube) * turn / f64::from(tube), f64::from(j % ring) * turn / f64::from(ring));
        let thick = 12.0 + 0.8 * (9.0 * a).sin() * (14.0 * b).cos();
        let out = 40.0 + thick * a.cos();
        [out * b.cos(), out * b.sin(), thick * a.sin()].map(|c| c as f32)
    };
    let mut to = BufWriter::new(File::create(file)?);
    to.write_all(&[0; 80])?;
    to.write_all(&(tube * ring * 2).to_le_bytes())?;
    for j in 0..ring {
        for i in 0..tube {
            let [a, b, c, d] = [point(i, j), point(i + 1, j), point(i + 1, j + 1), point(i, j + 1)];
            for triangle in [[a, c, b], [a, d, c]] {
                to.write_all(&[0; 12])?;
                for number in triangle.iter().flatten() {
                    to.write_all(&number.to_le_bytes())?;
                }
                to.write_all(&[0; 2])?;
            }
        }
    }
    to.flush()
}
