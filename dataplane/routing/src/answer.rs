//! What a route answers itself, and the fields it changes: evaluated, and nothing sent.

use pointsman_schemas::artifact::{Answer, AnswerKind, FieldOperation, FieldOperationKind};
use pointsman_schemas::limits::SENT_TARGET_BYTES_MAX;

use crate::expression::{Place, Scope, evaluate};
use crate::request::Refusal;
use crate::request::path::has_dot_segment;

/// Appends the value of `Location` of a redirect; nothing for another answer.
///
/// Errors: an expression's value cannot stand there, or the whole is too long; answered with 400.
pub fn write_location(
    answer: Answer<'_>,
    scope: Scope<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    let AnswerKind::Redirect { prefix, path, query } = answer.kind() else { return Ok(()) };
    let start = out.len();
    out.extend_from_slice(prefix.unwrap_or_default().as_bytes());
    if let Some(path) = path {
        let (program, from) = (scope.artifact.program(path), out.len());
        evaluate(program, scope, Place::Path, out)?;
        // `req.uri` has a query of its own, in which dots are text.
        let path = out.get(from..).unwrap_or_default().split(|byte| *byte == b'?').next();
        if !program.is_literal() && path.is_some_and(has_dot_segment) {
            return Err(Refusal::SentDotSegment);
        }
    }
    if let Some(query) = query {
        out.push(b'?');
        evaluate(scope.artifact.program(query), scope, Place::Query, out)?;
    }
    // Two slashes in front would name another host.
    if prefix.is_none() {
        let slashes = out.get(start..).unwrap_or_default();
        let slashes = slashes.iter().take_while(|byte| **byte == b'/').count();
        out.drain(start..start + slashes.saturating_sub(1));
    }
    if out.len() - start > SENT_TARGET_BYTES_MAX {
        return Err(Refusal::SentTooLong);
    }
    Ok(())
}

/// What a change does to the fields of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed<'a> {
    /// What is done.
    pub kind: FieldOperationKind,
    /// The field, in lower case.
    pub name: &'a str,
}

/// Appends the value of one change; nothing where the field is removed.
///
/// Errors: an expression's value cannot stand there.
pub fn write_field<'a>(
    operation: FieldOperation<'a>,
    scope: Scope<'_>,
    out: &mut Vec<u8>,
) -> Result<Changed<'a>, Refusal> {
    let FieldOperation { kind, name, program } = operation;
    if let Some(program) = program {
        evaluate(scope.artifact.program(program), scope, Place::Header, out)?;
    }
    Ok(Changed { kind, name })
}
