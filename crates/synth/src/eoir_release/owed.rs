//! Shares that are met to a row.

/// A share that is owed: what could not be given is given later.
#[derive(Debug)]
pub(super) struct Owed {
    share: f64,
    owed: f64,
}

impl Owed {
    /// `share` of all that are asked, which may be more than one each.
    pub(super) const fn new(share: f64) -> Self {
        Self { share, owed: 0.5 }
    }

    /// Whether this one is to have it.
    pub(super) fn next(&mut self) -> bool {
        self.next_if(true)
    }

    /// The same where some cannot have it.
    pub(super) fn next_if(&mut self, may: bool) -> bool {
        self.owed += self.share;
        let is_due = may && self.owed >= 1.0;
        self.owed -= f64::from(is_due);
        is_due
    }

    /// How many this one is to have.
    pub(super) fn count(&mut self) -> u64 {
        self.owed += self.share;
        let n = self.owed.floor();
        self.owed -= n;
        n as u64
    }

    /// Notes that one had it out of turn.
    pub(super) fn was_given(&mut self) {
        self.owed += self.share - 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_met_to_one_wherever_it_may_be_given() {
        for (share, may_every) in [(0.228, 1), (0.15, 2), (0.01, 3), (0.0, 1), (1.0, 1)] {
            let mut owed = Owed::new(share);
            let n = (0..10_000).filter(|at| owed.next_if(at % may_every == 0)).count();
            assert!((n as f64 - share * 10_000.0).abs() <= 1.0, "{share}: {n}");
        }
        let mut many = Owed::new(1.283);
        let n: u64 = (0..1_000).map(|_| many.count()).sum();
        assert!((1_283..=1_284).contains(&n), "{n}");
    }
}
