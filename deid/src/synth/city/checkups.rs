//! The table 特定健診: specific health checks of people aged 40 to 74.
//!
//! Published: 58.1 % are checked; metabolic syndrome or its first stage in 42.4 % of men and 12.9 %
//! of women; 30.7 % take a drug for pressure, sugar or lipids. Assumed: how the two stages share,
//! every distribution of a value. The judgement in the row agrees with the values beside it
//! (waist, then the number of risks among pressure, sugar and lipids).

use super::City;
use super::calendar::{self, push_padded};
use super::data::Sex;
use super::emit::{Emitter, Row};
use super::random::Stream;
use super::tables::Table;
use super::transports;

/// Ages invited.
const AGES: std::ops::RangeInclusive<i32> = 40..=74;

/// The judgement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Syndrome,
    First,
    None,
}

/// Measured values; lengths and weights in tenths of cm and kg, HbA1c in tenths of %.
struct Values {
    height: i32,
    weight: i32,
    waist: i32,
    systolic: i32,
    diastolic: i32,
    hba1c: i32,
    triglyceride: i32,
    hdl: i32,
    ldl: i32,
}

pub(super) fn write<E>(city: &City, seed: u64, emitter: &mut Emitter<'_, E>) -> Result<(), E> {
    let mut stream = Stream::new(seed, "checkup");
    let mut row = Row::default();
    let (from, _) = transports::year(city.population.as_of);
    for (place, person) in city.chosen() {
        // Checks take place from day 240 of the year of events on (June of a year from October).
        let day = from + stream.between(240, 364);
        let age = person.age_on(day);
        if !AGES.contains(&person.age_on(city.population.as_of)) || !stream.chance(581) {
            continue;
        }
        let man = person.sex == Sex::Male;
        let stage = match stream.small(1_000) {
            at if at < if man { 255 } else { 78 } => Stage::Syndrome,
            at if at < if man { 424 } else { 129 } => Stage::First,
            _ => Stage::None,
        };
        let values = measure(stage, man, age, &mut stream);
        let medicated = stream.chance(match stage {
            Stage::Syndrome => 660,
            Stage::First => 420,
            Stage::None => 205,
        });
        let smokes = stream.chance(if man { 270 } else { 80 });

        row.clear();
        push_padded(row.cell(), i64::try_from(emitter.next_record(Table::Checkups)).unwrap_or(0), 8);
        city.numbers.insurance(place, person, &mut row);
        calendar::push_iso(row.cell(), day);
        push_padded(row.cell(), age, 1);
        row.text(person.sex.text());
        push_tenths(values.height, row.cell());
        push_tenths(values.weight, row.cell());
        push_tenths(bmi(values.height, values.weight), row.cell());
        push_tenths(values.waist, row.cell());
        push_padded(row.cell(), values.systolic, 1);
        push_padded(row.cell(), values.diastolic, 1);
        push_tenths(values.hba1c, row.cell());
        for value in [values.triglyceride, values.hdl, values.ldl] {
            push_padded(row.cell(), value, 1);
        }
        row.text(if smokes { "はい" } else { "いいえ" });
        row.text(if medicated { "あり" } else { "なし" });
        row.text(match stage {
            Stage::Syndrome => "基準該当",
            Stage::First => "予備群該当",
            Stage::None => "非該当",
        });
        emitter.row(Table::Checkups, &mut row)?;
    }
    Ok(())
}

/// Body mass index in tenths, from tenths of cm and kg, rounded half up.
const fn bmi(height: i32, weight: i32) -> i32 {
    // weight/10 kg ÷ (height/1000 m)² × 10 = weight · 10⁶ / height²
    (weight * 1_000_000 + height * height / 2) / (height * height)
}

fn push_tenths(value: i32, out: &mut String) {
    push_padded(out, value / 10, 1);
    out.push('.');
    push_padded(out, value % 10, 1);
}

/// Waist from which the judgement looks further, in tenths of cm.
const fn waist_limit(man: bool) -> i32 {
    if man { 850 } else { 900 }
}

/// Values that give this stage: waist at the limit or over, and two or three (one) risks.
fn measure(stage: Stage, man: bool, age: i32, stream: &mut Stream) -> Values {
    let limit = waist_limit(man);
    let waist = match stage {
        Stage::None => (limit - 70 + stream.spread(60)).clamp(560, limit - 1),
        _ => (limit + 20 + stream.spread(60).abs()).min(1_350),
    };
    // Which of pressure, sugar and lipids are risks.
    let odd = stream.small(3);
    let risks = [0, 1, 2].map(|risk| match stage {
        Stage::Syndrome => risk != odd || stream.chance(300),
        Stage::First => risk == odd,
        Stage::None => stream.chance(220),
    });
    let [pressure, sugar, lipids] = risks;
    let systolic = if pressure {
        (138 + stream.spread(9).abs()).min(210)
    } else {
        (116 + (age - 40) / 5 + stream.spread(8)).clamp(86, 129)
    };
    let diastolic =
        if pressure { (78 + stream.spread(9)).clamp(50, 120) } else { (72 + stream.spread(7)).clamp(46, 84) };
    let triglyceride = if lipids {
        (165 + stream.spread(50).abs()).min(900)
    } else {
        (92 + stream.spread(25)).clamp(28, 149)
    };
    let height = if man { 1_702 } else { 1_572 } - (age - 40) + stream.spread(58);
    // Body mass index follows the waist.
    let index = 226 + (waist - limit) / 3 + stream.spread(12);
    Values {
        height,
        weight: index.clamp(145, 480) * height / 100 * height / 10_000,
        waist,
        systolic,
        diastolic,
        hba1c: if sugar {
            (60 + stream.spread(6).abs()).min(140)
        } else {
            (55 + stream.spread(2)).clamp(44, 59)
        },
        triglyceride,
        hdl: (if man { 58 } else { 70 } + stream.spread(11)).clamp(41, 130),
        ldl: (122 + stream.spread(28)).clamp(40, 300),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The judgement can be derived again from the values.
    #[test]
    fn stage_agrees_with_values() {
        let mut stream = Stream::new(4, "checkup");
        for i in 0..20_000 {
            let man = i % 2 == 0;
            for stage in [Stage::Syndrome, Stage::First, Stage::None] {
                let v = measure(stage, man, 40 + i % 35, &mut stream);
                let risks = [
                    v.systolic >= 130 || v.diastolic >= 85,
                    v.hba1c >= 60,
                    v.triglyceride >= 150 || v.hdl < 40,
                ];
                let risks = risks.into_iter().filter(|r| *r).count();
                let derived = match (v.waist >= waist_limit(man), risks) {
                    (true, 2..) => Stage::Syndrome,
                    (true, 1) => Stage::First,
                    _ => Stage::None,
                };
                assert!(derived == stage, "{} {risks}", v.waist);
                assert!((120..520).contains(&bmi(v.height, v.weight)));
            }
        }
    }

    #[test]
    fn body_mass_index() {
        assert_eq!(bmi(1_700, 650), 225);
        assert_eq!(bmi(1_500, 500), 222);
    }
}
