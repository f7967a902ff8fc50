//! What is kept while texts with a grammar are taken apart.

use crate::language::tables::Tables;
use crate::source::SourceMap;

/// What reading patterns needs: the files, and the constraints that were read before, since many
/// routes write the same few.
pub(super) struct Reading<'s> {
    pub(super) sources: &'s SourceMap,
    pub(super) tables: Tables,
}
