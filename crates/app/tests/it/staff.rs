//! Whoever keeps the printers running and does something with another's print leaves a line that its owner sees, whether
//! or not the owner has restricted the use of their data.

use crate::house::House;
use app::queue::{Shift, Wish};
use app::{SignedIn, printers, queue};
use domain::job::{JobState, Verdict};
use domain::person::Role;

both! { every_act_on_anothers_print_is_seen_by_its_owner every_act_is_seen_also_by_an_owner_who_is_restricted }

/// How many acts of the staff its owner sees, who may look at this always.
async fn lines(house: &House, owner: &SignedIn) -> usize {
    let log = app::privacy_centre::looks(&house.ctx, owner).await.unwrap();
    log.iter()
        .filter(|l| (&*l.role, &*l.act, &*l.what, &*l.purpose) == ("technician", "change", "job", "operate"))
        .count()
}

async fn every_act_on_anothers_print_is_seen_by_its_owner(house: House) {
    every_act(&house, false).await;
}

async fn every_act_is_seen_also_by_an_owner_who_is_restricted(house: House) {
    every_act(&house, true).await;
}

async fn every_act(house: &House, restricted: bool) {
    let ctx = &house.ctx;
    let (_, printer) = house.ready().await;
    let (ada, tom) = (house.person(Role::Member).await, house.person(Role::Technician).await);
    let wish = Wish { name: "hers".to_owned(), hold: true, ..Wish::default() };
    let taken = house.add_gcode(&ada, crate::house::GCODE, &wish).await.unwrap();
    let printed = house.add_gcode(&ada, crate::house::GCODE, &wish).await.unwrap();
    let lost = house.add_gcode(&ada, crate::house::GCODE, &wish).await.unwrap();
    // What is printing was begun before.
    queue::release(ctx, &ada, printed).await.unwrap();
    house.until_state(&tom, printed, Some(JobState::Printing)).await;
    if restricted {
        app::restrictions::restrict(ctx, &ada, "own-wish", "").await.unwrap();
    }
    let mut seen = 0;
    macro_rules! leaves_a_line {
        ($($act:expr),+ $(,)?) => {$(
            $act.await.unwrap();
            seen += 1;
            assert_eq!(lines(house, &ada).await, seen, stringify!($act));
        )+};
    }
    leaves_a_line! {
        queue::release(ctx, &tom, taken),
        queue::hold(ctx, &tom, taken),
        queue::shift(ctx, &tom, taken, Shift::Down),
        queue::remove(ctx, &tom, taken),
        printers::pause(ctx, &tom, printed),
    }
    house.until_state(&tom, printed, Some(JobState::Paused)).await;
    leaves_a_line! { printers::resume(ctx, &tom, printed) }
    house.until_state(&tom, printed, Some(JobState::Printing)).await;
    leaves_a_line! { printers::cancel(ctx, &tom, printed, true) }
    house.until_state(&tom, printed, None).await;
    // her own acts leave none
    if !restricted {
        printers::bed_is_clear(ctx, &tom, printer).await.unwrap();
        queue::release(ctx, &ada, lost).await.unwrap();
        house.until_state(&tom, lost, Some(JobState::Printing)).await;
        house.machine.power_cycle();
        house.until_state(&tom, lost, Some(JobState::Unknown)).await;
        assert_eq!(lines(house, &ada).await, seen);
        leaves_a_line! { queue::say(ctx, &tom, lost, Verdict::Lost) }
    }
    assert_eq!(ctx.store.integrate_log().await.unwrap() as usize, seen, "each with a leaf");
}
