//! What is kept while texts with a grammar are taken apart.

use super::removed::Removal;
use crate::language::tables::Tables;
use crate::model::{Condition, Pattern};
use crate::source::SourceMap;

/// What reading patterns needs: the files, and the constraints that were read before, since many
/// routes write the same few.
pub(super) struct Reading<'s> {
    pub(super) sources: &'s SourceMap,
    pub(super) tables: Tables,
    pub(super) removal: Removal,
}

/// The texts of a route that have a grammar; none where one of them is wrong.
#[derive(Default)]
pub(super) struct Grammar {
    pub(super) patterns: Option<Box<[Pattern]>>,
    pub(super) conditions: Option<Box<[Condition]>>,
}
