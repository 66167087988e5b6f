/* project/install with a made-up uv: what is run, what is found again, what is said of failures. */
#include "base/crypto.h"
#include "os/file.h"
#include "project/install.h"
#include "unit/project/fixture.h"
#include "unit/test.h"

/* `uv venv ... DIR` makes DIR/bin/python; `uv pip install --python DIR/bin/python WORDS` makes DIR/bin/WORD. */
static const char fake_uv[] = "#!/bin/sh\n"
                              "echo \"uv $*\" >>\"$CALLS\"\n"
                              "for last in \"$@\"; do :; done\n"
                              "case $1 in\n"
                              "venv) mkdir -p \"$last/bin\"; printf '#!/bin/sh\\n' >\"$last/bin/python\"\n"
                              "  chmod +x \"$last/bin/python\" ;;\n"
                              "pip) shift 3; bin=$(dirname \"$1\"); shift\n"
                              "  for word in \"$@\"; do\n"
                              "    case $word in\n"
                              "    bad) echo looking for bad; echo 'error: no such package: bad' >&2; exit 3 ;;\n"
                              "    offline) echo 'dns error: failed to lookup address' >&2; exit 2 ;;\n"
                              "    esac\n"
                              "    printf '#!/bin/sh\\n' >\"$bin/$word\"; chmod +x \"$bin/$word\"\n"
                              "  done ;;\n"
                              "esac\n";

typedef struct Site {
    Fixture f;
    Keeper *keeper;
    InstallItem items[8];
    size_t told;
} Site;

static void site_release(Site *s) {
    keeper_stop(s->keeper);
    fixture_release(&s->f);
}
DEFINE_AUTO(Site, site_release)

static void site_init(Site *s, const char *yml) {
    *s = (Site){0};
    fixture_init(&s->f, NULL);
    fixture_write(&s->f, "meltano.yml", str_of(yml));
    fixture_write(&s->f, "bin/uv", str_of(fake_uv));
    map_put_str(&s->f.env, STR("PATH"), arena_printf(&s->f.arena, STR_FMT "/bin:/usr/bin:/bin", STR_ARG(s->f.folder)));
    map_put_str(&s->f.env, STR("CALLS"), arena_printf(&s->f.arena, STR_FMT "/calls", STR_ARG(s->f.folder)));
    s->keeper = keeper_start(&s->f.err);
    assert_non_null(s->keeper);
}

static void count(void *context, const InstallItem *item) {
    Site *s = context;
    assert_non_null(item->plugin);
    s->told++;
}

/* Installs all plugins of the project. */
static bool install(Site *s, bool clean) {
    Project *p = fixture_need(&s->f, NULL);
    memset(s->items, 0, sizeof s->items);
    for (size_t i = 0; i < p->plugins.len; i++) s->items[i].plugin = &p->plugins.at[i];
    return install_plugins(&(InstallRequest){.project = p,
                                             .keeper = s->keeper,
                                             .run = STR("test/install"),
                                             .items = s->items,
                                             .count = p->plugins.len,
                                             .clean = clean,
                                             .progress = count,
                                             .context = s},
                           &s->f.err);
}

static size_t calls(Site *s) {
    Str text = fixture_read(&s->f, "calls");
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++) lines += text.at[i] == '\n';
    return lines;
}

static void expect_state(Site *s, size_t i, InstallState state) {
    if (s->items[i].state != state)
        fail_msg("%zu is %s, not %s: %s", i, install_state_name(s->items[i].state), install_state_name(state),
                 s->items[i].err.msg);
}

TEST(install_makes_a_venv_once) {
    AUTO(Site) s;
    site_init(&s, "plugins:\n"
                  "  extractors:\n"
                  "  - {name: tap-a, namespace: tap_a, pip_url: tap-a $EXTRA, executable: tap-a, env: {EXTRA: more}}\n"
                  "  - {name: tap-a--two, inherit_from: tap-a}\n"
                  "  - {name: tap-plain, namespace: tap_plain, executable: /bin/true}\n"
                  "  loaders:\n"
                  "  - {name: target-duckdb, pip_url: target-duckdb}\n");
    if (!install(&s, false)) fail_msg("%s: %s", s.f.err.msg, s.items[0].err.msg);
    expect_state(&s, 0, INSTALL_DONE);
    expect_state(&s, 1, INSTALL_FRESH);
    expect_state(&s, 2, INSTALL_NOTHING);
    expect_state(&s, 3, INSTALL_BUILTIN);
    assert_int_equal(calls(&s), 2);
    assert_true(s.told >= 6);
    assert_true(fixture_read(&s.f, ".pond/venvs/extractors-tap-a/bin/more").len > 0);
    assert_true(install(&s, false));
    expect_state(&s, 0, INSTALL_FRESH);
    assert_int_equal(calls(&s), 2);
    assert_true(install(&s, true));
    expect_state(&s, 0, INSTALL_DONE);
    assert_int_equal(calls(&s), 4);
}

TEST(install_sees_a_changed_pip_url) {
    AUTO(Site) s;
    site_init(&s, "plugins: {extractors: [{name: tap-a, namespace: tap_a, pip_url: tap-a}]}\n");
    assert_true(install(&s, false));
    fixture_write(&s.f, "meltano.yml",
                  STR("plugins: {extractors: [{name: tap-a, namespace: tap_a, pip_url: tap-a x}]}\n"));
    Project *p = fixture_need(&s.f, NULL);
    assert_false(install_is_fresh(p, &p->plugins.at[0]));
    assert_true(install(&s, false));
    expect_state(&s, 0, INSTALL_DONE);
    assert_true(install_is_fresh(p, &p->plugins.at[0]));
}

TEST(install_says_why_it_failed) {
    AUTO(Site) s;
    site_init(&s, "plugins:\n"
                  "  extractors:\n"
                  "  - {name: tap-a, namespace: tap_a, pip_url: tap-a}\n"
                  "  - {name: tap-bad, namespace: tap_bad, pip_url: bad}\n"
                  "  - {name: tap-off, namespace: tap_off, pip_url: offline}\n"
                  "  - {name: tap-odd, namespace: tap_odd, pip_url: x, python: python9.9}\n");
    assert_false(install(&s, false));
    assert_string_equal(s.f.err.msg, "3 of 4 plugins could not be installed");
    expect_state(&s, 0, INSTALL_DONE);
    expect_state(&s, 1, INSTALL_FAILED);
    assert_non_null(strstr(s.items[1].err.msg, "tap-bad: installing: exit code 3"));
    assert_non_null(strstr(s.items[1].err.msg, "error: no such package: bad"));
    assert_non_null(strstr(s.items[1].err.hint, "extractors-tap-bad.log"));
    assert_non_null(strstr(s.items[2].err.hint, "no package index can be reached"));
    assert_string_equal(s.items[3].err.msg, "there is no interpreter \"python9.9\" on PATH");
    assert_false(install(&s, false));
    expect_state(&s, 0, INSTALL_FRESH);
    expect_state(&s, 1, INSTALL_FAILED);
}

TEST(install_uses_meltanos_venv) {
    AUTO(Site) s;
    site_init(&s, "plugins: {extractors: [{name: tap-a, namespace: tap_a, pip_url: tap-a}]}\n");
    fixture_write(&s.f, ".meltano/extractors/tap-a/venv/bin/python", STR("#!/bin/sh\n"));
    fixture_write(&s.f, ".meltano/extractors/tap-a/venv/bin/tap-a", STR("#!/bin/sh\n"));
    fixture_write(&s.f, ".meltano/extractors/tap-a/venv/.meltano_plugin_fingerprint",
                  STR("60b1b2e3ff5f83a0ee7e2e8bfe1d0e6a9f0f6ce3e7d0b0c0f5e7f0c6cd7c0000"));
    assert_true(install(&s, false));
    expect_state(&s, 0, INSTALL_DONE);
    Err err = {0};
    assert_true(remove_tree(arena_printf(&s.f.arena, STR_FMT "/.pond", STR_ARG(s.f.folder)).at, &err));
    Str digest = digest_hex(&s.f.arena, DIGEST_SHA256, STR("tap-a"));
    fixture_write(&s.f, ".meltano/extractors/tap-a/venv/.meltano_plugin_fingerprint", digest);
    assert_true(install(&s, false));
    expect_state(&s, 0, INSTALL_ADOPTED);
}
