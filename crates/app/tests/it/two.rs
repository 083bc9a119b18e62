//! Two processes over one PostgreSQL and one printer: each job is started once, whoever is quicker.

use crate::house::{House, context};
use app::work::pass;

#[tokio::test]
async fn two_processes_never_print_twice() {
    let house = House::postgres().await;
    let (me, printer) = house.ready().await;
    let mut settings = house.settings.clone();
    settings.data = house.folder.path().join("data"); // files lie in one place, as in an object store
    let other = context(&settings, &house.clock, &house.machine).await;
    app::history::choose(&house.ctx, &me, true).await.unwrap();
    for n in 0..3 {
        let job = house.add(&me, &format!("job {n}"), false).await;
        app::printers::bed_is_clear(&house.ctx, &me, printer).await.unwrap();
        house
            .until("the end of the job", async || {
                other.fleet().hurry();
                let (one, two) = tokio::join!(pass(&house.ctx), pass(&other));
                one.unwrap();
                two.unwrap();
                house.state(&me, job).await.is_none()
            })
            .await;
        assert_eq!(house.machine.started().len(), n + 1);
    }
    // the one that has the printer falls silent: the other goes on, and asks instead of starting anew
    let job = house.add(&me, "handed over", false).await;
    app::printers::bed_is_clear(&house.ctx, &me, printer).await.unwrap();
    house.until_state(&me, job, Some(domain::job::JobState::Printing)).await;
    let begun = std::time::Instant::now();
    while house.state(&me, job).await.is_some() {
        assert!(begun.elapsed().as_secs() < 60, "the other never took over");
        house.clock.advance(5);
        other.fleet().hurry();
        pass(&other).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(house.machine.started().len(), 4);
    let page = app::history::page(&house.ctx, &me, &Default::default(), 0).await.unwrap();
    assert_eq!(page.entries.len(), 4);
}

/// The other process ends an incognito print of which this one has the keys: this one forgets them too.
#[tokio::test]
async fn what_one_process_knows_of_an_incognito_print_goes_when_another_ends_it() {
    let house = House::postgres().await;
    let (me, _) = house.ready().await;
    let job = crate::history::pictured(&house, &me, true).await;
    house.until_state(&me, job, Some(domain::job::JobState::Printing)).await;
    let other = context(&house.settings, &house.clock, &house.machine).await;
    let begun = std::time::Instant::now();
    while !app::queue::list(&other, &me).await.unwrap().is_empty() {
        assert!(begun.elapsed().as_secs() < 60, "the other never ended it");
        house.clock.advance(5);
        other.fleet().hurry();
        pass(&other).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert!(app::queue::picture(&house.ctx, &me, job).await.is_ok(), "not known here yet");
    house.turn().await;
    assert!(app::queue::picture(&house.ctx, &me, job).await.is_err());
    let stored = crate::history::STORED;
    assert_eq!(crate::traces::files(&house.data().join("blobs")).len(), stored);
}
