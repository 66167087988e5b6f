/*
 * Blocks that a killed process left half written.
 *
 * DuckDB keeps its metadata in blocks of 64 parts. A checkpoint puts new metadata into parts that are free and writes the block in
 * place, before the new header counts (MetadataManager::Flush of DuckDB 1.5). The kernel ends a write at a page when the process is
 * killed: the first pages are the new block's, the rest the old one's. Nothing is lost by that, for the parts in use are the same in
 * both, but the checksum in the first page is no longer that of the block, and every DuckDB refuses the file as corrupt.
 * docs/decisions/0010 has how often, and what else could be done.
 */
#pragma once

#include <stdbool.h>

/*
 * Gives such blocks the checksum of what they hold. Only blocks that the file's own list calls metadata, in use and with free parts:
 * no other is ever written in place, so no other damage is hidden. Returns how many there were; 0 as well when the file is absent,
 * another process has it, this user may not write it, or it is no file that we know (encrypted, of another DuckDB).
 * No DuckDB of this process may have the file open: the descriptor that is closed here would take its lock away. Any thread.
 */
unsigned torn_mend(const char *path);
