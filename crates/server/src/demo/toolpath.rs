//! A toolpath for the demonstration: a square tower, layer by layer, with what a slicer says of time and material.

/// A tower of so many layers.
pub fn tower(layers: u32) -> String {
    let (minutes, grams) = (layers / 4 + 1, f64::from(layers) * 0.12);
    let mut text = format!(
        "; estimated printing time (normal mode) = {minutes}m 0s\n; filament used [g] = {grams:.1}\n\
         G21\nG90\nM82\nM104 S205\nM140 S60\nG28\nG92 E0\n"
    );
    let mut laid = 0.0;
    for layer in 1..=layers {
        text.push_str(&format!(";LAYER_CHANGE\nG1 Z{:.2} F600\n", f64::from(layer) * 0.2));
        for (x, y) in [(60, 60), (100, 60), (100, 100), (60, 100), (60, 60)] {
            laid += 1.2;
            text.push_str(&format!("G1 X{x} Y{y} E{laid:.2} F900\n"));
        }
    }
    text.push_str("M104 S0\nM140 S0\nM84\n");
    text
}
