//! The promises of `redress_ports::Store`, each told once. A backend holds them all: it gives the suite a place for a
//! store and stands in the list at the end.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

mod accounting;
mod events;
mod happenings;
mod intake;
mod log;
mod place;
mod records;

/// One test for each promise, on one backend.
macro_rules! backend {
    ($backend:ident, $place:expr => $($module:ident: $($promise:ident),+;)+) => {
        mod $backend {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $promise() {
                    $module::$promise(&$place).await;
                }
            )+)+
        }
    };
}

/// Every promise, on one backend.
macro_rules! whole_suite {
    ($backend:ident, $place:expr) => {
        backend! { $backend, $place =>
            events:
                events_stand_in_one_order_and_in_the_order_of_their_stream,
                a_stream_that_moved_on_refuses_and_the_whole_call_with_it,
                of_many_who_decided_on_one_version_one_is_taken,
                an_acknowledged_event_is_there_after_reopening,
                a_rebuild_gives_the_same_state,
                what_can_still_be_saved_comes_first,
                what_is_about_a_record_is_in_the_file_of_whoever_has_it,
                every_kind_of_event_comes_back_as_it_was,
                numbers_are_never_given_twice;
            records:
                a_file_is_stored_whole_or_not_at_all,
                a_stored_snapshot_is_passed_over,
                a_file_that_comes_again_is_taken_for_what_it_shows,
                what_vanished_is_counted_against_the_extract_before,
                a_row_that_was_set_aside_is_not_gone,
                what_a_record_said_before_is_known,
                a_key_that_stands_twice_refuses_the_file,
                a_record_that_changes_keeps_its_number_and_its_history,
                a_late_extract_tells_what_was,
                erased_records_say_nothing_and_what_was_written_about_them_is_gone,
                case_files_hold_what_is_accepted_and_what_is_possible,
                many_are_answered_as_each_alone;
            intake:
                rows_are_taken_in_once_and_by_groups,
                links_are_added_to_those_that_wait;
            accounting:
                reads_and_runs_are_shown_to_whom_they_concern,
                a_page_has_a_limit,
                settings_and_reports_keep_the_newest;
            log:
                a_receipt_verifies_offline_and_outlives_its_words,
                erased_words_are_gone_from_every_answer,
                the_log_only_grows,
                a_publication_with_nothing_new_changes_no_entry,
                a_path_that_leaves_the_log_is_no_file_of_it;
        }
    };
}

whole_suite!(embedded, place::Embedded::new());
