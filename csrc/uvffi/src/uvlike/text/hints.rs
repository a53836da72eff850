use std::error::Error;

use uv_errors::{Hint, Hints};

use super::error::OperationError;

/// The hints of every error in a chain whose type is known to carry some, in uv's order.
///
/// uv asks for more types than stand here: those of its other commands, of builds, and of what is found before the
/// first step, all of which the Child tells.
pub(super) fn hints_of(error: &anyhow::Error) -> Hints<'static> {
    let mut hints = Hints::none();
    for cause in error.chain() {
        add::<Box<uv_resolver::NoSolutionError>>(cause, &mut hints);
        add::<uv_resolver::NoSolutionError>(cause, &mut hints);
        add::<uv_resolver::ResolveError>(cause, &mut hints);
        add::<OperationError>(cause, &mut hints);
        add::<uv_python::Error>(cause, &mut hints);
        add::<uv_installer::IncompatibleWheelError>(cause, &mut hints);
        add::<uv_distribution::Error>(cause, &mut hints);
        add::<uv_python::BrokenLink>(cause, &mut hints);
        add::<uv_resolver::PylockTomlError>(cause, &mut hints);
        add::<uv_requirements_txt::MakeEditableError>(cause, &mut hints);
        add::<uv_python::InterpreterError>(cause, &mut hints);
        add::<uv_workspace::pyproject::SourceError>(cause, &mut hints);
        add::<uv_distribution::LoweringError>(cause, &mut hints);
        add::<uv_client::Error>(cause, &mut hints);
    }
    hints
}

fn add<E: Hint + Error + 'static>(cause: &(dyn Error + 'static), hints: &mut Hints<'static>) {
    if let Some(error) = cause.downcast_ref::<E>() {
        hints.extend(error.hints());
    }
}
