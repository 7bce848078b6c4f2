//! What the generated files promise, read back by readers that share no code with the writers.

#[cfg(test)]
mod contracts;
#[cfg(test)]
mod determinism;
#[cfg(test)]
mod documentation;
#[cfg(test)]
mod papers_marks_journeys;
mod planted;
#[cfg(test)]
mod population;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod quirks;
#[cfg(test)]
mod records_of_three;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod world;
