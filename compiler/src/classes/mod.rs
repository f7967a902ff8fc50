//! Into which classes requests fall: those of one class fit the same constraints and conditions, so
//! that one of each stands for all.

mod conditions;
mod explore;
mod known;
mod segments;
mod universe;

pub(crate) use conditions::{Carried, Condition, Wants, Ways};
pub(crate) use explore::{Effort, is_value_inside};
pub(crate) use known::Classes;
pub(crate) use segments::SegmentClass;
