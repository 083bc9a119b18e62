//! What is known about a model's shape once it has been read: numbers only, never a name.

/// The unit in which a file's numbers are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Thousandths of a millimetre.
    Micron,
    /// Millimetres, the unit of everything else in the house.
    Millimetre,
    /// Centimetres.
    Centimetre,
    /// Inches.
    Inch,
    /// Feet.
    Foot,
    /// Metres.
    Metre,
}

impl Unit {
    /// Millimetres in one of this unit.
    pub const fn in_millimetres(self) -> f64 {
        match self {
            Self::Micron => 0.001,
            Self::Millimetre => 1.0,
            Self::Centimetre => 10.0,
            Self::Inch => 25.4,
            Self::Foot => 304.8,
            Self::Metre => 1000.0,
        }
    }
    /// The word that 3MF and our own records use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Micron => "micron",
            Self::Millimetre => "millimeter",
            Self::Centimetre => "centimeter",
            Self::Inch => "inch",
            Self::Foot => "foot",
            Self::Metre => "meter",
        }
    }
    /// The unit with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Micron, Self::Millimetre, Self::Centimetre, Self::Inch, Self::Foot, Self::Metre]
            .into_iter()
            .find(|unit| unit.name() == name)
    }
}

/// Measured facts of a mesh after welding equal points and leaving out degenerate triangles.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeshFacts {
    /// Triangles in the file, degenerate ones included.
    pub triangles: u64,
    /// Different points.
    pub vertices: u64,
    /// Extent along X, Y and Z in millimetres.
    pub size_mm: [f64; 3],
    /// Enclosed volume in cubic millimetres; negative if the surface is inside out, meaningless if it is open.
    pub volume_mm3: f64,
    /// Area of the surface in square millimetres.
    pub area_mm2: f64,
    /// Pieces that hang together along edges.
    pub shells: u64,
    /// Edges with a triangle on one side only.
    pub open_edges: u64,
    /// Edges with more than two triangles.
    pub non_manifold_edges: u64,
    /// Edges whose two triangles disagree about which side is out.
    pub inconsistent_edges: u64,
    /// Triangles with two equal corners.
    pub degenerate_faces: u64,
    /// Triangles that stand in the file more than once, counted without the first.
    pub duplicate_faces: u64,
}

impl MeshFacts {
    /// Whether the surface encloses a volume: every edge has exactly two triangles that agree.
    pub const fn closed(&self) -> bool {
        self.triangles > self.degenerate_faces
            && self.open_edges == 0
            && self.non_manifold_edges == 0
            && self.inconsistent_edges == 0
    }
}
