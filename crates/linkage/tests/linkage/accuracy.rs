//! What the engine must reach on public data with kinds alone: no tuning, no labels.

use crate::set::Set;
use redress_linkage::guess_config;

/// Name, least best F1 of pairs, least F1 of clusters, greatest calibration error.
const FLOORS: [(&str, f64, f64, f64); 5] = [
    ("febrl1", 0.997, 0.994, 0.01),
    ("febrl2", 0.998, 0.998, 0.01),
    ("febrl3", 0.9995, 0.999, 0.005),
    ("febrl4", 0.9997, 0.999, 0.005),
    ("fake_1000", 0.945, 0.965, 0.015),
];

/// What a guess of the kinds may cost on the sets of FEBRL.
const GUESS_COSTS_MAX: f64 = 0.01;

#[test]
fn guessed_kinds_cost_little() {
    for (name, pairs, ..) in FLOORS.into_iter().filter(|(name, ..)| name.starts_with("febrl")) {
        let mut set = Set::read(name);
        set.config = guess_config(std::slice::from_ref(&set.batch)).unwrap();
        let table = set.table();
        let result = set.evaluate(&table, &set.link(&table, 0));
        assert!(
            result.best.f1 >= pairs - GUESS_COSTS_MAX,
            "{name}: {:?} {:?}",
            result.best,
            set.config.columns
        );
    }
}

#[test]
fn accuracy_stays_above_its_floors() {
    for (name, pairs, clusters, calibration) in FLOORS {
        let set = Set::read(name);
        let table = set.table();
        let result = set.evaluate(&table, &set.link(&table, 0));
        assert!(result.best.f1 >= pairs, "{name}: pairs {:?}", result.best);
        let of_clusters = result.clusters.unwrap();
        assert!(of_clusters.f1 >= clusters, "{name}: clusters {of_clusters:?}");
        assert!(result.ece10 <= calibration, "{name}: ece10 {} {:?}", result.ece10, result.calibration);
    }
}
