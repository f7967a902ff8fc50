//! Every input through both readers: they agree, or the table says why not.

use pointsman_differential::transcript::Transcript;
use pointsman_differential::{oracle, ours, requests, responses};

use crate::explained::{Explained, REQUESTS, RESPONSES, TOO_LONG_TO_SHOW};

/// Compares two readings; tells what nobody has explained.
fn compare(
    table: &[Explained],
    input: &str,
    ours: &Transcript,
    theirs: &Transcript,
) -> Option<String> {
    let explained = table.iter().find(|row| row.input == input);
    let shown = (ours.to_string(), theirs.to_string());
    match explained {
        None if ours.agrees_with(theirs) => None,
        None => Some(format!("{input:?}: ours {}, theirs {}", shown.0, shown.1)),
        Some(_) if ours.agrees_with(theirs) => {
            Some(format!("{input:?}: the readers agree; take it out of the table: {}", shown.0))
        }
        Some(row) if (row.ours, row.theirs) == (&*shown.0, &*shown.1) => None,
        Some(row) => Some(format!(
            "{input:?}: the table says {} and {}, but ours is {}, theirs {}",
            row.ours, row.theirs, shown.0, shown.1
        )),
    }
}

fn assert_none(findings: &[String]) {
    assert!(findings.is_empty(), "{} not explained\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn requests_are_understood_alike_or_the_difference_is_explained() {
    let mut findings = Vec::new();
    for input in requests::all() {
        let ours = ours::read_requests(&input.bytes);
        let theirs = oracle::read_requests(&input.bytes);
        if input.name == TOO_LONG_TO_SHOW {
            assert_eq!(ours.to_string(), "refused 414");
            continue;
        }
        findings.extend(compare(REQUESTS, input.name, &ours, &theirs));
    }
    assert_none(&findings);
}

#[test]
fn responses_are_understood_alike_or_the_difference_is_explained() {
    let mut findings = Vec::new();
    for input in responses::all() {
        let ours = ours::read_response(input.method, &input.bytes);
        let theirs = oracle::read_response(input.method, &input.bytes);
        findings.extend(compare(RESPONSES, input.name, &ours, &theirs));
    }
    assert_none(&findings);
}

#[test]
fn tables_name_inputs_that_exist_and_say_why() {
    let requests: Vec<_> = requests::all().into_iter().map(|input| input.name).collect();
    let responses: Vec<_> = responses::all().into_iter().map(|input| input.name).collect();
    assert!(requests.len() >= 70, "{} inputs", requests.len());
    assert!(responses.len() >= 26, "{} inputs", responses.len());
    for (table, inputs) in [(REQUESTS, requests), (RESPONSES, responses)] {
        for row in table {
            assert_eq!(
                inputs.iter().filter(|name| **name == row.input).count(),
                1,
                "{}",
                row.input
            );
            let cited = row.source.starts_with("RFC ") && row.source.contains(" §");
            assert!(cited && !row.why.is_empty(), "{}", row.input);
        }
    }
}
