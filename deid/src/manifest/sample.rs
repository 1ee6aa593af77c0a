//! A small, complete run manifest and fixed keys for tests and vectors.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::measure::{Basis, Figure, Gate, Limit, Measure, Scope, TReference};
use super::run::*;
use super::statement::Tool;
use super::table::*;
use super::{Decimal, Sha256Hex, Signer, Statement, Subject, UtcTime};
use crate::crypto::{KeyFile, KeyId, KeyKind, Lifetime, SigningKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// A signing key from a fixed seed, made the way a person's key is: from a key file.
pub(super) fn key(seed: u8) -> SigningKey {
    use ring::signature::{Ed25519KeyPair, KeyPair};
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    let id = id_of(pair.public_key().as_ref());
    let body = format!(
        "deid-secret-key 1\nkind signing\nid {id}\nlabel test {seed}\nsecret {}\n",
        STANDARD.encode([seed; 32])
    );
    let digest: [u8; 32] = Sha256::digest(&body).into();
    let check = crate::crypto::text::hex(digest.first_chunk::<8>().unwrap());
    KeyFile::parse(format!("{body}check {check}\n").as_bytes()).unwrap().into_signing().unwrap()
}

fn id_of(public: &[u8]) -> KeyId {
    crate::crypto::PublicKey::new(public.try_into().unwrap()).unwrap().id()
}

pub(super) fn digest(name: &str) -> Sha256Hex {
    Sha256Hex::of(name.as_bytes())
}

fn csv() -> Format {
    Format {
        kind: FormatKind::Csv,
        encoding: Some("UTF-8".to_owned()),
        bom: Some(false),
        delimiter: Some(",".to_owned()),
        eol: Some(Eol::Lf),
        null_tokens: vec![],
    }
}

fn column(name: &str, role: Role, treatment: &str, parameters: &[(&str, Parameter)]) -> Column {
    let parameters = parameters.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    Column {
        name: name.to_owned(),
        role,
        item: None,
        value_type: "text".to_owned(),
        normalisation: None,
        published: role != Role::Drop,
        treatments: vec![Treatment { id: treatment.to_owned(), parameters }],
    }
}

fn measure(definition: &str, scope: Scope, columns: &[&str], value: Figure, basis: Basis) -> Measure {
    Measure {
        definition: definition.to_owned(),
        scope,
        table: (scope == Scope::Table).then(|| "persons".to_owned()),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        value: Some(value),
        basis,
    }
}

fn limit(limit: Figure) -> Limit {
    Limit { table: "persons".to_owned(), column: "病名".to_owned(), limit }
}

/// One table, five columns, signed by `signer`; published files `persons.csv` and `report.html`.
pub(super) fn statement(signer: &SigningKey) -> Statement<RunManifest> {
    let decimal = |text| Decimal::parse(text).unwrap();
    let mut id = column(
        "住民番号",
        Role::Link,
        "pseudonym",
        &[("domain", Parameter::Text("resident".to_owned())), ("bits", Parameter::Integer(128))],
    );
    id.item = Some("i001".to_owned());
    id.value_type = "integer".to_owned();
    id.normalisation = Some("n1:width+trim".to_owned());
    let table = Table {
        id: "persons".to_owned(),
        file: "persons.csv".to_owned(),
        format: csv(),
        rows: Counts { input: 100, output: 98, suppressed: 2 },
        people: Some(Counts { input: 100, output: 98, suppressed: 2 }),
        person_column: Some(PersonColumn { name: "住民番号".to_owned(), published: true }),
        order: Order::Shuffled,
        columns: vec![
            id,
            column("氏名", Role::Drop, "drop", &[]),
            column("年齢", Role::Quasi, "generalize", &[("level", Parameter::Integer(1))]),
            column("病名", Role::Sensitive, "keep", &[("acknowledged", Parameter::Flag(true))]),
        ],
        quasi: vec!["年齢".to_owned()],
        sensitive: vec!["病名".to_owned()],
        formula_cells: 0,
    };
    let predicate = RunManifest {
        run_time: UtcTime::parse("2026-11-20T01:02:03Z").unwrap(),
        tool: Tool { name: "deid".to_owned(), version: "0.1.0".to_owned() },
        signer: Signer::of(signer),
        demo: signer.is_demo(),
        recipe: Pinned { id: "emergency-analysis".to_owned(), sha256: digest("recipe") },
        decision: Some(Decision {
            sha256: digest("decision"),
            recoding: Recoding::FullDomain,
            levels: vec![Level {
                table: "persons".to_owned(),
                column: "年齢".to_owned(),
                level: Some(1),
                height: 3,
                records: vec![0, 95, 0, 0],
            }],
            search: Some(Searched {
                proven: true,
                loss: decimal("0.1875000000"),
                bound: decimal("0.1875000000"),
                gap: decimal("0.0000000000"),
                stopped: None,
            }),
        }),
        hierarchies: vec![HierarchyUse {
            table: "persons".to_owned(),
            column: "年齢".to_owned(),
            sha256: digest("hierarchy"),
        }],
        rule_pack: Pinned { id: "jp-2026.1".to_owned(), sha256: digest("rules") },
        inputs: vec![Input {
            name: "persons.csv".to_owned(),
            sha256: digest("input"),
            rows: 100,
            format: csv(),
        }],
        recipient: "univ-a".to_owned(),
        exchange: "emergency-2026".to_owned(),
        link_group: None,
        legal_form: LegalForm::Pseudonymised,
        keys: vec![KeyUse {
            id: KeyId::parse("root-F34SW4C8M6NJZTSR").unwrap(),
            kind: KeyKind::Root,
            lifetime: Lifetime::File,
            destroyed: false,
        }],
        normalisation: vec![Normalisation { domain: "resident".to_owned(), id: "none".to_owned() }],
        tables: vec![table],
        relations: vec![],
        measures: vec![
            measure("k-anonymity", Scope::Table, &["年齢"], Figure::Count(7), Basis::Recountable),
            measure("k-anonymity", Scope::Joined, &[], Figure::Count(7), Basis::Recountable),
            measure("l-diversity.distinct", Scope::Table, &["病名"], Figure::Count(3), Basis::Recountable),
            measure(
                "t-closeness.equal.input",
                Scope::Table,
                &["病名"],
                Figure::Ratio(decimal("0.1875000000")),
                Basis::Attested,
            ),
        ],
        gate: Some(Gate {
            k: 5,
            l: vec![limit(Figure::Count(2))],
            t: vec![limit(Figure::Ratio(decimal("0.2000000000")))],
            t_reference: Some(TReference::Input),
            models: vec![],
            suppression_limit: Some(decimal("0.0200000000")),
            passed: true,
        }),
        releases: Releases { follows: None, assessment: AcrossReleases::NotAssessed },
        acknowledged: vec![Acknowledged {
            code: "R-K01".to_owned(), reason: "研究計画書 3.2".to_owned()
        }],
        uniqueness: vec![Uniqueness {
            table: "persons".to_owned(),
            column: "病名".to_owned(),
            people: 0,
            limit: Some(0),
            acknowledged: false,
        }],
    };
    let subject = ["persons.csv", "report.html"].map(|name| Subject::new(name, digest(name)));
    Statement::new(subject.to_vec(), predicate)
}
