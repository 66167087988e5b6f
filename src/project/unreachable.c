#include "project/unreachable.h"

#include "base/macros.h"

static bool holds(Str text, const char *words) {
    return str_find_str(text, str_of(words)) != STR_NONE;
}

static bool speaks_of_network(Str log) {
    static const char *const words[] = {"Temporary failure in name resolution",
                                        "Name or service not known",
                                        "Network is unreachable",
                                        "Could not resolve host",
                                        "dns error",
                                        "Could not connect",
                                        "Connection refused",
                                        "error sending request"};
    /* pip warns of each try; after a better one its error means what it says. */
    if (holds(log, "Retrying (Retry(total=")) return holds(log, "Retrying (Retry(total=0");
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (holds(log, words[i])) return true;
    return false;
}

/* The host of a URL, or a name alone, at the begin of a text. */
static Str host_of(Str text) {
    static const char ends[] = " \n/'\"`),;";
    size_t scheme = str_find_str(text, STR("://")), end = 0;
    if (scheme != STR_NONE && scheme <= STR("`https").len) text = str_slice(text, scheme + 3, STR_NONE);
    while (end < text.len && !strchr(ends, text.at[end])) end++;
    Str host = str_slice(text, 0, end);
    size_t user = str_find_last(host, '@');
    return user == STR_NONE ? host : str_slice(host, user + 1, STR_NONE);
}

bool unreachable_host(Str log, Str *ret_host) {
    /* git's, uv's, pip's; pip's last names the index only, and none when it is the usual one */
    static const char *const before[] = {"Could not resolve host: ", "Failed to fetch: ", "for url (", "(host='",
                                         "Looking in indexes: "};
    if (!speaks_of_network(log)) return false;
    *ret_host = STR("pypi.org");
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        size_t at = str_find_str(log, str_of(before[i]));
        if (at == STR_NONE) continue;
        *ret_host = host_of(str_slice(log, at + strlen(before[i]), STR_NONE));
        break;
    }
    return true;
}
