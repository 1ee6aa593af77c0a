//! Non-uniform entropy: the bits needed to guess the input's values from the published ones.
//!
//! Source: T. de Waal, L. Willenborg, "Information loss through global recoding and local
//! suppression", 1999; the term for suppressed rows (the search is not monotone in it, "nm") is
//! that of F. Prasser, R. Bild, K. Kuhn, 2016. Per column
//! x = Σ rows −log₂(f(v)/f(g)) + Σ suppressed rows −log₂(fₛ(g)/nₛ), where f(v) and f(g) are the
//! frequencies in the input of the value and of what it was generalised to, nₛ the number of
//! suppressed rows and fₛ the frequency among them. 0 before, Σ −log₂(f(v)/n) at worst.
//!
//! NULL is a value.

use super::Figure;
use super::view::View;

/// Measures one column. Bits.
pub(super) fn entropy(view: &View<'_>) -> Figure {
    let counts = view.counts();
    let levels = usize::from(view.last) + 1;
    let mut of_leaf = vec![0u64; view.null as usize + 1];
    for n in counts {
        if let Some(sum) = of_leaf.get_mut(n.leaf as usize) {
            *sum += n.kept + n.gone;
        }
    }
    // Rows of the input under each value of each level, and suppressed rows published there.
    let mut of_code: Vec<Vec<u64>> = vec![Vec::new(); levels];
    let mut gone: Vec<Vec<u64>> = vec![Vec::new(); levels];
    let mut used = vec![false; levels];
    for n in counts {
        if let Some(slot) = used.get_mut(usize::from(n.level)) {
            *slot = true;
        }
        add(&mut gone, n.level, view.code(n.level, n.leaf), n.gone);
    }
    for (level, _) in (0u8..).zip(&used).filter(|(_, used)| **used) {
        for (leaf, n) in (0u32..).zip(&of_leaf) {
            add(&mut of_code, level, view.code(level, leaf), *n);
        }
    }
    let get = |at: &[Vec<u64>], level: u8, code: u32| {
        at.get(usize::from(level)).and_then(|c| c.get(code as usize)).copied().unwrap_or(0)
    };
    let rows = view.column.len() as f64;
    let gone_rows: u64 = gone.iter().flatten().sum();
    let mut after = 0.0;
    for n in counts {
        let leaf = of_leaf.get(n.leaf as usize).copied().unwrap_or(0);
        let whole = get(&of_code, n.level, view.code(n.level, n.leaf));
        after += bits(n.kept + n.gone, leaf, whole as f64);
    }
    after += gone.iter().flatten().map(|n| bits(*n, *n, gone_rows as f64)).sum::<f64>();
    let worst = of_leaf.iter().map(|n| bits(*n, *n, rows)).sum();
    Figure { before: 0.0, after, worst }
}

/// `times` · −log₂(part/whole).
fn bits(times: u64, part: u64, whole: f64) -> f64 {
    if times == 0 || part == 0 { 0.0 } else { times as f64 * (whole / part as f64).log2() }
}

fn add(counts: &mut [Vec<u64>], level: u8, code: u32, n: u64) {
    if let Some(codes) = counts.get_mut(usize::from(level)) {
        let at = code as usize;
        if codes.len() <= at {
            codes.resize(at + 1, 0);
        }
        if let Some(sum) = codes.get_mut(at) {
            *sum += n;
        }
    }
}
