//! Cost against size as a picture: both axes in powers of ten.

use std::{fmt::Write as _, fs, path::Path};

use crate::bench::PEER_ROWS_MAX;
use crate::bench::figures::{Engine, Figures, Size};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
/// Room for the labels left and below, and around the rest.
const LEFT: f64 = 70.0;
const BELOW: f64 = 60.0;
const AROUND: f64 = 30.0;
/// Room right, for half of the last number of the axis.
const RIGHT: f64 = 50.0;

/// Writes the picture.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(figures: &Figures, path: &Path) -> Result<(), String> {
    let Some(picture) = picture(&figures.sizes) else { return Ok(()) };
    fs::write(path, picture).map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// Powers of ten that hold all values.
struct Axis {
    low: i32,
    high: i32,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let low = values.clone().fold(f64::INFINITY, f64::min).log10().floor() as i32;
        let high = values.fold(0.0, f64::max).log10().ceil() as i32;
        Self { low, high: high.max(low + 1) }
    }

    /// Place of a value between 0 and 1.
    fn place(&self, value: f64) -> f64 {
        (value.log10() - f64::from(self.low)) / f64::from(self.high - self.low)
    }
}

fn picture(sizes: &[Size]) -> Option<String> {
    let engines = |size: &Size| -> Vec<f64> {
        [Some(&size.redress), size.splink.as_ref()].into_iter().flatten().map(|e| e.cpu_seconds).collect()
    };
    sizes.first()?;
    let x = Axis::of(sizes.iter().map(|size| size.rows as f64));
    let costs: Vec<f64> = sizes.iter().flat_map(engines).map(|seconds| seconds.max(0.01)).collect();
    let y = Axis::of(costs.iter().copied());
    let at = |rows: f64, seconds: f64| {
        let left = LEFT + x.place(rows) * (WIDTH - LEFT - RIGHT);
        (left, HEIGHT - BELOW - y.place(seconds.max(0.01)) * (HEIGHT - BELOW - AROUND))
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" font-family=\"sans-serif\" \
         font-size=\"13\" fill=\"#222\">\n<title>CPU seconds of linkage against the number of records</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
    );
    grid(&mut svg, (&x, &y), at);
    let of_redress: Vec<(f64, &Engine)> =
        sizes.iter().map(|size| (size.rows as f64, &size.redress)).collect();
    let of_splink: Vec<(f64, &Engine)> =
        sizes.iter().filter_map(|size| Some((size.rows as f64, size.splink.as_ref()?))).collect();
    for (name, color, dashes, points) in
        [("Redress", "#0b5394", "", of_redress), ("Splink 5 on DuckDB", "#b45f06", "6 4", of_splink)]
    {
        let places: Vec<(f64, f64)> = points.iter().map(|(rows, e)| at(*rows, e.cpu_seconds)).collect();
        // What is blocked otherwise stands apart: a line to it would tell a cost against size that nobody measured.
        let n_alike = points.iter().filter(|(rows, _)| *rows <= PEER_ROWS_MAX as f64).count();
        let path: Vec<String> =
            places[..n_alike].iter().map(|(left, top)| format!("{left:.1},{top:.1}")).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2.5\" stroke-dasharray=\"{dashes}\"/>",
            path.join(" ")
        );
        for (left, top) in &places {
            let _ = writeln!(svg, "<circle cx=\"{left:.1}\" cy=\"{top:.1}\" r=\"4\" fill=\"{color}\"/>");
        }
        let mut label = |(left, top): (f64, f64), words: &str| {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{color}\" font-weight=\"bold\">{words}</text>",
                left - 10.0,
                top - 10.0
            );
        };
        if let Some(place) = places[..n_alike].last() {
            label(*place, name);
        }
        if let Some((left, top)) = places[n_alike..].last() {
            label((*left, top + 32.0), "blocked by two attributes");
        }
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">records</text>\n<text x=\"12\" y=\"18\">CPU seconds</text>\n</svg>",
        f64::midpoint(LEFT, WIDTH),
        HEIGHT - 14.0
    );
    Some(svg)
}

/// Lines at each power of ten, with their labels.
fn grid(svg: &mut String, (x, y): (&Axis, &Axis), at: impl Fn(f64, f64) -> (f64, f64)) {
    for power in x.low..=x.high {
        let (left, bottom) = at(10f64.powi(power), 10f64.powi(y.low));
        let _ = writeln!(
            svg,
            "<line x1=\"{left:.1}\" y1=\"{AROUND}\" x2=\"{left:.1}\" y2=\"{bottom:.1}\" stroke=\"#ddd\"/>\
             <text x=\"{left:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            bottom + 20.0,
            grouped(power),
        );
    }
    for power in y.low..=y.high {
        let (left, top) = at(10f64.powi(x.low), 10f64.powi(power));
        let _ = writeln!(
            svg,
            "<line x1=\"{left:.1}\" y1=\"{top:.1}\" x2=\"{:.1}\" y2=\"{top:.1}\" stroke=\"#ddd\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            left - 8.0,
            top + 4.0,
            grouped(power),
        );
    }
}

/// A power of ten with a comma after each three digits; a fraction below one.
fn grouped(power: i32) -> String {
    if power < 0 {
        return format!("{}", 10f64.powi(power));
    }
    let zeros = power as usize;
    let mut text = format!("1{}", "0".repeat(zeros % 3));
    (0..zeros / 3).for_each(|_| text.push_str(",000"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_written_as_people_do() {
        let written: Vec<String> = [-1, 0, 2, 4, 7].into_iter().map(grouped).collect();
        assert_eq!(written, ["0.1", "1", "100", "10,000", "10,000,000"]);
    }

    #[test]
    fn an_axis_holds_its_values() {
        let axis = Axis::of([30.0, 4_000.0].into_iter());
        assert_eq!((axis.low, axis.high), (1, 4));
        assert!((axis.place(10.0), axis.place(10_000.0)) == (0.0, 1.0));
    }
}
