/*
 * What a tap says it has: `--discover` (Airbyte: `discover`), kept in .pond/catalogs/<tap> until its configuration or its
 * program changes. As in Meltano, a tap that is not installed by pond, or from an editable folder, is asked each time; so is
 * one that warned while it was asked: what it warns of (a file that is not there yet) may be mended by the next run.
 */
#pragma once

#include "orchestrate/program.h"

/* The catalog as a Singer catalog. For Airbyte *ret_airbyte gets the source's own; NULL else. refresh: ask again. */
bool discovery_catalog(const World *w, const Program *tap, bool refresh, const Node **ret, const Node **ret_airbyte,
                       Err *err) MUST_USE;
/* What is kept, as a Singer catalog; NULL: nothing that still holds. Nobody is asked; the world need not be open. */
const Node *discovery_kept(const World *w, const Program *tap);
