//! The tables of contents that an image's SOCI index lists, added to the layers. The index is parsed in `table/soci_index`; the tables are not fetched here.

use crate::archive::digest::matches_digest;
use crate::archive::error::Error;
use crate::archive::fetch::interface::DocumentKind;
use crate::archive::layer_cache::LayerCache;
use crate::archive::manifest::candidate::Chosen;
use crate::archive::manifest::oci::blob_name;
use crate::archive::store::Store;
use crate::archive::table::soci_index::{index_of, tables_of};

/// Adds the tables of an image in a registry. An index that cannot be used is a warning.
///
/// # Errors
/// [`Error::Cancelled`] when the user cancelled.
pub(crate) fn add_tables(
    chosen: &mut Chosen,
    store: &Store,
    cache: Option<&dyn LayerCache>,
) -> Result<(), Error> {
    let Some(digest) = index_of(&chosen.about.annotations).filter(|_| store.is_fetched()) else {
        return Ok(());
    };
    let why = match index(digest, store, cache) {
        Ok(text) => match tables_of(&text) {
            Some(mut tables) => {
                for layer in &mut chosen.layers {
                    let own = layer.digest.as_ref();
                    let own = own.and_then(|digest| tables.remove(digest));
                    layer.contents_table = layer.contents_table.take().or(own);
                }
                return Ok(());
            }
            None => "it is not one".to_owned(),
        },
        Err(Error::Cancelled) => return Err(Error::Cancelled),
        Err(error) => error.to_string(),
    };
    chosen
        .warnings
        .push(format!("the SOCI index {digest} is not used: {why}"));
    Ok(())
}

/// Returns the bytes of an index, from the cache if they are kept.
fn index(digest: &str, store: &Store, cache: Option<&dyn LayerCache>) -> Result<Vec<u8>, Error> {
    let matches = |text: &Vec<u8>| matches_digest(text, digest);
    if let Some(kept) = cache.and_then(|cache| cache.table(digest)).filter(matches) {
        return Ok(kept);
    }
    let missing = || store.missing("SOCI index", digest);
    let name = blob_name(digest).ok_or_else(missing)?;
    let text = store.extra(DocumentKind::TableIndex, &name)?;
    let text = text.ok_or_else(missing)?;
    if let Some(cache) = cache.filter(|_| matches(&text)) {
        cache.put_table(digest, &text);
    }
    Ok(text)
}
