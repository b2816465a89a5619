//! The image to scale: how many cells each layer and each category of it has. Pure; draws nothing.

/// Returns cells for weights: proportional, every weight above zero at least one while there are enough cells, all cells given out. Without a weight
/// there are none.
#[must_use]
pub(crate) fn apportion(weights: &[u64], cells: u16) -> Vec<u16> {
    let mut shares = vec![0_u16; weights.len()];
    let mut order: Vec<usize> = (0..weights.len()).filter(|&at| weights[at] > 0).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(weights[at]));
    order.truncate(usize::from(cells));
    for &at in &order {
        shares[at] = 1;
    }
    let given = u16::try_from(order.len()).unwrap_or(cells);
    let left = cells.saturating_sub(given);
    // What a weight has beyond its first cell, of all cells.
    let total: u128 = order.iter().map(|&at| u128::from(weights[at])).sum();
    let exact = |at: usize| u128::from(weights[at]) * u128::from(cells);
    let beyond = |at: usize| exact(at).saturating_sub(total);
    let all: u128 = order.iter().map(|&at| beyond(at)).sum();
    if all == 0 {
        spread(&mut shares, &order, left);
        return shares;
    }
    let mut rest = left;
    let mut remainders = Vec::with_capacity(order.len());
    for &at in &order {
        let part = beyond(at) * u128::from(left);
        let extra_cells = u16::try_from(part / all).unwrap_or(left);
        shares[at] += extra_cells;
        rest = rest.saturating_sub(extra_cells);
        remainders.push((std::cmp::Reverse(part % all), at));
    }
    remainders.sort_unstable();
    let order: Vec<usize> = remainders.into_iter().map(|(_, at)| at).collect();
    spread(&mut shares, &order, rest);
    shares
}

/// Gives out cells one by one.
fn spread(shares: &mut [u16], order: &[usize], cells: u16) {
    for &at in order.iter().cycle().take(usize::from(cells)) {
        shares[at] += 1;
    }
}

/// Returns the weight whose cells contain a column, counted from the first one.
#[must_use]
pub(crate) fn at(shares: &[u16], column: u16) -> Option<usize> {
    let mut end = 0_u16;
    shares.iter().position(|share| {
        end = end.saturating_add(*share);
        column < end
    })
}

#[cfg(test)]
mod tests {
    use super::{apportion, at};
    use proptest::prelude::*;

    #[test]
    fn a_small_layer_keeps_one_cell() {
        assert_eq!(apportion(&[1, 1_000_000, 0, 1], 40), [1, 38, 0, 1]);
        assert_eq!(apportion(&[], 40), [0; 0]);
        assert_eq!(apportion(&[0, 0], 40), [0, 0]);
        assert_eq!(apportion(&[5, 5, 5], 2), [1, 1, 0]);
    }

    proptest! {
        #[test]
        fn all_cells_are_given_out(weights in prop::collection::vec(0_u64.., 0..40), cells in 0_u16..300) {
            let shares = apportion(&weights, cells);
            let given: u32 = shares.iter().map(|&share| u32::from(share)).sum();
            let some = weights.iter().any(|&weight| weight > 0);
            prop_assert_eq!(given, if some { u32::from(cells) } else { 0 });
            for (one, share) in weights.iter().zip(&shares) {
                prop_assert!(*one > 0 || *share == 0);
                // A larger weight never has fewer cells, but for the ties of rounding.
                for (other, less) in weights.iter().zip(&shares) {
                    prop_assert!(one < other || share + 1 >= *less);
                }
            }
            for column in 0..cells {
                prop_assert_eq!(at(&shares, column).is_some(), some);
            }
        }
    }
}
