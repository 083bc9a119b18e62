//! From upload to library: facts, picture, what was removed, whose it is, and its end.

use crate::house::{House, sample};
use app::models::{self, Sort};
use app::{Error, Refusal};
use domain::ids::ModelId;
use domain::machine::MachineLimits;
use domain::model::Unit;

both! { a_3mf_and_an_stl_become_models_with_picture_and_facts another_persons_model_does_not_exist
erasing_a_model_leaves_no_file }

async fn a_3mf_and_an_stl_become_models_with_picture_and_facts(mut house: House) {
    house.work();
    let ada = house.person("Ada").await;
    let torus = house.upload(&ada, "torus.3mf", &sample("torus.3mf")).await.unwrap();
    let helix = house.upload(&ada, "C:\\Users\\ada\\helix.stl", &sample("helix.stl")).await.unwrap();
    house.rest().await;

    let model = models::get(&house.ctx, &ada, helix).await.unwrap();
    assert_eq!(model.name.reveal(), "helix.stl", "where it lay is not kept");
    let facts = model.facts.unwrap();
    let near = |a: f64, b: f64| (a - b).abs() < 0.1;
    assert!(near(facts.size_mm[0], 100.0) && near(facts.size_mm[2], 56.5), "{facts:?}");
    assert!(model.report.printable && model.report.stated_unit.is_none());
    assert_eq!(models::fits(&model, &[MachineLimits::GENERIC]), [true]);
    assert!(models::get(&house.ctx, &ada, torus).await.unwrap().report.stated_unit.is_some());
    for id in [torus, helix] {
        let picture = house.bytes(models::picture(&house.ctx, &ada, id).await.unwrap()).await;
        assert!(picture.starts_with(b"\x89PNG"));
        let view = house.bytes(models::view_mesh(&house.ctx, &ada, id).await.unwrap()).await;
        assert!(view.starts_with(b"PKM1"));
        let source = house.bytes(models::source(&house.ctx, &ada, id).await.unwrap()).await;
        assert_eq!(source[..80], [0; 80], "our own STL, with nothing in its header");
    }

    let all = models::list(&house.ctx, &ada, Sort::Name).await.unwrap();
    assert_eq!(all.iter().map(|m| m.name.reveal().as_str()).collect::<Vec<_>>(), ["helix.stl", "torus.3mf"]);
    assert_eq!(models::matching(all, "HEL").len(), 1);
    models::rename(&house.ctx, &ada, helix, "Spring").await.unwrap();
    assert_eq!(models::get(&house.ctx, &ada, helix).await.unwrap().name.reveal(), "Spring");
    // nothing is left of the way in
    assert!(models::in_progress(&house.ctx, &ada).await.unwrap().is_empty());
    assert_eq!(house.blobs().len(), 6, "source, view and picture of each");
    assert!(house.work_folder().is_empty() && !house.has_work().await);
}

async fn another_persons_model_does_not_exist(mut house: House) {
    house.work();
    let (ada, bob) = (house.person("Ada").await, house.person("Bob").await);
    let id = house.upload(&ada, "torus.3mf", &sample("torus.3mf")).await.unwrap();
    house.rest().await;
    let ctx = &house.ctx;
    let gone = |result: Result<(), Error>| {
        assert!(matches!(result, Err(Error::Refused(Refusal::NotFound))), "{result:?}");
    };
    gone(models::get(ctx, &bob, id).await.map(drop));
    gone(models::picture(ctx, &bob, id).await.map(drop));
    gone(models::view_mesh(ctx, &bob, id).await.map(drop));
    gone(models::source(ctx, &bob, id).await.map(drop));
    gone(models::rename(ctx, &bob, id, "mine now").await);
    gone(models::read_as(ctx, &bob, id, Unit::Inch).await);
    gone(models::erase(ctx, &bob, id).await);
    let choices = crate::slicing::choices(models::Quality::Draft, models::Material::Pla, false);
    gone(models::slice(ctx, &bob, id, choices).await.map(drop));
    assert!(models::list(ctx, &bob, Sort::Newest).await.unwrap().is_empty());
    gone(models::get(ctx, &ada, ModelId::fresh(&store::SystemRandom)).await.map(drop));
    assert!(models::get(ctx, &ada, id).await.is_ok());
}

async fn erasing_a_model_leaves_no_file(mut house: House) {
    house.work();
    let ada = house.person("Ada").await;
    let id = house.upload(&ada, "torus.3mf", &sample("torus.3mf")).await.unwrap();
    assert_eq!(house.blobs().len(), 3);
    models::erase(&house.ctx, &ada, id).await.unwrap();
    assert_eq!(house.blobs(), Vec::<std::path::PathBuf>::new());
    assert!(matches!(models::erase(&house.ctx, &ada, id).await, Err(Error::Refused(Refusal::NotFound))));
    house.rest().await;
}

/// What names people and paths is not in anything that is kept, and the person is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metadata_that_names_people_is_removed_and_reported() {
    let mut house = House::sqlite().await;
    house.work();
    let ada = house.person("Ada").await;
    let mut stl = sample("helix.stl");
    let header = b"C:\\Users\\Lovelace\\secret-project.stl by ADACANARY";
    stl[..80].fill(b' ');
    stl[..header.len()].copy_from_slice(header);
    let id = house.upload(&ada, "helix.stl", &stl).await.unwrap();
    house.rest().await;
    let model = models::get(&house.ctx, &ada, id).await.unwrap();
    assert_eq!(model.report.removed[0].what, "a file path in the STL header");
    for pass in [
        models::source(&house.ctx, &ada, id).await.unwrap(),
        models::view_mesh(&house.ctx, &ada, id).await.unwrap(),
        models::picture(&house.ctx, &ada, id).await.unwrap(),
    ] {
        let bytes = house.bytes(pass).await;
        assert!(!bytes.windows(8).any(|w| w == b"Lovelace" || w == b"ADACANAR"));
    }
    assert!(!format!("{:?}", model.report).contains("Lovelace"));
}

/// The same numbers in inches make the part 25.4 times as large, and the shape that was kept stays as it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_is_read_again_in_another_unit() {
    let mut house = House::sqlite().await;
    house.work();
    let ada = house.person("Ada").await;
    let id = house.upload(&ada, "part.stl", &sample("featuretype_inches.stl")).await.unwrap();
    let before = models::get(&house.ctx, &ada, id).await.unwrap();
    let source = house.bytes(models::source(&house.ctx, &ada, id).await.unwrap()).await;
    let mut changes = app::workshop::changes(&house.ctx);
    models::read_as(&house.ctx, &ada, id, Unit::Inch).await.unwrap();
    while models::get(&house.ctx, &ada, id).await.unwrap().checking {
        let _ = changes.recv().await.unwrap();
    }
    house.rest().await;
    let after = models::get(&house.ctx, &ada, id).await.unwrap();
    let [was, is] = [before, after].map(|m| m.facts.unwrap().size_mm[0]);
    assert!((is / was - 25.4).abs() < 0.01, "{was} {is}");
    assert_eq!(house.bytes(models::source(&house.ctx, &ada, id).await.unwrap()).await, source);
    assert_eq!(house.blobs().len(), 3);
}
