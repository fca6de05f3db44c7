//! Places in a document: the path of a walk, JSON Pointers (RFC 6901) and patterns of pointers.

use serde::Deserialize;

/// Where a walk stands. It lives on the stack and costs nothing until it is printed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Row(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    pub(crate) fn member(&'a self, name: &'a str) -> Path<'a> {
        Path::Member(self, name)
    }

    pub(crate) fn row(&'a self, index: usize) -> Path<'a> {
        Path::Row(self, index)
    }

    pub(crate) fn to_pointer(self) -> String {
        match self {
            Path::Root => String::new(),
            Path::Member(parent, name) => join(&parent.to_pointer(), name),
            Path::Row(parent, index) => join(&parent.to_pointer(), &index.to_string()),
        }
    }
}

/// The pointer to the member `token` of what `parent` points to.
pub(crate) fn join(parent: &str, token: &str) -> String {
    format!("{parent}/{}", token.replace('~', "~0").replace('/', "~1"))
}

/// The tokens of a JSON Pointer, or what is wrong with it.
pub(crate) fn parse(pointer: &str) -> Result<Vec<String>, String> {
    if pointer.is_empty() {
        return Ok(Vec::new());
    }
    let Some(tokens) = pointer.strip_prefix('/') else {
        return Err("a JSON Pointer is empty or starts with '/'".into());
    };
    tokens.split('/').map(unescape).collect()
}

fn unescape(token: &str) -> Result<String, String> {
    let mut plain = String::with_capacity(token.len());
    let mut characters = token.chars();
    while let Some(character) = characters.next() {
        match (character, character == '~') {
            (_, true) => match characters.next() {
                Some('0') => plain.push('~'),
                Some('1') => plain.push('/'),
                _ => return Err("in a JSON Pointer '~' is written ~0, and '/' in a name ~1".into()),
            },
            (character, false) => plain.push(character),
        }
    }
    Ok(plain)
}

/// A JSON Pointer in which the token `*` stands for any member or row, as rules are written:
/// `/applications/*/appConfigs`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Vec<Token>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Any,
    Name(String),
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let token = |name: String| match name.as_str() {
            "*" => Token::Any,
            _ => Token::Name(name),
        };
        let tokens = parse(&text).map_err(|problem| format!("{text:?}: {problem}"))?;
        Ok(Self(tokens.into_iter().map(token).collect()))
    }
}

impl Pattern {
    pub(crate) fn matches(&self, path: &Path) -> bool {
        let mut place = *path;
        for token in self.0.iter().rev() {
            place = match (place, token) {
                (Path::Member(parent, _) | Path::Row(parent, _), Token::Any) => *parent,
                (Path::Member(parent, member), Token::Name(name)) if member == name => *parent,
                (Path::Row(parent, index), Token::Name(name)) if index.to_string() == *name => {
                    *parent
                }
                _ => return false,
            };
        }
        matches!(place, Path::Root)
    }

    /// The pattern without its last token, if that is `last`.
    pub(crate) fn strip_last(&self, last: &str) -> Option<Pattern> {
        match self.0.split_last() {
            Some((Token::Name(name), rest)) if name == last => Some(Self(rest.to_vec())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_pattern_matches_members_and_rows() {
        let applications = Path::Root.member("applications");
        let row = applications.row(12);
        let configs = row.member("appConfigs");
        assert!(pattern("/applications/*/appConfigs").matches(&configs));
        assert!(pattern("/applications/12/appConfigs").matches(&configs));
        assert!(pattern("/*/*/*").matches(&configs));
        assert!(!pattern("/applications/1/appConfigs").matches(&configs));
        assert!(!pattern("/applications/*").matches(&configs));
        assert!(!pattern("/*/*/*/*").matches(&configs));
        assert!(pattern("").matches(&Path::Root));
    }

    #[test]
    fn tokens_are_escaped_both_ways() {
        let name = "a/b~c~1";
        let pointer = join("", name);
        assert_eq!(pointer, "/a~1b~0c~01");
        assert_eq!(parse(&pointer).unwrap(), [name]);
        assert_eq!(parse("/").unwrap(), [""]);
        for bad in ["a", "/~", "/~2", "/a~"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
