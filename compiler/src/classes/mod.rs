//! Into which classes requests fall: those of one class fit the same constraints and conditions, so
//! that one of each stands for all.

mod conditions;
mod segments;

pub(crate) use conditions::{Carried, Condition, Wants, Ways, carried, is_value_inside};
pub(crate) use segments::{SegmentClass, classes, is_inside};
