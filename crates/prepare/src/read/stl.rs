//! Binary STL: 80 bytes of anything, a count, and 50 bytes for each triangle.
//!
//! The caller has checked that the length is 84 + 50 n; nothing is allocated on the count's word alone.

use super::{Budget, Reading};
use crate::mesh::{Welder, sane};
use crate::problem::{Outcome, Problem};
use crate::strip;
use std::io::Read;

/// Triangles read at once.
const AT_ONCE: usize = 8192;

/// Reads a binary STL from its start.
pub fn read(file: &mut impl Read, budget: &Budget) -> Outcome<Reading> {
    let failed = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::UnexpectedEof => {
            Problem::file("The file ends in the middle.", "Upload it again.")
        }
        _ => Problem::io("reading the file", &e),
    };
    let mut header = [0; 84];
    file.read_exact(&mut header).map_err(failed)?;
    let (title, count) = header.split_at(80);
    let count = u32::from_le_bytes(count.try_into().unwrap_or_default());
    budget.check_triangles(u64::from(count))?;
    let mut welder = Welder::expecting(count as usize);
    let mut buffer = vec![0; 50 * AT_ONCE];
    let mut left = count as usize;
    while left > 0 {
        let now = left.min(AT_ONCE);
        let Some(part) = buffer.get_mut(..50 * now) else { break };
        file.read_exact(part).map_err(failed)?;
        for record in part.chunks_exact(50) {
            let mut corners = [0; 3];
            // The first three numbers are the normal, which programs get wrong: it is not even read.
            for (corner, bytes) in
                corners.iter_mut().zip(record.get(12..48).unwrap_or_default().chunks_exact(12))
            {
                let mut point = [0.0; 3];
                for (c, b) in point.iter_mut().zip(bytes.chunks_exact(4)) {
                    *c = f32::from_le_bytes(b.try_into().unwrap_or_default());
                }
                sane(point, || format!("triangle {}", welder.len() + 1))?;
                *corner = welder.point(point);
            }
            welder.triangle(corners);
        }
        left -= now;
    }
    Ok(Reading { mesh: welder.finish(), unit: None, removed: strip::stl_header(title), notes: Vec::new() })
}
