//! Routes.

use super::super::id::{BackendId, PatternId, RouteId, StrId};
use super::super::layout::{RouteNameRecord, SectionKind};
use super::super::packed::Packed;
use super::super::route_ids::RouteIds;
use super::answer::Answer;
use super::artifact::Artifact;
use super::matching::Policy;
use super::provenance::Place;

/// Which requests go to which backend.
#[derive(Clone, Copy)]
pub struct Route<'a> {
    artifact: &'a Artifact,
    id: RouteId,
}

impl Artifact {
    /// How many routes there are.
    #[must_use]
    pub fn route_count(&self) -> usize {
        self.packed(SectionKind::ROUTES).len()
    }

    /// One route.
    #[must_use]
    pub fn route(&self, id: RouteId) -> Route<'_> {
        Route { artifact: self, id }
    }

    /// All routes, sorted by id.
    pub fn routes(&self) -> impl ExactSizeIterator<Item = Route<'_>> + '_ {
        (0..self.route_count()).map(|index| self.route(RouteId(index as u32)))
    }

    /// A route by its id's text.
    ///
    /// Cost: a binary search.
    #[must_use]
    pub fn route_named(&self, id: &str) -> Option<Route<'_>> {
        let (mut low, mut high) = (0, self.route_count() as u32);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.route_id(middle as usize).cmp(id.as_bytes()) {
                std::cmp::Ordering::Equal => return Some(self.route(RouteId(middle))),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The route of a pattern.
    #[inline]
    #[must_use]
    pub fn pattern_route(&self, pattern: PatternId) -> RouteId {
        RouteId(self.packed(SectionKind::PATTERNS).first(pattern.index()))
    }

    #[inline]
    fn packed(&self, kind: SectionKind) -> Packed<'_> {
        Packed::view(self.section(kind))
    }

    fn route_id(&self, index: usize) -> &[u8] {
        RouteIds::view(self.section(SectionKind::ROUTE_IDS)).id(index)
    }

    /// How many patterns there are.
    #[must_use]
    pub fn pattern_count(&self) -> usize {
        self.packed(SectionKind::PATTERNS).len()
    }
}

impl<'a> Route<'a> {
    /// Its number.
    #[must_use]
    pub fn route_id(&self) -> RouteId {
        self.id
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        std::str::from_utf8(self.id_bytes()).unwrap_or_default()
    }

    /// Its id as bytes, which is cheaper.
    #[must_use]
    pub fn id_bytes(&self) -> &'a [u8] {
        self.artifact.route_id(self.id.index())
    }

    /// Its name, for people.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        let names = self.artifact.records::<RouteNameRecord>(SectionKind::ROUTE_NAMES);
        let at = names.binary_search_by_key(&self.id.0, |record| record.route.get()).ok()?;
        Some(self.artifact.string(StrId(names[at].name.get())))
    }

    /// Who gets its requests; none where it answers itself.
    #[inline]
    #[must_use]
    pub fn backend(&self) -> Option<BackendId> {
        let number = self.artifact.packed(SectionKind::ROUTES).first(self.id.index());
        ((number as usize) < self.artifact.backend_count()).then_some(BackendId(number))
    }

    /// What it answers itself.
    #[must_use]
    pub fn answer(&self) -> Option<Answer<'a>> {
        let number = self.artifact.packed(SectionKind::ROUTES).first(self.id.index());
        let past = (number as usize).checked_sub(self.artifact.backend_count())?;
        self.artifact.answer(past)
    }

    /// When it takes a request whose host and path fit.
    #[must_use]
    pub fn policy(&self) -> Policy<'a> {
        let policy = self.artifact.packed(SectionKind::ROUTES).second(self.id.index());
        self.artifact.policy(policy)
    }

    /// Whether the path must end where the pattern does.
    #[must_use]
    pub fn exact(&self) -> bool {
        self.policy().exact()
    }

    /// Whether the matched segments are removed.
    #[must_use]
    pub fn strip_path(&self) -> bool {
        self.policy().strip_path()
    }

    /// Decides what specificity leaves open.
    #[must_use]
    pub fn priority(&self) -> i32 {
        self.policy().priority()
    }

    /// The methods it names, sorted; none is every method.
    pub fn methods(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let bits = self.policy().method_bits();
        let named = self.artifact.methods().enumerate();
        named.filter(move |(at, _)| bits & 1 << at != 0).map(|(_, name)| name)
    }

    /// Where it is written, if the artifact says so.
    #[must_use]
    pub fn place(&self) -> Option<Place<'a>> {
        self.artifact.place(self.id)
    }
}
