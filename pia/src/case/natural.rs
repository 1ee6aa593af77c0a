//! The order in which people count: F2 before F10.

use std::cmp::Ordering;

/// Compares texts, runs of ASCII digits by their number. Total, and equal only for equal texts.
#[must_use]
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (l, r) = (digits(left), digits(right));
        if !l.is_empty() && !r.is_empty() {
            let (x, y) = (l.trim_start_matches('0'), r.trim_start_matches('0'));
            let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
            if order.is_ne() {
                return order;
            }
            left = left.strip_prefix(l).unwrap_or_default();
            right = right.strip_prefix(r).unwrap_or_default();
            continue;
        }
        let (mut x, mut y) = (left.chars(), right.chars());
        match (x.next(), y.next()) {
            // 01 and 1 count the same: the text decides, so that equal means equal.
            (None, None) => return a.cmp(b),
            (p, q) if p != q => return p.cmp(&q),
            _ => (left, right) = (x.as_str(), y.as_str()),
        }
    }
}

fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_numbers() {
        let mut ids = vec!["F10", "F2", "F", "F02", "E9", "F2a", "F1.10", "F1.9", "あ2", "あ10"];
        ids.sort_by(|a, b| natural_order(a, b));
        assert_eq!(ids, ["E9", "F", "F1.9", "F1.10", "F02", "F2", "F2a", "F10", "あ2", "あ10"]);
    }

    proptest! {
        #[test]
        fn it_is_a_total_order(a in "[a0-9]{0,6}", b in "[a0-9]{0,6}", c in "[a0-9]{0,6}") {
            prop_assert_eq!(natural_order(&a, &b), natural_order(&b, &a).reverse());
            prop_assert_eq!(natural_order(&a, &b).is_eq(), a == b);
            if natural_order(&a, &b).is_le() && natural_order(&b, &c).is_le() {
                prop_assert!(natural_order(&a, &c).is_le());
            }
        }
    }
}
