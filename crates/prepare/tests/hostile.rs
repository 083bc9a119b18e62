//! Files made to do harm, made here. Each gets one clear answer from the confined child within ten seconds and
//! 512 MB, four at once; the server's own process stays small.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must say so")]
#![allow(clippy::indexing_slicing, clippy::format_collect, reason = "files are built by hand here")]
#![allow(clippy::semicolon_if_nothing_returned, reason = "short closures read better so")]

use prepare::problem::Kind;
use prepare::{CancelToken, Config, Inspection, Problem};
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use zip::write::{SimpleFileOptions, ZipWriter};

/// What is expected: refused with these words, or read, with a check of what was found.
enum Expect {
    Refused(&'static str),
    Read(fn(&Inspection)),
}
use Expect::{Read, Refused};

struct Case {
    name: &'static str,
    make: Box<dyn Fn(&mut File) + Send + Sync>,
    expect: Expect,
}

fn case(name: &'static str, expect: Expect, make: impl Fn(&mut File) + Send + Sync + 'static) -> Case {
    Case { name, make: Box::new(make), expect }
}

/// A binary STL with the given count and triangles.
fn stl(count: u32, triangles: &[[f32; 9]]) -> Vec<u8> {
    let mut bytes = vec![0; 80];
    bytes.extend(count.to_le_bytes());
    for triangle in triangles {
        bytes.extend([0; 12]);
        bytes.extend(triangle.iter().flat_map(|c| c.to_le_bytes()));
        bytes.extend([0; 2]);
    }
    bytes
}

const CORNERS: [[f32; 3]; 8] = [
    [0.0, 0.0, 0.0],
    [1.0, 0.0, 0.0],
    [1.0, 1.0, 0.0],
    [0.0, 1.0, 0.0],
    [0.0, 0.0, 1.0],
    [1.0, 0.0, 1.0],
    [1.0, 1.0, 1.0],
    [0.0, 1.0, 1.0],
];
const FACES: [[usize; 3]; 12] = [
    [0, 2, 1],
    [0, 3, 2],
    [4, 5, 6],
    [4, 6, 7],
    [0, 1, 5],
    [0, 5, 4],
    [1, 2, 6],
    [1, 6, 5],
    [2, 3, 7],
    [2, 7, 6],
    [3, 0, 4],
    [3, 4, 7],
];

fn cube(side: f32) -> Vec<[f32; 9]> {
    FACES
        .iter()
        .map(|face| {
            let mut triangle = [0.0; 9];
            for (slot, c) in triangle.iter_mut().zip(face.iter().flat_map(|i| CORNERS[*i])) {
                *slot = c * side;
            }
            triangle
        })
        .collect()
}

fn with(mut triangles: Vec<[f32; 9]>, number: usize, value: f32) -> Vec<u8> {
    triangles[number][4] = value;
    stl(triangles.len() as u32, &triangles)
}

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Target="/3D/3dmodel.model" Id="r" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>"#;
const HEAD: &str =
    r#"<model unit="millimeter" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">"#;

fn package(file: &mut File, more: &[(&str, &[u8])], model: impl FnOnce(&mut dyn Write)) {
    let options = SimpleFileOptions::default().compression_level(Some(1));
    let mut zip = ZipWriter::new(file);
    for (name, text) in
        [("[Content_Types].xml", TYPES.as_bytes()), ("_rels/.rels", RELS.as_bytes())].iter().chain(more)
    {
        zip.start_file(*name, options).unwrap();
        zip.write_all(text).unwrap();
    }
    zip.start_file("3D/3dmodel.model", options).unwrap();
    model(&mut zip);
    zip.finish().unwrap();
}

fn vertices() -> String {
    CORNERS.iter().map(|[x, y, z]| format!(r#"<vertex x="{x}" y="{y}" z="{z}"/>"#)).collect()
}

fn triangles() -> String {
    FACES.iter().map(|[a, b, c]| format!(r#"<triangle v1="{a}" v2="{b}" v3="{c}"/>"#)).collect()
}

fn object() -> String {
    let (vertices, triangles) = (vertices(), triangles());
    format!(
        r#"<object id="1"><mesh><vertices>{vertices}</vertices><triangles>{triangles}</triangles></mesh></object>"#
    )
}

/// A model around a cube, with some text replaced.
fn model(from: &str, to: &str) -> String {
    let object = object();
    let text = format!(r#"{HEAD}<resources>{object}</resources><build><item objectid="1"/></build></model>"#);
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn threemf(name: &'static str, expect: Expect, from: &'static str, to: &'static str) -> Case {
    case(name, expect, move |file| {
        package(file, &[], |part| part.write_all(model(from, to).as_bytes()).unwrap());
    })
}

fn bytes(name: &'static str, expect: Expect, bytes: Vec<u8>) -> Case {
    case(name, expect, move |file| file.write_all(&bytes).unwrap())
}

fn mesh_files() -> Vec<Case> {
    let twelve = || stl(12, &cube(10.0));
    let cut = |keep: usize| twelve()[..keep].to_vec();
    let followed = [twelve(), vec![7; 33]].concat();
    let mut solid = twelve();
    solid[..5].copy_from_slice(b"solid");
    let flat: Vec<_> = cube(10.0)
        .into_iter()
        .map(|mut t| {
            t[2] = 0.0;
            t[5] = 0.0;
            t[8] = 0.0;
            t
        })
        .collect();
    let utf16 = "\u{feff}solid x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let facet = "facet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\n";
    vec![
        bytes("a count of four billion", Refused("says 4294967295 triangles"), stl(u32::MAX, &[])),
        bytes(
            "a count of four billion with data",
            Refused("says 4294967295 triangles"),
            stl(u32::MAX, &cube(1.0)),
        ),
        bytes("a count one too big", Refused("cut short"), stl(13, &cube(1.0))),
        bytes("a count too small", Refused("followed by other data"), stl(11, &cube(1.0))),
        bytes("cut in a triangle", Refused("cut short"), cut(300)),
        bytes("cut in the header", Refused("neither an STL nor a 3MF"), cut(60)),
        bytes("followed by other data", Refused("followed by other data"), followed),
        bytes("empty", Refused("empty"), Vec::new()),
        bytes("no triangle", Refused("no triangle"), stl(0, &[])),
        bytes("not a number", Refused("triangle 4 is not a number"), with(cube(10.0), 3, f32::NAN)),
        bytes("infinite", Refused("is not a number"), with(cube(10.0), 3, f32::INFINITY)),
        bytes("the largest float", Refused("farther out than a kilometre"), with(cube(10.0), 0, 3.4e38)),
        bytes("a cube of 25 km", Refused("farther out than a kilometre"), stl(12, &cube(2.5e7))),
        bytes("solid in a binary header", Read(|i| assert!(i.found.facts.0.closed())), solid),
        bytes("nothing but degenerate", Read(|i| assert!(!i.found.printable)), stl(9, &[[1.0; 9]; 9])),
        bytes("flat", Read(|i| assert!(!i.found.printable)), stl(12, &flat)),
        bytes(
            "ASCII with nan",
            Refused("is not a number"),
            format!("solid\n{}", facet.replace("1 0 0", "nan 0 0")).into(),
        ),
        bytes(
            "ASCII with 1e999",
            Refused("is not a number"),
            format!("solid\n{}", facet.replace("1 0 0", "1e999 0 0")).into(),
        ),
        bytes("ASCII cut", Refused("ends in the middle"), format!("solid x\n{facet}").into()),
        bytes(
            "ASCII with four corners",
            Refused("where `endloop` must stand"),
            format!("solid x\n{facet}vertex 1 1 1\n").into(),
        ),
        bytes(
            "20 MB without a space",
            Refused("is no word of an STL"),
            ["solid x\n".into(), "a".repeat(20 << 20)].concat().into(),
        ),
        bytes(
            "20 MB of a name",
            Refused("ends in the middle"),
            ["solid ".into(), "a".repeat(20 << 20)].concat().into(),
        ),
        bytes("a web page", Refused("web page"), b"<!DOCTYPE html><html><body>Not found".to_vec()),
        bytes("UTF-16", Refused("UTF-16"), utf16),
        bytes("a PDF", Refused("PDF"), b"%PDF-1.7 ...".to_vec()),
        bytes("G-code", Refused("G-code, not a model"), b"G28\nG1 X10\n".to_vec()),
        case("2 GB of nothing", Refused("are the most this house reads"), |file| {
            file.write_all(&stl(42_949_670, &[])).unwrap();
            file.set_len(84 + 50 * 42_949_670).unwrap();
        }),
        case("20 million triangles that are there", Refused("are the most this house reads"), |file| {
            file.write_all(&stl(20_000_000, &[])).unwrap();
            file.set_len(84 + 50 * 20_000_000).unwrap();
        }),
        case("ten million triangles in one point", Read(|i| assert!(!i.found.printable)), |file| {
            file.write_all(&stl(10_000_000, &[])).unwrap();
            file.set_len(84 + 50 * 10_000_000).unwrap();
        }),
    ]
}

fn archives() -> Vec<Case> {
    let dtd = r#"<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"#;
    let external = r#"<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>"#;
    let before_head = |text: &'static str| format!("{text}{}", model("", ""));
    let (laughs, outside) = (before_head(dtd), before_head(external));
    let whole = || {
        let mut file = tempfile::tempfile().unwrap();
        package(&mut file, &[], |part| part.write_all(model("", "").as_bytes()).unwrap());
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        bytes
    };
    let mut lying = whole();
    let directory = lying.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    lying[directory + 24..directory + 28].copy_from_slice(&77_u32.to_le_bytes());
    let cut = whole()[..500].to_vec();
    vec![
        case("a good cube as control", Read(|i| assert!(i.found.printable)), move |f| {
            f.write_all(&whole()).unwrap()
        }),
        case("a billion laughs", Refused("document type"), move |f| {
            package(f, &[], |p| p.write_all(laughs.as_bytes()).unwrap())
        }),
        case("an external entity", Refused("document type"), move |f| {
            package(f, &[], |p| p.write_all(outside.as_bytes()).unwrap())
        }),
        case("200 MB of spaces", Refused("more than a mebibyte"), |f| {
            package(f, &[], |p| {
                p.write_all(HEAD.as_bytes()).unwrap();
                let spaces = vec![b' '; 1 << 20];
                (0..200).for_each(|_| p.write_all(&spaces).unwrap());
            });
        }),
        case("one tag of two megabytes", Refused("more than a mebibyte"), |f| {
            package(f, &[], |p| {
                let noise: String =
                    (0..300_000_u32).map(|i| format!("{:08x}", i.wrapping_mul(2_654_435_761))).collect();
                p.write_all(format!(r#"<model x="{noise}">"#).as_bytes()).unwrap();
            });
        }),
        case("vertices padded with spaces", Refused("unpacks to far more"), |f| {
            package(f, &[], |p| {
                p.write_all(format!(r#"{HEAD}<resources><object id="1"><mesh><vertices>"#).as_bytes())
                    .unwrap();
                let one = format!(r#"<vertex x="0" y="0" z="0"{}/>"#, " ".repeat(8_000));
                let some = one.repeat(50);
                (0..300).for_each(|_| p.write_all(some.as_bytes()).unwrap());
            });
        }),
        case("200,000 nested elements", Refused("nested more than"), |f| {
            package(f, &[], |p| {
                p.write_all(format!("{HEAD}{}", "<metadata name=\"a\">".repeat(200_000)).as_bytes()).unwrap();
            });
        }),
        case("a million build items", Refused("items"), |f| {
            package(f, &[], |p| {
                p.write_all(model("<item objectid=\"1\"/></build></model>", "").as_bytes()).unwrap();
                let some = r#"<item objectid="1"/>"#.repeat(1000);
                (0..1000).for_each(|_| p.write_all(some.as_bytes()).unwrap());
            });
        }),
        case("a tree of 2^30 components", Refused("or more"), |f| {
            package(f, &[], |p| {
                let tree: String = (2..32)
                    .map(|id| {
                        let inner = id - 1;
                        format!(r#"<object id="{id}"><components><component objectid="{inner}"/><component objectid="{inner}"/></components></object>"#)
                    })
                    .collect();
                let text = model(
                    "</resources><build><item objectid=\"1\"/>",
                    "TREE</resources><build><item objectid=\"31\"/>",
                );
                p.write_all(text.replacen("TREE", &tree, 1).as_bytes()).unwrap();
            });
        }),
        threemf(
            "a component of itself",
            Refused("not defined before"),
            "</resources>",
            r#"<object id="2"><components><component objectid="2"/></components></object></resources>"#,
        ),
        threemf(
            "components in a circle",
            Refused("not defined before"),
            "</resources>",
            r#"<object id="2"><components><component objectid="3"/></components></object><object id="3"><components><component objectid="2"/></components></object></resources>"#,
        ),
        threemf("an index out of range", Refused("does not exist"), r#"v1="0""#, r#"v1="99""#),
        threemf("an index of -1", Refused("not a whole number"), r#"v1="0""#, r#"v1="-1""#),
        threemf("a coordinate NaN", Refused("digits with a decimal point"), r#"x="1""#, r#"x="NaN""#),
        threemf("a coordinate INF", Refused("digits with a decimal point"), r#"x="1""#, r#"x="INF""#),
        threemf("a coordinate 1e400", Refused("digits with a decimal point"), r#"x="1""#, r#"x="1e400""#),
        threemf(
            "a transform NaN",
            Refused("digits with a decimal point"),
            r#"<item objectid="1""#,
            r#"<item objectid="1" transform="NaN 0 0 0 1 0 0 0 1 0 0 0""#,
        ),
        threemf(
            "a singular transform",
            Refused("singular"),
            r#"<item objectid="1""#,
            r#"<item objectid="1" transform="0 0 0 0 1 0 0 0 1 0 0 0""#,
        ),
        threemf(
            "a mirror",
            Read(|i| assert!(i.found.facts.0.volume_mm3 > 0.0)),
            r#"<item objectid="1""#,
            r#"<item objectid="1" transform="-1 0 0 0 1 0 0 0 1 0 0 0""#,
        ),
        threemf(
            "inches",
            Read(|i| assert!((i.found.facts.0.size_mm[0] - 25.4).abs() < 1e-4)),
            "millimeter",
            "inch",
        ),
        threemf(
            "metres",
            Read(|i| assert!((i.found.facts.0.size_mm[0] - 1000.0).abs() < 1e-2)),
            "millimeter",
            "meter",
        ),
        threemf("parsecs", Refused("unit"), "millimeter", "parsec"),
        threemf("no build", Refused("no build"), r#"<build><item objectid="1"/></build>"#, ""),
        threemf("an empty build", Refused("build plate of the 3MF is empty"), r#"<item objectid="1"/>"#, ""),
        threemf("a doubled attribute", Refused("doubled"), r#"x="1""#, r#"x="1" x="2""#),
        threemf(
            "beam lattice",
            Refused("beam lattice"),
            "<model ",
            r#"<model requiredextensions="b" xmlns:b="http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02" "#,
        ),
        threemf(
            "slices",
            Refused("slices"),
            "<model ",
            r#"<model requiredextensions="s" xmlns:s="http://schemas.microsoft.com/3dmanufacturing/slice/2015/07" "#,
        ),
        threemf(
            "secure content",
            Refused("secure content"),
            "<model ",
            r#"<model requiredextensions="sc" xmlns:sc="http://schemas.microsoft.com/3dmanufacturing/securecontent/2019/04" "#,
        ),
        threemf(
            "an unknown extension",
            Refused("does not know"),
            "<model ",
            r#"<model requiredextensions="x" xmlns:x="http://example.org/x" "#,
        ),
        case("names that leave the package", Refused("leaves the package"), |f| {
            package(f, &[("../../etc/cron.d/x", b"x")], |p| p.write_all(model("", "").as_bytes()).unwrap())
        }),
        case("the same name in other letters", Refused("same name"), |f| {
            package(f, &[("3d/3DMODEL.MODEL", b"<model/>")], |p| {
                p.write_all(model("", "").as_bytes()).unwrap()
            })
        }),
        case("60,000 entries", Refused("entries"), |f| {
            let mut zip = ZipWriter::new(f);
            for i in 0..60_000 {
                zip.start_file(format!("3D/{i}.model"), SimpleFileOptions::default()).unwrap();
            }
            zip.finish().unwrap();
        }),
        case("an archive of archives", Refused("archive of archives"), |f| {
            let mut zip = ZipWriter::new(f);
            zip.start_file("inner.zip", SimpleFileOptions::default()).unwrap();
            zip.write_all(b"PK\x03\x04").unwrap();
            zip.finish().unwrap();
        }),
        case(
            "settings that run a program",
            Read(|i| assert!(i.found.removed.iter().any(|r| r.what == "slicer settings"))),
            |f| {
                package(
                    f,
                    &[("Metadata/Slic3r_PE.config", b"; post_process = /bin/touch /tmp/owned")],
                    |p| p.write_all(model("", "").as_bytes()).unwrap(),
                );
            },
        ),
        bytes("a directory that lies about a size", Refused("cannot be unpacked"), lying),
        bytes("an archive cut short", Refused("damaged ZIP"), cut),
        bytes(
            "no archive at all",
            Refused("damaged ZIP"),
            [b"PK\x03\x04".as_slice(), &[0xA5; 4000]].concat(),
        ),
    ]
}

/// Peak memory of this process in megabytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

fn judge(case: &Case, result: Result<Inspection, Problem>, took: Duration) -> Option<String> {
    let fault = |words: String| Some(format!("{}: {words} ({took:?})", case.name));
    if took > Duration::from_secs(10) {
        return fault("no answer within ten seconds".into());
    }
    match (&case.expect, result) {
        (Read(check), Ok(found)) => {
            check(&found);
            None
        }
        (Refused(words), Err(problem)) if problem.what.contains(words) && !problem.remedy.is_empty() => {
            // A reader that refuses does so by itself, not by hitting the wall.
            (problem.kind == Kind::Limit).then(|| format!("{}: {problem}", case.name))
        }
        (_, Ok(_)) => fault("was read".into()),
        (_, Err(problem)) => fault(format!("{problem}")),
    }
}

#[test]
fn every_hostile_file_gets_one_clear_answer() {
    let folder = tempfile::tempdir().unwrap();
    let cases: Vec<Case> = mesh_files().into_iter().chain(archives()).collect();
    assert!(cases.len() >= 60, "{}", cases.len());
    let config = Config::new(env!("CARGO_BIN_EXE_prepare-child"), [] as [&str; 0]);
    assert_eq!((config.reader.memory, config.reader_time), (512 << 20, Duration::from_secs(9)));
    let queue = Mutex::new(cases.iter().enumerate());
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some((number, case)) = queue.lock().unwrap().next() else { return };
                    let path = folder.path().join(number.to_string());
                    let mut file =
                        File::options().read(true).write(true).create_new(true).open(&path).unwrap();
                    (case.make)(&mut file);
                    file.seek(SeekFrom::Start(0)).unwrap();
                    fs::remove_file(&path).unwrap();
                    let work = tempfile::tempdir_in(folder.path()).unwrap();
                    let started = Instant::now();
                    let result = inspect(&config, &file, work.path());
                    faults.lock().unwrap().extend(judge(case, result, started.elapsed()));
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // Twenty megabytes of some files are made in this very process.
    assert!(peak() < 150, "this process took {} MB", peak());
    assert!(!Path::new("/tmp/owned").exists());
}

fn inspect(config: &Config, file: &File, work: &Path) -> Result<Inspection, Problem> {
    prepare::inspect(config, file, None, &[], work, &mut |_| {}, &CancelToken::default())
}
