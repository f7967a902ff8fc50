//! Numbers of things in one artifact. They mean nothing in another artifact and are never stored
//! outside a snapshot.

use std::fmt;

macro_rules! id {
    ($name:ident, $what:literal) => {
        #[doc = $what]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index into a table.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(ListenerId, "A listener; listeners are sorted by name.");
id!(RouteId, "A route; routes are sorted by id.");
id!(PatternId, "One `match` of a route; sorted by host, then as the matcher prefers them.");
id!(BackendId, "A backend; backends are sorted by name.");
id!(TargetId, "A target; those of one backend follow one another.");
id!(ConstraintId, "A constraint's table; equal languages have one.");
id!(ProgramId, "An expression program.");
id!(StrId, "A string.");
id!(HostId, "A host pattern: where its entry stands in the section of hosts.");
id!(RuleId, "What stands at the end of a pattern: policy and shape.");

/// Digest of what an artifact means, whatever its generation and wherever its routes are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentId(pub [u8; 16]);

impl ContentId {
    /// Reads 32 hex digits, as it is shown; nothing where it is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u128::from_str_radix(text, 16).ok().filter(|_| is_hex)?;
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentId({self})")
    }
}
