//! No file names the machine that it was written on, or a package registry's host.

use super::{
    breach::Breach,
    tree::{File, Tree},
};

/// Folders of one machine. Parted, so that this file holds none of them itself.
const FOLDERS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("C:", "\\"),
];

/// Parts of the hosts' names of package registries. A lock file with such a URL in it installs from that host
/// and no other, and fails wherever a mirror stands in its place.
const HOST_PARTS: &[&str] = &["npmjs", "yarnpkg", "pypi", "pythonhosted", "crates.io", "deb.debian"];

/// Cargo writes the name of its registry into the lock file of itself.
const OWN_LOCK: &str = "Cargo.lock";

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    tree.files().iter().filter(|file| file.path != OWN_LOCK).flat_map(in_file).collect()
}

fn in_file(file: &File) -> Vec<Breach> {
    let found = file.lines().filter_map(|(line, text)| {
        let (what, remedy) = named_folder(text)
            .map(|folder| {
                (format!("the folder {folder}"), "use a path from the root of the workspace, or tempfile")
            })
            .or_else(|| {
                named_host(text).map(|host| {
                    (
                        format!("the host {host}"),
                        "leave the URL out; in package-lock.json that is omit-lockfile-registry-resolved",
                    )
                })
            })?;
        Some(Breach {
            path: file.path.clone(),
            line,
            what,
            why: "a fresh clone works anywhere".to_owned(),
            remedy: remedy.to_owned(),
        })
    });
    found.collect()
}

/// A folder of one machine, at the beginning of a path.
fn named_folder(text: &str) -> Option<&'static str> {
    let begins_a_path = |at: usize| {
        !text[..at].ends_with(|before: char| before.is_alphanumeric() || "._-*$~})/".contains(before))
    };
    FOLDERS.iter().copied().find(|folder| text.match_indices(folder).any(|(at, _)| begins_a_path(at)))
}

/// The host of a URL, if it is one of a registry.
fn named_host(text: &str) -> Option<&str> {
    let hosts =
        text.split("://").skip(1).filter_map(|rest| rest.split(['/', '"', '\'', ' ', ')', '>']).next());
    hosts.into_iter().find(|host| HOST_PARTS.iter().any(|part| host.contains(part)))
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn machines_and_hosts_are_not_named() {
        check(
            breaches,
            &[
                (
                    &[(
                        "a.md",
                        "See docs/work/ and ./tmp/x, $HOME/tmp/, `work/`, https://c2sp.org/tlog-tiles",
                    )],
                    &[],
                ),
                (&[("Cargo.lock", concat!("source = \"https://index.crates", ".io/\""))], &[]),
                (&[("a.rs", concat!("\nconst A: &str = \"/tm", "p/x\";"))], &["a.rs:2"]),
                (&[("a.md", concat!("from /wo", "rk/main"))], &["a.md:1"]),
                (&[("a.md", concat!("C:", "\\data"))], &["a.md:1"]),
                (
                    &[("a.json", concat!("\"resolved\": \"https://registry.npm", "js.org/x.tgz\""))],
                    &["a.json:1"],
                ),
            ],
        );
    }
}
