//! The leaves of a record, and a tree made of leaves.

use std::collections::HashMap;

use super::order;

/// A leaf of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// Its path with numbers, from the record.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) line: u64,
}

/// Collects the leaves of a record as its elements open and close.
#[derive(Default)]
pub(crate) struct Leaves {
    /// For each open element its name with number, and how often each name stood in it so far.
    open: Vec<(String, HashMap<String, usize>)>,
    /// How often each name stood in the record itself.
    top: HashMap<String, usize>,
    pub(crate) leaves: Vec<Leaf>,
}

impl Leaves {
    /// An element opens.
    pub(crate) fn open(&mut self, name: &str) {
        let seen = self.open.last_mut().map_or(&mut self.top, |(_, seen)| seen);
        let n = seen.entry(name.to_owned()).or_default();
        *n += 1;
        let segment = if *n == 1 { name.to_owned() } else { format!("{name}[{n}]") };
        self.open.push((segment, HashMap::new()));
    }

    /// The open element has this text and no element.
    pub(crate) fn leaf(&mut self, text: &str, line: u64) {
        let path = self.open.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("/");
        self.leaves.push(Leaf { path, text: text.to_owned(), line });
    }

    /// Whether the open element has elements. Attributes, whose names begin with `@`, are none.
    pub(crate) fn has_elements(&self) -> bool {
        self.open.last().is_some_and(|(_, seen)| seen.keys().any(|name| !name.starts_with('@')))
    }

    /// The open element closes.
    pub(crate) fn close(&mut self) {
        self.open.pop();
    }
}

/// A path without numbers: the column of its leaf.
pub(crate) fn column(path: &str) -> String {
    path.split('/').map(|segment| bare(segment).0).collect::<Vec<_>>().join("/")
}

/// A segment without its number, and the number.
pub(crate) fn bare(segment: &str) -> (&str, usize) {
    let numbered = segment.strip_suffix(']').and_then(|segment| segment.rsplit_once('['));
    match numbered.and_then(|(name, n)| n.parse().ok().map(|n| (name, n))) {
        Some((name, n)) => (name, n),
        None => (segment, 1),
    }
}

/// A tree of elements to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) text: Option<String>,
    pub(crate) children: Vec<Node>,
    /// The number that its paths give it among its siblings of the same name.
    number: usize,
}

impl Node {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), number: 1, ..Self::default() }
    }

    /// Puts a text at a path below this element. Elements of one name stand together, by their numbers.
    pub(crate) fn put(&mut self, path: &str, text: &str) {
        let mut node = self;
        for segment in path.split('/') {
            let (name, number) = bare(segment);
            let found = node.children.iter().position(|child| child.name == name && child.number == number);
            let idx = found.unwrap_or_else(|| {
                let last =
                    node.children.iter().rposition(|child| child.name == name && child.number < number);
                let first = node.children.iter().position(|child| child.name == name);
                let idx = last.map(|last| last + 1).or(first).unwrap_or(node.children.len());
                node.children.insert(idx, Self { number, ..Self::new(name) });
                idx
            });
            node = &mut node.children[idx];
        }
        node.text = Some(text.to_owned());
    }

    /// Puts the elements in the order of the model; what it does not place stays behind, as it came. `within` is the
    /// name under which [`order`] knows this element.
    pub(crate) fn arrange(&mut self, within: &str) {
        self.children.sort_by_key(|child| order::place(within, &child.name));
        for child in &mut self.children {
            let name = child.name.clone();
            child.arrange(&name);
        }
    }

    /// The path that a leaf of this element has to whoever reads what is written: elements that are left out count no more.
    pub(crate) fn path_as_written(&self, path: &str) -> String {
        let (mut node, mut written) = (Some(self), Vec::new());
        for segment in path.split('/') {
            let (name, number) = bare(segment);
            let same = |child: &&Self| child.name == name;
            let siblings = node.map(|node| node.children.iter().filter(same)).into_iter().flatten();
            let n_before = siblings.clone().filter(|child| child.number < number).count();
            written.push(if n_before == 0 { name.to_owned() } else { format!("{name}[{}]", n_before + 1) });
            node = siblings.into_iter().find(|child| child.number == number);
        }
        written.join("/")
    }

    /// Adds a further child of a name. Answers it.
    pub(crate) fn add(&mut self, name: &str) -> &mut Self {
        let number = self.children.iter().filter(|child| child.name == name).count() + 1;
        self.children.push(Self { number, ..Self::new(name) });
        let last = self.children.len() - 1;
        &mut self.children[last]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_know_their_path() {
        let mut leaves = Leaves::default();
        for (name, text) in [("a", Some("1")), ("a", None), ("b", Some("2"))] {
            leaves.open(name);
            if let Some(text) = text {
                leaves.leaf(text, 1);
                leaves.close();
            }
        }
        assert!(leaves.has_elements());
        let paths: Vec<&str> = leaves.leaves.iter().map(|leaf| leaf.path.as_str()).collect();
        assert_eq!(paths, ["a", "a[2]/b"]);
        assert_eq!(column("a[2]/b"), "a/b");
        assert_eq!(bare("a[x]"), ("a[x]", 1));
    }

    #[test]
    fn a_tree_is_made_of_leaves_in_any_order() {
        let mut node = Node::new("r");
        for (path, text) in [("a[2]/b", "2"), ("c", "3"), ("a/b", "1"), ("a[2]/d", "4")] {
            node.put(path, text);
        }
        let names: Vec<(&str, usize)> =
            node.children.iter().map(|child| (child.name.as_str(), child.children.len())).collect();
        assert_eq!(names, [("a", 1), ("a", 2), ("c", 0)]);
    }

    #[test]
    fn paths_are_those_of_what_is_written() {
        let mut node = Node::new("r");
        for path in ["a[3]/b[2]", "a[2]/b", "c"] {
            node.put(path, "1");
        }
        for (path, expected) in
            [("a[3]/b[2]", "a[2]/b"), ("a[2]/b", "a/b"), ("c", "c"), ("a[3]/x[4]", "a[2]/x")]
        {
            assert_eq!(node.path_as_written(path), expected, "{path}");
        }
    }
}
