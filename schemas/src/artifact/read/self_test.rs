//! Requests that an artifact proves itself with.

use std::net::IpAddr;

use super::super::id::{ListenerId, StrId};
use super::super::layout::{PairRecord, SectionKind, SelfTestRecord};
use super::artifact::Artifact;
use super::listener::ip;

/// A request and what must become of it.
#[derive(Clone, Copy)]
pub struct SelfTest<'a> {
    artifact: &'a Artifact,
    record: &'a SelfTestRecord,
}

/// What must become of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelfTestExpect<'a> {
    /// A route takes it.
    Route {
        /// Its id.
        route: &'a str,
        /// Name of the backend, where that is asked.
        backend: Option<&'a str>,
        /// Path and query that are sent, where that is asked.
        path: Option<&'a str>,
        /// The status with which it answers itself, where that is asked.
        status: Option<u16>,
    },
    /// It is answered with this status by ourselves.
    Status(u16),
    /// It is refused for this reason.
    Refused(&'a str),
    /// It is sent to this place.
    Redirect(&'a str),
}

impl Artifact {
    /// Its embedded requests.
    pub fn self_tests(&self) -> impl ExactSizeIterator<Item = SelfTest<'_>> + '_ {
        let records = self.records::<SelfTestRecord>(SectionKind::SELF_TESTS);
        records.iter().map(|record| SelfTest { artifact: self, record })
    }
}

impl<'a> SelfTest<'a> {
    fn text(&self, id: u32) -> &'a str {
        self.artifact.string(StrId(id))
    }

    /// Name of the test, for people.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.artifact.optional_string(self.record.name.get())
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &'a str {
        self.text(self.record.method.get())
    }

    /// What stands in `Host`.
    #[must_use]
    pub fn authority(&self) -> &'a str {
        self.text(self.record.authority.get())
    }

    /// Path and query.
    #[must_use]
    pub fn target(&self) -> &'a str {
        self.text(self.record.target.get())
    }

    /// Where it comes in.
    #[must_use]
    pub fn listener(&self) -> ListenerId {
        ListenerId(self.record.listener.get())
    }

    /// Whether it comes by TLS.
    #[must_use]
    pub fn is_secured(&self) -> bool {
        self.record.secured != 0
    }

    /// Whose it is, where that is said.
    #[must_use]
    pub fn client_ip(&self) -> Option<IpAddr> {
        ip(self.record.family, &self.record.client)
    }

    fn pairs(
        &self,
        skip: usize,
        count: u16,
    ) -> impl ExactSizeIterator<Item = (&'a str, &'a str)> + use<'a> {
        let artifact = self.artifact;
        let first = self.record.pair_first.get() as usize + skip;
        let pairs = artifact.records::<PairRecord>(SectionKind::SELF_TEST_PAIRS);
        pairs.get(first..first + usize::from(count)).unwrap_or_default().iter().map(move |pair| {
            (artifact.string(StrId(pair.name.get())), artifact.string(StrId(pair.value.get())))
        })
    }

    /// Its fields besides `Host`, in order.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (&'a str, &'a str)> + use<'a> {
        self.pairs(0, self.record.field_count.get())
    }

    /// Parameters that must be captured, decoded.
    pub fn params(&self) -> impl ExactSizeIterator<Item = (&'a str, &'a str)> + use<'a> {
        self.pairs(usize::from(self.record.field_count.get()), self.record.param_count.get())
    }

    /// Fields that must be sent to the target.
    pub fn sent_fields(&self) -> impl ExactSizeIterator<Item = (&'a str, &'a str)> + use<'a> {
        let skip = [self.record.field_count, self.record.param_count];
        let skip = skip.iter().map(|count| usize::from(count.get())).sum();
        self.pairs(skip, self.record.header_count.get())
    }

    /// Fields that the answer must have.
    pub fn answered_fields(&self) -> impl ExactSizeIterator<Item = (&'a str, &'a str)> + use<'a> {
        let SelfTestRecord { field_count, param_count, header_count, answer_count, .. } =
            self.record;
        let skip = [field_count, param_count, header_count];
        let skip = skip.iter().map(|count| usize::from(count.get())).sum();
        self.pairs(skip, u16::from(*answer_count))
    }

    /// What must become of it.
    #[must_use]
    pub fn expect(&self) -> SelfTestExpect<'a> {
        match self.record.outcome {
            0 => SelfTestExpect::Route {
                route: self.text(self.record.route.get()),
                backend: self.artifact.optional_string(self.record.backend.get()),
                path: self.artifact.optional_string(self.record.path.get()),
                status: Some(self.record.status.get()).filter(|status| *status != 0),
            },
            1 => SelfTestExpect::Status(self.record.status.get()),
            3 => SelfTestExpect::Redirect(self.text(self.record.path.get())),
            _ => SelfTestExpect::Refused(self.text(self.record.reason.get())),
        }
    }
}
