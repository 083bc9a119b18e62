//! Models: files with a shape that people stored on purpose.

use crate::fault::Error;
use crate::record::Record;
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::ModelId;

/// Stores a model's row; the grant is to create `model`.
///
/// # Errors
/// A refusal or a fault.
pub async fn insert_raw(grant: &Grant<'_>, id: ModelId, values: &[(&str, Value)]) -> Result<(), Error> {
    grant.insert(id.uuid(), values).await
}

/// A model; the grant is to read `model`.
///
/// # Errors
/// A fault.
pub async fn get(grant: &Grant<'_>, id: ModelId) -> Result<Option<Record>, Error> {
    grant.get(id.uuid()).await
}
