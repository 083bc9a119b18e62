//! What we write holds the shape and nothing else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must say so")]

use domain::machine::MachineLimits;
use prepare::mesh::Mesh;
use prepare::read::{self, Budget};
use prepare::{CancelToken, Config, Inspection, neutral, picture, topology};
use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::Path;

const CANARY: &str = "Ada Canary-4711";

fn inspect(file: &File, work: &Path) -> Inspection {
    let config = Config::new(env!("CARGO_BIN_EXE_prepare-child"), [] as [&str; 0]);
    let machines = [MachineLimits::GENERIC];
    prepare::inspect(&config, file, None, &machines, work, &mut |_| {}, &CancelToken::default()).unwrap()
}

fn helix() -> Mesh {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/helix.stl");
    read::model(&mut File::open(path).unwrap(), &Budget::STANDARD).unwrap().mesh
}

/// Names in headers and metadata are reported by kind and stand in none of the files that we make.
#[test]
fn no_name_survives_and_each_kind_is_told() {
    domain::proves!("AF-037", by = "prepare::strip::metadata");
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/torus.3mf");
    // The torus again, with a designer and a settings file that name a person.
    let mut old = zip::ZipArchive::new(File::open(source).unwrap()).unwrap();
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for i in 0..old.len() {
        let mut entry = old.by_index(i).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        if name.contains(".model") && !name.contains(".rels") {
            let text = String::from_utf8(bytes).unwrap();
            let metadata = format!("<metadata name=\"Designer\">{CANARY}</metadata><resources>");
            bytes = text.replacen("<resources>", &metadata, 1).into_bytes();
            assert!(String::from_utf8_lossy(&bytes).contains(CANARY));
        }
        new.start_file(name, options).unwrap();
        new.write_all(&bytes).unwrap();
    }
    new.start_file("Metadata/Slic3r_PE.config", options).unwrap();
    new.write_all(CANARY.as_bytes()).unwrap();
    let path = folder.path().join("upload");
    fs::write(&path, new.finish().unwrap().into_inner()).unwrap();

    let found = inspect(&File::open(&path).unwrap(), &work);
    let kinds: Vec<_> = found.found.removed.iter().map(|r| r.what.as_str()).collect();
    assert!(kinds.contains(&"the designer's name") && kinds.contains(&"slicer settings"), "{kinds:?}");
    assert!(found.found.printable && found.found.fits == [true]);
    for entry in fs::read_dir(&work).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(6).any(|w| w == b"Canary"));
    }
    // The picture has no chunk but those that make it a picture.
    let mut at = 8;
    while at < found.picture_png.len() {
        let chunk = found.picture_png.get(at..at + 8).unwrap();
        let (length, kind) = chunk.split_at(4);
        assert!([b"IHDR".as_slice(), b"IDAT", b"IEND"].contains(&kind), "{kind:?}");
        at += 12 + u32::from_be_bytes(length.try_into().unwrap()) as usize;
    }
}

#[test]
fn the_clean_stl_is_the_same_shape() {
    let folder = tempfile::tempdir().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/featuretype_inches.stl");
    let found = inspect(&File::open(path).unwrap(), folder.path());
    let clean = read::model(&mut File::open(&found.clean_stl).unwrap(), &Budget::STANDARD).unwrap();
    assert!(clean.removed.is_empty(), "our own header says something: {:?}", clean.removed);
    let (before, after) = (found.found.facts.0, topology::measure(&clean.mesh));
    assert_eq!(
        (before.triangles, before.shells, before.closed()),
        (after.triangles, after.shells, after.closed())
    );
    assert!((before.volume_mm3 - after.volume_mm3).abs() < 1e-6);
}

#[test]
fn a_placed_part_stands_in_the_middle_of_the_bed() {
    let mut mesh = helix();
    mesh.points.iter_mut().for_each(|p| *p = [p[0] + 900.0, p[1] - 900.0, p[2] - 50.0]);
    neutral::place(&mut mesh, &MachineLimits::GENERIC).unwrap();
    let [low, high] = mesh.bounds().unwrap();
    assert!(low[2].abs() < 1e-4);
    assert!(
        (low[0] + high[0] - 250.0).abs() < 1e-3 && (low[1] + high[1] - 210.0).abs() < 1e-3,
        "{low:?} {high:?}"
    );
}

#[test]
fn the_picture_is_the_same_every_time_and_shows_something() {
    let mesh = helix();
    let (one, two) = (picture::png(&mesh, 128).unwrap(), picture::png(&mesh, 128).unwrap());
    assert_eq!(one, two);
    let mut reader = png::Decoder::new(Cursor::new(one)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let shown = pixels.chunks_exact(4).filter(|p| p.last() == Some(&255)).count();
    let clear = pixels.chunks_exact(4).filter(|p| p.last() == Some(&0)).count();
    assert!(shown > 128 * 128 / 10 && clear > 128 * 128 / 10, "{shown} {clear}");
}

#[test]
fn the_viewer_mesh_is_light_and_documented() {
    let mesh = helix();
    for (most, expected) in [(neutral::VIEWER_TRIANGLES, 500..=500), (200, 20..=200)] {
        let mut bytes = Vec::new();
        let triangles = neutral::write_viewer(&mesh, most, &mut bytes).unwrap();
        assert!(expected.contains(&triangles), "{triangles}");
        let word =
            |at: usize| u32::from_le_bytes(bytes.get(at..at + 4).unwrap().try_into().unwrap()) as usize;
        assert_eq!(bytes.get(..4), Some(neutral::VIEWER_MAGIC.as_slice()));
        assert_eq!(word(8), triangles);
        assert_eq!(bytes.len(), 12 + 12 * word(4) + 12 * triangles);
        assert!((0..3 * triangles).all(|i| word(12 + 12 * word(4) + 4 * i) < word(4)));
    }
}

/// Through the child, as the server does it: what passes comes back without names, what is refused not at all.
#[test]
fn the_gate_gives_back_moves_only() {
    let config = Config::new(env!("CARGO_BIN_EXE_prepare-child"), [] as [&str; 0]);
    let gcode = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gcode");
    for (name, passes) in [("good/plain.gcode", true), ("bad/hotend_999.gcode", false)] {
        let work = tempfile::tempdir().unwrap();
        let file = File::open(gcode.join(name)).unwrap();
        let gated =
            prepare::gate(&config, &file, &MachineLimits::GENERIC, work.path(), &CancelToken::default())
                .unwrap();
        assert_eq!(gated.stripped.is_some(), passes, "{name}: {:?}", gated.verdict);
        if let Some(path) = gated.stripped {
            let text = fs::read_to_string(path).unwrap();
            assert!(text.contains("G1 X80 Y80 E1.2") && !text.contains("Ada"));
        }
    }
}
