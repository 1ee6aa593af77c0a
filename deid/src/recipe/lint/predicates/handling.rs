//! How the copy is made and handled: order, free text, keys, maker, recipient; and reminders of what
//! no program can see.

use super::super::view::{Hit, View};
use crate::recipe::{Order, Role, Step};
use crate::rulepack::Params;

/// The whole recipe, shown at its legal form.
fn form_itself<'a>(view: &View<'a>) -> Vec<Hit<'a>> {
    vec![Hit::at(&view.recipe.legal_form_span)]
}

/// Holds for every recipe of the form.
pub(super) fn always<'a>(view: &View<'a>, _: &Params) -> Vec<Hit<'a>> {
    form_itself(view)
}

/// A table keeps the order of its input.
pub(super) fn order_kept<'a>(view: &View<'a>, _: &Params) -> Vec<Hit<'a>> {
    view.recipe.tables.iter().filter(|t| t.order == Order::Keep).map(Hit::table).collect()
}

/// A column with the role `text` is published, other than as a constant.
pub(super) fn free_text_kept<'a>(view: &View<'a>, _: &Params) -> Vec<Hit<'a>> {
    view.published().filter(|c| c.role() == Role::Text && !c.is_removed()).map(|c| c.hit()).collect()
}

/// The form publishes no rows. Every recipe of this version writes rows.
pub(super) fn row_file_for_statistics<'a>(view: &View<'a>, _: &Params) -> Vec<Hit<'a>> {
    if view.form_has_rows() { Vec::new() } else { form_itself(view) }
}

/// A key is known to be of a lifetime that is not among the allowed ones.
pub(super) fn key_not_memory_only<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    match view.context.key_lifetime {
        Some(lifetime) if !params.keys.contains(&lifetime) => form_itself(view),
        _ => Vec::new(),
    }
}

/// Something is made with a key of the listed lifetimes.
pub(super) fn key_custody_reminder<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    let keyed = view
        .published()
        .any(|c| c.uses_pseudonym() || c.column.steps.iter().any(|s| matches!(s, Step::DateShift { .. })));
    if keyed && params.keys.contains(&view.key_lifetime()) { form_itself(view) } else { Vec::new() }
}

/// The declared maker is not among the allowed ones; silent where none is declared.
pub(super) fn maker_not_permitted<'a>(view: &View<'a>, params: &Params) -> Vec<Hit<'a>> {
    match view.recipe.maker {
        Some(maker) if !params.makers.contains(&maker) => form_itself(view),
        _ => Vec::new(),
    }
}

/// A recipient is named, in the recipe or on the command line.
pub(super) fn recipient_declared<'a>(view: &View<'a>, _: &Params) -> Vec<Hit<'a>> {
    if view.recipe.recipient.is_some() || view.context.recipient { form_itself(view) } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use crate::recipe::lint::testing::Case;
    use crate::rulepack::KeyLifetime;

    fn dropped(form: &str) -> Case {
        Case::column(r#"role = "drop""#).form(form)
    }

    #[test]
    fn order_kept() {
        for (form, code) in [("匿名加工情報", "DL413"), ("行政機関等匿名加工情報", "DL513")]
        {
            assert!(dropped(form).table("order = \"keep\"").fails(code));
            assert!(!dropped(form).has(code));
        }
    }

    #[test]
    fn free_text_kept() {
        for (form, code) in [("匿名加工情報", "DL414"), ("行政機関等匿名加工情報", "DL514")]
        {
            let text = |treatment: &str| {
                Case::column(&format!(r#"role = "text", item = "iE03", {treatment}"#)).form(form)
            };
            assert!(text("treatment = \"keep\"").fails(code));
            assert!(!text("treatment = \"drop_text\"").has(code));
            assert!(!text("treatment = { constant = \"-\" }").has(code));
        }
        assert!(
            Case::column(r#"role = "text", item = "iE03", treatment = "keep""#)
                .form("仮名加工情報")
                .warns("DL305")
        );
    }

    #[test]
    fn row_file_for_statistics() {
        assert!(dropped("統計").fails("DL601"));
        assert!(!dropped("安全管理加工").has("DL601"));
    }

    #[test]
    fn key_not_memory_only() {
        for (form, code) in [("匿名加工情報", "DL406"), ("行政機関等匿名加工情報", "DL506")]
        {
            assert!(dropped(form).key(KeyLifetime::File).fails(code));
            assert!(!dropped(form).key(KeyLifetime::MemoryOnly).has(code));
            assert!(!dropped(form).has(code), "not decided yet");
        }
    }

    #[test]
    fn key_custody_reminder() {
        for (form, code) in [("安全管理加工", "DL204"), ("仮名加工情報", "DL306")] {
            let keyed =
                Case::column(r#"role = "link", item = "iN03", treatment = { pseudonym = "p" }"#).form(form);
            assert!(keyed.has(code));
            assert!(!keyed.key(KeyLifetime::MemoryOnly).has(code));
            assert!(!dropped(form).has(code));
        }
    }

    #[test]
    fn maker_not_permitted() {
        for (form, code, no, yes) in [
            ("仮名加工情報", "DL310", "city", "private"),
            ("匿名加工情報", "DL401", "article58", "private"),
            ("行政機関等匿名加工情報", "DL501", "private", "city"),
        ] {
            assert!(dropped(form).head(&format!("maker = \"{no}\"")).has(code));
            assert!(!dropped(form).head(&format!("maker = \"{yes}\"")).has(code));
            assert!(!dropped(form).has(code), "not declared");
        }
    }

    #[test]
    fn recipient_declared() {
        let case = dropped("仮名加工情報");
        assert!(case.clone().head("recipient = \"univ\"").warns("DL308"));
        assert!(case.clone().recipient().warns("DL308"));
        assert!(!case.has("DL308"));
    }

    #[test]
    fn reminders_stand_in_their_forms_only() {
        for (form, codes) in [
            ("安全管理加工", &["DL201"][..]),
            ("仮名加工情報", &["DL307", "DL309"]),
            ("匿名加工情報", &["DL415", "DL416", "DL417", "DL418"]),
            ("行政機関等匿名加工情報", &["DL515", "DL516", "DL517", "DL518", "DL519"]),
        ] {
            for code in codes {
                assert!(dropped(form).has(code), "{form} {code}");
                assert!(!dropped("統計").has(code), "{code}");
            }
        }
    }
}
