//! The shape of the operator's files, for editors: types whose comments become what an editor shows, and the JSON Schema
//! that is made from them. They hold no values; the readers of [`crate::station`] and [`crate::schedule`] judge a file.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

pub mod month;
pub mod running_order;
pub mod segment;
pub mod station;
pub mod station_lists;
pub mod words;

/// Of `schedules/station.toml`: draft 2020-12.
pub fn station() -> Value {
    schema_of::<station::StationFile>()
}

/// Of a month's file.
pub fn month() -> Value {
    schema_of::<month::MonthFile>()
}

fn schema_of<T: JsonSchema>() -> Value {
    let schema: Schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    let mut schema = schema.to_value();
    without_null(&mut schema);
    schema
}

/// TOML knows no null: what may be absent is just not required.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(object) => {
            one_type(object);
            object.values_mut().for_each(without_null);
        }
        Value::Array(list) => list.iter_mut().for_each(without_null),
        _ => {}
    }
}

fn one_type(object: &mut Map<String, Value>) {
    let is_null = |value: &Value| value == "null" || value.get("type").is_some_and(|kind| kind == "null");
    if let Some(Value::Array(kinds)) = object.get_mut("type") {
        kinds.retain(|kind| !is_null(kind));
        if let [one] = kinds.as_slice() {
            let one = one.clone();
            object.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| !is_null(choice));
        if let [Value::Object(one)] = choices.as_slice() {
            let one = one.clone();
            object.remove("anyOf");
            for (key, value) in one {
                object.entry(key).or_insert(value);
            }
        }
    }
}

/// One value, or a list of them.
#[derive(Clone, Copy, Debug)]
pub struct OneOrMany<T>(std::marker::PhantomData<T>);

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("OneOrMany{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        schemars::json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// A number, or `false` for none.
#[derive(Clone, Copy, Debug)]
pub struct LoudnessValue;

impl JsonSchema for LoudnessValue {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LoudnessValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "anyOf": [{ "type": "number" }, { "type": "boolean", "enum": [false] }] })
    }
}

/// A text of one shape, described to people; a pattern that TOML values of other kinds pass by (dates and times without
/// quotes reach an editor as text).
macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident: $pattern:literal, $description:literal;)+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern, "description": $description })
            }
        }
    )+ };
}

texts! {
    /// A time of day.
    TimeText: r"^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$", "Giờ trong ngày, như \"05:45\" hoặc \"05:45:30\" · a time of day";
    /// A date.
    DateText: r"^\d{4}-\d{2}-\d{2}$", "Ngày, như 2026-12-01 · a date";
    /// A length of time.
    LengthText: r"^\s*\d+\s*\S+(\s*\d+\s*\S+)*\s*$", "Khoảng thời gian, như \"30s\", \"10m\", \"1h\" · a length of time";
    /// A stretch of the day.
    StretchText: r"^\s*\d{1,2}:\d{2}(:\d{2})?\s*[-–—]\s*\d{1,2}:\d{2}(:\d{2})?\s*$", "Khoảng giờ, như \"21:00-05:00\" · a stretch of the day";
    /// A month.
    MonthText: r"^\s*\d{4}-\d{2}\s*$", "Tháng, như \"2026-12\" · a month";
    /// An id.
    IdText: r"^[a-z0-9][a-z0-9-]{0,63}$", "Mã: chữ thường không dấu, số và dấu - · an id";
    /// A path below `audio/`.
    SoundText: r"^[^/\\].*$", "Tệp trong thư mục audio/ · a file below audio/";
    /// Days of the week.
    DaysText: r"\D", "Thứ trong tuần: \"T2\" … \"T7\", \"CN\", \"T2-T7\", \"T3, T5\", \"hằng ngày\" · days of the week";
}
