//! Pictures as self-contained SVG: no script, no outside reference, colours that can be told apart in print and by people
//! who see fewer of them, and every picture beside a table with the same numbers.

use std::fmt::Write as _;

use crate::waterfall::escaped;

/// Marks of what speaks for, against, and of neither.
pub(crate) const FOR: &str = "#00698f";
/// Against.
pub(crate) const AGAINST: &str = "#b3470f";
/// Neither.
pub(crate) const NEUTRAL: &str = "#5b6470";
const GRID: &str = "#d7dce2";
const INK: &str = "#1c2127";
/// A picture is shown no smaller than this share of its size: on a narrow screen it is scrolled, not made unreadable.
const SHRINK_MIN: f64 = 0.8;
/// Characters of a label; longer ones are cut.
const LABEL_CHARS_MAX: usize = 44;

/// A horizontal dot with its interval.
pub(crate) struct Dot {
    pub(crate) label: String,
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) color: &'static str,
}

/// Dots with intervals around a line at `zero`: differences between strata.
pub(crate) fn dots(title: &str, unit: &str, zero: f64, dots: &[Dot]) -> String {
    let (row, left, width) = (24.0, 300.0, 380.0);
    let low = dots.iter().map(|dot| dot.low).fold(zero, f64::min);
    let high = dots.iter().map(|dot| dot.high).fold(zero, f64::max);
    let span = (high - low).max(1e-9);
    let x = |value: f64| left + 10.0 + (value - low) / span * width;
    let height = row * dots.len() as f64 + 40.0;
    let mut svg = opened(title, 720.0, height);
    let _ = write!(
        svg,
        "<line x1=\"{z:.1}\" x2=\"{z:.1}\" y1=\"4\" y2=\"{:.1}\" stroke=\"{NEUTRAL}\" stroke-dasharray=\"3 3\"/>",
        height - 34.0,
        z = x(zero)
    );
    for (idx, dot) in dots.iter().enumerate() {
        let y = row * idx as f64 + 16.0;
        let _ = write!(
            svg,
            "<text x=\"{left}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y}\" y2=\"{y}\" \
             stroke=\"{color}\" stroke-width=\"2\"/><circle cx=\"{:.1}\" cy=\"{y}\" r=\"4.5\" fill=\"{color}\"/>",
            y + 4.0,
            short(&dot.label),
            x(dot.low),
            x(dot.high),
            x(dot.value),
            color = dot.color
        );
    }
    for (at, anchor) in [(low, "start"), (high, "end")] {
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" fill=\"{NEUTRAL}\">{}</text>",
            x(at),
            height - 18.0,
            number(at)
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"{NEUTRAL}\">{}</text></svg>",
        left + 10.0 + width / 2.0,
        height - 3.0,
        escaped(unit)
    );
    svg
}

/// A level of a comparison: how often it is seen in pairs of one person (with the interval of that) and of different people, and what it weighs.
pub(crate) struct LevelSeen {
    pub(crate) label: String,
    pub(crate) m: f64,
    /// `None` where counting says nothing about m.
    pub(crate) m_interval: Option<(f64, f64)>,
    /// Whether a bound holds m.
    pub(crate) is_held: bool,
    pub(crate) u: f64,
    pub(crate) bits: f64,
}

/// Least share that the picture of shares tells from smaller ones.
const SHARE_SHOWN_MIN: f64 = 1e-9;
/// Most labels under the scale of shares.
const TICKS_MAX: usize = 5;
/// Where labels end, where the shares begin and how wide they are, and the same of the weights, with room for their numbers.
const LABELS_END: f64 = 290.0;
const SHARES: (f64, f64) = (306.0, 240.0);
const WEIGHTS: (f64, f64) = (574.0, 236.0);
const ROW: f64 = 24.0;
const HEAD: f64 = 26.0;

/// Levels side by side with two panels: m and u as dots on a logarithmic scale, and the weight, which is how far apart the dots are.
pub(crate) fn levels(title: &str, rows: &[LevelSeen]) -> String {
    let bottom = HEAD + ROW * rows.len() as f64;
    let mut svg = opened(title, 860.0, bottom + 22.0);
    let _ = write!(
        svg,
        "<text x=\"{x}\" y=\"14\" font-weight=\"600\"><tspan fill=\"{FOR}\">● m: one person</tspan> <tspan fill=\"{AGAINST}\">◆ u: different people</tspan></text><text x=\"{}\" y=\"14\" font-weight=\"600\">weight, bits</text>",
        WEIGHTS.0,
        x = SHARES.0
    );
    for (idx, row) in rows.iter().enumerate() {
        let y = HEAD + ROW * idx as f64 + 16.0;
        let _ = write!(
            svg,
            "<text x=\"{LABELS_END}\" y=\"{y:.1}\" text-anchor=\"end\">{}</text>",
            short(&row.label)
        );
    }
    shares(&mut svg, rows, bottom);
    weights(&mut svg, rows, bottom);
    svg.push_str("</svg>");
    svg
}

/// The dots of m and u, joined by a line, over powers of ten.
fn shares(svg: &mut String, rows: &[LevelSeen], bottom: f64) {
    let log = |share: f64| share.clamp(SHARE_SHOWN_MIN, 1.0).log10();
    let least = rows.iter().map(|row| log(row.m).min(log(row.u))).fold(-1.0, f64::min).floor();
    let x = |share: f64| SHARES.0 + (1.0 - log(share).max(least) / least) * SHARES.1;
    let decades = -least as usize;
    for decade in (0..=decades).step_by(decades.div_ceil(TICKS_MAX)) {
        let at = x(10f64.powi(-(decade as i32)));
        let label =
            if decade < 3 { format!("{}", 10f64.powi(-(decade as i32))) } else { format!("1e-{decade}") };
        let _ = write!(
            svg,
            "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{HEAD}\" y2=\"{bottom:.1}\" stroke=\"{GRID}\"/><text x=\"{at:.1}\" \
             y=\"{:.1}\" text-anchor=\"middle\" fill=\"{NEUTRAL}\">{label}</text>",
            bottom + 15.0
        );
    }
    for (idx, row) in rows.iter().enumerate() {
        let y = HEAD + ROW * idx as f64 + 12.0;
        let (m, u) = (x(row.m), x(row.u));
        let _ = write!(svg, "<line x1=\"{m:.1}\" x2=\"{u:.1}\" y1=\"{y}\" y2=\"{y}\" stroke=\"{NEUTRAL}\"/>");
        if let Some((low, high)) = row.m_interval {
            let _ = write!(
                svg,
                "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y}\" y2=\"{y}\" stroke=\"{FOR}\" stroke-width=\"5\" opacity=\".35\"/>",
                x(low),
                x(high)
            );
        }
        let _ = write!(
            svg,
            "<path d=\"M{:.1} {y}l5 -5l5 5l-5 5z\" fill=\"{AGAINST}\"/><circle cx=\"{m:.1}\" cy=\"{y}\" r=\"4.5\" fill=\"{}\" stroke=\"{FOR}\" stroke-width=\"2\"/>",
            u - 5.0,
            if row.is_held { "#fff" } else { FOR }
        );
    }
}

/// Bars that begin at 0 and go either way.
fn weights(svg: &mut String, rows: &[LevelSeen], bottom: f64) {
    let low = rows.iter().map(|row| row.bits).fold(0.0, f64::min);
    let high = rows.iter().map(|row| row.bits).fold(0.0, f64::max);
    let x = |bits: f64| WEIGHTS.0 + (bits - low) / (high - low).max(1e-9) * WEIGHTS.1;
    for (idx, row) in rows.iter().enumerate() {
        let y = HEAD + ROW * idx as f64 + 4.0;
        let (from, to) = (x(0.0).min(x(row.bits)), x(0.0).max(x(row.bits)));
        let color = if row.bits > 0.0 { FOR } else { AGAINST };
        let _ = write!(
            svg,
            "<rect x=\"{from:.1}\" y=\"{y}\" width=\"{:.1}\" height=\"15\" fill=\"{color}\"/><text x=\"{:.1}\" y=\"{:.1}\" \
             class=\"n\">{:+.1}</text>",
            (to - from).max(1.0),
            to + 6.0,
            y + 12.0,
            row.bits
        );
    }
    let _ = write!(
        svg,
        "<line x1=\"{z:.1}\" x2=\"{z:.1}\" y1=\"{HEAD}\" y2=\"{bottom:.1}\" stroke=\"{INK}\"/>",
        z = x(0.0)
    );
}

/// One series of a square plot: what is said below, what was seen, pairs; and the interval around what was said.
pub(crate) struct Point {
    pub(crate) said: f64,
    pub(crate) seen: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Calibration: the diagonal is right, points below it are too sure.
pub(crate) fn calibration(title: &str, said: &str, seen: &str, points: &[Point]) -> String {
    let (left, top, side) = (56.0, 10.0, 300.0);
    let x = |p: f64| left + p * side;
    let y = |p: f64| top + (1.0 - p) * side;
    let mut svg = opened(title, 400.0, 372.0);
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let _ = write!(
            svg,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top}\" y2=\"{bottom}\" stroke=\"{GRID}\"/><line x1=\"{left}\" x2=\"{right}\" \
             y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{GRID}\"/><text x=\"{x:.1}\" y=\"{label}\" text-anchor=\"middle\" \
             fill=\"{NEUTRAL}\">{tick}</text><text x=\"{beside}\" y=\"{middle:.1}\" text-anchor=\"end\" \
             fill=\"{NEUTRAL}\">{tick}</text>",
            x = x(tick),
            y = y(tick),
            bottom = top + side,
            right = left + side,
            label = top + side + 16.0,
            beside = left - 6.0,
            middle = y(tick) + 4.0
        );
    }
    let _ = write!(
        svg,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{INK}\" stroke-dasharray=\"4 3\"/>",
        x(0.0),
        y(0.0),
        x(1.0),
        y(1.0)
    );
    for point in points {
        let _ = write!(
            svg,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"{FOR}\" stroke-width=\"2\" opacity=\".55\"/><circle \
             cx=\"{x:.1}\" cy=\"{:.1}\" r=\"4.5\" fill=\"{FOR}\"/>",
            y(point.low),
            y(point.high),
            y(point.seen),
            x = x(point.said)
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text><text transform=\"translate(14 {:.1}) rotate(-90)\" \
         text-anchor=\"middle\">{}</text></svg>",
        x(0.5),
        top + side + 40.0,
        escaped(said),
        y(0.5),
        escaped(seen)
    );
    svg
}

/// Columns over labels, on a logarithmic scale: counts that differ by orders of magnitude.
pub(crate) fn columns(title: &str, rows: &[(String, f64)]) -> String {
    let (step, top, side) = (40.0, 18.0, 150.0);
    let width = step * rows.len() as f64 + 20.0;
    let high = rows.iter().map(|row| (row.1 + 1.0).log10()).fold(1e-9, f64::max);
    let mut svg = opened(title, width.max(200.0), top + side + 26.0);
    for (idx, (label, value)) in rows.iter().enumerate() {
        let x = step * idx as f64 + 12.0;
        let tall = (value + 1.0).log10() / high * side;
        let _ = write!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"28\" height=\"{tall:.1}\" fill=\"{FOR}\"/><text x=\"{middle:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\" font-size=\"10\">{}</text><text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" \
             font-size=\"10\" fill=\"{NEUTRAL}\">{}</text>",
            top + side - tall,
            top + side - tall - 4.0,
            counted(*value),
            top + side + 16.0,
            escaped(label),
            middle = x + 14.0
        );
    }
    svg.push_str("</svg>");
    svg
}

fn opened(title: &str, width: f64, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" style=\"max-width:{width:.0}px;min-width:{:.0}px\" \
         role=\"img\" font-family=\"system-ui,sans-serif\" font-size=\"12\" fill=\"{INK}\"><title>{}</title>",
        width * SHRINK_MIN,
        escaped(title)
    )
}

/// A label that fits beside the picture; escaped.
fn short(label: &str) -> String {
    if label.chars().count() <= LABEL_CHARS_MAX {
        return escaped(label);
    }
    let cut: String = label.chars().take(LABEL_CHARS_MAX - 1).collect();
    format!("{}…", escaped(cut.trim_end()))
}

fn number(value: f64) -> String {
    if value.abs() < 1.0 { format!("{value:+.3}") } else { format!("{value:+.1}") }
}

/// A count in few characters.
fn counted(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{:.0}M", v / 1e6),
        v if v >= 1e4 => format!("{:.0}k", v / 1e3),
        v if v >= 1e3 => format!("{:.1}k", v / 1e3),
        v => format!("{v:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_whole_and_named() {
        let dot = Dot { label: "a < b".to_owned(), value: 0.1, low: 0.0, high: 0.2, color: FOR };
        let long = "x".repeat(200);
        let seen = |label, m: f64, u: f64| {
            let bits = (m.max(1e-9) / u).log2();
            LevelSeen { label, m, m_interval: Some((m, 1.0)), is_held: false, u, bits }
        };
        let point = Point { said: 0.5, seen: 0.4, low: 0.3, high: 0.6 };
        for svg in [
            dots("t", "points", 0.0, &[dot]),
            dots("t", "points", 0.0, &[]),
            levels("t", &[seen(long, 0.0, 1.0), seen("b".to_owned(), 0.5, 1e-4)]),
            levels("t", &[]),
            calibration("t", "said", "seen", &[point]),
            columns("t", &[("1".to_owned(), 0.0), ("2".to_owned(), 123_456.0)]),
        ] {
            assert!(
                svg.starts_with("<svg") && svg.ends_with("</svg>") && svg.contains("<title>t</title>"),
                "{svg}"
            );
            assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("a < b"), "{svg}");
            assert!(!svg.contains(&"x".repeat(LABEL_CHARS_MAX)), "labels are cut to their room");
        }
    }
}
