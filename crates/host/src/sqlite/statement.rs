//! Opening the database and running one statement, on the blocking thread that the caller provides.

use std::mem;

use rusqlite::{
    Batch, ToSql,
    fallible_iterator::FallibleIterator,
    params_from_iter,
    types::{ToSqlOutput, ValueRef},
};
use tokio::sync::mpsc;

use crate::bindings::spin::sqlite::sqlite::{Error, RowResult, Value};

/// Spin's limit for what the host holds in memory for one synchronous result.
const MAX_RESULT_BYTES: usize = 128 << 20;
/// Results up to this size reach the component in one piece, without a second switch between
/// threads.
const CHUNK_BYTES: usize = 1 << 20;

/// Where the rows of a statement go: kept, or sent on whenever enough have come together.
pub(super) struct Output<'a> {
    pub chunk: Chunk,
    bytes: usize,
    next: Option<&'a mpsc::Sender<Chunk>>,
}

#[derive(Default)]
pub(super) struct Chunk {
    pub columns: Vec<String>,
    pub rows: Vec<RowResult>,
    pub end: Option<Result<(), Error>>,
}

impl<'a> Output<'a> {
    pub(super) fn new(next: Option<&'a mpsc::Sender<Chunk>>) -> Self {
        Self {
            chunk: Chunk::default(),
            bytes: 0,
            next,
        }
    }

    fn push(&mut self, row: RowResult) -> Result<(), Error> {
        self.bytes += size_of(&row);
        self.chunk.rows.push(row);
        match self.next {
            None if self.bytes > MAX_RESULT_BYTES => Err(Error::Io(format!(
                "query result exceeds limit of {MAX_RESULT_BYTES} bytes"
            ))),
            Some(next) if self.bytes > CHUNK_BYTES => {
                self.bytes = 0;
                next.blocking_send(mem::take(&mut self.chunk))
                    .map_err(|_| Error::Io("the rows are not being read".to_owned()))
            }
            _ => Ok(()),
        }
    }
}

pub(super) fn execute(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: &[Value],
    output: &mut Output<'_>,
) -> Result<(), Error> {
    match connection.prepare_cached(sql) {
        Ok(mut statement) => collect(&mut statement, parameters, output),
        // Spin runs the first and leaves out the rest.
        Err(rusqlite::Error::MultipleStatement) => {
            match Batch::new(connection, sql).next().map_err(io_error)? {
                Some(mut statement) => collect(&mut statement, parameters, output),
                None => Ok(()),
            }
        }
        Err(error) => Err(io_error(error)),
    }
}

fn collect(
    statement: &mut rusqlite::Statement<'_>,
    parameters: &[Value],
    output: &mut Output<'_>,
) -> Result<(), Error> {
    output.chunk.columns = statement.column_names().map(str::to_owned).collect();
    let width = statement.column_count();
    let mut rows = statement
        .query(params_from_iter(parameters))
        .map_err(io_error)?;
    while let Some(row) = rows.next().map_err(io_error)? {
        let values = (0..width).map(|index| row.get_ref(index).map_err(io_error).and_then(value));
        output.push(RowResult {
            values: values.collect::<Result<_, _>>()?,
        })?;
    }
    Ok(())
}

fn value(value: ValueRef<'_>) -> Result<Value, Error> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::Integer(integer),
        ValueRef::Real(real) => Value::Real(real),
        ValueRef::Text(text) => Value::Text(
            String::from_utf8(text.to_vec()).map_err(|error| Error::Io(error.to_string()))?,
        ),
        ValueRef::Blob(blob) => Value::Blob(blob.to_vec()),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Real(real) => ValueRef::Real(*real),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(blob) => ValueRef::Blob(blob),
        }))
    }
}

fn size_of(row: &RowResult) -> usize {
    let contents = row.values.iter().map(|value| match value {
        Value::Text(text) => text.len(),
        Value::Blob(blob) => blob.len(),
        _ => 0,
    });
    row.values.len() * mem::size_of::<Value>() + contents.sum::<usize>()
}

pub(super) fn io_error(error: rusqlite::Error) -> Error {
    Error::Io(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::open;
    use std::path::Path;

    fn run(sql: &str, parameters: &[Value]) -> Result<Vec<RowResult>, Error> {
        let connection = open(Path::new(":memory:")).unwrap();
        let mut output = Output::new(None);
        execute(&connection, sql, parameters, &mut output)?;
        Ok(output.chunk.rows)
    }

    #[test]
    fn only_the_first_of_several_statements_runs() {
        let rows = run("SELECT ?1; SELECT 2", &[Value::Text("first".to_owned())]).unwrap();
        assert!(
            matches!(&rows[0].values[0], Value::Text(text) if text == "first"),
            "{rows:?}"
        );
    }

    #[test]
    fn files_cannot_be_attached() {
        let error = run("ATTACH 'other.db' AS other", &[]).unwrap_err();
        assert!(
            matches!(&error, Error::Io(text) if text == "not authorized"),
            "{error:?}"
        );
        assert!(run("ATTACH ':memory:' AS other", &[]).is_ok());
    }

    #[test]
    fn the_settings_are_those_of_spin() {
        for (pragma, expected) in [
            ("foreign_keys", 1),
            ("busy_timeout", 5000),
            ("synchronous", 2),
        ] {
            let rows = run(&format!("PRAGMA {pragma}"), &[]).unwrap();
            assert!(
                matches!(rows[0].values[0], Value::Integer(value) if value == expected),
                "{pragma}: {rows:?}"
            );
        }
    }

    #[test]
    fn a_long_result_goes_on_in_pieces() {
        let connection = open(Path::new(":memory:")).unwrap();
        let (sender, mut chunks) = mpsc::channel(100);
        let mut output = Output::new(Some(&sender));
        let sql = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 5000) SELECT hex(zeroblob(500)) FROM c";
        execute(&connection, sql, &[], &mut output).unwrap();
        let mut rows = output.chunk.rows.len();
        let mut pieces = 0;
        while let Ok(chunk) = chunks.try_recv() {
            rows += chunk.rows.len();
            pieces += 1;
        }
        assert_eq!(rows, 5000);
        assert!(pieces >= 4, "{pieces}");
    }
}
