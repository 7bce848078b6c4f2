//! Generates a population: `generate PEOPLE SEED OUT`.

use std::time::Instant;

use redress_synth::{Plan, generate};

#[expect(clippy::print_stdout, reason = "an example speaks to its user")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let mut word = || words.next().ok_or("usage: generate PEOPLE SEED OUT");
    let plan = Plan { people: word()?.parse()?, seed: word()?.parse()?, out: word()?.into() };
    let started = Instant::now();
    let summary = generate(&plan, &|_| {})?;
    println!("{summary:#?}\n{:.1} seconds", started.elapsed().as_secs_f64());
    Ok(())
}
