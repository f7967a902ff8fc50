//! Answers of routes, and changes of fields.

use super::super::id::{ProgramId, RouteId, StrId};
use super::super::layout::{
    AnswerRecord, FieldOperationRecord, NONE, RouteChangesRecord, SectionKind,
};
use super::artifact::Artifact;

/// An answer of a route's own.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    artifact: &'a Artifact,
    record: &'a AnswerRecord,
}

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind<'a> {
    /// Another place.
    Redirect {
        /// Scheme and authority; none for a path on the same host.
        prefix: Option<&'a str>,
        /// Program of the path.
        path: Option<ProgramId>,
        /// Program of the query.
        query: Option<ProgramId>,
    },
    /// A fixed text.
    Respond {
        /// The text.
        body: &'a str,
    },
}

/// One change of a header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldOperation<'a> {
    /// What is done.
    pub kind: FieldOperationKind,
    /// Its name, in lower case.
    pub name: &'a str,
    /// Program of its value; none where it is removed.
    pub program: Option<ProgramId>,
}

/// What is done to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldOperationKind {
    /// It is removed.
    Remove,
    /// It is replaced, or added where it is not there.
    Set,
    /// It is added to what is there.
    Add,
}

impl FieldOperationKind {
    /// As it is written in a configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Set => "set",
            Self::Add => "add",
        }
    }
}

impl Artifact {
    /// How many answers there are.
    #[must_use]
    pub fn answer_count(&self) -> usize {
        self.records::<AnswerRecord>(SectionKind::ANSWERS).len()
    }

    /// One answer.
    #[must_use]
    pub fn answer(&self, number: usize) -> Option<Answer<'_>> {
        let record = self.records::<AnswerRecord>(SectionKind::ANSWERS).get(number)?;
        Some(Answer { artifact: self, record })
    }

    /// Changes of what a route sends to a target, in their order.
    ///
    /// Cost: a binary search.
    pub fn request_changes(&self, route: RouteId) -> impl Iterator<Item = FieldOperation<'_>> {
        let own = self.changes_of(route);
        let range = own.map(|record| (record.request_first.get(), record.request_count.get()));
        self.field_operations(range.map_or((0, 0), |(first, count)| (first, u32::from(count))))
    }

    /// Changes of a route's answers, in their order.
    ///
    /// Cost: a binary search.
    pub fn response_changes(&self, route: RouteId) -> impl Iterator<Item = FieldOperation<'_>> {
        let own = self.changes_of(route);
        let range = own.map(|record| (record.response_first.get(), record.response_count.get()));
        self.field_operations(range.map_or((0, 0), |(first, count)| (first, u32::from(count))))
    }

    fn changes_of(&self, route: RouteId) -> Option<&RouteChangesRecord> {
        let all = self.records::<RouteChangesRecord>(SectionKind::ROUTE_CHANGES);
        let at = all.binary_search_by_key(&route.0, |record| record.route.get()).ok()?;
        all.get(at)
    }

    fn field_operations(
        &self,
        (first, count): (u32, u32),
    ) -> impl Iterator<Item = FieldOperation<'_>> {
        let all = self.records::<FieldOperationRecord>(SectionKind::FIELD_OPERATIONS);
        let own = all.get(first as usize..(first + count) as usize).unwrap_or_default();
        own.iter().map(|record| FieldOperation {
            kind: match record.kind {
                0 => FieldOperationKind::Remove,
                1 => FieldOperationKind::Set,
                _ => FieldOperationKind::Add,
            },
            name: self.string(StrId(record.name.get())),
            program: program(record.program.get()),
        })
    }
}

fn program(id: u32) -> Option<ProgramId> {
    (id != NONE).then_some(ProgramId(id))
}

impl<'a> Answer<'a> {
    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.record.status.get()
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> AnswerKind<'a> {
        let artifact = self.artifact;
        if self.record.kind == 0 {
            AnswerKind::Redirect {
                prefix: artifact.optional_string(self.record.prefix.get()),
                path: program(self.record.path.get()),
                query: program(self.record.query.get()),
            }
        } else {
            let body = artifact.optional_string(self.record.body.get()).unwrap_or_default();
            AnswerKind::Respond { body }
        }
    }

    /// Its fields; each is set.
    pub fn fields(&self) -> impl Iterator<Item = FieldOperation<'a>> + use<'a> {
        let (first, count) = (self.record.field_first.get(), self.record.field_count.get());
        self.artifact.field_operations((first, count))
    }
}
