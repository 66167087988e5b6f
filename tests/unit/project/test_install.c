/* project/install with a made-up uv: what is run, what is found again, what is said of failures. */
#include "base/crypto.h"
#include "os/file.h"
#include "project/install.h"
#include "project/unreachable.h"
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
    assert_non_null(
        strstr(s.items[2].err.msg, "tap-off: installing: cannot reach \"pypi.org\" for packages (exit code 2)"));
    assert_non_null(strstr(s.items[2].err.hint, "PIP_INDEX_URL"));
    assert_string_equal(s.items[3].err.msg, "there is no interpreter \"python9.9\" on PATH");
    assert_false(install(&s, false));
    expect_state(&s, 0, INSTALL_FRESH);
    expect_state(&s, 1, INSTALL_FAILED);
}

/* What uv 0.13, pip 23 and git 2.39 say. */
#define PIP_TRY(left)                                                                                                  \
    "WARNING: Retrying (Retry(total=" left ", connect=None, read=None, redirect=None, status=None)) after connection " \
    "broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to "       \
    "establish a new connection: [Errno 111] Connection refused')': /simple/tap-x/\n"
#define PIP_END "ERROR: No matching distribution found for tap-x\n"

TEST(install_names_the_host_that_cannot_be_reached) {
    static const struct {
        const char *log, *host; /* NULL: the network is not to blame */
    } cases[] = {
        {PIP_TRY("1") PIP_TRY("0") PIP_END, "pypi.org"},
        {"Looking in indexes: http://me:****@127.0.0.1:9/simple\n" PIP_TRY("0") PIP_END, "127.0.0.1:9"},
        {PIP_TRY("4") PIP_END, NULL},
        {"WARNING: Retrying (Retry(total=0, read=None)) after connection broken by 'ReadTimeoutError(\"HTTPSConnection"
         "Pool(host='files.pythonhosted.org', port=443): Read timed out. (read timeout=15)\")': /packages/x.whl\n",
         "files.pythonhosted.org"},
        {"error: Request failed after 3 retries in 6.6s\n"
         "  cause: Failed to fetch: https://nowhere.invalid/simple/tap-x/\n"
         "  cause: error sending request for url (https://nowhere.invalid/simple/tap-x/)\n"
         "  cause: dns error\n",
         "nowhere.invalid"},
        {"error: Failed to fetch: `https://pypi.org/simple/tap-x/`\n  Caused by: Connection refused\n", "pypi.org"},
        {"fatal: unable to access 'https://github.com/x/tap-x/': Could not resolve host: github.com\n", "github.com"},
        {PIP_END, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Str host = {0};
        assert_int_equal(unreachable_host(str_of(cases[i].log), &host), cases[i].host != NULL);
        if (cases[i].host) assert_true(str_is(host, cases[i].host));
    }
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
