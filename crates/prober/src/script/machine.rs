//! Runs a script one instruction at a time. Each is paid for by the values that it compares, puts
//! together or moves; what calls a function stops the machine until the function was paid for.

use std::sync::Arc;

use regorus::Value;
use regorus::rvm::instructions::Instruction;
use regorus::rvm::program::Program;
use regorus::rvm::vm::{ExecutionMode, ExecutionState, RegoVM, SuspendReason};

use super::builtins;
use super::measure::measure;
use crate::budget::{Budget, Exceeded, UNITS, count};

/// What an instruction is worth that only moves what is there.
const STEP_UNITS: u64 = 4;

/// Why nothing came of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The budget is used up.
    Exceeded,
    /// It failed, as the machine says it.
    Failed(String),
}

impl From<Exceeded> for Fault {
    fn from(Exceeded: Exceeded) -> Self {
        Self::Exceeded
    }
}

/// The value of a rule.
///
/// # Errors
/// Why there is none.
pub(crate) fn run(program: &Arc<Program>, input: Value, budget: &Budget) -> Result<Value, Fault> {
    let failed = |error: &dyn std::fmt::Display| Fault::Failed(error.to_string());
    budget.spend(measure(&input)?)?;
    let mut machine = RegoVM::new();
    machine.load_program(Arc::clone(program));
    machine.set_input(input);
    machine.set_max_instructions(usize::try_from(UNITS).unwrap_or(usize::MAX));
    machine.set_execution_mode(ExecutionMode::Suspendable);
    machine.set_step_mode(true);
    machine
        .execute_entry_point_by_index(0)
        .map_err(|error| failed(&error))?;
    loop {
        let next = match machine.execution_state() {
            ExecutionState::Suspended {
                reason:
                    SuspendReason::HostAwait {
                        argument,
                        identifier,
                        ..
                    },
                ..
            } => {
                let name = identifier.as_string().map_err(|error| failed(&error))?;
                let args = argument.as_array().map_err(|error| failed(&error))?;
                let args: Vec<Value> = args.iter().cloned().collect();
                Some(builtins::call(name, &args, budget)?)
            }
            ExecutionState::Suspended { .. } => {
                pay(&machine, budget)?;
                None
            }
            ExecutionState::Completed { result } => {
                budget.spend(measure(result)?)?;
                return Ok(result.clone());
            }
            state => return Err(Fault::Failed(format!("{state:?}"))),
        };
        machine.resume(next).map_err(|error| failed(&error))?;
    }
}

/// Pays for the instruction that was carried out last. No value is worth more than any may be, so
/// one instruction can be paid for afterwards.
fn pay(machine: &RegoVM, budget: &Budget) -> Result<(), Exceeded> {
    let program = machine.get_program();
    let Some(instruction) = program.instructions.get(machine.get_pc()) else {
        return budget.spend(STEP_UNITS);
    };
    let mut units = STEP_UNITS;
    for register in values(instruction, program) {
        let value = machine.get_registers().get(usize::from(register));
        units = units.saturating_add(value.map_or(Ok(0), measure)?);
    }
    if let Instruction::FunctionCall { params_index } = instruction {
        units = units.saturating_add(arguments(machine, program, *params_index)?);
    }
    budget.spend(units)
}

/// The registers whose values an instruction goes through, or makes.
fn values(instruction: &Instruction, program: &Program) -> Vec<u8> {
    use Instruction as I;
    let data = &program.instruction_data;
    match *instruction {
        I::Add { dest, left, right }
        | I::Sub { dest, left, right }
        | I::Mul { dest, left, right }
        | I::Div { dest, left, right }
        | I::Mod { dest, left, right }
        | I::Eq { dest, left, right }
        | I::Ne { dest, left, right }
        | I::Lt { dest, left, right }
        | I::Le { dest, left, right }
        | I::Gt { dest, left, right }
        | I::Ge { dest, left, right }
        | I::And { dest, left, right }
        | I::Or { dest, left, right } => vec![dest, left, right],
        I::AssertEq { left, right } => vec![left, right],
        I::Contains {
            collection, value, ..
        } => vec![collection, value],
        I::Index { dest, key, .. } => vec![dest, key],
        I::ObjectSet { key, value, .. } => vec![key, value],
        I::ArrayPush { value, .. }
        | I::ArrayPushDefined { value, .. }
        | I::SetAdd { value, .. } => vec![value],
        I::ComprehensionYield { value_reg, key_reg } => {
            key_reg.into_iter().chain([value_reg]).collect()
        }
        I::Load { dest, .. }
        | I::LoadInput { dest }
        | I::LoadData { dest }
        | I::Move { dest, .. }
        | I::IndexLiteral { dest, .. }
        | I::CallRule { dest, .. } => vec![dest],
        I::ArrayCreate { params_index } => data
            .get_array_create_params(params_index)
            .map_or(Vec::new(), |params| vec![params.dest]),
        I::SetCreate { params_index } => data
            .get_set_create_params(params_index)
            .map_or(Vec::new(), |params| vec![params.dest]),
        I::ObjectCreate { params_index } => data
            .get_object_create_params(params_index)
            .map_or(Vec::new(), |params| vec![params.dest]),
        I::BuiltinCall { params_index } => {
            let params = data.get_builtin_call_params(params_index);
            let values = params.map(|params| [params.arg_registers(), &[params.dest]].concat());
            values.unwrap_or_default()
        }
        I::ChainedIndex { params_index } => data
            .get_chained_index_params(params_index)
            .map_or(Vec::new(), |params| vec![params.dest]),
        _ => Vec::new(),
    }
}

/// The arguments of a call, once for each definition of the function, which compares them with its
/// patterns. They are the first values of the function now.
fn arguments(machine: &RegoVM, program: &Program, params_index: u16) -> Result<u64, Exceeded> {
    let data = &program.instruction_data;
    let Some(params) = data.get_function_call_params(params_index) else {
        return Ok(0);
    };
    let function = program.get_rule_info(usize::from(params.func_rule_index));
    let definitions = function.map_or(1, |function| count(function.definitions.len()));
    let mut units = 0_u64;
    let taken = machine.get_registers().iter().skip(1);
    for value in taken.take(params.arg_count()) {
        units = units.saturating_add(measure(value)?);
    }
    Ok(units.saturating_add(STEP_UNITS).saturating_mul(definitions))
}
