/* What plugins of a run set for those behind them, and what a loader makes of it. */
#include "unit/test.h"

#include "os/path.h"
#include "project/warehouse_path.h"
#include "unit/project/fixture.h"

static const char project[] =
    "{\"plugins\": {\"extractors\": [{\"name\": \"tap-x\", \"namespace\": \"tap_x\", \"load_schema\": \"lake\","
    "\"settings\": [{\"name\": \"a\", \"value\": \"x\"}]}],"
    "\"loaders\": [{\"name\": \"target-duckdb\", \"namespace\": \"target_duckdb\", \"config\": {"
    "\"path\": \"$MELTANO_EXTRACTOR_NAME.duckdb\","
    "\"default_target_schema\": \"$MELTANO_EXTRACT__LOAD_SCHEMA-$TAP_X_A-$MELTANO_LOADER_NAME\"}}]}}";

static const char *text_of(Fixture *f, Settings *s, const char *name) {
    Str text = {0};
    if (!s || !settings_get_text(s, str_of(name), &text, &f->err)) fail_msg("%s", f->err.msg);
    return arena_c(&f->arena, text);
}

TEST(chain_loader_sees_its_extractor) {
    AUTO(Fixture) f;
    fixture_init(&f, NULL);
    fixture_write(&f, "meltano.yml", str_of(project));
    Project *p = fixture_need(&f, NULL);
    const Plugin *loader = plugin_need(p, PLUGIN_LOADERS, STR("target-duckdb"), &f.err);
    Map chain;
    map_init(&chain, &f.arena);
    if (!settings_to_chain(fixture_settings(&f, p, "tap-x"), &chain, &f.err)) fail_msg("%s", f.err.msg);
    Settings *s = settings_in_chain(p, loader, &chain, &f.err);
    assert_string_equal(text_of(&f, s, "default_target_schema"), "lake-x-target-duckdb");
    assert_string_equal(text_of(&f, settings_of_plugin(p, loader, &f.err), "default_target_schema"), "--target-duckdb");
    WarehousePath file;
    if (!project_loader_file(p, loader, &chain, &file, &f.err)) fail_msg("%s", f.err.msg);
    assert_string_equal(path_name(file.path).at, "tap-x.duckdb");
}
