//! One use case a file: load, decide, append, publish.
//!
//! Every rule that a page offers is reachable from here, and so from the command line as well.
//!
//! Never: opens a file or a connection itself (that is behind `redress_ports`), renders a page, lets a
//! threshold stand as a decision, or offers a list of persons.

mod account_run;
mod app;
mod arrivals;
mod assemble_persons;
mod carry_correction;
mod case_file_pages;
mod close_tasks;
mod correct_record;
mod demo_person;
mod departure_evidence;
mod departure_table;
mod disclose_source;
mod erase_person;
mod error;
mod explain_link;
mod history;
mod import_source;
mod intake;
mod judge_link;
mod judge_sample;
mod keep_in_step;
mod ledger;
mod link_records;
mod live;
mod mark_list;
mod move_clock;
mod narration;
mod pair_facts;
mod progress;
mod read_sealed;
mod record_keeping;
mod record_packet;
mod review_finding;
mod run_checks;
mod save_report;
mod subject;
mod surroundings;
mod usage_counts;
pub mod view;
mod waterfall_book;
mod write_letter;

pub use app::App;
pub use assemble_persons::{LinkSummary, assemble_persons};
pub use carry_correction::{HolderLine, confirm_holder, tell_holder};
pub use close_tasks::{
    approve_closing, carry_out_closing, decline_closing, notice_closing, object_closing, propose_closing,
    undo_closing,
};
pub use correct_record::{
    Answers, CorrectedValue, appeal_request, attach_disagreement, determine_request, end_hold, file_request,
    withdraw_request,
};
pub use demo_person::demo_person;
pub use departure_table::{DEPARTURES_REPORT, departure_editions, make_departure_edition};
pub use disclose_source::{Disclosure, disclose_source, observed_times};
pub use erase_person::{FileToCut, ToErase, erase_person, erase_report_rows, plan_erasure};
pub use error::ServiceError;
pub use explain_link::LinkExplainer;
pub use import_source::{import_source, refuse_beside, refuse_older, refuse_same_file, register_agreement};
pub use intake::{BODIES_WAITING_MAX, BODY_RECORDS_MAX, Intake, IntakeError, RECORDS_BEHIND_MAX};
pub use judge_link::{judge_link, unmerge_records, withdraw_judgement};
pub use judge_sample::{PairJudged, PairLeft, Sample, SampleError, TwoValues, check_one_draw};
pub use keep_in_step::CheckTally;
pub use ledger::{LEDGER_REPORT, ledger};
pub use link_records::{LINK_CONFIG, LinkInput, RunModel, link_records, share_done};
pub use mark_list::{EntryMark, ListMarker};
pub use move_clock::{CLOCK_SETTING, move_clock};
pub use progress::{Progress, Quiet};
pub use read_sealed::{erase_sealed, read_sealed};
pub use record_packet::{GivenBy, record_packet};
pub use redress_casefile::closing::ListKind;
pub use review_finding::{
    decide_finding, inputs_of, notice_finding, reopen_finding, sign_finding, verify_finding,
};
pub use run_checks::{CheckRunSummary, run_checks};
pub use save_report::save_report;
pub use subject::present_person;
pub use waterfall_book::{MODEL_REPORT, WaterfallBook};
pub use write_letter::{closing_letter, correction_letter, finding_letter};
