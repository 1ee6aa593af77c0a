//! The picture of the choices as plain geometry: what is suppressed to the right, what is lost upwards,
//! one line per k.
//!
//! Coordinates are whole units of a view box. Lines differ in their marks and dashes and carry their
//! name, so that the picture can be read without colour. Deliberately absent: words; the SVG itself
//! is in `templates/`.

/// Left edge of the plot, in a view box of 720 × 400 units.
pub(super) const LEFT: u64 = 62;
/// Right edge of the plot; beyond it the names of the lines.
pub(super) const RIGHT: u64 = 610;
/// Upper edge of the plot.
pub(super) const TOP: u64 = 40;
/// Base line.
pub(super) const BASE: u64 = 340;
/// Least distance of two names.
const APART: u64 = 17;
/// Half the size of a mark.
const HALF: u64 = 5;

/// Marks in the order of k; lines use as many dashes. More lines than marks begin again.
const MARKS: [Mark; 8] = [
    Mark::Circle { filled: true },
    Mark::Square { filled: false },
    Mark::Triangle { filled: true },
    Mark::Diamond { filled: false },
    Mark::Circle { filled: false },
    Mark::Square { filled: true },
    Mark::Triangle { filled: false },
    Mark::Diamond { filled: true },
];
const DASHES: [&str; 4] = ["", "7 4", "2 3", "9 3 2 3"];

/// The form of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Circle { filled: bool },
    Square { filled: bool },
    Triangle { filled: bool },
    Diamond { filled: bool },
}

/// One choice to be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub(super) k: u64,
    /// Suppressed share, 0..=1.
    pub(super) share: f64,
    /// Loss, 0..=1 where all weights are 1.
    pub(super) loss: f64,
    pub(super) own: bool,
}

/// One mark of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) x: u64,
    pub(super) y: u64,
    /// The mark as a path.
    pub(super) path: String,
    pub(super) filled: bool,
}

/// The choices of one k, from the least to the most suppression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) k: u64,
    /// Corners as `x,y x,y`.
    pub(super) corners: String,
    pub(super) dashes: &'static str,
    pub(super) points: Vec<Point>,
    /// End of the line, and the height of its name.
    pub(super) end: (u64, u64),
    pub(super) name_y: u64,
}

/// A line of the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tick {
    pub(super) at: u64,
    pub(super) label: String,
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) lines: Vec<Line>,
    /// Shares, in per cent.
    pub(super) x: Vec<Tick>,
    /// Losses.
    pub(super) y: Vec<Tick>,
    /// Where the recipe's own gate lies, and whether its name stands to the left of it.
    pub(super) own: Option<(u64, u64, bool)>,
}

impl Picture {
    /// Draws the choices; `None` where there is none.
    pub(super) fn new(spots: &[Spot]) -> Option<Self> {
        if spots.is_empty() {
            return None;
        }
        let most = |of: fn(&Spot) -> f64| spots.iter().map(of).fold(0.0, f64::max);
        // Thousandths of a share and hundredths of a loss are fine enough for an axis.
        let (x_step, x_top) = axis(most(|s| s.share) * 1000.0);
        let (y_step, y_top) = axis(most(|s| s.loss) * 100.0);
        let x = |share: f64| LEFT + place(share * 1000.0, x_top, RIGHT - LEFT);
        let y = |loss: f64| BASE - place(loss * 100.0, y_top, BASE - TOP);
        let mut ks: Vec<u64> = spots.iter().map(|s| s.k).collect();
        ks.sort_unstable();
        ks.dedup();
        let mut lines = Vec::new();
        for (at, k) in ks.iter().enumerate() {
            let mut of_k: Vec<&Spot> = spots.iter().filter(|s| s.k == *k).collect();
            of_k.sort_by(|a, b| a.share.total_cmp(&b.share).then(b.loss.total_cmp(&a.loss)));
            let mark = MARKS.iter().cycle().nth(at).copied().unwrap_or(Mark::Circle { filled: true });
            let points: Vec<Point> = of_k.iter().map(|s| mark.at(x(s.share), y(s.loss))).collect();
            let corners: Vec<String> = points.iter().map(|p| format!("{},{}", p.x, p.y)).collect();
            let end = points.last().map_or((LEFT, BASE), |p| (p.x, p.y));
            let dashes = DASHES.iter().cycle().nth(at).copied().unwrap_or_default();
            lines.push(Line { k: *k, corners: corners.join(" "), dashes, points, end, name_y: end.1 });
        }
        spread(&mut lines);
        let own = spots.iter().find(|s| s.own).map(|s| (x(s.share), y(s.loss)));
        Some(Self {
            lines,
            x: ticks(x_step, x_top, |n| LEFT + place(n as f64, x_top, RIGHT - LEFT), per_mille),
            y: ticks(y_step, y_top, |n| BASE - place(n as f64, y_top, BASE - TOP), hundredths),
            own: own.map(|(x, y)| (x, y, x > (LEFT + RIGHT) / 2)),
        })
    }
}

impl Mark {
    fn at(self, x: u64, y: u64) -> Point {
        let (l, r, t, b) = (x - HALF, x + HALF, y - HALF, y + HALF);
        let (path, filled) = match self {
            Self::Circle { filled } => {
                (format!("M{l} {y}A{HALF} {HALF} 0 1 1 {r} {y}A{HALF} {HALF} 0 1 1 {l} {y}Z"), filled)
            }
            Self::Square { filled } => (format!("M{l} {t}H{r}V{b}H{l}Z"), filled),
            Self::Triangle { filled } => (format!("M{x} {t}L{r} {b}H{l}Z"), filled),
            Self::Diamond { filled } => {
                (format!("M{x} {}L{} {y}L{x} {}L{} {y}Z", t - 1, r + 1, b + 1, l - 1), filled)
            }
        };
        Point { x, y, path, filled }
    }
}

/// Step (1, 2 or 5 times a power of ten) and top of an axis that reaches `most`: up to six steps.
fn axis(most: f64) -> (u64, u64) {
    let most = if most.is_finite() { most.clamp(1.0, 1e6).ceil() as u64 } else { 1 };
    let mut power = 1u64;
    loop {
        for step in [1, 2, 5].map(|m| m * power) {
            let steps = most.div_ceil(step);
            if steps <= 6 {
                return (step, steps * step);
            }
        }
        power *= 10;
    }
}

/// Where a value lies on an axis of so many units.
fn place(value: f64, top: u64, units: u64) -> u64 {
    let share = value / top.max(1) as f64;
    if share.is_finite() { (share.clamp(0.0, 1.0) * units as f64).round() as u64 } else { 0 }
}

fn ticks(step: u64, top: u64, at: impl Fn(u64) -> u64, label: fn(u64) -> String) -> Vec<Tick> {
    (0..=top / step.max(1)).map(|i| i * step).map(|n| Tick { at: at(n), label: label(n) }).collect()
}

fn per_mille(n: u64) -> String {
    if n.is_multiple_of(10) { format!("{} %", n / 10) } else { format!("{}.{} %", n / 10, n % 10) }
}

fn hundredths(n: u64) -> String {
    format!("{}.{:02}", n / 100, n % 100)
}

/// Moves the names of the lines apart, in the order of their ends, inside the picture.
fn spread(lines: &mut [Line]) {
    let mut order: Vec<&mut Line> = lines.iter_mut().collect();
    order.sort_by_key(|l| (l.end.1, std::cmp::Reverse(l.k)));
    let mut least = TOP;
    for line in &mut order {
        line.name_y = line.end.1.max(least);
        least = line.name_y + APART;
    }
    let mut most = BASE;
    for line in order.iter_mut().rev() {
        line.name_y = line.name_y.min(most);
        most = line.name_y.saturating_sub(APART);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn axes_end_on_a_step() {
        assert_eq!(axis(0.0), (1, 1));
        assert_eq!(axis(98.2), (20, 100));
        assert_eq!(axis(54.3), (10, 60));
        assert_eq!(axis(f64::NAN), (1, 1));
        assert_eq!(
            (per_mille(5), per_mille(100), hundredths(60)),
            ("0.5 %".into(), "10 %".into(), "0.60".into())
        );
    }

    #[test]
    fn nothing_draws_nothing_and_the_own_gate_is_found() {
        assert!(Picture::new(&[]).is_none());
        let spot = |k, share, loss, own| Spot { k, share, loss, own };
        let picture = Picture::new(&[spot(5, 0.0, 0.5, false), spot(5, 0.1, 0.25, true)]).unwrap();
        assert_eq!(picture.own, Some((RIGHT, 190, true)));
        assert_eq!(picture.lines[0].corners, format!("{LEFT},{TOP} {RIGHT},190"));
    }

    proptest! {
        /// Everything lies inside the picture, names do not overlap, less loss is lower.
        #[test]
        fn lines_lie_inside_and_names_apart(
            spots in prop::collection::vec((2u64..10, 0.0f64..=1.0, 0.0f64..=1.0), 1..60),
        ) {
            let spots: Vec<Spot> =
                spots.into_iter().map(|(k, share, loss)| Spot { k, share, loss, own: false }).collect();
            let picture = Picture::new(&spots).unwrap();
            let all: Vec<&Point> = picture.lines.iter().flat_map(|l| &l.points).collect();
            prop_assert_eq!(all.len(), spots.len());
            for point in all {
                prop_assert!((LEFT..=RIGHT).contains(&point.x) && (TOP..=BASE).contains(&point.y));
            }
            let mut names: Vec<u64> = picture.lines.iter().map(|l| l.name_y).collect();
            names.sort_unstable();
            prop_assert!(names.windows(2).all(|w| w[1] - w[0] >= APART));
            prop_assert!(names.iter().all(|y| (TOP..=BASE).contains(y)));
            for line in &picture.lines {
                prop_assert!(line.points.windows(2).all(|w| w[0].x <= w[1].x));
            }
            prop_assert!(picture.x.len() <= 7 && picture.y.len() <= 7);
        }
    }
}
