//! A group of the system's accounts, by its name.

/// The number of the group called `name`; none where the system has none, or tells of groups in another way than by its file.
#[cfg(unix)]
pub fn id(name: &str) -> Option<u32> {
    in_file(&std::fs::read_to_string("/etc/group").ok()?, name)
}

/// Of lines as `loa:x:993:lan,binh`.
#[cfg(any(unix, test))]
fn in_file(text: &str, name: &str) -> Option<u32> {
    let of_line = |line: &str| {
        let mut fields = line.split(':');
        let number = fields.next().filter(|known| *known == name).and_then(|_| fields.nth(1))?;
        number.parse().ok()
    };
    text.lines().find_map(of_line)
}

#[cfg(test)]
mod tests {
    use super::in_file;

    #[test]
    fn a_group_is_found_by_its_whole_name() {
        let text = "root:x:0:\nloa-cu:x:992:\n# loa:x:1:\nloa:x:993:lan,binh\nhong:x\n";
        assert_eq!((in_file(text, "loa"), in_file(text, "root")), (Some(993), Some(0)));
        assert_eq!((in_file(text, "hong"), in_file(text, "lan"), in_file(text, "")), (None, None, None));
    }
}
