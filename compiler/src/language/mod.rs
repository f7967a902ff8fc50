//! Sets of strings: the tables that constraints become, and what two of them have in common. Knows
//! no pattern, no route and no file.

pub mod algebra;
pub mod fault;
mod hopcroft;
pub mod limits;
mod regex;
pub mod table;
pub mod tables;
mod universe;
