//! Tables for the rules of codes.

use super::*;
use proptest::prelude::*;

#[test]
fn codes_by_rule() {
    for good in ["79.760-0001", "A1", "q1-cam.7"] {
        assert_eq!(code(good).expect(good), good);
    }
    for bad in [
        "",
        "add",
        "probe",
        "-1",
        "1-",
        "a b1",
        "mã1",
        "1/2",
        "..1",
        "1..2",
        &"1".repeat(65),
        "019500b0-0000-7000-8000-000000000000",
    ] {
        assert!(code(bad).is_err(), "{bad}");
    }
    assert_eq!(number_of(&numbered_code("79.760", 12)), Some(("79.760", 12)));
    assert_eq!(numbered_code("79", 12_345), "79-12345");
    assert_eq!(number_of("79-99999999999999999999"), None);
}

proptest! {
    #[test]
    fn never_panics(c in any::<String>()) {
        let _ = code(&c);
        let _ = number_of(&c);
    }
}
