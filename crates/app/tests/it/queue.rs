//! The queue: hold, release, shift, remove; nobody can tell whose another's job is.

use crate::house::House;
use app::Refusal;
use app::queue::{Shift, Wish};
use domain::ids::JobId;
use domain::job::JobState;
use domain::person::Role;

both! { jobs_are_held_shifted_and_removed what_was_removed_can_be_put_back
removing_twice_at_once_is_removing_once few_files_are_taken_in_at_once nobody_can_tell_whose_a_job_is }

async fn order(house: &House, me: &app::SignedIn) -> Vec<JobId> {
    house.queue(me).await.into_iter().filter_map(|job| job.id).collect()
}

async fn jobs_are_held_shifted_and_removed(house: House) {
    let me = house.person(Role::Operator).await;
    let wish = Wish { name: "a".to_owned(), hold: true, ..Wish::default() };
    let a = house.add_gcode(&me, crate::house::GCODE, &wish).await.unwrap();
    let b = house.add(&me, "b", false).await;
    let c = house.add(&me, "c", false).await;
    assert_eq!(house.state(&me, a).await, Some(JobState::Held));
    app::queue::release(&house.ctx, &me, a).await.unwrap();
    assert_eq!(house.state(&me, a).await, Some(JobState::Queued));
    app::queue::shift(&house.ctx, &me, c, Shift::Top).await.unwrap();
    assert_eq!(order(&house, &me).await, [c, a, b]);
    app::queue::shift(&house.ctx, &me, a, Shift::Down).await.unwrap();
    assert_eq!(order(&house, &me).await, [c, b, a]);
    app::queue::shift(&house.ctx, &me, a, Shift::Up).await.unwrap();
    app::queue::hold(&house.ctx, &me, b).await.unwrap();
    app::queue::remove(&house.ctx, &me, c).await.unwrap();
    app::queue::remove(&house.ctx, &me, b).await.unwrap();
    assert_eq!(order(&house, &me).await, [a]);
    assert_eq!(crate::traces::files(&house.data().join("blobs")).len(), 1, "their files are gone");
}

async fn what_was_removed_can_be_put_back(house: House) {
    let (ada, bob) = (house.person(Role::Member).await, house.person(Role::Member).await);
    let [a, b] = [house.add(&ada, "a", false).await, house.add(&ada, "b", false).await];
    app::queue::hold(&house.ctx, &ada, b).await.unwrap();
    for id in [a, b] {
        app::queue::take_out(&house.ctx, &ada, id).await.unwrap();
        assert_eq!(house.state(&ada, id).await, Some(JobState::Held), "it does not start meanwhile");
    }
    assert!(house.queue(&ada).await.iter().all(|job| job.leaving));
    assert!(house.queue(&bob).await.is_empty(), "others see it no more");
    assert!(app::queue::put_back(&house.ctx, &bob, a).await.is_err());
    for id in [a, b] {
        app::queue::put_back(&house.ctx, &ada, id).await.unwrap();
    }
    assert_eq!(order(&house, &ada).await, [a, b], "at the same place");
    assert_eq!(house.state(&ada, a).await, Some(JobState::Queued));
    assert_eq!(house.state(&ada, b).await, Some(JobState::Held), "what was held is held");
    assert!(app::queue::put_back(&house.ctx, &ada, a).await.is_err(), "it is not leaving any more");

    // releasing it says as much
    app::queue::take_out(&house.ctx, &ada, a).await.unwrap();
    assert!(app::queue::release(&house.ctx, &bob, a).await.is_err(), "not to be said by others");
    assert!(house.queue(&ada).await.iter().any(|job| job.leaving));
    app::queue::release(&house.ctx, &ada, a).await.unwrap();
    assert_eq!(house.state(&ada, a).await, Some(JobState::Queued));
    assert!(house.queue(&ada).await.iter().all(|job| !job.leaving), "it does not go in ten seconds");
}

async fn removing_twice_at_once_is_removing_once(house: House) {
    let ada = house.person(Role::Member).await;
    let job = house.add(&ada, "a", false).await;
    let take_out = || app::queue::take_out(&house.ctx, &ada, job);
    let (one, two, three) = tokio::join!(take_out(), take_out(), take_out());
    one.and(two).and(three).unwrap();
    app::queue::put_back(&house.ctx, &ada, job).await.unwrap();
    assert_eq!(house.state(&ada, job).await, Some(JobState::Queued), "as it was before");
    assert!(house.queue(&ada).await.iter().all(|job| !job.leaving));
}

async fn few_files_are_taken_in_at_once(house: House) {
    let ada = house.person(Role::Member).await;
    let ctx = &house.ctx;
    let (one, two) = (app::queue::begin(ctx).await.unwrap(), app::queue::begin(ctx).await.unwrap());
    let refused = app::queue::begin(ctx).await.unwrap_err();
    assert!(matches!(refused, app::Error::Refused(Refusal::Busy(_))), "{refused}");
    // Who waits gets the next place, and a place is free once its file is in the queue or given up.
    let (third, ()) = tokio::join!(app::queue::begin(ctx), async { drop(one) });
    third.unwrap().write(crate::house::GCODE).unwrap();
    let mut two = two;
    two.write(crate::house::GCODE).unwrap();
    let wish = Wish { name: "a".to_owned(), ..Wish::default() };
    app::queue::add(ctx, &ada, two, &wish).await.unwrap();
    let (again, more) = (app::queue::begin(ctx).await, app::queue::begin(ctx).await);
    assert!(again.is_ok() && more.is_ok());
}

async fn nobody_can_tell_whose_a_job_is(house: House) {
    let (ada, bob) = (house.person(Role::Member).await, house.person(Role::Member).await);
    let hers = house.add(&ada, "hers", false).await;
    let quiet = house.add(&ada, "quiet", true).await;
    let seen = house.queue(&bob).await;
    assert_eq!(seen.len(), 2, "everybody sees every job");
    for job in &seen {
        assert!(job.id.is_none() && job.name.is_none() && job.facts.is_none() && !job.mine && !job.incognito);
    }
    let text = format!("{seen:?}");
    for secret in [hers.to_string(), quiet.to_string(), ada.person.to_string()] {
        assert!(!text.contains(&secret));
    }
    let own = house.queue(&ada).await;
    assert!(own.iter().all(|job| job.mine && job.name.is_some()));
    assert!(app::queue::hold(&house.ctx, &bob, hers).await.is_err());
}
