//! That the house passes to somebody else, as everybody is told: on the first page, at the door, in the notice.

use crate::Face;
use crate::problem::Problem;
use crate::words::when;
use app::disclosures::acquisitions;

/// One of them.
pub struct Sale {
    pub acquirer: String,
    pub says: String,
    pub negotiated: bool,
    /// Before when nothing goes; none once it may go any day.
    pub from: Option<String>,
}

/// What everybody is told now.
pub async fn sales(face: &Face) -> Result<Vec<Sale>, Problem> {
    let told = acquisitions::announced(&face.ctx).await?.into_iter().map(|told| Sale {
        acquirer: told.acquirer,
        says: told.says,
        negotiated: told.negotiated,
        from: (!told.may_go).then(|| when(told.from)),
    });
    Ok(told.collect())
}
