//! Extracts as files in a folder, read under a contract: bytes in, records, repairs and quarantine out.

#[cfg(test)]
mod any_bytes;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod connector;
#[cfg(test)]
mod contracts;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod doubt;
#[cfg(test)]
mod extract;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod ftm;
#[cfg(test)]
mod niem;
#[cfg(test)]
mod published;
#[cfg(test)]
mod reading_rules;
#[cfg(test)]
mod relation;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod travel_history;
#[cfg(test)]
mod workbook;
#[cfg(test)]
mod zip;
