#include "sql/macros.h"

#include "sql/catalog.h"

/*
 * A macro with the name of a function of DuckDB stands before it: it calls that by its full name, system.main.f. Statements keep the name
 * as it was written, so that a view's text in the file needs no macro of Pond.
 */
/* PostgreSQL's reserved words: as names they are quoted. No subquery, for it would not be allowed in a lambda. */
#define RESERVED                                                                                                       \
    "'all','analyse','analyze','and','any','array','as','asc','asymmetric','both','case','cast','check',"              \
    "'collate','column','constraint','create','current_catalog','current_date','current_role',"                        \
    "'current_time','current_timestamp','current_user','default','deferrable','desc','distinct','do',"                 \
    "'else','end','except','false','fetch','for','foreign','from','grant','group','having','in',"                      \
    "'initially','intersect','into','lateral','leading','limit','localtime','localtimestamp','not',"                   \
    "'null','offset','on','only','or','order','placing','primary','references','returning','select',"                  \
    "'session_user','some','symmetric','table','then','to','trailing','true','union','unique','user',"                 \
    "'using','variadic','when','where','window','with'"

static const struct {
    const char *name, *sql;
} macros[] = {
    /* clang-format off */
    /* ---- numbers of PostgreSQL's types ---- */
    {"length", "(x) AS system.main.length(x)::INTEGER"},
    {"char_length", "(x) AS system.main.length(x)::INTEGER"},
    {"character_length", "(x) AS system.main.length(x)::INTEGER"},
    {"octet_length", "(x) AS system.main.octet_length(x)::INTEGER"},
    {"bit_length", "(x) AS system.main.bit_length(x)::INTEGER"},
    {"strpos", "(x, y) AS system.main.strpos(x, y)::INTEGER"},
    {"array_length", "(a) AS system.main.array_length(a), (a, d) AS nullif(system.main.array_length(a, d), 0)::INTEGER"},
    {"array_position", "(a, x) AS system.main.array_position(a, x)::INTEGER"},
    {"array_positions", "(a, x) AS list_filter(range(1, len(a) + 1), lambda i: a[i] IS NOT DISTINCT FROM x)::INTEGER[]"},
    {"array_upper", "(a, d) AS nullif(len(a), 0)::INTEGER"},
    {"array_ndims", "(a) AS CASE WHEN len(a) > 0 THEN 1 END"},
    {"json_array_length", "(j) AS system.main.json_array_length(j)::INTEGER, (j, p) AS system.main.json_array_length(j, p)"},
    {"jsonb_array_length", "(j) AS system.main.json_array_length(j)::INTEGER"},
    {"div", "(a, b) AS trunc(a / b)::DECIMAL(38,0)"},
    {"pond_extract", "(f, x) AS system.main.date_part(f, x)::DECIMAL(38,0)"},
    {"pond_extract_second", "(x) AS (system.main.date_part('microseconds', x) / 1000000.0)::DECIMAL(8,6)"},
    {"pond_extract_millis", "(x) AS (system.main.date_part('microseconds', x) / 1000.0)::DECIMAL(8,3)"},
    {"pond_extract_epoch", "(x) AS system.main.date_part('epoch', x)::DECIMAL(38,6)"},
    {"pond_extract_julian", "(x) AS system.main.date_part('julian', x)::DECIMAL(38,10)"},
    {"pond_date_part", "(f, x) AS system.main.date_part(f, x)::DOUBLE"},
    {"pond_date_part_fraction", "(f, x) AS system.main.date_part('microseconds', x) / CASE WHEN f[1:3] = 'sec' THEN 1000000.0 ELSE 1000.0 END"},
    {"num_nonnulls", "(a) AS (a IS NOT NULL)::INTEGER, (a, b) AS (a IS NOT NULL)::INTEGER + (b IS NOT NULL)::INTEGER, (a, b, c) AS (a IS NOT NULL)::INTEGER + (b IS NOT NULL)::INTEGER + (c IS NOT NULL)::INTEGER"},
    {"num_nulls", "(a) AS (a IS NULL)::INTEGER, (a, b) AS (a IS NULL)::INTEGER + (b IS NULL)::INTEGER, (a, b, c) AS (a IS NULL)::INTEGER + (b IS NULL)::INTEGER + (c IS NULL)::INTEGER"},
    {"scale", "(x) AS len(split_part(x::VARCHAR, '.', 2))::INTEGER"},
    {"min_scale", "(x) AS len(rtrim(split_part(x::VARCHAR, '.', 2), '0'))::INTEGER"},
    {"trim_scale", "(x) AS x::DECIMAL(38,10)"},
    {"width_bucket", "(x, low, high, n) AS CASE WHEN x < low THEN 0 WHEN x >= high THEN n + 1 ELSE floor((x - low)::DOUBLE / (high - low) * n)::INTEGER + 1 END, "
     "(x, bounds) AS len(list_filter(bounds, lambda b: b <= x))::INTEGER"},
    /* ---- texts ---- */
    {"to_hex", "(x) AS CASE WHEN typeof(x) IN ('INTEGER', 'SMALLINT') AND x < 0 THEN lower(system.main.to_hex(x::BIGINT + 4294967296)) ELSE lower(system.main.to_hex(x)) END"},
    {"btrim", "(t) AS trim(t), (t, c) AS trim(t, c)"},
    {"lpad", "(t, n) AS CASE WHEN n > 268435455 THEN error('[54000] requested length too large') ELSE system.main.lpad(t, n, ' ') END, "
     "(t, n, f) AS CASE WHEN n > 268435455 THEN error('[54000] requested length too large') ELSE system.main.lpad(t, n, f) END"},
    {"rpad", "(t, n) AS CASE WHEN n > 268435455 THEN error('[54000] requested length too large') ELSE system.main.rpad(t, n, ' ') END, "
     "(t, n, f) AS CASE WHEN n > 268435455 THEN error('[54000] requested length too large') ELSE system.main.rpad(t, n, f) END"},
    {"split_part", "(t, d, n) AS CASE WHEN n = 0 THEN error('[22023] field position must not be zero') WHEN d = '' THEN CASE WHEN n IN (1, -1) THEN t ELSE '' END ELSE system.main.split_part(t, d, n) END"},
    /* substring(t FROM 'pattern'): what its first group matches, or all of it where there is none */
    {"pond_substring_match", "(t, p) AS CASE WHEN system.main.regexp_matches(t, p) THEN system.main.regexp_extract(t, p, 0) END"},
    {"pond_substring_group", "(t, p) AS CASE WHEN system.main.regexp_matches(t, p) THEN system.main.regexp_extract(t, p, 1) END"},
    {"pond_position", "(x, y) AS system.main.strpos(y, x)::INTEGER"},
    {"pond_overlay", "(t, r, f) AS t[:f - 1] || r || t[f + len(r):], (t, r, f, n) AS t[:f - 1] || r || t[f + n:]"},
    {"initcap", "(t) AS array_to_string(list_transform(regexp_extract_all(lower(t), '[\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+'), lambda w: upper(w[1]) || w[2:]), '')"},
    {"quote_ident", "(t) AS CASE WHEN regexp_full_match(t, '[a-z_][a-z0-9_$]*') AND t NOT IN (" RESERVED ") "
     "THEN t ELSE '\"' || replace(t, '\"', '\"\"') || '\"' END"},
    {"quote_literal", "(t) AS CASE WHEN contains(t::VARCHAR, '\\') THEN 'E' ELSE '' END || '''' || replace(replace(t::VARCHAR, '''', ''''''), '\\', '\\\\') || ''''"},
    {"quote_nullable", "(t) AS CASE WHEN t IS NULL THEN 'NULL' ELSE quote_literal(t) END"},
    {"string_to_array", "(t, d) AS CASE WHEN t = '' THEN [] WHEN d IS NULL THEN system.main.string_to_array(t, '') ELSE system.main.string_to_array(t, d) END, "
     "(t, d, n) AS list_transform(string_to_array(t, d), lambda e: nullif(e, n))"},
    {"array_to_string", "(a, d) AS system.main.array_to_string(a, d), (a, d, n) AS system.main.array_to_string(list_transform(a, lambda e: coalesce(e::VARCHAR, n)), d)"},
    {"string_to_table", "(t, d) AS TABLE SELECT unnest(string_to_array(t, d)) AS string_to_table"},
    {"regexp_split_to_table", "(t, p) AS TABLE SELECT unnest(regexp_split_to_array(t, p)) AS regexp_split_to_table"},
    {"pond_groups", "(p) AS len(regexp_extract_all(p, '(?:^|[^\\\\])\\((?:[^?]|$)'))"},
    {"pond_regexp_match", "(t, p) AS CASE WHEN regexp_matches(t, p) THEN CASE WHEN pond_groups(p) = 0 THEN [regexp_extract(t, p)] ELSE regexp_extract_all(t, p, 1)[:1] || "
     "CASE WHEN pond_groups(p) > 1 THEN regexp_extract_all(t, p, 2)[:1] ELSE [] END || CASE WHEN pond_groups(p) > 2 THEN regexp_extract_all(t, p, 3)[:1] ELSE [] END END END"},
    {"regexp_match", "(t, p) AS pond_regexp_match(t, p), (t, p, f) AS pond_regexp_match(t, '(?' || f || ')' || p)"},
    {"regexp_like", "(t, p) AS regexp_matches(t, p), (t, p, f) AS regexp_matches(t, '(?' || f || ')' || p)"},
    {"regexp_count", "(t, p) AS len(regexp_extract_all(t, p))::INTEGER"},
    {"regexp_substr", "(t, p) AS CASE WHEN regexp_matches(t, p) THEN regexp_extract(t, p) END"},
    {"encode", "(t) AS system.main.encode(t), (b, f) AS CASE lower(f) WHEN 'hex' THEN lower(hex(b::BLOB)) WHEN 'base64' THEN to_base64(b::BLOB) ELSE error('[22023] unrecognized encoding: \"' || f || '\"') END"},
    {"decode", "(b) AS system.main.decode(b), (t, f) AS CASE lower(f) WHEN 'hex' THEN unhex(t) WHEN 'base64' THEN from_base64(t) ELSE error('[22023] unrecognized encoding: \"' || f || '\"') END"},
    {"convert_from", "(b, e) AS system.main.decode(b)"},
    {"convert_to", "(t, e) AS system.main.encode(t)"},
    {"sha256", "(b) AS unhex(system.main.sha256(b))"},
    {"pg_client_encoding", "() AS 'UTF8'"},
    {"int2", "(x) AS x::SMALLINT"},
    {"int4", "(x) AS x::INTEGER"},
    {"int8", "(x) AS x::BIGINT"},
    {"float4", "(x) AS x::FLOAT"},
    {"float8", "(x) AS x::DOUBLE"},
    {"bool", "(x) AS x::BOOLEAN"},
    {"normalize", "(t) AS nfc_normalize(t)"},
    /* ---- dates and times ---- */
    {"date_trunc", "(f, t) AS system.main.date_trunc(f, t), (f, t, z) AS timezone(z, system.main.date_trunc(f, timezone(z, t)))"},
    {"date_bin", "(i, t, o) AS time_bucket(i::INTERVAL, t, o)"},
    {"make_interval", "(years := 0, months := 0, weeks := 0, days := 0, hours := 0, mins := 0, secs := 0) AS to_years(years) + to_months(months) + "
     "to_days(weeks * 7 + days) + to_hours(hours) + to_minutes(mins) + to_microseconds((secs * 1000000)::BIGINT)"},
    {"pond_micros", "(i) AS system.main.date_part('microseconds', i) + 60000000 * system.main.date_part('minute', i) + 3600000000 * system.main.date_part('hour', i)"},
    {"justify_hours", "(i) AS to_months((12 * system.main.date_part('year', i) + system.main.date_part('month', i))::INTEGER) + "
     "to_days((system.main.date_part('day', i) + pond_micros(i) // 86400000000)::INTEGER) + to_microseconds(pond_micros(i) % 86400000000)"},
    {"justify_days", "(i) AS to_months((12 * system.main.date_part('year', i) + system.main.date_part('month', i) + system.main.date_part('day', i) // 30)::INTEGER) + "
     "to_days((system.main.date_part('day', i) % 30)::INTEGER) + to_microseconds(pond_micros(i))"},
    {"regexp_instr", "(t, p) AS CASE WHEN regexp_matches(t, p) THEN system.main.strpos(t, regexp_extract(t, p))::INTEGER ELSE 0 END"},
    {"get_byte", "(b, n) AS ('0x' || hex(b)[2 * n + 1:2 * n + 2])::INTEGER"},
    {"cosd", "(x) AS round(cos(radians(x)), 15)"},
    {"sind", "(x) AS round(sin(radians(x)), 15)"},
    {"tand", "(x) AS round(tan(radians(x)), 15)"},
    {"transaction_timestamp", "() AS now()"},
    /* ---- arrays and json ---- */
    {"trim_array", "(a, n) AS a[:len(a) - n]"},
    {"array_fill", "(x, n) AS list_transform(range(n[1]), lambda i: x)"},
    {"pond_json_kind", "(k) AS CASE WHEN k IN ('UBIGINT', 'BIGINT', 'DOUBLE', 'HUGEINT', 'UHUGEINT') THEN 'number' WHEN k = 'VARCHAR' THEN 'string' ELSE lower(k) END"},
    {"json_typeof", "(j) AS pond_json_kind(json_type(j))"},
    {"jsonb_typeof", "(j) AS pond_json_kind(json_type(j))"},
    {"json_array_elements", "(j) AS unnest(system.main.json_extract(j, '$[*]'))"},
    {"jsonb_array_elements", "(j) AS unnest(system.main.json_extract(j, '$[*]'))"},
    {"json_array_elements_text", "(j) AS unnest(from_json(j, '[\"VARCHAR\"]'))"},
    {"jsonb_array_elements_text", "(j) AS unnest(from_json(j, '[\"VARCHAR\"]'))"},
    {"json_object_keys", "(j) AS unnest(json_keys(j))"},
    {"jsonb_object_keys", "(j) AS unnest(json_keys(j))"},
    {"json_extract_path", "(j, a) AS system.main.json_extract(j, '/' || a), (j, a, b) AS system.main.json_extract(j, '/' || a || '/' || b), (j, a, b, c) AS system.main.json_extract(j, '/' || a || '/' || b || '/' || c)"},
    {"json_extract_path_text", "(j, a) AS json_extract_string(j, '/' || a), (j, a, b) AS json_extract_string(j, '/' || a || '/' || b), (j, a, b, c) AS json_extract_string(j, '/' || a || '/' || b || '/' || c)"},
    {"jsonb_extract_path", "(j, a) AS system.main.json_extract(j, '/' || a), (j, a, b) AS system.main.json_extract(j, '/' || a || '/' || b)"},
    {"jsonb_extract_path_text", "(j, a) AS json_extract_string(j, '/' || a), (j, a, b) AS json_extract_string(j, '/' || a || '/' || b)"},
    {"jsonb_strip_nulls", "(j) AS json_merge_patch('{}', j)"},
    {"json_strip_nulls", "(j) AS json_merge_patch('{}', j)"},
    {"jsonb_set", "(j, p, v) AS json_merge_patch(j, list_reduce(list_prepend(v, list_reverse(string_split(p[2:-2], ','))), lambda x, k: '{\"' || k || '\":' || x || '}'))"},
    /* clang-format on */
};

static const struct {
    const char *name, *sql;
} table_macros[] = {
    {"json_array_elements", "(j) AS TABLE SELECT unnest(system.main.json_extract(j, '$[*]')) AS value"},
    {"jsonb_array_elements", "(j) AS TABLE SELECT unnest(system.main.json_extract(j, '$[*]')) AS value"},
    {"json_array_elements_text", "(j) AS TABLE SELECT unnest(from_json(j, '[\"VARCHAR\"]')) AS value"},
    {"jsonb_array_elements_text", "(j) AS TABLE SELECT unnest(from_json(j, '[\"VARCHAR\"]')) AS value"},
    {"json_object_keys", "(j) AS TABLE SELECT unnest(json_keys(j)) AS json_object_keys"},
    {"jsonb_object_keys", "(j) AS TABLE SELECT unnest(json_keys(j)) AS jsonb_object_keys"},
    {"jsonb_each", "(j) AS TABLE SELECT key, value FROM system.main.json_each(j)"},
    {"json_each_text",
     "(j) AS TABLE SELECT key, json_extract_string(value, '$') AS value FROM system.main.json_each(j)"},
    {"jsonb_each_text",
     "(j) AS TABLE SELECT key, json_extract_string(value, '$') AS value FROM system.main.json_each(j)"},
};

static void put(Arena *a, const char *name, const char *sql, CatalogStatements *out) {
    Str text = arena_printf(a, "CREATE OR REPLACE MACRO %s.\"%s\"%s", sql_catalog_schema, name, sql);
    vec_push(out, (CatalogStatement){name, text});
}

void sql_macros_put(Arena *a, CatalogStatements *out) {
    for (size_t i = 0; i < ARRAY_LEN(macros); i++) put(a, macros[i].name, macros[i].sql, out);
    for (size_t i = 0; i < ARRAY_LEN(table_macros); i++) put(a, table_macros[i].name, table_macros[i].sql, out);
}
