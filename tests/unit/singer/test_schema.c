/* Columns of a SCHEMA message. */
#include "unit/test.h"

#include "base/json.h"
#include "singer/schema.h"

static Node *parse(Arena *a, const char *text) {
    Err err;
    Node *n = json_parse(a, str_of(text), &err);
    if (!n) fail_msg("%s: %s", text, err.msg);
    return n;
}

static const SchemaOptions plain = {.flatten_separator = STR_INIT("__")};

static StreamSchema *make(Arena *a, const char *schema, const char *keys, const SchemaOptions *options) {
    Err err;
    StreamSchema *s = stream_schema_new(a, STR("s"), parse(a, schema), keys ? parse(a, keys) : NULL, options, &err);
    if (!s) fail_msg("%s: %s", schema, err.msg);
    return s;
}

/* "id BIGINT key, a.b -> a__b VARCHAR": name, type and where from, in one line. */
static const char *columns(Arena *a, const StreamSchema *s) {
    AUTO(Buf) out = {0};
    for (size_t i = 0; i < s->column_count; i++) {
        const SchemaColumn *c = &s->columns[i];
        if (i) buf_append_c(&out, ", ");
        for (size_t k = 0; c->depth > 1 && k < c->depth; k++)
            buf_printf(&out, "%s" STR_FMT, k ? "." : "", STR_ARG(c->path[k]));
        buf_printf(&out, "%s" STR_FMT " " STR_FMT "%s", c->depth > 1 ? " -> " : "", STR_ARG(c->name),
                   STR_ARG(column_type_sql(a, c->type)), c->key ? " key" : "");
    }
    return arena_c(a, buf_str(&out));
}

static void expect_type(const char *property, const char *type) {
    AUTO(Arena) arena = {0};
    Str got = column_type_sql(&arena, schema_column_type(parse(&arena, property), &plain));
    if (!str_is(got, type)) fail_msg("%s: " STR_FMT ", expected %s", property, STR_ARG(got), type);
}

TEST(schema_types) {
    static const char *const cases[][2] = {
        {"{\"type\": \"string\"}", "VARCHAR"},
        {"{\"type\": [\"null\", \"integer\"]}", "BIGINT"},
        {"{\"type\": \"number\"}", "DOUBLE"},
        {"{\"type\": \"boolean\"}", "BOOLEAN"},
        {"{\"type\": \"object\"}", "JSON"},
        {"{\"type\": [\"array\", \"null\"]}", "JSON"},
        {"{\"type\": [\"string\", \"object\", \"array\", \"number\"]}", "JSON"},
        {"{\"type\": [\"integer\", \"number\"]}", "DOUBLE"},
        {"{\"type\": [\"integer\", \"string\"]}", "VARCHAR"},
        {"{\"type\": [\"boolean\", \"integer\"]}", "VARCHAR"},
        {"{\"type\": \"null\"}", "VARCHAR"},
        {"{\"type\": \"float\"}", "VARCHAR"},
        {"{}", "VARCHAR"},
        {"true", "VARCHAR"},
        {"null", "VARCHAR"},
        {"{\"type\": \"string\", \"format\": \"date-time\"}", "TIMESTAMPTZ"},
        {"{\"type\": \"string\", \"format\": \"date-time\", \"airbyte_type\": \"timestamp_without_timezone\"}",
         "TIMESTAMP"},
        {"{\"type\": [\"null\", \"string\"], \"format\": \"date\"}", "DATE"},
        {"{\"type\": \"string\", \"format\": \"time\"}", "TIME"},
        {"{\"type\": \"string\", \"format\": \"uuid\"}", "VARCHAR"},
        {"{\"type\": \"string\", \"contentEncoding\": \"base64\"}", "VARCHAR"},
        {"{\"type\": \"integer\", \"format\": \"date-time\"}", "BIGINT"},
        {"{\"type\": [\"string\", \"integer\"], \"format\": \"date-time\"}", "VARCHAR"},
        {"{\"type\": \"number\", \"airbyte_type\": \"integer\"}", "BIGINT"},
        {"{\"type\": \"integer\", \"airbyte_type\": \"big_integer\"}", "HUGEINT"},
        {"{\"anyOf\": [{\"type\": \"null\"}, {\"type\": \"string\", \"format\": \"date-time\"}]}", "TIMESTAMPTZ"},
        {"{\"oneOf\": [{}, {\"type\": \"integer\"}, {\"type\": \"string\"}]}", "BIGINT"},
        {"{\"allOf\": [{\"description\": \"x\"}, {\"anyOf\": [{\"type\": \"boolean\"}]}]}", "BOOLEAN"},
        {"{\"anyOf\": []}", "VARCHAR"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) expect_type(cases[i][0], cases[i][1]);
}

TEST(schema_integers_by_their_bounds) {
    static const char *const cases[][2] = {
        {"\"maximum\": 9223372036854775807", "BIGINT"},
        {"\"maximum\": 9223372036854775808", "HUGEINT"},
        {"\"minimum\": 0, \"maximum\": 18446744073709551615", "HUGEINT"},
        {"\"maximum\": 1.8446744073709552e19", "HUGEINT"},
        {"\"minimum\": -9223372036854775808", "BIGINT"},
        {"\"minimum\": -9223372036854775809", "HUGEINT"},
        {"\"exclusiveMaximum\": 1e30", "HUGEINT"},
        {"\"maximum\": 170141183460469231731687303715884105727", "HUGEINT"},
        {"\"maximum\": 170141183460469231731687303715884105728", "VARCHAR"},
        {"\"minimum\": -1e39", "VARCHAR"},
        {"\"maximum\": \"a\"", "BIGINT"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char property[200];
        snprintf(property, sizeof property, "{\"type\": \"integer\", %s}", cases[i][0]);
        expect_type(property, cases[i][1]);
    }
}

TEST(schema_exact_decimals) {
    static const char *const cases[][2] = {
        {"{\"type\": \"number\", \"multipleOf\": 0.01, \"maximum\": 99999999.99, \"minimum\": -99999999.99}",
         "DECIMAL(10,2)"},
        {"{\"type\": \"number\", \"multipleOf\": 1e-06, \"maximum\": 1000000, \"exclusiveMaximum\": true, "
         "\"minimum\": -1000000, \"exclusiveMinimum\": true}",
         "DECIMAL(12,6)"},
        {"{\"type\": \"number\", \"multipleOf\": 0.01, \"exclusiveMaximum\": 100, \"exclusiveMinimum\": -100}",
         "DECIMAL(4,2)"},
        {"{\"type\": \"number\", \"multipleOf\": 0.01, \"maximum\": 100, \"minimum\": 0}", "DECIMAL(5,2)"},
        {"{\"type\": \"number\", \"multipleOf\": 0.05, \"maximum\": 1, \"minimum\": 0}", "DECIMAL(3,2)"},
        {"{\"type\": \"number\", \"multipleOf\": 1, \"maximum\": 0, \"minimum\": 0}", "DECIMAL(1,0)"},
        {"{\"type\": \"number\", \"multipleOf\": 0.01}", "DOUBLE"},
        {"{\"type\": \"number\", \"multipleOf\": 0.01, \"maximum\": 100}", "DOUBLE"},
        {"{\"type\": \"number\", \"multipleOf\": 1e-38, \"maximum\": 1e62, \"minimum\": -1e62}", "DOUBLE"},
        {"{\"type\": \"number\", \"multipleOf\": 1e-999999999999, \"maximum\": 1e999999999999, \"minimum\": 0}",
         "DOUBLE"},
        {"{\"type\": \"string\", \"format\": \"x-singer.decimal\", \"precision\": 10, \"scale\": 2}", "DECIMAL(10,2)"},
        {"{\"type\": \"string\", \"format\": \"x-singer.decimal\", \"precision\": 10}", "DECIMAL(10,0)"},
        {"{\"type\": \"string\", \"format\": \"x-singer.decimal\"}", "VARCHAR"},
        {"{\"type\": \"string\", \"format\": \"x-singer.decimal\", \"precision\": 50, \"scale\": 2}", "VARCHAR"},
        {"{\"type\": [\"null\", \"number\", \"string\"], \"format\": \"singer.decimal\", "
         "\"additionalProperties\": {\"scale_precision\": \"(12,4)\"}}",
         "DECIMAL(12,4)"},
        {"{\"type\": [\"null\", \"string\"], \"format\": \"singer.decimal\", "
         "\"additionalProperties\": {\"scale_precision\": \"(53,None)\"}}",
         "VARCHAR"},
        {"{\"type\": [\"null\", \"string\"], \"format\": \"singer.decimal\", \"decimal\": {\"precision\": 20, "
         "\"scale\": 4}}",
         "DECIMAL(20,4)"},
        {"{\"type\": [\"null\", \"number\"], \"x-sql-datatype\": \"NUMERIC(10,2)\"}", "DECIMAL(10,2)"},
        {"{\"type\": [\"null\", \"number\"], \"x-sql-datatype\": \"numeric( 38 )\"}", "DECIMAL(38,0)"},
        {"{\"type\": [\"null\", \"number\"], \"x-sql-datatype\": \"NUMERIC\"}", "DOUBLE"},
        {"{\"type\": [\"null\", \"number\"], \"x-sql-datatype\": \"NUMERIC(99,2)\"}", "DOUBLE"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) expect_type(cases[i][0], cases[i][1]);
}

TEST(schema_hints_of_sql_types) {
    static const char *const cases[][3] = {
        {"\"integer\"", "smallint", "BIGINT"},
        {"[\"null\", \"integer\"]", "HUGEINT", "HUGEINT"},
        {"\"string\"", "bigint", "VARCHAR"}, /* does not suit the type */
        {"\"string\"", "timestamp(6) with time zone", "TIMESTAMPTZ"},
        {"\"string\"", "timestamp without time zone", "TIMESTAMP"},
        {"\"string\"", "DATE", "DATE"},
        {"\"object\"", "text", "VARCHAR"},
        {"\"array\"", "jsonb", "JSON"},
        {"\"number\"", "double precision", "DOUBLE"},
        {"\"boolean\"", "bool", "BOOLEAN"},
        {"\"string\"", "geography(point)", "VARCHAR"},
        {"\"string\"", ")(", "VARCHAR"},
        {"\"string\"", "", "VARCHAR"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char property[200];
        snprintf(property, sizeof property, "{\"type\": %s, \"x-sql-datatype\": \"%s\"}", cases[i][0], cases[i][1]);
        expect_type(property, cases[i][2]);
    }
    expect_type("{\"x-sql-datatype\": \"bigint\"}", "BIGINT");
    expect_type("{\"type\": \"string\", \"x-sql-datatype\": 5}", "VARCHAR");
}

TEST(schema_columns_in_order_with_keys) {
    AUTO(Arena) a = {0};
    StreamSchema *s =
        make(&a, "{\"properties\": {\"Zeta\": {\"type\": \"string\"}, \"id\": {\"type\": \"integer\"}, \"A b\": {}}}",
             "[\"id\", \"Zeta\", \"id\"]", &plain);
    assert_string_equal(columns(&a, s), "zeta VARCHAR key, id BIGINT key, a b VARCHAR");
    assert_int_equal(s->key_count, 2);
    assert_int_equal(s->keys[0], 1);
    assert_int_equal(s->keys[1], 0);
    assert_string_equal(s->columns[0].path[0].at, "Zeta");
    assert_non_null(s->columns[0].schema);
}

TEST(schema_flattens) {
    static const char schema[] =
        "{\"properties\": {\"id\": {\"type\": \"integer\"}, \"o\": {\"type\": [\"null\", \"object\"], \"properties\": {"
        "\"City\": {\"type\": \"string\"}, \"geo\": {\"type\": \"object\", \"properties\": {\"lat\": {\"type\": "
        "\"number\"}}},"
        "\"tags\": {\"type\": \"array\"}, \"free\": {\"type\": \"object\"}}}}}";
    AUTO(Arena) a = {0};
    SchemaOptions options = plain;
    assert_string_equal(columns(&a, make(&a, schema, NULL, &options)), "id BIGINT, o JSON");
    options.flatten_depth = 1;
    const StreamSchema *s = make(&a, schema, "[\"o__City\"]", &options);
    assert_string_equal(columns(&a, s), "id BIGINT, o.City -> o__city VARCHAR key, o.geo -> o__geo JSON, "
                                        "o.tags -> o__tags JSON, o.free -> o__free JSON");
    assert_true(s->columns[2].keep_object);
    assert_false(s->columns[1].keep_object);
    options.flatten_depth = 2;
    options.flatten_separator = STR(".");
    assert_string_equal(
        columns(&a, make(&a, schema, "[[\"o\", \"City\"]]", &options)),
        "id BIGINT, o.City -> o.city VARCHAR key, o.geo.lat -> o.geo.lat DOUBLE, o.tags -> o.tags JSON, "
        "o.free -> o.free JSON");
}

TEST(schema_keys_of_abbreviated_names) {
    AUTO(Arena) a = {0};
    SchemaOptions options = {.flatten_depth = 5, .flatten_separator = STR("__"), .flatten_key_length = 12};
    StreamSchema *s = make(&a,
                           "{\"properties\": {\"customerAddress\": {\"type\": \"object\", \"properties\": {"
                           "\"city\": {\"type\": \"string\"}}}}}",
                           "[\"customerAddress__city\"]", &options);
    assert_string_equal(columns(&a, s), "customerAddress.city -> ca__city VARCHAR key");
}

TEST(schema_abbreviates_nothing_at_depth_0) {
    AUTO(Arena) a = {0};
    SchemaOptions options = {.flatten_separator = STR("__"), .flatten_key_length = 8};
    StreamSchema *s = make(&a, "{\"properties\": {\"longSnake_caseName\": {\"type\": \"string\"}}}", NULL, &options);
    assert_string_equal(columns(&a, s), "longsnake_casename VARCHAR");
}

TEST(schema_metadata_columns) {
    static const char schema[] =
        "{\"properties\": {\"id\": {\"type\": \"integer\"}, \"_sdc_deleted_at\": {\"type\": \"string\"},"
        "\"_sdc_sequence\": {\"type\": \"string\"}, \"_sdc_mine\": {\"type\": \"string\"}}}";
    AUTO(Arena) a = {0};
    SchemaOptions options = plain;
    assert_string_equal(columns(&a, make(&a, schema, NULL, &options)),
                        "id BIGINT, _sdc_deleted_at VARCHAR, _sdc_sequence VARCHAR, _sdc_mine VARCHAR");
    options.metadata = METADATA_REMOVED;
    assert_string_equal(columns(&a, make(&a, schema, NULL, &options)), "id BIGINT, _sdc_mine VARCHAR");
    options.metadata = METADATA_DUCKDB;
    assert_string_equal(columns(&a, make(&a, schema, NULL, &options)),
                        "id BIGINT, _sdc_sequence VARCHAR, _sdc_mine VARCHAR, _sdc_extracted_at TIMESTAMPTZ, "
                        "_sdc_batched_at TIMESTAMPTZ, _sdc_deleted_at VARCHAR");
    options.metadata = METADATA_SDK;
    options.timestamps_without_zone = true;
    const StreamSchema *s = make(&a, schema, NULL, &options);
    assert_string_equal(columns(&a, s),
                        "id BIGINT, _sdc_mine VARCHAR, _sdc_extracted_at TIMESTAMP, _sdc_received_at TIMESTAMP, "
                        "_sdc_batched_at TIMESTAMP, _sdc_deleted_at TIMESTAMP, _sdc_sequence BIGINT, "
                        "_sdc_table_version BIGINT, _sdc_sync_started_at BIGINT");
    assert_int_equal(s->columns[2].source, SOURCE_EXTRACTED_AT);
    assert_int_equal(s->columns[5].source, SOURCE_DELETED_AT);
    assert_null(s->columns[5].schema);
}

TEST(schema_errors_name_stream_and_property) {
    static const struct {
        const char *schema, *keys, *message;
        size_t flatten;
    } cases[] = {
        {"{}", NULL, "stream \"s\": the schema has no \"properties\"", 0},
        {"[]", NULL, "stream \"s\": the schema has no \"properties\"", 0},
        {"{\"properties\": []}", NULL, "stream \"s\": the schema has no \"properties\"", 0},
        {"{\"properties\": {}}", NULL, "stream \"s\": the schema has no column: its \"properties\" are empty", 0},
        {"{\"properties\": {\"Id\": {}, \"id\": {}}}", NULL,
         "stream \"s\": properties \"Id\" and \"id\" both become column \"id\"", 0},
        {"{\"properties\": {\"a\": {\"type\": \"object\", \"properties\": {\"B\": {}}}, \"a__b\": {}}}", NULL,
         "stream \"s\": properties \"a.B\" and \"a__b\" both become column \"a__b\"", 1},
        {"{\"properties\": {\"id\": {}}}", "[\"nope\"]", "stream \"s\": key property \"nope\" is not in the schema", 0},
        {"{\"properties\": {\"id\": {}}}", "[5]", "stream \"s\": key property \"5\" is not in the schema", 0},
        {"{\"properties\": {\"id\": {}}}", "[[]]", "stream \"s\": key property \"\" is not in the schema", 0},
        {"{\"properties\": {\"id\": {}}}", "{\"id\": 1}", "stream \"s\": key_properties is not a list of names", 0},
    };
    AUTO(Arena) a = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        SchemaOptions options = plain;
        options.flatten_depth = cases[i].flatten;
        Err err = {0};
        const Node *keys = cases[i].keys ? parse(&a, cases[i].keys) : NULL;
        assert_null(stream_schema_new(&a, STR("s"), parse(&a, cases[i].schema), keys, &options, &err));
        assert_string_equal(err.msg, cases[i].message);
    }
}

TEST(schema_limits) {
    AUTO(Arena) a = {0};
    AUTO(Buf) name = {0};
    Node *properties = node_new(&a, NODE_MAP), *schema = node_new(&a, NODE_MAP);
    properties->keys = arena_array(&a, Str, SCHEMA_COLUMN_LIMIT + 1); /* node_put looks every name up */
    properties->items = arena_array(&a, Node *, SCHEMA_COLUMN_LIMIT + 1);
    for (size_t i = 0; i <= SCHEMA_COLUMN_LIMIT; i++) {
        properties->keys[i] = arena_printf(&a, "c%zu", i);
        properties->items[i] = node_new(&a, NODE_MAP);
    }
    properties->len = SCHEMA_COLUMN_LIMIT + 1;
    node_put(&a, schema, STR("properties"), properties);
    Err err = {0};
    assert_null(stream_schema_new(&a, STR("s"), schema, NULL, &plain, &err));
    assert_string_equal(err.msg, "stream \"s\": the schema has more than 20000 columns");
    properties->len--;
    assert_non_null(stream_schema_new(&a, STR("s"), schema, NULL, &plain, &err));

    for (int i = 0; i < SCHEMA_NAME_LIMIT; i++) buf_put(&name, 'x');
    Node *one = node_new(&a, NODE_MAP);
    node_put(&a, one, buf_str(&name), node_new(&a, NODE_MAP));
    node_put(&a, schema, STR("properties"), one);
    assert_null(stream_schema_new(&a, STR("s"), schema, NULL, &plain, &err));
    assert_non_null(strstr(err.msg, "is longer than 4096 bytes"));
}

TEST(schema_equal_whatever_the_order) {
    AUTO(Arena) a = {0};
    static const char first[] = "{\"properties\": {\"id\": {\"type\": \"integer\"}, \"a\": {\"type\": \"string\"}}}";
    const StreamSchema *s = make(&a, first, "[\"id\"]", &plain);
    static const struct {
        const char *schema, *keys;
        bool equal;
    } cases[] = {
        {first, "[\"id\"]", true},
        {"{\"properties\": {\"a\": {\"type\": [\"null\", \"string\"]}, \"id\": {\"type\": \"integer\", \"minimum\": "
         "1}}}",
         "[\"id\"]", true},
        {first, "[\"a\"]", false},
        {first, "[\"id\", \"a\"]", false},
        {first, NULL, false},
        {"{\"properties\": {\"id\": {\"type\": \"integer\"}}}", "[\"id\"]", false},
        {"{\"properties\": {\"id\": {\"type\": \"integer\"}, \"a\": {\"type\": \"number\"}}}", "[\"id\"]", false},
        {"{\"properties\": {\"id\": {\"type\": \"integer\"}, \"A\": {\"type\": \"string\"}}}", "[\"id\"]", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(stream_schema_equal(s, make(&a, cases[i].schema, cases[i].keys, &plain)), cases[i].equal);
}
