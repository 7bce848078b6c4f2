//! Which records may be one person, how strongly, and why.
//!
//! A pure crate on Arrow columns: it reads no file, no clock and no environment. A run blocks records that share a key,
//! compares each candidate pair once, counts agreement patterns, estimates a mixture of classes of pairs from the counts
//! alone, weighs each pattern, and joins records into clusters. The result is the same, bit for bit, for any number of
//! threads.
//!
//! What it gives is a proposal with a reliability. Nothing here accepts a link, and nothing here can close a case.
//!
//! Never: turns a probability into a decision, reads a name of the law, or opens a file.

mod apart;
mod at_bound;
mod audit;
mod background;
mod beta_calibration;
mod birth;
mod birth_level;
mod block;
mod blocking;
mod blocking_recall;
mod bridges;
mod by_shift;
mod calibration;
mod chart;
mod class_table;
mod cluster_errors;
mod cluster_identity;
mod clustered;
mod clustering;
mod clusters;
mod column;
mod columns_not_read;
mod comma_names;
mod comparison;
mod condition;
mod config;
mod date_default;
mod date_orders;
mod dependence;
mod dictionary;
mod distinct_texts;
mod error_estimate;
mod evaluation;
mod expectation_maximization;
mod expected_and_found;
mod families;
mod fitted;
mod follows;
mod full_name;
mod grade;
mod guess;
mod guess_words;
mod hashing;
mod html;
mod identifier_conflict;
mod index;
mod index_file;
mod initials;
mod interval;
mod isotonic;
mod join_order;
mod judgement;
mod kernel;
mod key;
mod kind;
mod label;
mod label_calibration;
mod label_evaluation;
mod labels_effect;
mod leap;
mod letters;
mod letters_needed;
mod level;
mod level_pairs;
mod level_rule;
mod link;
mod meaning;
mod mixture;
mod model;
mod moved;
mod normal;
mod not_compared;
mod office_words;
mod output;
mod own_words;
mod pair_outcome;
mod pair_redraws;
mod parent_names;
mod pattern;
mod pattern_places;
mod pattern_tree;
mod rarity;
mod relatives;
mod repeated_mistakes;
mod report;
mod resample;
mod restricted_join;
mod review_sample;
mod row_levels;
mod rule;
mod runs;
mod saturation;
mod seen;
mod shard;
mod shared_numbers;
mod siblings;
mod sieve;
mod similarity;
mod slab;
mod spelling;
mod table;
mod term;
mod text_list;
mod thinning;
mod ties;
mod waterfall;
mod waterfall_picture;
mod waterfall_quotes;
mod waterfall_words;
mod windows;
mod written_pairs;

pub use apart::{Apart, KeptApart, KeptBy, PairApart, first_kept_apart, kept_apart, kept_apart_word};
pub use at_bound::{AtBound, HELD_SHARE_MIN};
pub use audit::{
    Audit, AuditInput, AuditRules, CALIBRATION_PAIRS_MIN, Calibration, Dimension, DimensionAudit,
    ESTIMABLE_PEOPLE_MIN, Edit, FAMILY_LEVEL, FOREMOST_MAX, Foremost, Found, Gap, HOUSEHOLD_RECORDS_MAX,
    LinkedDifference, Margins, Measure, MeasureAudit, Outcome, PAIRWISE_STRATA_MAX, PROBED_PAIRS_MIN,
    PeopleMeasure, Probe, ProbedRun, Proposed, REPLICATES_MIN, REVIEW_FROM, ReviewedPair, RunInput,
    RunMeasure, STRATA_MAX, Structure, ThresholdFree, UNIT_PEOPLE_MAX, audit, audit_html, audit_of_records,
    audit_of_run, crossed, drawn_together, households, model_probabilities, person_strata, probes,
    review_overturned, sampled_rows, structural_strata, structure,
};
pub use blocking::BLOCK_RECORDS_MAX;
pub use bridges::{BRIDGE_PROBABILITY_MIN, Bridge};
pub use by_shift::ByShift;
pub use calibration::{Redraw, Redraws};
pub use cluster_identity::{ClusterEvent, ClusterEventKind, ClusterIds, ClusterRow, PreviousClusters};
pub use clustered::{
    CLUSTER_RATIO_MAX, CLUSTER_RATIO_MIN, CLUSTER_RATIO_PAIRS_MIN, Clustered, OPEN_RATIO_MAX,
};
pub use clustering::COMPONENT_CLOSED_MAX;
pub use clusters::Clusters;
pub use column::texts_of;
pub use columns_not_read::{COLUMNS_NOT_READ_SHOWN_MAX, ColumnNotRead, columns_not_read};
pub use comma_names::{with_divided_names, with_parts_of_names};
pub use comparison::Comparison;
pub use config::{
    BLOCKING_RULES_MAX, BLOCKING_TERMS_MAX, BlockingKeys, COLUMNS_MAX, Column, ComparisonLevels, Config,
    ConfigError, LEVELS_MAX, Output,
};
pub use date_orders::date_orders_of_files;
pub use dependence::{Among, Dependence};
pub use error_estimate::{BandEstimate, ErrorEstimate, ErrorEstimates, UnwrittenEstimate, estimates_of_run};
pub use evaluation::{
    Accuracy, Evaluation, GroupEvaluation, TRUE_PAIRS_MAX, Truth, WeighedPair, evaluate, evaluate_groups,
};
pub use expectation_maximization::{ITERATIONS_MAX, Rest, Training};
pub use expected_and_found::{
    ExpectedAndFound, ExpectedFigure, KnownBy, KnownPair, KnownRun, expected_and_labelled, expected_and_true,
    left_open_by_labels,
};
pub use follows::Follows;
pub use grade::Grade;
pub use guess::{guess_config, guess_doubts, guess_remark};
pub use index::{Answer, Index, IndexError, UNSEEN_PATTERN};
pub use judgement::{JudgedPair, Judgement, JudgementsHeld, hold_judgements, judged_word};
pub use kind::{Kind, Role};
pub use label::{Label, LabelWord, LabelledPair, gathered};
pub use label_calibration::{Knot, LABELS_MIN, LabelBin, LabelCalibration, Method};
pub use label_evaluation::{
    Agreement, Estimate, LABELLED_PAIRS_MIN, LabelAccuracy, LabelEvaluation, WeighedLabel, evaluate_labels,
};
pub use labels_effect::LabelsEffect;
pub use level::Level;
pub use level_pairs::LevelPairs;
pub use link::{LinkError, LinkRun, Linked, Options, PAIRS_WRITTEN_MAX, Pair, Progress, Stats, link};
pub use mixture::Relation;
pub use model::{Class, MODEL_VERSION, Model, Pattern, RuleYield, Unwritten, probability};
pub use not_compared::{ExpectedLost, NotCompared};
pub use output::{BATCH_ROWS_MAX, SourceColumns};
pub use own_words::{CellText, OwnWords, cells_of};
pub use pair_outcome::{NamedPair, PairOutcome, strongest_way};
pub use rarity::{BAND_SHARES, N_BANDS};
pub use report::{FileRead, Reported, RunFacts, probes_of_run, report_html};
pub use review_sample::{Candidate, Drawn, SAMPLE_LABELS_MAX, review_sample};
pub use rule::ALL_PAIRS_MAX;
pub use saturation::{KnownWrong, SATURATED_FROM, Saturation, known_wrong};
pub use shard::{Counted, Emitted, SHARDS_MAX, Shard, ShardError};
pub use shared_numbers::{SharedNumbers, with_shared_numbers};
pub use slab::HeldBytes;
pub use table::{ColumnReading, Input, RECORDS_MAX, Table, TableError};
pub use waterfall::{Bearers, Cell, Explainer, Step, Waterfall, explain};
pub use waterfall_picture::Heading;
pub use waterfall_words::signed;
pub use windows::WINDOW_RECORDS;
