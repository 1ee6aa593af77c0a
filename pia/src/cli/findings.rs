use super::session::Session;
use crate::case::tree::SourceFile;
use crate::error::Diagnostic;
use crate::judge::Result;
use crate::words::Words;
pub(super) fn diagnostics(found: &[Diagnostic], _: &[SourceFile], words: &Words) -> String {
    found.iter().map(|d| format!("{:?} {}", d, d.message(words))).collect::<Vec<_>>().join("\n")
}
pub(super) fn summary(s: &Session, w: &Words) -> String {
    text(s, w)
}
pub(super) fn json(_: &Session, _: &Words) -> serde_json::Value {
    serde_json::Value::Null
}
pub(super) fn text(s: &Session, w: &Words) -> String {
    let mut t = format!("{:?} {:?}\n", s.judgement.state, s.judgement.counts);
    for f in s.judgement.findings.iter() {
        if matches!(f.result, Result::Unmet | Result::Unknown(_)) {
            t.push_str(&format!(
                "{} {:?} {} {:?}\n",
                f.id.as_str(),
                f.severity,
                f.message.get(w.lang),
                match &f.result {
                    Result::Unknown(x) =>
                        x.iter().map(|y| format!("{:?}:{}", y.kind, y.what)).collect::<Vec<_>>(),
                    _ => vec![],
                }
            ));
        }
    }
    t
}
