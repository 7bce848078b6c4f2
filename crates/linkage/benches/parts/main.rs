//! What the parts of the engine cost by themselves, on invented values and one thread: `cargo bench`.
//!
//! Figures are seconds of this machine at this moment. They are no test: nothing fails when a part grows slow.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement stops at what is broken, and reads the clock"
)]

mod draw;
mod kernels;
mod lookup;
mod one_block;
mod people;
mod stages;

use criterion::Criterion;

fn main() {
    // One thread, so that a figure is the work of a part and not the number of idle cores.
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    let mut criterion = Criterion::default().configure_from_args();
    kernels::measure(&mut criterion);
    one_block::measure(&mut criterion);
    stages::measure(&mut criterion);
    lookup::measure(&mut criterion);
    criterion.final_summary();
}
