//! Reads classes: those of the scope before those of the catalogue.

use hub::class::Class;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::object::Kind;

use crate::call::Call;
use crate::ports::Platform;

/// The class that a connector of that name would get.
pub(crate) fn get<P: Platform>(call: &Call<P>, name: String) -> Result<Outcome> {
    let classes = call.classes()?;
    let class = classes
        .get(&name)
        .ok_or_else(|| Error::not_found(Kind::Class, name.clone()))?;
    Ok(Outcome::Class(name, class.doc.clone(), false))
}

/// All the classes that connectors of the scope can have, by name: its own before those of the
/// scope `default`, and both before those of the catalogue.
pub(crate) fn list<P: Platform>(call: &Call<P>) -> Result<Outcome> {
    let classes = call.classes()?;
    let named = |class: &Class| (class.name.clone(), class.doc.clone());
    Ok(Outcome::Classes(
        classes.all().into_iter().map(named).collect(),
    ))
}
