//! Rules for text from people: names, sign-in names, and folding for search.
//!
//! Text is hostile until it has gone through here: bounded, trimmed, in NFC, without control or invisible direction
//! characters. Escaping on pages is the pages' matter: apostrophes and `<` are ordinary characters of a name.

use base::{Said, limits};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One field of a form that is refused, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name as in the API and the forms.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub said: Said,
}

impl FieldFault {
    /// A fault of that field.
    pub fn new(field: &'static str, said: Said) -> Self {
        Self { field, said }
    }
}

/// Characters that change how other text is shown without being seen (Trojan Source, Unicode TR36), and line breaks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Reads a name that must be there.
///
/// # Errors
/// A fault of `field` that says what is wrong; it does not repeat the text.
pub fn name(field: &'static str, text: &str) -> Result<String, FieldFault> {
    optional_name(field, text)?
        .ok_or_else(|| FieldFault::new(field, Said::new("Hãy điền mục này.", "Fill in this field.")))
}

/// Reads a name that may be empty.
///
/// # Errors
/// As [`name`].
pub fn optional_name(field: &'static str, text: &str) -> Result<Option<String>, FieldFault> {
    let max = limits::NAME_BYTES_MAX;
    let long = || {
        FieldFault::new(
            field,
            Said::new(
                format!("Dài quá {max} byte (khoảng {} chữ có dấu). Hãy rút ngắn.", max / 3),
                format!("Longer than {max} bytes. Shorten it."),
            ),
        )
    };
    let text = text.trim();
    if text.len() > max {
        return Err(long());
    }
    if text.chars().any(char::is_control) {
        return Err(FieldFault::new(
            field,
            Said::new(
                "Có ký tự điều khiển (xuống dòng, tab, NUL …). Hãy xóa chúng, chỉ dùng chữ, số và dấu câu.",
                "Contains control characters (line break, tab, NUL …). Remove them; use letters, digits and punctuation.",
            ),
        ));
    }
    if text.chars().any(is_invisible) {
        return Err(FieldFault::new(
            field,
            Said::new(
                "Có ký tự vô hình hoặc ký tự đổi chiều chữ. Hãy gõ lại tên thay vì dán.",
                "Contains invisible characters or marks that turn the writing direction. Type it instead of pasting it.",
            ),
        ));
    }
    let text: String = text.nfc().collect();
    if text.len() > max {
        return Err(long());
    }
    Ok((!text.is_empty()).then_some(text))
}

/// Reads a reason or remark that may be empty: as a name, longer, and with line breaks.
///
/// # Errors
/// A fault of `field`.
pub fn optional_remark(field: &'static str, text: &str) -> Result<Option<String>, FieldFault> {
    let text = text.trim().replace("\r\n", "\n");
    let max = limits::REMARK_BYTES_MAX;
    if text.len() > max {
        return Err(FieldFault::new(
            field,
            Said::new(
                format!("Dài quá {max} byte (khoảng {} chữ có dấu). Hãy rút ngắn.", max / 3),
                format!("Longer than {max} bytes. Shorten it."),
            ),
        ));
    }
    if text.chars().any(|c| (c.is_control() && !matches!(c, '\n' | '\t')) || is_invisible(c)) {
        return Err(FieldFault::new(
            field,
            Said::new(
                "Có ký tự điều khiển hoặc ký tự vô hình. Hãy gõ lại thay vì dán.",
                "Contains control or invisible characters. Type it instead of pasting it.",
            ),
        ));
    }
    let text: String = text.nfc().collect();
    Ok((!text.is_empty()).then_some(text))
}

/// Shortest and longest sign-in name, in characters.
const SIGN_IN_NAME: std::ops::RangeInclusive<usize> = 2..=64;

/// Reads a sign-in name: lower-case Latin letters, digits, `.`, `-`, `_`, `@`; capitals are made small.
///
/// # Errors
/// A fault of `field`.
pub fn sign_in_name(field: &'static str, text: &str) -> Result<String, FieldFault> {
    let text = text.trim();
    let fits = SIGN_IN_NAME.contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@'))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if fits {
        return Ok(text.to_ascii_lowercase());
    }
    Err(FieldFault::new(
        field,
        Said::new(
            "Tên đăng nhập dài 2–64 ký tự, gồm chữ không dấu, số và . - _ @, bắt đầu bằng chữ hoặc số.",
            "A sign-in name has 2 to 64 characters: Latin letters, digits and . - _ @, beginning with a letter or digit.",
        ),
    ))
}

/// Text for comparing and searching: without diacritics, đ as d, small letters, single spaces.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd() {
        match c {
            'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
            c if is_combining_mark(c) || is_invisible(c) => {}
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    out.trim().to_owned()
}

/// Cuts to at most `max` bytes at a character boundary, with "…".
pub fn cut(text: &str, max: usize) -> String {
    if text.len() <= max {
        return text.to_owned();
    }
    let mut end = max.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn search_forgets_diacritics() {
        for written in ["Nguyễn Huệ", "Nguyễn Huệ".nfd().collect::<String>().as_str(), "NGUYEN  HUE", " nguyen hue "]
        {
            assert_eq!(fold(written), "nguyen hue");
        }
        assert_eq!(fold("Đường Điện Biên Phủ"), "duong dien bien phu");
    }

    #[test]
    fn names_by_rule() {
        assert_eq!(name("name", "  Ngã tư O'Hara <b>&\"  ").expect("ordinary characters"), "Ngã tư O'Hara <b>&\"");
        let decomposed: String = "Cầu".nfd().collect();
        assert_eq!(name("name", &decomposed).expect("NFD"), "Cầu");
        let refused = ["", "   ", "a\0b", "a\nb", "a\u{202E}b", "\u{200B}", "a\u{2066}b"];
        for text in refused {
            assert!(name("name", text).is_err(), "{text:?}");
        }
        let huge = "ẩ".repeat(350_000);
        let fault = name("name", &huge).expect_err("1 MB");
        assert!(fault.said.en.contains("400 bytes") && fault.said.en.len() < 100);
    }

    #[test]
    fn sign_in_names_by_rule() {
        assert_eq!(sign_in_name("name", " Lan.Nguyen@Q1 ").expect("fits"), "lan.nguyen@q1");
        for text in ["", "a", "-ab", "lan nguyen", "lân", "<b>", &"a".repeat(65)] {
            assert!(sign_in_name("name", text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_keeps_its_promise(text in any::<String>(), max in 3usize..50) {
            if let Ok(name) = name("name", &text) {
                prop_assert!(name.len() <= limits::NAME_BYTES_MAX && !name.chars().any(|c| c.is_control() || is_invisible(c)));
                prop_assert_eq!(crate::text::name("name", &name).expect("again"), name);
            }
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
            prop_assert!(cut(&text, max).len() <= max.max(3));
            let _ = sign_in_name("name", &text);
        }
    }
}
