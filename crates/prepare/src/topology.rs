//! Measures a mesh: size, volume, area, shells, and every edge that is not shared by exactly two triangles.
//!
//! Edges are gathered under their lower point, a bounded number at a time, and sorted there: no table of all
//! edges ever exists, so that a big mesh needs little more memory than itself.

use crate::mesh::Mesh;
use domain::model::MeshFacts;

/// Edges held at once (8 bytes each).
const EDGES_AT_ONCE: usize = 4_000_000;

/// Measures the mesh, taking its numbers as millimetres.
pub fn measure(mesh: &Mesh) -> MeshFacts {
    let mut facts = MeshFacts {
        triangles: mesh.triangles.len() as u64,
        vertices: mesh.points.len() as u64,
        ..MeshFacts::default()
    };
    let Some([low, high]) = mesh.bounds() else { return facts };
    facts.size_mm = [0, 1, 2].map(|axis: usize| match (low.get(axis), high.get(axis)) {
        (Some(l), Some(h)) => f64::from(*h) - f64::from(*l),
        _ => 0.0,
    });
    // Measured from the middle, so that a part far from the origin loses no digits.
    let middle = [0, 1, 2].map(|axis: usize| match (low.get(axis), high.get(axis)) {
        (Some(l), Some(h)) => f64::midpoint(f64::from(*l), f64::from(*h)),
        _ => 0.0,
    });
    for triangle in &mesh.triangles {
        if is_degenerate(*triangle) {
            facts.degenerate_faces += 1;
            continue;
        }
        let [a, b, c] = mesh
            .corners(*triangle)
            .map(|p| [f64::from(p[0]) - middle[0], f64::from(p[1]) - middle[1], f64::from(p[2]) - middle[2]]);
        let normal = cross(minus(b, a), minus(c, a));
        facts.area_mm2 += dot(normal, normal).sqrt() / 2.0;
        facts.volume_mm3 += dot(a, cross(b, c)) / 6.0;
    }
    count_edges(mesh, &mut facts);
    facts
}

const fn is_degenerate([a, b, c]: [u32; 3]) -> bool {
    a == b || b == c || a == c
}

fn count_edges(mesh: &Mesh, facts: &mut MeshFacts) {
    let good = || mesh.triangles.iter().enumerate().filter(|(_, t)| !is_degenerate(**t));
    // How many edges and triangles have each point as their lowest, as running sums.
    let mut starts = vec![0_u32; mesh.points.len() + 1];
    for (_, triangle) in good() {
        for (from, to) in sides(*triangle) {
            if let Some(count) = starts.get_mut(from.min(to) as usize + 1) {
                *count += 1;
            }
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut shells = Shells::new(mesh.triangles.len());
    let mut from_point = 0_usize;
    while from_point < mesh.points.len() {
        let base = starts.get(from_point).copied().unwrap_or(0);
        let room = base.saturating_add(EDGES_AT_ONCE as u32);
        let to_point = starts
            .partition_point(|s| *s <= room)
            .saturating_sub(1)
            .max(from_point + 1)
            .min(mesh.points.len());
        let end = starts.get(to_point).copied().unwrap_or(base);
        let mut edges = vec![0_u64; (end - base) as usize];
        let mut next: Vec<u32> = starts.get(from_point..to_point).map(<[u32]>::to_vec).unwrap_or_default();
        for (number, triangle) in good() {
            for (from, to) in sides(*triangle) {
                let lower = from.min(to) as usize;
                if let Some(place) = lower.checked_sub(from_point).and_then(|i| next.get_mut(i)) {
                    // Upper point, triangle, and the direction in the last bit.
                    let edge =
                        (u64::from(from.max(to)) << 32) | ((number as u64) << 1) | u64::from(from < to);
                    if let Some(slot) = edges.get_mut((*place - base) as usize) {
                        *slot = edge;
                    }
                    *place += 1;
                }
            }
        }
        let mut rest = edges.as_mut_slice();
        for pair in starts.get(from_point..=to_point).unwrap_or_default().windows(2) {
            let count =
                pair.last().copied().unwrap_or(0).saturating_sub(pair.first().copied().unwrap_or(0)) as usize;
            let (own, others) = rest.split_at_mut(count.min(rest.len()));
            rest = others;
            own.sort_unstable();
            for edge in own.chunk_by(|a, b| a >> 32 == b >> 32) {
                judge(edge, facts, &mut shells);
            }
        }
        from_point = to_point;
    }
    facts.shells = good().filter(|(number, _)| shells.root(*number as u32) == *number as u32).count() as u64;
    facts.duplicate_faces = duplicates(mesh, &starts);
}

/// Judges all triangles at one edge.
fn judge(edge: &[u64], facts: &mut MeshFacts, shells: &mut Shells) {
    let triangle = |packed: &u64| ((packed & 0xFFFF_FFFF) >> 1) as u32;
    match edge {
        [_] => facts.open_edges += 1,
        [a, b] => {
            if a & 1 == b & 1 {
                facts.inconsistent_edges += 1;
            }
        }
        _ => facts.non_manifold_edges += 1,
    }
    for pair in edge.windows(2) {
        if let [a, b] = pair {
            shells.join(triangle(a), triangle(b));
        }
    }
}

/// Counts triangles that repeat another's three points, whatever their direction.
fn duplicates(mesh: &Mesh, starts: &[u32]) -> u64 {
    // Sorted by lowest point through the table that exists already, then within it.
    let mut found = 0;
    let mut keys: Vec<(u32, u32, u32)> = Vec::new();
    let points = starts.len();
    let step = (points / (mesh.triangles.len() / 2_000_000 + 1)).max(1);
    let mut low = 0;
    while low < points {
        keys.clear();
        let high = low + step;
        keys.extend(mesh.triangles.iter().filter(|t| !is_degenerate(**t)).filter_map(|t| {
            let mut sorted = *t;
            sorted.sort_unstable();
            let lowest = sorted[0] as usize;
            (low..high).contains(&lowest).then_some((sorted[0], sorted[1], sorted[2]))
        }));
        keys.sort_unstable();
        found += keys.windows(2).filter(|pair| pair.first() == pair.last()).count() as u64;
        low = high;
    }
    found
}

fn sides([a, b, c]: [u32; 3]) -> [(u32, u32); 3] {
    [(a, b), (b, c), (c, a)]
}

/// Which triangles hang together: union-find with path halving.
struct Shells(Vec<u32>);

impl Shells {
    fn new(triangles: usize) -> Self {
        Self((0..triangles as u32).collect())
    }
    fn root(&mut self, mut of: u32) -> u32 {
        loop {
            let parent = self.0.get(of as usize).copied().unwrap_or(of);
            if parent == of {
                return of;
            }
            let grand = self.0.get(parent as usize).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(of as usize) {
                *slot = grand;
            }
            of = grand;
        }
    }
    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.0.get_mut(a.max(b) as usize) {
            *slot = a.min(b);
        }
    }
}

fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
