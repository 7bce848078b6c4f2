//! The machines, walked through every sequence of commands, and the frozen forms of their events.

#[cfg(test)]
mod case_file;
#[cfg(test)]
mod closing;
#[cfg(test)]
mod correction;
#[cfg(test)]
mod finding;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod hold;
#[cfg(test)]
mod person;
#[cfg(test)]
mod staff;
#[cfg(test)]
mod walk;
