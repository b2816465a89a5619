//! Go's `sort.Sort`, move for move (`src/sort/zsortinterface.go` since Go 1.19). dive sorts its rows with it; the sort is unstable, so the order of rows of
//! equal size can only be reproduced by the same algorithm. No other order is implemented here.

/// Sorts as Go does. `less` returns whether the first row sorts before the second.
pub(in crate::report) fn sort<T>(rows: &mut [T], less: impl Fn(&T, &T) -> bool) {
    let (end, limit) = (rows.len(), bits(rows.len()));
    Sort { rows, less }.pdqsort(0, end, limit);
}

/// Go's `bits.Len`.
fn bits(number: usize) -> u32 {
    usize::BITS - number.leading_zeros()
}

/// The order found while choosing a pivot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    Unknown,
    Increasing,
    Decreasing,
}

struct Sort<'a, T, L> {
    rows: &'a mut [T],
    less: L,
}

impl<T, L: Fn(&T, &T) -> bool> Sort<'_, T, L> {
    fn less(&self, i: usize, j: usize) -> bool {
        (self.less)(&self.rows[i], &self.rows[j])
    }

    /// Sorts the rows from `a` to `b`. After `limit` bad pivots, heapsort takes over.
    fn pdqsort(&mut self, mut a: usize, mut b: usize, mut limit: u32) {
        let (mut balanced, mut partitioned) = (true, true);
        loop {
            let length = b - a;
            if length <= 12 {
                return self.insertion_sort(a, b);
            }
            if limit == 0 {
                return self.heap_sort(a, b);
            }
            if !balanced {
                self.break_patterns(a, b);
                limit -= 1;
            }
            let (mut pivot, mut hint) = self.choose_pivot(a, b);
            if hint == Hint::Decreasing {
                self.rows[a..b].reverse();
                pivot = (b - 1) - (pivot - a);
                hint = Hint::Increasing;
            }
            if balanced
                && partitioned
                && hint == Hint::Increasing
                && self.partial_insertion_sort(a, b)
            {
                return;
            }
            if a > 0 && !self.less(a - 1, pivot) {
                a = self.partition_equal(a, b, pivot);
                continue;
            }
            let middle;
            (middle, partitioned) = self.partition(a, b, pivot);
            let (left, right) = (middle - a, b - middle);
            balanced = left.min(right) >= length / 8;
            if left < right {
                self.pdqsort(a, middle, limit);
                a = middle + 1;
            } else {
                self.pdqsort(middle + 1, b, limit);
                b = middle;
            }
        }
    }

    fn insertion_sort(&mut self, a: usize, b: usize) {
        for i in a + 1..b {
            let mut j = i;
            while j > a && self.less(j, j - 1) {
                self.rows.swap(j, j - 1);
                j -= 1;
            }
        }
    }

    fn heap_sort(&mut self, a: usize, b: usize) {
        let end = b - a;
        for i in (0..=(end - 1) / 2).rev() {
            self.sift_down(i, end, a);
        }
        for i in (0..end).rev() {
            self.rows.swap(a, a + i);
            self.sift_down(0, i, a);
        }
    }

    /// `first` is the index of the root of the heap.
    fn sift_down(&mut self, mut root: usize, end: usize, first: usize) {
        loop {
            let mut child = 2 * root + 1;
            if child >= end {
                return;
            }
            if child + 1 < end && self.less(first + child, first + child + 1) {
                child += 1;
            }
            if !self.less(first + root, first + child) {
                return;
            }
            self.rows.swap(first + root, first + child);
            root = child;
        }
    }

    /// Moves smaller rows before the pivot. Returns the index of the pivot, and whether no other row was moved.
    fn partition(&mut self, a: usize, b: usize, pivot: usize) -> (usize, bool) {
        self.rows.swap(a, pivot);
        let (mut i, mut j) = (a + 1, b - 1);
        let mut moved = false;
        loop {
            while i <= j && self.less(i, a) {
                i += 1;
            }
            while i <= j && !self.less(j, a) {
                j -= 1;
            }
            if i > j {
                self.rows.swap(j, a);
                return (j, !moved);
            }
            self.rows.swap(i, j);
            (i, j) = (i + 1, j - 1);
            moved = true;
        }
    }

    /// Moves the rows equal to the pivot first, when no row is less. Returns the index of the first greater row.
    fn partition_equal(&mut self, a: usize, b: usize, pivot: usize) -> usize {
        self.rows.swap(a, pivot);
        let (mut i, mut j) = (a + 1, b - 1);
        loop {
            while i <= j && !self.less(a, i) {
                i += 1;
            }
            while i <= j && self.less(a, j) {
                j -= 1;
            }
            if i > j {
                return i;
            }
            self.rows.swap(i, j);
            (i, j) = (i + 1, j - 1);
        }
    }

    /// Swaps up to five pairs that are out of order; returns whether the range is sorted.
    fn partial_insertion_sort(&mut self, a: usize, b: usize) -> bool {
        let mut i = a + 1;
        for _ in 0..5 {
            while i < b && !self.less(i, i - 1) {
                i += 1;
            }
            if i == b {
                return true;
            }
            if b - a < 50 {
                return false;
            }
            self.rows.swap(i, i - 1);
            if i - a >= 2 {
                // Down to the first row of all, not of the range: Go does the same.
                for j in (1..i).rev() {
                    if !self.less(j, j - 1) {
                        break;
                    }
                    self.rows.swap(j, j - 1);
                }
            }
            if b - i >= 2 {
                for j in i + 1..b {
                    if !self.less(j, j - 1) {
                        break;
                    }
                    self.rows.swap(j, j - 1);
                }
            }
        }
        false
    }

    /// Swaps three rows with others, by random numbers that depend on the length alone.
    fn break_patterns(&mut self, a: usize, b: usize) {
        let length = b - a;
        let mut random = length as u64;
        let mask = (1_u64 << bits(length)) - 1;
        let middle = a + length / 4 * 2;
        for at in middle - 1..=middle + 1 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            // The masked number is less than twice the length.
            let other = usize::try_from(random & mask).unwrap_or_default();
            let other = other.checked_sub(length).unwrap_or(other);
            self.rows.swap(at, a + other);
        }
    }

    fn choose_pivot(&self, a: usize, b: usize) -> (usize, Hint) {
        let quarter = (b - a) / 4;
        let mut swaps = 0;
        let mut three = [1, 2, 3].map(|part| a + quarter * part);
        if b - a >= 50 {
            three = three.map(|at| self.median([at - 1, at, at + 1], &mut swaps));
        }
        let pivot = self.median(three, &mut swaps);
        let hint = match swaps {
            0 => Hint::Increasing,
            12 => Hint::Decreasing,
            _ => Hint::Unknown,
        };
        (pivot, hint)
    }

    fn median(&self, [a, b, c]: [usize; 3], swaps: &mut u32) -> usize {
        let mut order = |a, b| {
            if self.less(b, a) {
                *swaps += 1;
                (b, a)
            } else {
                (a, b)
            }
        };
        let (a, b) = order(a, b);
        let (b, _) = order(b, c);
        order(a, b).1
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    type KeyAndIndex = (usize, usize);

    /// Returns a hash of the order.
    fn hash(rows: &[KeyAndIndex]) -> u64 {
        rows.iter().fold(0, |hash: u64, row| {
            hash.wrapping_mul(31).wrapping_add(row.1 as u64)
        })
    }

    /// The numbers are those of Go 1.26's `sort.Sort`, from the same rows.
    #[test]
    fn equal_rows_are_in_the_order_of_go() {
        let key: [fn(usize, usize) -> usize; 7] = [
            |_, _| 0,
            |i, _| i / 3,
            |i, n| (n - i) / 3,
            |i, _| i * 7919 % 10,
            |i, _| i * 7919 % 1009,
            |i, n| if i < n / 2 { i } else { n - i },
            |i, n| if i % 40 == 0 { n - i } else { i },
        ];
        for (n, hashes) in GO {
            let sorted = key.map(|key| {
                let mut rows: Vec<KeyAndIndex> = (0..n).map(|i| (key(i, n), i)).collect();
                super::sort(&mut rows, |a, b| a.0 < b.0);
                hash(&rows)
            });
            assert_eq!(sorted, hashes, "{n} rows");
        }
    }

    const GO: [(usize, [u64; 7]); 5] = [
        (
            13,
            [
                27_130_606_997_161_158,
                27_130_606_997_161_158,
                9_738_275_921_294_981_928,
                261_679_080_391_984_368,
                162_428_099_754_173_508,
                35_306_369_060_386_578,
                841_048_816_911_995_898,
            ],
        ),
        (
            49,
            [
                552_634_825_432_740_632,
                552_634_825_432_740_632,
                13_593_656_618_459_231_832,
                17_033_660_083_015_644_344,
                15_128_803_263_081_155_896,
                4_727_246_854_445_924_390,
                6_779_636_425_055_539_720,
            ],
        ),
        (
            50,
            [
                17_131_679_588_414_959_641,
                17_131_679_588_414_959_641,
                5_286_228_838_397_437_899,
                14_751_433_173_224_121_581,
                16_537_349_428_342_323_175,
                3_405_420_711_843_825_521,
                17_320_082_381_379_939_145,
            ],
        ),
        (
            300,
            [
                17_840_791_099_072_486_550,
                17_840_791_099_072_486_550,
                3_457_849_701_326_418_964,
                9_570_728_252_384_261_112,
                5_529_862_574_641_157_946,
                18_108_044_505_476_214_116,
                449_990_654_884_296_222,
            ],
        ),
        (
            2000,
            [
                14_424_224_322_340_303_848,
                14_424_224_322_340_303_848,
                9_614_775_610_833_982_898,
                18_418_858_054_496_240_788,
                5_688_437_062_804_126_628,
                12_417_697_521_910_594_308,
                8_762_152_850_715_920_664,
            ],
        ),
    ];

    /// `McIlroy`'s adversary makes every pivot a bad one, until heapsort takes over.
    #[test]
    fn bad_pivots_end_in_the_order_of_go() {
        const GAS: usize = 2000;
        let state = RefCell::new((vec![GAS; GAS], 0, 0));
        let mut rows: Vec<KeyAndIndex> = (0..GAS).map(|i| (0, i)).collect();
        super::sort(&mut rows, |a, b| {
            let (values, solid, candidate) = &mut *state.borrow_mut();
            let (x, y) = (a.1, b.1);
            if values[x] == GAS && values[y] == GAS {
                values[if x == *candidate { x } else { y }] = *solid;
                *solid += 1;
            }
            if values[x] == GAS {
                *candidate = x;
            } else if values[y] == GAS {
                *candidate = y;
            }
            values[x] < values[y]
        });
        assert_eq!(hash(&rows), 15_258_563_235_154_387_692);
        let (values, ..) = state.into_inner();
        let pairs = values.iter().enumerate().map(|(i, value)| (value / 2, i));
        let mut rows: Vec<KeyAndIndex> = pairs.collect();
        super::sort(&mut rows, |a, b| a.0 < b.0);
        assert_eq!(hash(&rows), 10_022_518_332_644_217_164);
    }
}
